// Frames as they stand on the wire, without the checksum: written octet by octet
// from the standards, with none of the product's code.
#pragma once

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
Frame dhcp_discover(topology::MacAddress from, std::uint32_t transaction);  ///< RFC 2131
Frame lldp_frame(const Switch& sw, const Port& port);                       ///< IEEE 802.1AB
Frame bpdu_frame(const Switch& root, const Port& port);  ///< IEEE 802.1D §9.3.1, sent by the root itself
Frame loop_frame(
    topology::MacAddress from);  ///< EtherType 0x9000, broadcast: the heartbeat of the second story
Frame nlb_frame(topology::MacAddress from, std::uint8_t host,
                std::uint32_t cluster_ip);  ///< EtherType 0x886f

}  // namespace lanwarden::lab
