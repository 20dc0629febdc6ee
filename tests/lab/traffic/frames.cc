#include "tests/lab/traffic/frames.h"

#include <algorithm>
#include <string>

#include "tests/lab/traffic/octets.h"

namespace lanwarden::lab {
namespace {

using topology::kBroadcast;
using topology::MacAddress;

std::string as_text(MacAddress mac) {
  const auto o = mac.octets();
  return {o.begin(), o.end()};
}

}  // namespace

std::uint16_t internet_checksum(std::span<const std::uint8_t> octets, std::uint32_t before) {
  std::uint32_t sum = before;
  for (std::size_t i = 0; i < octets.size(); i += 2)
    sum += static_cast<std::uint32_t>(octets[i]) << 8 | (i + 1 < octets.size() ? octets[i + 1] : 0U);
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

Frame arp_frame(const Arp& a) {
  return Octets()
      .ethernet(a.destination, a.source, 0x0806)
      .u16(1)
      .u16(0x0800)
      .u8(6)
      .u8(4)
      .u16(a.operation)
      .mac(a.sender_mac)
      .u32(a.sender_ip)
      .mac(a.target_mac)
      .u32(a.target_ip)
      .padded();
}

Frame arp_probe(MacAddress from, std::uint32_t ip, bool vmware) {
  return arp_frame({1, from, kBroadcast, from, vmware ? kBroadcast : MacAddress{}, 0, ip});
}
Frame arp_announcement(MacAddress from, std::uint32_t ip) {
  return arp_frame({1, from, kBroadcast, from, MacAddress{}, ip, ip});
}
Frame arp_request(MacAddress from, std::uint32_t from_ip, std::uint32_t ip) {
  return arp_frame({1, from, kBroadcast, from, MacAddress{}, from_ip, ip});
}
Frame arp_reply(MacAddress from, std::uint32_t from_ip, MacAddress to, std::uint32_t to_ip) {
  return arp_frame({2, from, to, from, to, from_ip, to_ip});
}

Frame ipv4_frame(MacAddress from, MacAddress to, std::uint32_t from_ip, std::uint32_t to_ip,
                 std::uint8_t protocol, std::span<const std::uint8_t> payload) {
  Octets o;
  o.ethernet(to, from, 0x0800).u8(0x45).u8(0).u16(static_cast<unsigned>(20 + payload.size())).u16(0).u16(0);
  o.u8(protocol == 17 ? 64 : 255).u8(protocol).u16(0).u32(from_ip).u32(to_ip);
  Frame& frame = o.raw();
  const std::uint16_t sum = internet_checksum(std::span(frame).subspan(14, 20));
  frame[24] = static_cast<std::uint8_t>(sum >> 8);
  frame[25] = static_cast<std::uint8_t>(sum & 0xff);
  return o.octets(payload).padded();
}

Frame udp_frame(MacAddress from, MacAddress to, std::uint32_t from_ip, std::uint32_t to_ip,
                std::uint16_t from_port, std::uint16_t to_port, std::span<const std::uint8_t> payload) {
  Octets o;
  o.u16(from_port).u16(to_port).u16(static_cast<unsigned>(8 + payload.size())).u16(0).octets(payload);
  return ipv4_frame(from, to, from_ip, to_ip, 17, o.raw());
}

Frame dhcp_discover(MacAddress from, std::uint32_t transaction) {
  return dhcp_frame({.from = from, .client = from, .transaction = transaction, .type = 1});
}

Frame dhcp_frame(const Dhcp& d) {
  Octets o;
  o.u8(d.server_id == 0 ? 1 : 2).u8(1).u8(6).u8(0).u32(d.transaction).u16(0).u16(d.broadcast ? 0x8000 : 0);
  o.u32(d.client_ip).u32(d.your_ip).u32(0).u32(0).mac(d.client).zeros(10 + 64 + 128);
  o.u32(0x63825363).u8(53).u8(1).u8(d.type);  // magic cookie; message type
  if (d.server_id != 0) o.u8(54).u8(4).u32(d.server_id).u8(51).u8(4).u32(3600).u8(1).u8(4).u32(0xffff0000);
  if (d.router != 0) o.u8(3).u8(4).u32(d.router);
  if (d.requested_ip != 0) o.u8(50).u8(4).u32(d.requested_ip);
  o.u8(255);
  const bool from_server = d.server_id != 0;
  return udp_frame(d.from, d.to, d.from_ip, d.to_ip, from_server ? 67 : 68, from_server ? 68 : 67, o.raw());
}

Frame lldp_frame(const Switch& sw, const Port& port) {
  static constexpr MacAddress kNearestBridge{0x0180c200000e};
  const std::string capabilities =
      sw.router ? std::string("\0\x14\0\x14", 4) : std::string("\0\x04\0\x04", 4);
  return Octets()
      .ethernet(kNearestBridge, port.address, 0x88cc)
      .tlv(1, 4U, as_text(sw.bridge_address))
      .tlv(2, 5U, port.name)
      .tlv(3, std::string("\0\x78", 2))
      .tlv(5, sw.name)
      .tlv(6, sw.descr)
      .tlv(7, capabilities)
      .tlv(0, "")
      .padded();
}

Frame bpdu_frame(MacAddress from, std::uint16_t priority, MacAddress root, std::uint16_t port, bool changed) {
  static constexpr MacAddress kBridges{0x0180c2000000};
  Octets o;
  o.ethernet(kBridges, from, 38).u8(0x42).u8(0x42).u8(0x03);
  o.u16(0).u8(0).u8(0).u8(changed ? 1 : 0);  // spanning tree protocol, configuration BPDU
  o.u16(priority).mac(root).u32(0);          // root, cost
  o.u16(priority).mac(root).u16(port);
  return o.u16(0).u16(20 << 8).u16(2 << 8).u16(15 << 8).padded();  // ages and times in 1/256 s
}

Frame bpdu_frame(const Switch& root, const Port& port) {
  return bpdu_frame(port.address, root.stp_priority, root.bridge_address,
                    static_cast<std::uint16_t>(0x8000 | (port.bridge_port.value & 0xfff)), false);
}

Frame loop_frame(MacAddress from) { return Octets().ethernet(kBroadcast, from, 0x9000).padded(); }

Frame nlb_frame(MacAddress from, std::uint8_t host, std::uint32_t cluster_ip) {
  Octets o;
  // Numbers little-endian, addresses as usual: signature, version, host priority, cluster, host.
  o.ethernet(kBroadcast, from, 0x886f).u32(0xbf01dec0).u32(0x04020000).u8(host).zeros(3);
  return o.u32(cluster_ip).u32(cluster_ip + host).zeros(72).padded();
}

}  // namespace lanwarden::lab
