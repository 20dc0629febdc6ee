// An IPv4 or IPv6 address, as ARP, ND and the address tables carry it.
#pragma once

#include <array>
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
    // Written in one piece: octets written singly and read again at once as a number make the processor wait.
    const std::uint32_t in_order =
        std::endian::native == std::endian::little ? __builtin_bswap32(host_order) : host_order;
    IpAddress a;
    a.octets_ = std::bit_cast<std::array<std::uint8_t, 16>>(std::array<std::uint32_t, 4>{in_order});
    return a;
  }
  static constexpr IpAddress v4(std::span<const std::uint8_t, 4> o) {
    return v4((std::uint32_t{o[0]} << 24) | (std::uint32_t{o[1]} << 16) | (std::uint32_t{o[2]} << 8) | o[3]);
  }
  static constexpr IpAddress v6(std::span<const std::uint8_t, 16> o) {
    IpAddress a;
    a.v6_ = true;
    for (std::size_t i = 0; i < 16; ++i) a.octets_[i] = o[i];
    return a;
  }
  /// Dotted quad, or RFC 4291 text. Fails on anything else (no zone ids, no prefixes).
  static Result<IpAddress, ParseError> parse(std::string_view text);

  constexpr bool is_v6() const { return v6_; }
  constexpr bool is_unspecified() const {
    const auto halves = std::bit_cast<std::array<std::uint64_t, 2>>(octets_);
    return (halves[0] | halves[1]) == 0;
  }
  /// IPv4 only: the address as a host-order number; 0 for IPv6.
  constexpr std::uint32_t v4_bits() const {
    if (v6_) return 0;
    return (std::uint32_t{octets_[0]} << 24) | (std::uint32_t{octets_[1]} << 16) |
           (std::uint32_t{octets_[2]} << 8) | octets_[3];
  }
  constexpr std::span<const std::uint8_t> octets() const { return {octets_.data(), v6_ ? 16U : 4U}; }
  /// Dotted quad, or RFC 5952 text.
  std::string to_string() const;

  constexpr bool operator==(const IpAddress& other) const {
    return v6_ == other.v6_ && std::bit_cast<std::array<std::uint64_t, 2>>(octets_) ==
                                   std::bit_cast<std::array<std::uint64_t, 2>>(other.octets_);
  }
  constexpr auto operator<=>(const IpAddress&) const = default;

 private:
  bool v6_ = false;
  std::array<std::uint8_t, 16> octets_{};
};

}  // namespace lanwarden::topology
