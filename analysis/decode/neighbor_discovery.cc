#include "analysis/decode/neighbor_discovery.h"

namespace lanwarden::analysis {
namespace {

// RFC 4861 §4.6, RFC 8106 §5.1, RFC 3971 §5.3.2.
constexpr std::uint8_t kSourceLinkLayer = 1, kTargetLinkLayer = 2, kPrefix = 3, kNonce = 14, kDnsServers = 25;

std::size_t fixed_part(NdType type) {
  switch (type) {
    case NdType::kRouterSolicitation:
      return 8;
    case NdType::kRouterAdvertisement:
      return 16;
    case NdType::kNeighborSolicitation:
    case NdType::kNeighborAdvertisement:
      return 24;
    case NdType::kRedirect:
      return 40;
  }
  return 0;
}

void decode_prefix(Octets option, NeighborDiscovery& nd) {
  if (option.size() < 32 || nd.prefix_count == nd.prefixes.size()) return;
  RouterPrefix& prefix = nd.prefixes[nd.prefix_count++];
  prefix.length = option[2];
  prefix.on_link = option[3] & 0x80;
  prefix.autonomous = option[3] & 0x40;
  prefix.valid_s = be32(option, 4);
  prefix.preferred_s = be32(option, 8);
  prefix.prefix = v6_at(option, 16);
}

void decode_option(Octets option, NeighborDiscovery& nd) {
  switch (option[0]) {
    case kSourceLinkLayer:
    case kTargetLinkLayer: {
      const bool targets = nd.type == NdType::kNeighborAdvertisement || nd.type == NdType::kRedirect;
      if ((option[0] == kTargetLinkLayer) == targets) nd.link_layer = mac_at(option, 2);
      return;
    }
    case kPrefix:
      decode_prefix(option, nd);
      return;
    case kNonce:
      nd.has_nonce = true;
      return;
    case kDnsServers:
      for (std::size_t at = 8; at + 16 <= option.size() && nd.dns_count < nd.dns.size(); at += 16)
        nd.dns[nd.dns_count++] = v6_at(option, at);
      return;
    default:
      return;
  }
}

}  // namespace

bool decode_neighbor_discovery(const IpHeader& ip, NeighborDiscovery& nd) {
  const Octets b = ip.segment;
  if (ip.version != 6 || ip.protocol != kProtocolIcmpV6 || ip.hop_limit != 255 || ip.fragment || b.size() < 8)
    return false;
  if (b[0] < 133 || b[0] > 137 || b[1] != 0) return false;
  nd = {};
  nd.type = static_cast<NdType>(b[0]);
  const std::size_t fixed = fixed_part(nd.type);
  if (b.size() < fixed) return false;
  switch (nd.type) {
    case NdType::kRouterSolicitation:
      break;
    case NdType::kRouterAdvertisement: {
      nd.managed = b[5] & 0x80;
      nd.other = b[5] & 0x40;
      const unsigned preference = (b[5] >> 3) & 3U;
      nd.preference = preference == 1 ? 1 : preference == 3 ? -1 : 0;
      nd.router_lifetime_s = be16(b, 6);
      break;
    }
    case NdType::kNeighborAdvertisement:
      nd.router = b[4] & 0x80;
      nd.solicited = b[4] & 0x40;
      nd.override = b[4] & 0x20;
      [[fallthrough]];
    case NdType::kNeighborSolicitation:
      nd.target = v6_at(b, 8);
      break;
    case NdType::kRedirect:
      nd.target = v6_at(b, 8);
      nd.destination = v6_at(b, 24);
      break;
  }
  for (Octets options = b.subspan(fixed); options.size() >= 8;) {
    const std::size_t length = std::size_t{options[1]} * 8;
    if (length == 0) return false;       // RFC 4861 §4.6: the whole packet is discarded
    if (length > options.size()) break;  // cut off by the capture
    decode_option(options.first(length), nd);
    options = options.subspan(length);
  }
  return true;
}

}  // namespace lanwarden::analysis
