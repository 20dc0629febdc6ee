// Frames as they stand on the wire, without the checksum: written octet by octet
// from the standards, with none of the product's code.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tests/lab/world/world.h"

namespace lanwarden::lab {

using Frame = std::vector<std::uint8_t>;

inline constexpr std::size_t kShortestFrame = 60;  ///< shorter ones are padded with zeros

struct Arp {
  std::uint16_t operation = 1;               ///< 1 request, 2 reply
  topology::MacAddress source, destination;  ///< Ethernet
  topology::MacAddress sender_mac, target_mac;
  std::uint32_t sender_ip = 0, target_ip = 0;  ///< host order
};
Frame arp_frame(const Arp& arp);  ///< RFC 826

/// RFC 5227 §1.1: sender 0.0.0.0, asks for `ip`. VMware fills the target hardware
/// address with ones, everybody else with zeros.
Frame arp_probe(topology::MacAddress from, std::uint32_t ip, bool vmware);
Frame arp_announcement(topology::MacAddress from, std::uint32_t ip);
Frame arp_request(topology::MacAddress from, std::uint32_t from_ip, std::uint32_t ip);
Frame arp_reply(topology::MacAddress from, std::uint32_t from_ip, topology::MacAddress to,
                std::uint32_t to_ip);

/// IPv4 and UDP, checksums right (UDP's is left out, as IPv4 allows).
Frame udp_frame(topology::MacAddress from, topology::MacAddress to, std::uint32_t from_ip,
                std::uint32_t to_ip, std::uint16_t from_port, std::uint16_t to_port,
                std::span<const std::uint8_t> payload);
Frame ipv4_frame(topology::MacAddress from, topology::MacAddress to, std::uint32_t from_ip,
                 std::uint32_t to_ip, std::uint8_t protocol, std::span<const std::uint8_t> payload);

/// RFC 2131. A message with a `server_id` is the server's.
struct Dhcp {
  topology::MacAddress from, to = topology::kBroadcast;
  std::uint32_t from_ip = 0, to_ip = 0xffffffff;
  topology::MacAddress client;
  std::uint32_t transaction = 0;
  std::uint8_t type = 1;  ///< 1 discover, 2 offer, 3 request, 5 ack
  std::uint32_t client_ip = 0, your_ip = 0, requested_ip = 0, server_id = 0, router = 0;
  bool broadcast = true;
};
Frame dhcp_frame(const Dhcp& message);
Frame dhcp_discover(topology::MacAddress from, std::uint32_t transaction);
Frame lldp_frame(const Switch& sw, const Port& port);    ///< IEEE 802.1AB
Frame bpdu_frame(const Switch& root, const Port& port);  ///< IEEE 802.1D §9.3.1, sent by the root itself
/// Of any root, that `from` claims to be; `changed`: the topology change flag.
Frame bpdu_frame(topology::MacAddress from, std::uint16_t priority, topology::MacAddress root,
                 std::uint16_t port, bool changed);
Frame loop_frame(
    topology::MacAddress from);  ///< EtherType 0x9000, broadcast: the heartbeat of the second story
Frame nlb_frame(topology::MacAddress from, std::uint8_t host,
                std::uint32_t cluster_ip);  ///< EtherType 0x886f
/// A bridge's or hypervisor's word for a machine that moved: RARP "my own address" (RFC 903), broadcast.
Frame rarp_notify(topology::MacAddress from);
Frame vrrp_advertisement(topology::MacAddress from, std::uint32_t from_ip, std::uint8_t group,
                         std::uint32_t address);  ///< RFC 3768
Frame hsrp_hello(topology::MacAddress from, std::uint32_t from_ip, std::uint8_t group,
                 std::uint32_t address);                             ///< RFC 2281
Frame igmp_query(topology::MacAddress from, std::uint32_t from_ip);  ///< RFC 2236

using Ipv6 = std::array<std::uint8_t, 16>;
Ipv6 link_local(topology::MacAddress mac);  ///< fe80::/64 with the modified EUI-64 (RFC 4291)
/// ICMPv6, checksum right; to the group that `to` is mapped to (RFC 2464 §7) unless `to_mac` is given.
Frame icmpv6_frame(topology::MacAddress from, topology::MacAddress to_mac, const Ipv6& source, const Ipv6& to,
                   std::span<const std::uint8_t> message);
/// RFC 4861 §4.3, to the solicited-node group. Source all zero: duplicate address detection.
Frame nd_solicitation(topology::MacAddress from, const Ipv6& source, const Ipv6& target);
/// §4.4, override flag set; to all nodes when `to` is all zero.
Frame nd_advertisement(topology::MacAddress from, topology::MacAddress to_mac, const Ipv6& to,
                       const Ipv6& target);
Frame router_advertisement(topology::MacAddress from, const Ipv6& source, std::uint16_t lifetime_s);

}  // namespace lanwarden::lab
