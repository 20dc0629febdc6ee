#include "agent/report/frame_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/frame.h"
#include "analysis/frame_words.h"

namespace lanwarden::agent {
namespace {

using analysis::Arp;
using analysis::Frame;

std::string arp_text(const Arp& arp) {
  const std::string sender = arp.sender_ip.to_string();
  const std::string target = arp.target_ip.to_string();
  if (arp.is_probe()) return fmt::format("is {} free? (probe, RFC 5227)", target);
  if (arp.is_announcement())
    return fmt::format("{} is mine: {} (announcement)", sender, arp.sender_mac.to_string());
  if (arp.is_request()) return fmt::format("who has {}? tell {}", target, sender);
  if (arp.is_reply()) {
    std::string text = fmt::format("{} is at {}", sender, arp.sender_mac.to_string());
    if (arp.target_ip.is_unspecified()) text += " (answer to a probe)";
    return text;
  }
  return fmt::format("operation {}", arp.operation);
}

std::string ip_protocol(const analysis::IpHeader& ip) {
  switch (ip.protocol) {
    case 1:
      return "ICMP";
    case 6:
      return "TCP";
    case 17:
      return "UDP";
    case 58:
      return "ICMPv6";
    default:
      return fmt::format("protocol {}", ip.protocol);
  }
}

std::string ip_text(const analysis::IpHeader& ip) {
  const std::string source = ip.source.to_string(), destination = ip.destination.to_string();
  if (ip.source_port == 0 && ip.destination_port == 0) return source + " to " + destination;
  return fmt::format("{} port {} to {} port {}", source, ip.source_port, destination, ip.destination_port);
}

struct EtherTypeName {
  std::uint16_t type;
  std::string_view name;
};
constexpr std::array<EtherTypeName, 9> kNames = {{{0x8035, "RARP"},
                                                  {0x86dd, "IPv6"},
                                                  {0x8809, "slow protocols (LACP)"},
                                                  {0x886f, "NLB heartbeat"},
                                                  {0x888e, "EAPOL"},
                                                  {0x88cc, "LLDP"},
                                                  {0x8863, "PPPoE discovery"},
                                                  {0x9000, "Ethernet configuration test (LOOP)"},
                                                  {0x88e5, "MACsec"}}};

}  // namespace

FrameWords frame_words(const EvidenceFrame& evidence) {
  analysis::RawFrame raw;
  raw.time = evidence.time;
  raw.bytes = evidence.bytes;
  raw.wire_length = evidence.wire_length;
  raw.number = evidence.number;
  raw.link_type = evidence.link_type;
  FrameWords words;
  const auto decoded = analysis::decode(raw);
  if (!decoded) {
    words.text = fmt::format("cannot be decoded: {}", decoded.error().cause);
    return words;
  }
  const Frame& frame = *decoded;
  words.source = frame.src.to_string();
  words.destination = frame.dst.is_broadcast() ? "everybody" : frame.dst.to_string();
  if (frame.vlan != topology::kNoVlan) words.vlan = std::to_string(frame.vlan.value);
  if (const Arp* arp = frame.arp()) {
    words.protocol = "ARP";
    words.text = arp_text(*arp);
  } else if (const auto* bpdu = frame.bpdu()) {
    words.protocol = "STP";
    words.text = fmt::format("root {}/{}, bridge {}/{}, port {}", bpdu->root_priority, bpdu->root.to_string(),
                             bpdu->bridge_priority, bpdu->bridge.to_string(), bpdu->port);
  } else if (frame.nd() != nullptr || frame.dhcp() != nullptr) {
    words.protocol = frame.nd() != nullptr ? "IPv6 ND" : "DHCP";
    words.text = analysis::in_words(frame);
  } else if (const auto ip = analysis::decode_ip(frame); ip.version != 0) {
    words.protocol = fmt::format("IPv{} {}", ip.version, ip_protocol(ip));
    words.text = ip_text(ip);
  } else {
    const auto name = std::find_if(kNames.begin(), kNames.end(),
                                   [&](const EtherTypeName& n) { return n.type == frame.ethertype; });
    if (name != kNames.end())
      words.protocol = name->name;
    else if (frame.ethertype != 0)
      words.protocol = fmt::format("EtherType 0x{:04x}", frame.ethertype);
    else
      words.protocol = fmt::format("LLC 0x{:02x}/0x{:02x}", frame.llc_dsap, frame.llc_ssap);
    words.text = fmt::format("{} octets", evidence.wire_length);
  }
  return words;
}

std::string hex_dump(const EvidenceFrame& frame, std::size_t most) {
  const std::size_t size = std::min(frame.bytes.size(), most);
  std::string text;
  for (std::size_t line = 0; line < size; line += 16) {
    text += fmt::format("{:04x} ", line);
    std::string letters;
    for (std::size_t i = line; i < line + 16; ++i) {
      if (i >= size) {
        text += "   ";
        continue;
      }
      const auto octet = frame.bytes[i];
      text += fmt::format(" {:02x}", octet);
      letters += octet >= 0x20 && octet < 0x7f ? static_cast<char>(octet) : '.';
    }
    text += "  " + letters + "\n";
  }
  if (size < frame.wire_length) text += fmt::format("… {} octets in all\n", frame.wire_length);
  return text;
}

}  // namespace lanwarden::agent
