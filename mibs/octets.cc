#include "mibs/octets.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

namespace lanwarden::mibs {
namespace {

Octets trimmed(Octets octets) {
  while (!octets.empty() &&
         (octets.back() == 0 || octets.back() == ' ' || octets.back() == '\n' || octets.back() == '\r'))
    octets = octets.first(octets.size() - 1);
  return octets;
}

bool printable(Octets octets) {
  return std::none_of(octets.begin(), octets.end(), [](std::uint8_t c) {
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
  });
}

/// UTF-8 well enough to show: continuation bytes follow lead bytes.
bool plausible_utf8(Octets octets) {
  std::size_t expected = 0;
  for (const std::uint8_t c : octets) {
    const bool continuation = (c & 0xc0) == 0x80;
    if (continuation != (expected > 0)) return false;
    if (expected > 0) {
      --expected;
    } else if (c >= 0x80) {
      if (c < 0xc2 || c > 0xf4) return false;
      expected = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    }
  }
  return expected == 0;
}

}  // namespace

std::optional<topology::MacAddress> mac_of_octets(Octets octets) {
  // Six octets may be a short name ("Gi0/10"): only text that is no address stays text.
  if (octets.size() == 6 || (octets.size() == 7 && octets[6] == 0))
    return topology::MacAddress{octets.first<6>()};
  const Octets text = trimmed(octets);
  if (text.size() < 11 || text.size() > 17) return std::nullopt;
  const auto parsed = topology::MacAddress::parse({reinterpret_cast<const char*>(text.data()), text.size()});
  return parsed ? std::optional{*parsed} : std::nullopt;
}

std::string text_of_octets(Octets octets) {
  const Octets text = trimmed(octets);
  if (printable(text) && plausible_utf8(text)) return {text.begin(), text.end()};
  std::string hex;
  hex.reserve(octets.size() * 3);
  for (const std::uint8_t octet : octets) {
    char digits[4];
    std::snprintf(digits, sizeof digits, "%02x", octet);
    if (!hex.empty()) hex += ':';
    hex += digits;
  }
  return hex;
}

std::optional<topology::IpAddress> ip_of_octets(Octets octets) {
  if (octets.size() == 4) return topology::IpAddress::v4(octets.first<4>());
  if (octets.size() == 16) return topology::IpAddress::v6(octets.first<16>());
  return std::nullopt;
}

std::uint16_t bits_of_octets(Octets octets) {
  std::uint16_t bits = 0;
  for (std::size_t i = 0; i < octets.size() * 8 && i < 16; ++i)
    if ((octets[i / 8] >> (7 - i % 8)) & 1U) bits = static_cast<std::uint16_t>(bits | 1U << i);
  return bits;
}

}  // namespace lanwarden::mibs
