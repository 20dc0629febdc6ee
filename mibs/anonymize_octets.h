// Internal to the room. Addresses as the octets that stand in values and indexes.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "topology/ip_address.h"
#include "topology/mac_address.h"

namespace lanwarden::mibs::anonymizing {

using topology::IpAddress;
using topology::MacAddress;

constexpr std::size_t kMacOctets = 6;

inline std::optional<MacAddress> mac_of(std::string_view octets) {
  if (octets.size() != 6) return std::nullopt;
  std::uint64_t bits = 0;
  for (const char c : octets) bits = bits << 8 | static_cast<unsigned char>(c);
  return MacAddress{bits};
}
inline std::string octets_of(MacAddress mac) {
  const auto octets = mac.octets();
  return {octets.begin(), octets.end()};
}
inline std::optional<IpAddress> ip_of(std::string_view octets) {
  std::array<std::uint8_t, 16> bytes{};
  if (octets.size() != 4 && octets.size() != 16) return std::nullopt;
  std::copy(octets.begin(), octets.end(), bytes.begin());
  if (octets.size() == 4) return IpAddress::v4(std::span<const std::uint8_t, 4>(bytes.data(), 4));
  return IpAddress::v6(std::span<const std::uint8_t, 16>(bytes));
}
inline std::string octets_of(const IpAddress& ip) { return {ip.octets().begin(), ip.octets().end()}; }

}  // namespace lanwarden::mibs::anonymizing
