#include "agent/report/html.h"

#include <cstdint>

namespace lanwarden::agent {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

/// The character that begins at `at`: its octets and its code point; 0 octets when it is none (RFC 3629 §4).
struct Character {
  std::size_t octets = 0;
  std::uint32_t point = 0;
};
Character character_at(std::string_view text, std::size_t at) {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned first = octet(0);
  if (first < 0x80) return {1, first};
  const std::size_t length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (first >= 0xf5 || length == 0 || at + length > text.size()) return {};
  std::uint32_t point = first & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((octet(i) & 0xc0U) != 0x80U) return {};
    point = (point << 6) | (octet(i) & 0x3fU);
  }
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  if (overlong || (point >= 0xd800 && point < 0xe000) || point > 0x10ffff) return {};
  return {length, point};
}

bool is_harmful(std::uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x061c || point == 0x200e ||
         point == 0x200f || (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069) ||
         point == 0x2028 || point == 0x2029 || point == 0xfeff;
}

}  // namespace

std::string mended(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Character c = character_at(text, at);
    if (c.octets == 0) {
      clean += kReplacement;
      ++at;
      continue;
    }
    if (c.point == '\t' || c.point == '\n' || c.point == '\r')
      clean += ' ';
    else if (is_harmful(c.point))
      clean += kReplacement;
    else
      clean += text.substr(at, c.octets);
    at += c.octets;
  }
  return clean;
}

std::string html(std::string_view text) {
  std::string safe;
  for (const char c : mended(text)) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string dot_text(std::string_view text) {
  std::string safe;
  for (const char c : mended(text)) {
    // Graphviz takes \N, \G and HTML entities in labels for commands.
    if (c == '"' || c == '\\') safe += '\\';
    safe += c == '&' ? std::string("&amp;") : std::string(1, c);
  }
  return safe;
}

}  // namespace lanwarden::agent
