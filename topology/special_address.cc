#include "topology/special_address.h"

namespace lanwarden::topology {
namespace {

std::string cluster_ip(MacAddress mac) {
  return IpAddress::v4(static_cast<std::uint32_t>(mac.bits())).to_string();
}

}  // namespace

std::optional<std::string> special_name(MacAddress mac) {
  const std::uint64_t bits = mac.bits();
  const auto number = [&](std::uint64_t mask) { return std::to_string(bits & mask); };
  switch (address_kind(mac)) {
    case AddressKind::kVrrp:
      return (bits >> 8 & 0xffU) == 2 ? "VRRP virtual router " + number(0xff) + ", IPv6"
                                      : "VRRP or CARP virtual router " + number(0xff);
    case AddressKind::kHsrp:
      if (bits >> 24 == 0x000573) return "HSRP group " + number(0xfff) + ", IPv6";
      return "HSRP group " + number(bits >> 12 == 0x00000c9ff ? 0xfffU : 0xffU);
    case AddressKind::kGlbp:  // six bits of zero, ten of the group, eight of the forwarder
      return "GLBP group " + std::to_string(bits >> 8 & 0x3ffU) + ", forwarder " + number(0xff);
    case AddressKind::kNlb:
      return "Microsoft NLB cluster " + cluster_ip(mac) + (mac.is_group() ? ", multicast" : ", unicast");
    case AddressKind::kStation:
    case AddressKind::kZero:
    case AddressKind::kGroup:
      break;
  }
  return std::nullopt;
}

std::optional<MacAddress> nlb_cluster_of(MacAddress host) {
  constexpr unsigned kMostHosts = 32;
  const auto o = host.octets();
  if (o[0] != 0x02 || o[1] == 0 || o[1] > kMostHosts) return std::nullopt;
  return MacAddress{0x02bf'0000'0000U | (host.bits() & 0xffff'ffffU)};
}

std::string nlb_host_name(MacAddress host) {
  return "host " + std::to_string(host.octets()[1]) + " of the Microsoft NLB cluster " + cluster_ip(host);
}

}  // namespace lanwarden::topology
