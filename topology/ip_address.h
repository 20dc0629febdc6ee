// An IPv4 or IPv6 address, as ARP, ND and the address tables carry it.
#pragma once

#include <bit>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "topology/result.h"

namespace lanwarden::topology {

class IpAddress {
 public:
  constexpr IpAddress() = default;
  static constexpr IpAddress v4(std::uint32_t host_order) {
    IpAddress a;
    a.halves_[0] = in_network_order(std::uint64_t{host_order} << 32);
    return a;
  }
  static constexpr IpAddress v4(std::span<const std::uint8_t, 4> o) {
    return v4((std::uint32_t{o[0]} << 24) | (std::uint32_t{o[1]} << 16) | (std::uint32_t{o[2]} << 8) | o[3]);
  }
  static constexpr IpAddress v6(std::span<const std::uint8_t, 16> o) {
    IpAddress a;
    a.v6_ = 1;
    for (std::size_t half = 0; half < 2; ++half) {
      std::uint64_t number = 0;
      for (std::size_t i = 0; i < 8; ++i) number = (number << 8) | o[8 * half + i];
      a.halves_[half] = in_network_order(number);
    }
    return a;
  }
  /// Dotted quad, or RFC 4291 text. Fails on anything else (no zone ids, no prefixes).
  static Result<IpAddress, ParseError> parse(std::string_view text);

  constexpr bool is_v6() const { return v6_ != 0; }
  constexpr bool is_unspecified() const { return (halves_[0] | halves_[1]) == 0; }
  /// IPv4 only: the address as a host-order number; 0 for IPv6.
  constexpr std::uint32_t v4_bits() const {
    return v6_ ? 0 : static_cast<std::uint32_t>(in_network_order(halves_[0]) >> 32);
  }
  std::span<const std::uint8_t> octets() const {
    return {reinterpret_cast<const std::uint8_t*>(halves_), v6_ ? 16U : 4U};
  }
  /// Dotted quad, or RFC 5952 text.
  std::string to_string() const;

  constexpr bool operator==(const IpAddress&) const = default;
  /// IPv4 before IPv6, each by number.
  constexpr std::strong_ordering operator<=>(const IpAddress& other) const {
    if (v6_ != other.v6_) return v6_ <=> other.v6_;
    if (halves_[0] != other.halves_[0])
      return in_network_order(halves_[0]) <=> in_network_order(other.halves_[0]);
    return in_network_order(halves_[1]) <=> in_network_order(other.halves_[1]);
  }

 private:
  static constexpr std::uint64_t in_network_order(std::uint64_t number) {
    return std::endian::native == std::endian::little ? __builtin_bswap64(number) : number;
  }

  // The octets in the order of the wire, but written as numbers: octets stored singly and read again at once
  // as a number make the processor wait, twice for each ARP frame.
  std::uint64_t halves_[2] = {0, 0};
  std::uint64_t v6_ = 0;  // 0 or 1; a whole word, so that there is no padding
};

}  // namespace lanwarden::topology
