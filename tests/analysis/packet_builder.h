// What frames carry above Ethernet and ARP, for tests: IP, neighbour discovery, DHCP.
#pragma once

#include <optional>
#include <string_view>

#include "tests/analysis/frame_builder.h"

namespace lanwarden::test {

/// An IPv4 packet of that protocol, header checksum left zero.
Octets ipv4(std::string_view from, std::string_view to, std::uint8_t protocol, const Octets& segment);
Octets udp(std::uint16_t from, std::uint16_t to, const Octets& payload);
Octets ipv6(std::string_view from, std::string_view to, std::uint8_t next_header, const Octets& segment,
            std::uint8_t hop_limit = 255);

/// The address ff02::1:ffxx:xxxx, and the Ethernet address of an IPv6 group.
std::string solicited_node(std::string_view address);
topology::MacAddress group_mac(std::string_view address);

/// ICMPv6 messages of RFC 4861, checksum left zero.
Octets router_solicitation(topology::MacAddress source_link_layer = {});
struct Advertised {
  std::uint16_t lifetime_s = 1800;
  std::string_view prefix = {};  ///< a /64
  topology::MacAddress source_link_layer = {};
  std::string_view dns = {};
  std::uint8_t flags = 0;
};
Octets router_advertisement(const Advertised& what);
Octets neighbor_solicitation(std::string_view target, topology::MacAddress source_link_layer = {});
Octets neighbor_advertisement(std::string_view target, topology::MacAddress target_link_layer,
                              std::uint8_t flags = 0x20);
Octets redirect(std::string_view target, std::string_view destination,
                topology::MacAddress target_link_layer);

struct DhcpMessage {
  std::uint8_t type = 1;  ///< option 53; 0 for none
  topology::MacAddress client;
  std::string_view client_ip = "0.0.0.0", your_ip = "0.0.0.0", relay = "0.0.0.0";
  std::string_view server_id = {}, requested_ip = {}, subnet_mask = {}, router = {}, dns = {}, host_name = {};
  std::uint32_t transaction = 0x1234;
};
/// The UDP payload: a reply when the type is one that servers send.
Octets dhcp(const DhcpMessage& message);
/// Whole frames: client to everybody, and server to client (as broadcast, or to `to`).
Octets dhcp_from_client(const DhcpMessage& message, std::uint16_t vlan = 0);
Octets dhcp_from_server(topology::MacAddress server, std::string_view server_ip, const DhcpMessage& message,
                        topology::MacAddress to = topology::kBroadcast, std::uint16_t vlan = 0);

}  // namespace lanwarden::test
