#include "agent/notify/syslog_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "agent/output/time_text.h"

namespace lanwarden::agent {
namespace {

/// RFC 5424 §7.2.2 wants a number in it; 32473 is the one that RFC 5612 has set aside for those without one.
constexpr std::string_view kSdId = "lanwarden@32473";
constexpr std::size_t kLongestParameter = 200;

int number_of(std::string_view facility) {
  constexpr std::array<std::string_view, 12> kFirst = {"kern", "user", "mail", "daemon", "auth",     "syslog",
                                                       "lpr",  "news", "uucp", "cron",   "authpriv", "ftp"};
  if (facility.starts_with("local")) return 16 + (facility.back() - '0');
  const auto it = std::find(kFirst.begin(), kFirst.end(), facility);
  return it == kFirst.end() ? 3 : static_cast<int>(it - kFirst.begin());
}

/// §6.3.3: in a value these three are escaped.
std::string escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '"' || c == '\\' || c == ']') text += '\\';
    text += c;
  }
  return text;
}

/// §6: printable ASCII without blanks.
std::string word(std::string_view text, std::size_t most) {
  std::string clean;
  for (const char c : text.substr(0, most)) clean += c > 0x20 && c < 0x7f ? c : '_';
  return clean.empty() ? "-" : clean;
}

}  // namespace

std::string syslog_text(const Message& m, std::string_view facility, int pid, std::size_t most) {
  std::string text = fmt::format("<{}>1 {} {} lanwarden {} {} [{}", number_of(facility) * 8 + m.priority,
                                 rfc3339(m.time, true), word(m.host, 255), pid, word(m.event, 32), kSdId);
  for (const auto& [name, value] : m.fields)
    if (name != "text" && name != "time" && name != "host")
      text += fmt::format(" {}=\"{}\"", name, escaped(shortened(value, kLongestParameter)));
  text += "] \xef\xbb\xbf";  // §6.4: the mark that says UTF-8
  std::string line = m.text;
  std::replace(line.begin(), line.end(), '\n', ' ');  // of a template
  return text + shortened(line, most > text.size() + 64 ? most - text.size() : 64);
}

}  // namespace lanwarden::agent
