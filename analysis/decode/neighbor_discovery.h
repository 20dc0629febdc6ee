// IPv6 neighbour discovery (RFC 4861), as hosts would believe it.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "analysis/decode/ip.h"

namespace lanwarden::analysis {

enum class NdType : std::uint8_t {
  kRouterSolicitation = 133,
  kRouterAdvertisement = 134,
  kNeighborSolicitation = 135,
  kNeighborAdvertisement = 136,
  kRedirect = 137,
};

struct RouterPrefix {
  topology::IpAddress prefix;
  std::uint8_t length = 0;
  bool on_link = false, autonomous = false;
  std::uint32_t valid_s = 0, preferred_s = 0;
};

/// A neighbour discovery message. What RFC 4861 tells a host to discard (hop limit below 255,
/// another code than 0, fragments (RFC 6980), options of length 0) is never decoded as one.
struct NeighborDiscovery {
  NdType type{};
  topology::IpAddress target;       ///< of solicitation, advertisement, redirect (the better first hop)
  topology::IpAddress destination;  ///< of a redirect
  topology::MacAddress link_layer;  ///< source or target link-layer address option; zero when absent
  bool router = false, solicited = false, override = false;  ///< flags of a neighbour advertisement
  bool has_nonce = false;                                    ///< RFC 3971, 7527: enhanced DAD
  // Of a router advertisement:
  bool managed = false, other = false;           ///< M and O: DHCPv6 for addresses, for the rest
  std::int8_t preference = 0;                    ///< RFC 4191: -1 low, 0 medium, 1 high
  std::uint16_t router_lifetime_s = 0;           ///< 0: no default router
  std::uint8_t prefix_count = 0, dns_count = 0;  ///< those kept below; further ones are left out
  std::array<RouterPrefix, 4> prefixes{};
  std::array<topology::IpAddress, 2> dns{};  ///< RFC 8106

  /// RFC 4862 §5.4.2: the address is asked for by one that has none yet.
  bool is_dad(const IpHeader& ip) const {
    return type == NdType::kNeighborSolicitation && ip.source.is_unspecified();
  }
  std::span<const RouterPrefix> prefix_list() const { return {prefixes.data(), prefix_count}; }
  std::span<const topology::IpAddress> dns_list() const { return {dns.data(), dns_count}; }
};

/// False when the packet is no neighbour discovery message that a host would believe.
bool decode_neighbor_discovery(const IpHeader& ip, NeighborDiscovery& nd);

}  // namespace lanwarden::analysis
