// Reading numbers and addresses out of captured octets. Offsets are the caller's to check.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "topology/ip_address.h"
#include "topology/mac_address.h"

namespace lanwarden::analysis {

using Octets = std::span<const std::uint8_t>;

inline std::uint16_t be16(Octets b, std::size_t at) {
  return static_cast<std::uint16_t>((b[at] << 8) | b[at + 1]);
}
inline std::uint32_t be32(Octets b, std::size_t at) {
  return (std::uint32_t{b[at]} << 24) | (std::uint32_t{b[at + 1]} << 16) | (std::uint32_t{b[at + 2]} << 8) |
         b[at + 3];
}
inline std::uint64_t be64(Octets b, std::size_t at) {
  return (std::uint64_t{be32(b, at)} << 32) | be32(b, at + 4);
}
inline std::uint16_t le16(Octets b, std::size_t at) {
  return static_cast<std::uint16_t>(b[at] | (b[at + 1] << 8));
}
inline std::uint32_t le32(Octets b, std::size_t at) {
  return le16(b, at) | (static_cast<std::uint32_t>(le16(b, at + 2)) << 16);
}
inline topology::MacAddress mac_at(Octets b, std::size_t at) {
  return topology::MacAddress((std::uint64_t{be16(b, at)} << 32) | be32(b, at + 2));
}
inline topology::IpAddress v4_at(Octets b, std::size_t at) { return topology::IpAddress::v4(be32(b, at)); }
inline topology::IpAddress v6_at(Octets b, std::size_t at) {
  return topology::IpAddress::v6(b.subspan(at).first<16>());
}

}  // namespace lanwarden::analysis
