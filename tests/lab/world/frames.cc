#include "tests/lab/world/frames.h"

#include <algorithm>
#include <string>

namespace lanwarden::lab {
namespace {

using topology::kBroadcast;
using topology::MacAddress;

/// Appends in network byte order.
class Octets {
 public:
  Octets& mac(MacAddress m) {
    const auto o = m.octets();
    frame_.insert(frame_.end(), o.begin(), o.end());
    return *this;
  }
  Octets& u8(unsigned v) {
    frame_.push_back(static_cast<std::uint8_t>(v));
    return *this;
  }
  Octets& u16(unsigned v) { return u8(v >> 8 & 0xff).u8(v & 0xff); }
  Octets& u32(std::uint32_t v) { return u16(v >> 16).u16(v & 0xffff); }
  Octets& text(std::string_view t) {
    frame_.insert(frame_.end(), t.begin(), t.end());
    return *this;
  }
  Octets& octets(std::span<const std::uint8_t> o) {
    frame_.insert(frame_.end(), o.begin(), o.end());
    return *this;
  }
  /// With a subtype, as chassis and port ids have.
  Octets& tlv(unsigned type, unsigned subtype, std::string_view value) {
    return u16(type << 9 | static_cast<unsigned>(value.size() + 1)).u8(subtype).text(value);
  }
  Octets& zeros(std::size_t n) {
    frame_.insert(frame_.end(), n, std::uint8_t{0});
    return *this;
  }
  Octets& ethernet(MacAddress to, MacAddress from, unsigned type_or_length) {
    return mac(to).mac(from).u16(type_or_length);
  }
  Octets& tlv(unsigned type, std::string_view value) {  // LLDP: 7 bits of type, 9 of length
    return u16(type << 9 | static_cast<unsigned>(value.size())).text(value);
  }
  Frame padded() {
    if (frame_.size() < kShortestFrame) frame_.resize(kShortestFrame);
    return std::move(frame_);
  }
  Frame& raw() { return frame_; }

 private:
  Frame frame_;
};

std::string as_text(MacAddress mac) {
  const auto o = mac.octets();
  return {o.begin(), o.end()};
}

std::uint16_t internet_checksum(std::span<const std::uint8_t> header) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < header.size(); i += 2)
    sum += static_cast<std::uint32_t>(header[i]) << 8 | header[i + 1];
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace

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

Frame udp_frame(MacAddress from, MacAddress to, std::uint32_t from_ip, std::uint32_t to_ip,
                std::uint16_t from_port, std::uint16_t to_port, std::span<const std::uint8_t> payload) {
  const auto udp_length = static_cast<unsigned>(8 + payload.size());
  Octets o;
  o.ethernet(to, from, 0x0800).u8(0x45).u8(0).u16(20 + udp_length).u16(0).u16(0).u8(64).u8(17).u16(0);
  o.u32(from_ip).u32(to_ip);
  Frame& frame = o.raw();
  const std::uint16_t sum = internet_checksum(std::span(frame).subspan(14, 20));
  frame[24] = static_cast<std::uint8_t>(sum >> 8);
  frame[25] = static_cast<std::uint8_t>(sum & 0xff);
  return o.u16(from_port).u16(to_port).u16(udp_length).u16(0).octets(payload).padded();
}

Frame dhcp_discover(MacAddress from, std::uint32_t transaction) {
  Octets o;
  o.u8(1).u8(1).u8(6).u8(0).u32(transaction).u16(0).u16(0x8000).zeros(16).mac(from).zeros(10 + 64 + 128);
  o.u32(0x63825363).u8(53).u8(1).u8(1).u8(255);  // magic cookie; DHCPDISCOVER; end
  const Frame payload = std::move(o.raw());
  return udp_frame(from, kBroadcast, 0, 0xffffffff, 68, 67, payload);
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

Frame bpdu_frame(const Switch& root, const Port& port) {
  static constexpr MacAddress kBridges{0x0180c2000000};
  Octets o;
  o.ethernet(kBridges, port.address, 38).u8(0x42).u8(0x42).u8(0x03);
  o.u16(0).u8(0).u8(0).u8(0);                                // spanning tree protocol, configuration BPDU
  o.u16(root.stp_priority).mac(root.bridge_address).u32(0);  // root, cost
  o.u16(root.stp_priority).mac(root.bridge_address).u16(0x8000 | (port.bridge_port.value & 0xfff));
  return o.u16(0).u16(20 << 8).u16(2 << 8).u16(15 << 8).padded();  // ages and times in 1/256 s
}

Frame loop_frame(MacAddress from) { return Octets().ethernet(kBroadcast, from, 0x9000).padded(); }

Frame nlb_frame(MacAddress from, std::uint8_t host, std::uint32_t cluster_ip) {
  Octets o;
  // Numbers little-endian, addresses as usual: signature, version, host priority, cluster, host.
  o.ethernet(kBroadcast, from, 0x886f).u32(0xbf01dec0).u32(0x04020000).u8(host).zeros(3);
  return o.u32(cluster_ip).u32(cluster_ip + host).zeros(72).padded();
}

}  // namespace lanwarden::lab
