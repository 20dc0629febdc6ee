#include "agent/notify/mail_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "agent/notify/signature.h"

namespace lanwarden::agent {
namespace {

bool plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f) || c == '\n';
  });
}

/// RFC 2047: as it is, or as encoded words of at most 75 characters each.
std::string header_text(std::string_view text) {
  constexpr std::size_t kOctetsAWord = 42;
  if (plain(text) && text.find('\n') == std::string_view::npos && text.size() < 200 &&
      text.find("=?") == std::string_view::npos)
    return std::string(text);
  std::string encoded;
  while (!text.empty()) {
    std::size_t size = std::min(kOctetsAWord, text.size());
    while (size < text.size() && size > 1 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80)
      --size;  // a character stands in one word
    encoded += (encoded.empty() ? "=?UTF-8?B?" : "\n =?UTF-8?B?") + base64(text.substr(0, size)) + "?=";
    text.remove_prefix(size);
  }
  return encoded;
}

std::string date(topology::Time time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::tm t = fmt::gmtime(static_cast<std::time_t>(seconds));
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000", kDays[t.tm_wday], t.tm_mday,
                     kMonths[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

/// Of a Message-ID: dot-atom only.
std::string host_part(const std::string& host) {
  std::string text;
  for (const char c : host)
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
        (c == '.' && !text.empty() && text.back() != '.'))
      text += c;
  while (!text.empty() && text.back() == '.') text.pop_back();
  return text.empty() ? "localhost" : text;
}

}  // namespace

std::string mail_text(const Message& m, const ChannelConfig& channel, topology::Time now) {
  const std::string host = host_part(m.host);
  std::string mail;
  const auto header = [&](std::string_view name, const std::string& value) {
    mail += fmt::format("{}: {}\n", name, value);
  };
  if (!channel.from.empty()) header("From", channel.from);
  std::string to;
  for (const std::string& t : channel.to) to += (to.empty() ? "" : ",\n ") + t;
  header("To", to);
  header("Subject", header_text("[lanwarden] " + m.subject));
  header("Date", date(now));
  header("Message-ID", fmt::format("<{}@{}>", m.id, host));
  // All mails of an incident are one conversation.
  if (m.incident) header("References", fmt::format("<{}-incident-{}@{}>", m.origin, *m.incident, host));
  header("Auto-Submitted", "auto-generated");
  header("X-Lanwarden-Event", m.event);
  header("MIME-Version", "1.0");
  header("Content-Type", "text/plain; charset=utf-8");
  const std::string body = m.text + "\n" + (m.details.empty() ? "" : "\n" + m.details);
  constexpr std::size_t kLongestLine = 900;  // RFC 5322 §2.1.1: 998
  std::size_t longest = 0;
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t end = std::min(body.find('\n', at), body.size());
    longest = std::max(longest, end - at);
    at = end + 1;
  }
  if (plain(body) && longest < kLongestLine) {
    header("Content-Transfer-Encoding", "7bit");
    return mail + "\n" + body;
  }
  header("Content-Transfer-Encoding", "base64");
  const std::string encoded = base64(body);
  mail += "\n";
  for (std::size_t at = 0; at < encoded.size(); at += 76) mail += encoded.substr(at, 76) + "\n";
  return mail;
}

}  // namespace lanwarden::agent
