// Frames to groups: routers' protocols, IGMP, IPv6 neighbour discovery.
#include <algorithm>

#include "tests/lab/traffic/frames.h"
#include "tests/lab/traffic/octets.h"

namespace lanwarden::lab {

using topology::kBroadcast;
using topology::MacAddress;

namespace {

Ipv6 all_nodes() { return {0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}; }

MacAddress group_mac(const Ipv6& to) {
  return MacAddress{0x333300000000ULL | std::uint64_t{to[12]} << 24U | std::uint64_t{to[13]} << 16U |
                    std::uint64_t{to[14]} << 8U | to[15]};
}

void checksum_at(Frame& message, std::size_t at) {
  const std::uint16_t sum = internet_checksum(message);
  message[at] = static_cast<std::uint8_t>(sum >> 8);
  message[at + 1] = static_cast<std::uint8_t>(sum & 0xff);
}

}  // namespace

Frame rarp_notify(MacAddress from) {
  return Octets()
      .ethernet(kBroadcast, from, 0x8035)
      .u16(1)
      .u16(0x0800)
      .u8(6)
      .u8(4)
      .u16(3)
      .mac(from)
      .u32(0)
      .mac(from)
      .u32(0)
      .padded();
}

Frame vrrp_advertisement(MacAddress from, std::uint32_t from_ip, std::uint8_t group, std::uint32_t address) {
  Octets o;
  o.u8(0x21).u8(group).u8(100).u8(1).u8(0).u8(1).u16(0).u32(address).zeros(8);
  checksum_at(o.raw(), 6);
  return ipv4_frame(from, MacAddress{0x01005e000012}, from_ip, 0xe0000012, 112, o.raw());
}

Frame hsrp_hello(MacAddress from, std::uint32_t from_ip, std::uint8_t group, std::uint32_t address) {
  Octets o;
  o.u8(0)
      .u8(0)
      .u8(16)
      .u8(3)
      .u8(10)
      .u8(100)
      .u8(group)
      .u8(0)
      .text(std::string_view("cisco\0\0\0", 8))
      .u32(address);
  return udp_frame(from, MacAddress{0x01005e000002}, from_ip, 0xe0000002, 1985, 1985, o.raw());
}

Frame igmp_query(MacAddress from, std::uint32_t from_ip) {
  Octets o;
  o.u8(0x11).u8(100).u16(0).u32(0);
  checksum_at(o.raw(), 2);
  return ipv4_frame(from, MacAddress{0x01005e000001}, from_ip, 0xe0000001, 2, o.raw());
}

Ipv6 link_local(MacAddress mac) {
  const auto m = mac.octets();
  return {0xfe, 0x80, 0,    0,    0,    0,    0,   0, static_cast<std::uint8_t>(m[0] ^ 2U),
          m[1], m[2], 0xff, 0xfe, m[3], m[4], m[5]};
}

Frame icmpv6_frame(MacAddress from, MacAddress to_mac, const Ipv6& source, const Ipv6& to,
                   std::span<const std::uint8_t> message) {
  Octets pseudo;  // RFC 4443 §2.3
  pseudo.octets(source).octets(to).u32(static_cast<std::uint32_t>(message.size())).u32(58).octets(message);
  const std::uint16_t sum = internet_checksum(pseudo.raw());
  Octets o;
  o.ethernet(to_mac.is_zero() ? group_mac(to) : to_mac, from, 0x86dd).u32(0x60000000);
  o.u16(static_cast<unsigned>(message.size())).u8(58).u8(255).octets(source).octets(to).octets(message);
  Frame& frame = o.raw();
  frame[14 + 40 + 2] = static_cast<std::uint8_t>(sum >> 8);
  frame[14 + 40 + 3] = static_cast<std::uint8_t>(sum & 0xff);
  return o.padded();
}

Frame nd_solicitation(MacAddress from, const Ipv6& source, const Ipv6& target) {
  const Ipv6 group{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, target[13], target[14], target[15]};
  Octets o;
  o.u8(135).u8(0).u16(0).u32(0).octets(target);
  if (source != Ipv6{}) o.u8(1).u8(1).mac(from);  // DAD carries no source link-layer address (§4.3)
  return icmpv6_frame(from, MacAddress{}, source, group, o.raw());
}

Frame nd_advertisement(MacAddress from, MacAddress to_mac, const Ipv6& to, const Ipv6& target) {
  Octets o;
  o.u8(136).u8(0).u16(0).u32(to == Ipv6{} ? 0x20000000 : 0x60000000).octets(target).u8(2).u8(1).mac(from);
  return icmpv6_frame(from, to == Ipv6{} ? MacAddress{} : to_mac, target, to == Ipv6{} ? all_nodes() : to,
                      o.raw());
}

Frame router_advertisement(MacAddress from, const Ipv6& source, std::uint16_t lifetime_s) {
  Octets o;
  o.u8(134).u8(0).u16(0).u8(64).u8(0).u16(lifetime_s).u32(0).u32(0).u8(1).u8(1).mac(from);
  return icmpv6_frame(from, MacAddress{}, source, all_nodes(), o.raw());
}

}  // namespace lanwarden::lab
