#include "agent/output/time_text.h"

#include <fmt/format.h>

#include <cstdio>
#include <ctime>

#include "agent/config/config.h"

namespace lanwarden::agent {
namespace {

using std::chrono::seconds;
using topology::Time;

std::time_t to_time_t(Time time) { return std::chrono::floor<seconds>(time).time_since_epoch().count(); }

Time from_local(std::tm tm) {
  tm.tm_isdst = -1;
  return Time{seconds{std::mktime(&tm)}};
}

/// "14:00" or "14:00:05" into tm's time of day.
bool read_clock(std::string_view text, std::tm& tm) {
  int hour = 0, minute = 0, second = 0, used = 0;
  const std::string copy(text);
  if (std::sscanf(copy.c_str(), "%d:%d%n", &hour, &minute, &used) != 2) return false;
  if (copy[static_cast<std::size_t>(used)] == ':') {
    int more = 0;
    if (std::sscanf(copy.c_str() + used, ":%d%n", &second, &more) != 1) return false;
    used += more;
  }
  if (static_cast<std::size_t>(used) != copy.size() || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
      second < 0 || second > 60)
    return false;
  tm.tm_hour = hour, tm.tm_min = minute, tm.tm_sec = second;
  return true;
}

/// "2026-01-02": where that day begins.
std::optional<Time> read_date(const std::string& text) {
  int y = 0, mo = 0, d = 0, used = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &y, &mo, &d, &used) != 3 ||
      static_cast<std::size_t>(used) != text.size())
    return std::nullopt;
  if (mo < 1 || mo > 12 || d < 1 || d > 31) return std::nullopt;
  std::tm tm{};
  tm.tm_year = y - 1900, tm.tm_mon = mo - 1, tm.tm_mday = d;
  return from_local(tm);
}

std::optional<Time> read_rfc3339(const std::string& text) {
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0, used = 0;
  char separator = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%c%2d:%2d%n", &y, &mo, &d, &separator, &h, &mi, &used) != 6)
    return std::nullopt;
  if (separator != 'T' && separator != 't' && separator != ' ') return std::nullopt;
  std::string_view rest = std::string_view(text).substr(static_cast<std::size_t>(used));
  if (rest.size() >= 3 && rest[0] == ':') {
    if (std::sscanf(rest.data(), ":%2d", &s) != 1) return std::nullopt;
    rest.remove_prefix(3);
  }
  double fraction = 0;
  if (!rest.empty() && rest[0] == '.') {
    std::size_t n = 1;
    double scale = 0.1;
    for (; n < rest.size() && rest[n] >= '0' && rest[n] <= '9'; ++n, scale /= 10)
      fraction += scale * (rest[n] - '0');
    rest.remove_prefix(n);
  }
  if (mo < 1 || mo > 12 || d < 1 || d > 31 || h > 23 || mi > 59 || s > 60) return std::nullopt;
  const auto part = std::chrono::nanoseconds{static_cast<std::int64_t>(fraction * 1e9)};
  std::tm tm{};
  tm.tm_year = y - 1900, tm.tm_mon = mo - 1, tm.tm_mday = d, tm.tm_hour = h, tm.tm_min = mi, tm.tm_sec = s;
  if (rest.empty()) return from_local(tm) + part;
  int offset = 0;
  if (rest != "Z" && rest != "z") {
    char sign = 0;
    int oh = 0, om = 0;
    if (rest.size() != 6 || std::sscanf(std::string(rest).c_str(), "%c%2d:%2d", &sign, &oh, &om) != 3)
      return std::nullopt;
    if (sign != '+' && sign != '-') return std::nullopt;
    offset = (oh * 60 + om) * (sign == '-' ? -60 : 60);
  }
  return Time{seconds{timegm(&tm) - offset}} + part;
}

}  // namespace

std::string rfc3339(Time time, bool millis) {
  const std::time_t t = to_time_t(time);
  std::tm tm{};
  gmtime_r(&t, &tm);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
  if (!millis) return std::string(text) + "Z";
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(time - std::chrono::floor<seconds>(time)).count();
  return fmt::format("{}.{:03}Z", text, ms);
}

std::string local_time(Time time) {
  const std::time_t t = to_time_t(time);
  std::tm tm{};
  localtime_r(&t, &tm);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
  return text;
}

std::string ago(Time time, Time now) {
  const auto s = std::chrono::duration_cast<seconds>(now - time).count();
  if (s < 5) return "just now";
  if (s < 120) return fmt::format("{} s ago", s);
  if (s < 7200) return fmt::format("{} min ago", s / 60);
  if (s < 172800) return fmt::format("{} h ago", s / 3600);
  return fmt::format("{} days ago", s / 86400);
}

std::optional<Time> parse_time(std::string_view text, Time now) {
  if (text == "now") return now;
  if (text.ends_with(" ago")) {
    std::string amount(text.substr(0, text.size() - 4));
    std::erase(amount, ' ');
    // As ago() writes them, and as people say it.
    for (const auto& [word, unit] : {std::pair<std::string_view, char>{"seconds", 's'},
                                     {"sec", 's'},
                                     {"minutes", 'm'},
                                     {"minute", 'm'},
                                     {"min", 'm'},
                                     {"hours", 'h'},
                                     {"hour", 'h'},
                                     {"days", 'd'},
                                     {"day", 'd'}})
      if (amount.ends_with(word)) {
        amount.replace(amount.size() - word.size(), word.size(), 1, unit);
        break;
      }
    if (const auto d = parse_duration(amount)) return now - *d;
    return std::nullopt;
  }
  if (const auto t = read_rfc3339(std::string(text))) return t;
  if (const auto t = read_date(std::string(text))) return t;

  const std::time_t t = to_time_t(now);
  std::tm day{};
  localtime_r(&t, &day);
  day.tm_hour = day.tm_min = day.tm_sec = 0;
  std::string_view rest = text;
  bool named = false;
  for (const auto& [word, days] : {std::pair<std::string_view, int>{"yesterday", 1}, {"today", 0}}) {
    if (!rest.starts_with(word)) continue;
    day.tm_mday -= days;
    rest.remove_prefix(word.size());
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    named = true;
    break;
  }
  if (rest.empty()) return named ? std::optional(from_local(day)) : std::nullopt;
  if (!read_clock(rest, day)) return std::nullopt;
  return from_local(day);
}

Time wall_clock() {
  return std::chrono::time_point_cast<topology::Duration>(std::chrono::system_clock::now());
}

}  // namespace lanwarden::agent
