// An IPv4 or IPv6 address, as ARP, ND and the address tables carry it.
#pragma once

#include <array>
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
    a.octets_ = {static_cast<std::uint8_t>(host_order >> 24), static_cast<std::uint8_t>(host_order >> 16),
                 static_cast<std::uint8_t>(host_order >> 8), static_cast<std::uint8_t>(host_order)};
    return a;
  }
  static constexpr IpAddress v4(std::span<const std::uint8_t, 4> o) {
    IpAddress a;
    for (std::size_t i = 0; i < 4; ++i) a.octets_[i] = o[i];
    return a;
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
    for (auto o : octets_)
      if (o != 0) return false;
    return true;
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

  constexpr auto operator<=>(const IpAddress&) const = default;

 private:
  bool v6_ = false;
  std::array<std::uint8_t, 16> octets_{};
};

}  // namespace lanwarden::topology
