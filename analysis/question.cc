#include "analysis/question.h"

#include <algorithm>
#include <array>

#include "analysis/frame.h"

namespace lanwarden::analysis {
namespace {

using topology::IpAddress;
using topology::MacAddress;
using topology::VlanId;

constexpr std::size_t kShortestFrame = 60;  // IEEE 802.3 §4A.2.3.2.4, without the checksum
constexpr std::uint16_t kTag = 0x8100;
constexpr std::size_t kArpLength = 28;
constexpr std::size_t kIpv6Header = 40;
constexpr std::uint8_t kIcmpv6 = 58;
constexpr std::uint8_t kSolicitation = 135;
constexpr std::uint8_t kHopLimit = 255;  // RFC 4861 §7.1.1: it has passed no router

void put(FrameOctets& out, std::span<const std::uint8_t> octets) {
  out.insert(out.end(), octets.begin(), octets.end());
}
void put(FrameOctets& out, MacAddress mac) { put(out, mac.octets()); }
void put16(FrameOctets& out, std::uint32_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

FrameOctets ethernet(MacAddress to, MacAddress from, std::uint16_t type, VlanId vlan) {
  FrameOctets out;
  out.reserve(kShortestFrame + kIpv6Header);
  put(out, to);
  put(out, from);
  if (vlan != topology::kNoVlan) put16(out, kTag), put16(out, vlan.value & 0xfffU);
  put16(out, type);
  return out;
}

void pad(FrameOctets& out, VlanId vlan) {
  out.resize(std::max(out.size(), kShortestFrame + (vlan != topology::kNoVlan ? 4 : 0)));
}

using Ip6 = std::array<std::uint8_t, 16>;
Ip6 octets16(IpAddress ip) {
  Ip6 out{};
  if (ip.is_v6()) std::copy_n(ip.octets().begin(), out.size(), out.begin());
  return out;
}

/// RFC 4861 §2.3: ff02::1:ff and the address's last three octets.
Ip6 solicited_node(IpAddress target) {
  Ip6 out{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff};
  const Ip6 t = octets16(target);
  std::copy(t.begin() + 13, t.end(), out.begin() + 13);
  return out;
}

/// RFC 4443 §2.3: over the pseudo-header and the message.
std::uint16_t checksum(const Ip6& from, const Ip6& to, std::span<const std::uint8_t> message) {
  std::uint32_t sum = kIcmpv6 + static_cast<std::uint32_t>(message.size());
  const auto add = [&](std::span<const std::uint8_t> octets) {
    for (std::size_t i = 0; i < octets.size(); ++i) sum += std::uint32_t{octets[i]} << (i % 2 == 0 ? 8 : 0);
  };
  add(from);
  add(to);
  add(message);
  while (sum >> 16 != 0) sum = (sum & 0xffffU) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

bool owns(const Asker& asker, IpAddress ip) {
  return std::find(asker.ips.begin(), asker.ips.end(), ip) != asker.ips.end();
}

std::optional<std::string> refusal_of_arp(std::span<const std::uint8_t> arp, const Asker& asker) {
  constexpr std::array<std::uint8_t, 8> kRequestForIpv4 = {0, 1, 8, 0, 6, 4, 0, 1};
  if (arp.size() < kArpLength) return "a cut ARP packet";
  if (!std::equal(kRequestForIpv4.begin(), kRequestForIpv4.end(), arp.begin()))
    return "an ARP packet that is no request for an IPv4 address";
  if (MacAddress(arp.subspan<8, 6>()) != asker.mac) return "an ARP request in another station's name";
  const auto sender = IpAddress::v4(arp.subspan<14, 4>());
  const auto target = IpAddress::v4(arp.subspan<24, 4>());
  if (sender == target) return "an announcement: it would claim the address";
  if (!sender.is_unspecified() && !owns(asker, sender))
    return "an ARP request whose sender, " + sender.to_string() + ", is not this machine";
  if (target.is_unspecified() || target.v4_bits() >= 0xe0000000U)
    return "an ARP request for " + target.to_string() + ", which no station can have";
  return std::nullopt;
}

std::optional<std::string> refusal_of_nd(std::span<const std::uint8_t> ip, const Asker& asker) {
  if (ip.size() < kIpv6Header + 24) return "a cut IPv6 packet";
  if (ip[6] != kIcmpv6 || ip[7] != kHopLimit || ip[kIpv6Header] != kSolicitation)
    return "an IPv6 packet that is no neighbour solicitation";
  const auto sender = IpAddress::v6(ip.subspan<8, 16>());
  const auto target = IpAddress::v6(ip.subspan<kIpv6Header + 8, 16>());
  if (!sender.is_unspecified() && !owns(asker, sender))
    return "a neighbour solicitation whose sender, " + sender.to_string() + ", is not this machine";
  if (target.is_unspecified() || target.octets()[0] == 0xff)
    return "a neighbour solicitation for " + target.to_string() + ", which no station can have";
  // Options: a source link-layer address (type 1) is the asker's own, or there is none.
  for (std::size_t i = kIpv6Header + 24; i + 8 <= ip.size();) {
    const std::size_t length = std::size_t{ip[i + 1]} * 8;
    if (length == 0 || i + length > ip.size()) return std::nullopt;  // padding of a short frame
    if (ip[i] != 1 || sender.is_unspecified() || MacAddress(ip.subspan(i + 2).first<6>()) != asker.mac)
      return "a neighbour solicitation with an option that is not its sender's own address";
    i += length;
  }
  return std::nullopt;
}

}  // namespace

FrameOctets arp_request(MacAddress from, IpAddress sender, IpAddress target, TargetHardware form,
                        MacAddress to, VlanId vlan) {
  constexpr std::array<std::uint8_t, 8> kHead = {0, 1, 8, 0, 6, 4, 0, 1};
  const auto four = [](FrameOctets& out, IpAddress ip) {
    put16(out, ip.v4_bits() >> 16);
    put16(out, ip.v4_bits() & 0xffffU);
  };
  FrameOctets out = ethernet(to, from, kEtherTypeArp, vlan);
  put(out, kHead);
  put(out, from);
  four(out, sender);
  put(out, form == TargetHardware::kOnes ? topology::kBroadcast : MacAddress{});
  four(out, target);
  pad(out, vlan);
  return out;
}

FrameOctets neighbor_solicitation(MacAddress from, IpAddress sender, IpAddress target, VlanId vlan) {
  const Ip6 source = octets16(sender), group = solicited_node(target);
  FrameOctets message = {kSolicitation, 0, 0, 0, 0, 0, 0, 0};
  put(message, octets16(target));
  if (!sender.is_unspecified()) {  // RFC 4861 §4.3: not from the unspecified address
    message.push_back(1);
    message.push_back(1);
    put(message, from);
  }
  const std::uint16_t sum = checksum(source, group, message);
  message[2] = static_cast<std::uint8_t>(sum >> 8);
  message[3] = static_cast<std::uint8_t>(sum);

  // RFC 2464 §7: 33:33 and the group's last four octets.
  const std::array<std::uint8_t, 6> to = {0x33, 0x33, group[12], group[13], group[14], group[15]};
  FrameOctets out = ethernet(MacAddress(std::span<const std::uint8_t, 6>(to)), from, kEtherTypeIpv6, vlan);
  put16(out, 0x6000);
  put16(out, 0);
  put16(out, static_cast<std::uint32_t>(message.size()));
  out.push_back(kIcmpv6);
  out.push_back(kHopLimit);
  put(out, source);
  put(out, group);
  put(out, message);
  pad(out, vlan);
  return out;
}

std::optional<std::string> refusal(std::span<const std::uint8_t> frame, const Asker& asker) {
  constexpr std::size_t kAddresses = 12;
  if (frame.size() < kShortestFrame) return "a frame shorter than Ethernet allows";
  if (MacAddress(frame.subspan<6, 6>()) != asker.mac) return "a frame in another station's name";
  std::size_t at = kAddresses;
  const auto word = [&](std::size_t i) { return frame[i] << 8 | frame[i + 1]; };
  if (word(at) == kTag) at += 4;
  const auto packet = frame.subspan(at + 2);
  if (word(at) == kEtherTypeArp) return refusal_of_arp(packet, asker);
  if (word(at) == kEtherTypeIpv6) return refusal_of_nd(packet, asker);
  return "a frame that is neither ARP nor neighbour discovery";
}

}  // namespace lanwarden::analysis
