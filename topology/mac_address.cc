#include "topology/mac_address.h"

namespace lanwarden::topology {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_separator(char c) { return c == ':' || c == '-' || c == '.' || c == ' '; }

tl::unexpected<ParseError> error(std::string cause, std::size_t offset) {
  return tl::make_unexpected(ParseError{std::move(cause), offset});
}

}  // namespace

Result<MacAddress, ParseError> MacAddress::parse(std::string_view text) {
  char separator = 0;
  std::uint64_t bits = 0;
  unsigned digits_total = 0, groups = 0, in_group = 0, shortest = 6, longest = 0;
  std::uint64_t group = 0;
  std::array<std::uint64_t, 6> values{};
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const bool end = i == text.size();
    if (end || is_separator(text[i])) {
      if (!end) {
        if (separator != 0 && text[i] != separator) return error("mixed separators in a MAC address", i);
        separator = text[i];
      }
      if (in_group == 0) return error("a MAC address has two hexadecimal digits here", i);
      if (groups == 6) return error("a MAC address has six octets", i);
      values[groups++] = group;
      shortest = in_group < shortest ? in_group : shortest;
      longest = in_group > longest ? in_group : longest;
      group = 0;
      in_group = 0;
      continue;
    }
    const int digit = hex_digit(text[i]);
    if (digit < 0) return error("not a hexadecimal digit in a MAC address", i);
    group = (group << 4) | static_cast<unsigned>(digit);
    ++in_group;
    if (++digits_total > 12) return error("a MAC address has twelve hexadecimal digits", i);
  }
  unsigned width = 0;  // bits a group stands for
  if (groups == 1 && digits_total == 12)
    width = 48;
  else if (groups == 2 && shortest == 6 && longest == 6)
    width = 24;  // aabbcc-ddeeff, old ProCurve
  else if (groups == 3 && shortest == 4 && longest == 4)
    width = 16;
  else if (groups == 6 && longest <= 2)
    width = 8;
  else
    return error("a MAC address has six octets", text.size());
  for (unsigned i = 0; i < groups; ++i) bits = width == 48 ? values[i] : (bits << width) | values[i];
  return MacAddress{bits};
}

std::string MacAddress::to_string() const {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text(17, ':');
  for (std::size_t i = 0; i < 6; ++i) {
    const auto octet = static_cast<unsigned>(bits_ >> (40 - 8 * i)) & 0xffU;
    text[3 * i] = kHex[octet >> 4];
    text[3 * i + 1] = kHex[octet & 15U];
  }
  return text;
}

AddressKind address_kind(MacAddress mac) {
  const std::uint64_t bits = mac.bits();
  if (bits == 0) return AddressKind::kZero;
  const std::uint64_t top40 = bits >> 8;
  if (top40 == 0x00005e0001 || top40 == 0x00005e0002) return AddressKind::kVrrp;
  if (top40 == 0x00000c07ac || (bits >> 12) == 0x00000c9ff || (bits >> 12) == 0x000573a00)
    return AddressKind::kHsrp;
  if ((bits >> 24) == 0x0007b4) return AddressKind::kGlbp;
  // NLB: 02-bf-<cluster address> unicast, 03-bf multicast.
  const auto first = static_cast<unsigned>(bits >> 40), second = static_cast<unsigned>(bits >> 32) & 0xffU;
  if ((first == 0x02 || first == 0x03) && second == 0xbf) return AddressKind::kNlb;
  if (mac.is_group()) return AddressKind::kGroup;
  return AddressKind::kStation;
}

}  // namespace lanwarden::topology
