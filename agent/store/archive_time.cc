#include "agent/store/archive_time.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace lanwarden::agent {

using topology::Time;

std::string archive_time(Time time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%09dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                static_cast<int>(nanoseconds(clock.subseconds()).count()));
  return text.data();
}

std::optional<Time> parse_archive_time(std::string_view text) {
  using namespace std::chrono;
  constexpr std::string_view kShape = "0000-00-00T00:00:00.000000000Z";
  if (text.size() != kShape.size()) return std::nullopt;
  for (std::size_t i = 0; i < kShape.size(); ++i)
    if (kShape[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != kShape[i]) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t digits) {
    int n = 0;
    for (const char c : text.substr(at, digits)) n = n * 10 + (c - '0');
    return n;
  };
  const year_month_day date{year{number(0, 4)}, month{static_cast<unsigned>(number(5, 2))},
                            day{static_cast<unsigned>(number(8, 2))}};
  const int h = number(11, 2), m = number(14, 2), s = number(17, 2);
  // What 64 bits of nanoseconds hold.
  if (!date.ok() || date.year() < year{1678} || date.year() > year{2261} || h > 23 || m > 59 || s > 59)
    return std::nullopt;
  return Time{sys_days{date}.time_since_epoch() + hours{h} + minutes{m} + seconds{s} +
              nanoseconds{number(20, 9)}};
}

}  // namespace lanwarden::agent
