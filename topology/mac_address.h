// The 48-bit MAC address (EUI-48, IEEE 802).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "topology/result.h"

namespace lanwarden::topology {

/// A value type of eight bytes; the first octet on the wire is the most significant.
class MacAddress {
 public:
  constexpr MacAddress() = default;
  constexpr explicit MacAddress(std::uint64_t bits48) : bits_(bits48 & 0xffff'ffff'ffffU) {}
  constexpr explicit MacAddress(std::span<const std::uint8_t, 6> o)
      : bits_((std::uint64_t{o[0]} << 40) | (std::uint64_t{o[1]} << 32) | (std::uint64_t{o[2]} << 24) |
              (std::uint64_t{o[3]} << 16) | (std::uint64_t{o[4]} << 8) | o[5]) {}

  /// Reads any usual notation: aa:bb:cc:dd:ee:ff, aa-bb-cc-dd-ee-ff, a:b:c:d:e:f,
  /// aabb.ccdd.eeff, aabbccddeeff, "aa bb cc dd ee ff"; any case.
  /// Fails on anything else, with the offset of the first character that cannot stand there.
  static Result<MacAddress, ParseError> parse(std::string_view text);

  constexpr std::uint64_t bits() const { return bits_; }
  constexpr std::array<std::uint8_t, 6> octets() const {
    return {static_cast<std::uint8_t>(bits_ >> 40), static_cast<std::uint8_t>(bits_ >> 32),
            static_cast<std::uint8_t>(bits_ >> 24), static_cast<std::uint8_t>(bits_ >> 16),
            static_cast<std::uint8_t>(bits_ >> 8),  static_cast<std::uint8_t>(bits_)};
  }
  constexpr bool is_zero() const { return bits_ == 0; }
  constexpr bool is_broadcast() const { return bits_ == 0xffff'ffff'ffffU; }
  /// I/G bit: multicast or broadcast. Such an address is never a station.
  constexpr bool is_group() const { return (bits_ >> 40) & 1U; }
  /// U/L bit: locally administered, so the first three octets name no vendor.
  constexpr bool is_local() const { return (bits_ >> 40) & 2U; }
  /// The organisationally unique identifier: the first 24 bits.
  constexpr std::uint32_t oui() const { return static_cast<std::uint32_t>(bits_ >> 24); }

  /// Lower case with colons: "00:0d:4b:ce:20:cd".
  std::string to_string() const;

  constexpr auto operator<=>(const MacAddress&) const = default;

 private:
  std::uint64_t bits_ = 0;
};

inline constexpr MacAddress kBroadcast{0xffff'ffff'ffffU};

/// What an address is, when it is not one station's own: such rows prove no
/// link between switches, and a station found under one is named as what it is.
enum class AddressKind : std::uint8_t {
  kStation,
  kZero,
  kGroup,
  kVrrp,  ///< 00:00:5e:00:01:xx (IPv4), 00:00:5e:00:02:xx (IPv6), RFC 5798; CARP too
  kHsrp,  ///< 00:00:0c:07:ac:xx (v1), 00:00:0c:9f:fx:xx (v2), 00:05:73:a0:0x:xx (v2, IPv6)
  kGlbp,  ///< 00:07:b4:xx:xx:xx
  kNlb,  ///< Microsoft NLB cluster address 02:bf:…, 03:bf:…. Its 02:01:… to 02:20:… sources are a host's own
         ///< and stay kStation
};
AddressKind address_kind(MacAddress mac);

}  // namespace lanwarden::topology

template <>
struct std::hash<lanwarden::topology::MacAddress> {
  std::size_t operator()(lanwarden::topology::MacAddress m) const noexcept {
    // Vendors number consecutively: mix, or one vendor's cards share buckets.
    std::uint64_t x = m.bits() * 0x9e3779b97f4a7c15ULL;
    return static_cast<std::size_t>(x ^ (x >> 29));
  }
};
