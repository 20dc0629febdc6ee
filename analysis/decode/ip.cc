#include "analysis/decode/ip.h"

#include <algorithm>

namespace lanwarden::analysis {
namespace {

constexpr std::size_t kIpv4Header = 20, kIpv6Header = 40;
constexpr std::uint8_t kHopByHop = 0, kRouting = 43, kFragment = 44, kAuthentication = 51, kDestination = 60;

// Ports and message types, when the upper layer's header is there.
void decode_upper(IpHeader& ip) {
  if (ip.later_fragment) return;
  const Octets b = ip.segment;
  switch (ip.protocol) {
    case kProtocolTcp:
    case kProtocolUdp:
      if (b.size() < 4) return;
      ip.source_port = be16(b, 0);
      ip.destination_port = be16(b, 2);
      return;
    case kProtocolIcmp:
    case kProtocolIgmp:
    case kProtocolIcmpV6:
      if (!b.empty()) ip.message_type = b[0];
      return;
    default:
      return;
  }
}

}  // namespace

bool decode_ipv4(Octets b, IpHeader& ip) {
  ip = {};
  if (b.size() < kIpv4Header || b[0] >> 4 != 4) return false;
  const std::size_t header = std::size_t{b[0] & 0x0fU} * 4;
  const std::size_t total = be16(b, 2);  // zero when the card cuts the packet later (TSO)
  if (header < kIpv4Header || header > b.size() || (total != 0 && total < header)) return false;
  ip.version = 4;
  ip.protocol = b[9];
  ip.hop_limit = b[8];
  const std::uint16_t fragment = be16(b, 6);
  ip.later_fragment = (fragment & 0x1fff) != 0;
  ip.fragment = (fragment & 0x3fff) != 0;
  ip.source = v4_at(b, 12);
  ip.destination = v4_at(b, 16);
  ip.segment = b.first(total == 0 ? b.size() : std::min(total, b.size())).subspan(header);
  decode_upper(ip);
  return true;
}

bool decode_ipv6(Octets b, IpHeader& ip) {
  ip = {};
  if (b.size() < kIpv6Header || b[0] >> 4 != 6) return false;
  const std::size_t length = be16(b, 4);  // zero for jumbograms
  ip.version = 6;
  ip.protocol = b[6];
  ip.hop_limit = b[7];
  ip.source = v6_at(b, 8);
  ip.destination = v6_at(b, 24);
  Octets rest = b.subspan(kIpv6Header);
  if (length != 0 && length < rest.size()) rest = rest.first(length);
  for (unsigned extension = 0; extension < kMostExtensions && !ip.later_fragment; ++extension) {
    std::size_t size = 0;
    switch (ip.protocol) {
      case kHopByHop:
      case kRouting:
      case kDestination:
        if (rest.size() >= 2) size = (std::size_t{rest[1]} + 1) * 8;
        break;
      case kFragment:
        if (rest.size() < 8) break;
        size = 8;
        ip.fragment = true;
        ip.later_fragment = be16(rest, 2) >> 3 != 0;
        break;
      case kAuthentication:
        if (rest.size() >= 2) size = (std::size_t{rest[1]} + 2) * 4;
        break;
      default:
        ip.segment = rest;
        decode_upper(ip);
        return true;
    }
    if (size == 0 || size > rest.size()) return true;  // cut off within the headers
    ip.protocol = rest[0];
    rest = rest.subspan(size);
  }
  ip.segment = rest;
  return true;
}

bool may_be_service_v4(Octets b) {
  if (b.size() < kIpv4Header + 4 || b[9] != kProtocolUdp) return false;
  const std::size_t at = std::size_t{b[0] & 0x0fU} * 4;
  if (at + 4 > b.size()) return false;
  const std::uint16_t from = be16(b, at), to = be16(b, at + 2);
  return to == 67 || to == 68 || is_name_port(from);
}

bool may_be_service_v6(Octets b) {
  if (b.size() < kIpv6Header + 4) return false;
  if (b[6] == kProtocolIcmpV6) return b[kIpv6Header] >= 133 && b[kIpv6Header] <= 137;
  if (b[6] == kProtocolUdp) {
    const std::uint16_t from = be16(b, kIpv6Header), to = be16(b, kIpv6Header + 2);
    return to == 546 || to == 547 || is_name_port(from);
  }
  // Neighbour discovery behind an extension header is rare, and how filters are slipped by.
  return b[6] == kHopByHop || b[6] == kDestination;
}

}  // namespace lanwarden::analysis
