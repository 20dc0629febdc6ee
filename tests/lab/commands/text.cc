#include "tests/lab/commands/text.h"

#include <array>
#include <charconv>
#include <utility>

namespace lanwarden::lab {

std::optional<std::chrono::nanoseconds> parse_time_span(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, double>, 5> kUnits = {
      {{"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}}};
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !(number > 0)) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const auto& [name, seconds] : kUnits)
    if (unit == name && number * seconds < 1e9)
      return std::chrono::nanoseconds(static_cast<std::int64_t>(number * seconds * 1e9));
  return std::nullopt;
}

std::string check_time_span(const std::string& text) {
  return parse_time_span(text) ? "" : "\"" + text + "\" is no duration; 250ms, 90s, 2h are";
}

}  // namespace lanwarden::lab
