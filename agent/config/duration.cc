#include <array>
#include <limits>

#include "agent/config/config.h"

namespace lanwarden::agent {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t ms;
};
// Longest first: the order in which they may follow each other.
constexpr std::array<Unit, 5> kUnits = {
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  constexpr std::int64_t kMost =
      std::numeric_limits<std::int64_t>::max() / 1'000'000;  // in nanoseconds it must still fit
  std::int64_t total = 0;
  std::int64_t smaller_than = kMost;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    std::int64_t n = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
      n = n * 10 + (text[digits] - '0');
      if (n > kMost) return std::nullopt;
    }
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
    std::size_t letters = 0;
    while (letters < text.size() && text[letters] >= 'a' && text[letters] <= 'z') ++letters;
    const Unit* unit = nullptr;
    for (const Unit& u : kUnits)
      if (u.name == text.substr(0, letters)) unit = &u;
    if (unit == nullptr || unit->ms >= smaller_than || n > (kMost - total) / unit->ms) return std::nullopt;
    total += n * unit->ms;
    smaller_than = unit->ms;
    text.remove_prefix(letters);
  }
  return std::chrono::milliseconds{total};
}

std::string format_duration(std::chrono::milliseconds duration) {
  std::int64_t rest = duration.count();
  if (rest < 0) return std::string("-").append(format_duration(-duration));
  if (rest == 0) return "0s";
  // People say "90 seconds" and "1500 milliseconds", but "an hour and a half".
  if (rest < 10'000 && rest % 1000 != 0) return std::to_string(rest) + "ms";
  if (rest < 120'000 && rest % 1000 == 0 && rest % 60'000 != 0) return std::to_string(rest / 1000) + "s";
  std::string text;
  for (const Unit& u : kUnits) {
    if (rest >= u.ms) text.append(std::to_string(rest / u.ms)).append(u.name);
    rest %= u.ms;
  }
  return text;
}

}  // namespace lanwarden::agent
