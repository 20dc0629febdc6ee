#include "mibs/octets.h"

#include <algorithm>
#include <charconv>
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

std::string_view text(Octets octets) { return {reinterpret_cast<const char*>(octets.data()), octets.size()}; }

int hex_digit(std::uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  const auto lower = static_cast<std::uint8_t>(c | 0x20U);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// "A<separator>B" with a decimal number A below 65,536: A, and B as it stands.
std::optional<std::pair<std::uint32_t, std::string_view>> number_and_rest(std::string_view whole) {
  std::uint32_t n = 0;
  const char* const end = whole.data() + whole.size();
  const auto [next, error] = std::from_chars(whole.data(), end, n);
  if (error != std::errc{} || n > 0xffff || next == end || (*next != '/' && *next != '-' && *next != '.'))
    return std::nullopt;
  return std::pair{n, std::string_view(next + 1, static_cast<std::size_t>(end - next - 1))};
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

std::optional<std::vector<std::uint8_t>> octets_of_hex_text(Octets octets) {
  const Octets digits = trimmed(octets);
  if (digits.size() < 4) return std::nullopt;
  const bool separated = digits.size() % 3 == 2;
  std::vector<std::uint8_t> result;
  for (std::size_t i = 0; i + 1 < digits.size(); i += separated ? 3 : 2) {
    const int high = hex_digit(digits[i]), low = hex_digit(digits[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    if (separated && i + 2 < digits.size() && digits[i + 2] != ' ' && digits[i + 2] != ':')
      return std::nullopt;
    result.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return result.size() >= 2 && (separated || digits.size() % 2 == 0) ? std::optional{std::move(result)}
                                                                     : std::nullopt;
}

std::optional<topology::BridgeId> bridge_id_of_octets(Octets octets) {
  std::vector<std::uint8_t> from_text;
  if (octets.size() != 8) {
    if (const auto told = number_and_rest(text(trimmed(octets)))) {
      const auto mac = topology::MacAddress::parse(told->second);
      if (!mac) return std::nullopt;
      return topology::BridgeId{static_cast<std::uint16_t>(told->first), *mac};
    }
    if (auto told = octets_of_hex_text(octets)) from_text = *std::move(told);
    octets = from_text;
  }
  if (octets.size() != 8) return std::nullopt;
  return topology::BridgeId{static_cast<std::uint16_t>(octets[0] << 8 | octets[1]),
                            topology::MacAddress{octets.subspan<2, 6>()}};
}

std::optional<std::uint16_t> stp_port_of_octets(Octets octets) {
  if (octets.size() == 2) return static_cast<std::uint16_t>(octets[0] << 8 | octets[1]);
  const auto told = number_and_rest(text(trimmed(octets)));
  if (!told || told->first > 0xff) return std::nullopt;
  std::uint32_t port = 0;
  const char* const end = told->second.data() + told->second.size();
  const auto [next, error] = std::from_chars(told->second.data(), end, port);
  if (error != std::errc{} || next != end || port > 0xfff) return std::nullopt;
  return static_cast<std::uint16_t>(told->first << 8 | port);
}

}  // namespace lanwarden::mibs
