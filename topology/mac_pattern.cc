#include "topology/mac_pattern.h"

#include <optional>
#include <string>
#include <vector>

namespace lanwarden::topology {
namespace {

struct Nibble {
  std::uint8_t value = 0;
  bool known = false;
};

tl::unexpected<ParseError> error(std::string cause, std::size_t offset) {
  return tl::make_unexpected(ParseError{std::move(cause), offset});
}

std::optional<std::uint8_t> hex(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

}  // namespace

Result<MacPattern, ParseError> MacPattern::parse(std::string_view text) {
  // Groups between separators; each becomes nibbles, a wildcard octet two unknown ones.
  if (text.empty()) return error("an empty pattern", 0);
  std::vector<Nibble> nibbles;
  bool open_front = false, open_back = false, any_known = false;
  char separator = 0;
  std::size_t group_start = 0;
  const auto close_group = [&](std::size_t first_nibble, std::size_t at) -> std::optional<ParseError> {
    const std::size_t length = nibbles.size() - first_nibble;
    if (separator == 0 || length % 2 == 0) return std::nullopt;
    if (length == 1) {  // "0:d:4b": a leading zero left out, as some switches print it
      nibbles.insert(nibbles.begin() + static_cast<std::ptrdiff_t>(first_nibble),
                     Nibble{0, nibbles.back().known});
      return std::nullopt;
    }
    return ParseError{"an odd number of digits between separators", at};
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (const auto digit = hex(c)) {
      nibbles.push_back({*digit, true});
      any_known = true;
    } else if (c == 'x' || c == 'X' || c == '?') {
      nibbles.push_back({0, false});
    } else if (c == '*') {
      if (i == 0 && text.size() > 1) {
        open_front = true;
        if (i + 1 < text.size() && (text[1] == ':' || text[1] == '-' || text[1] == '.')) ++i;  // "*:ce:20:cd"
        group_start = nibbles.size();
      } else if (i + 1 == text.size()) {
        open_back = true;
      } else {
        nibbles.push_back({0, false});
        nibbles.push_back({0, false});
      }
    } else if (c == ':' || c == '-' || c == '.') {
      if (separator != 0 && c != separator) return error("mixed separators", i);
      separator = c;
      if (nibbles.size() == group_start) return error("nothing between two separators", i);
      if (auto e = close_group(group_start, i)) return tl::make_unexpected(*e);
      group_start = nibbles.size();
      if (i + 1 == text.size()) open_back = true;
    } else {
      return error("not a hexadecimal digit, \"x\", \"?\" or \"*\"", i);
    }
  }
  if (auto e = close_group(group_start, text.size())) return tl::make_unexpected(*e);
  if (nibbles.size() > 12) return error("a MAC address has twelve hexadecimal digits", 12);
  if (!any_known && nibbles.size() != 12 && !(open_back || open_front))
    return error("no digit to look for", 0);
  if (open_front && open_back) return error("a pattern is open at one end, not at both", 0);

  // A pattern whose first octet was given short ("xx:ce:20:cd") is the END of an address.
  MacPattern pattern;
  const std::size_t shift = open_back ? 12 - nibbles.size() : 0;
  for (const Nibble& n : nibbles) {
    pattern.value_ = (pattern.value_ << 4) | n.value;
    pattern.mask_ = (pattern.mask_ << 4) | (n.known ? 0xfU : 0U);
  }
  pattern.value_ <<= 4 * shift;
  pattern.mask_ <<= 4 * shift;
  return pattern;
}

}  // namespace lanwarden::topology
