#include "analysis/frame.h"

#include <algorithm>

#include "analysis/decode/link_layer.h"

namespace lanwarden::analysis {
namespace {

constexpr std::size_t kLlcHeader = 3;
constexpr std::size_t kSnapHeader = 8;

// The upper layer of an EtherType. Group frames carry what detectors want; of unicast it is DHCP, neighbour
// discovery and the answers of name services only, and a look at the ports tells.
void decode_upper(Frame& frame) {
  // A zero destination is one that the capture did not tell (Linux cooked).
  const bool group = frame.dst.is_group() || frame.dst.is_zero();
  switch (frame.ethertype) {
    case kEtherTypeArp:
      if (!decode_arp(frame.payload, frame.body.emplace<Arp>())) frame.body.emplace<std::monostate>();
      return;
    case kEtherTypeRarp:
      if (!decode_arp(frame.payload, frame.body.emplace<Rarp>())) frame.body.emplace<std::monostate>();
      return;
    case kEtherTypeIpv4:
      if (!group && !may_be_service_v4(frame.payload)) return;
      if (!decode_ipv4(frame.payload, frame.ip_header) || !frame.ip_header.is_udp()) return;
      if (Dhcp dhcp; decode_dhcp(frame.ip_header, dhcp)) frame.body = dhcp;
      return;
    case kEtherTypeIpv6:
      if (!group && !may_be_service_v6(frame.payload)) return;
      if (!decode_ipv6(frame.payload, frame.ip_header)) return;
      if (frame.ip_header.protocol == kProtocolIcmpV6) {
        if (NeighborDiscovery nd; decode_neighbor_discovery(frame.ip_header, nd)) frame.body = nd;
      } else if (frame.ip_header.is_udp()) {
        if (DhcpV6 dhcp; decode_dhcpv6(frame.ip_header, dhcp)) frame.body = dhcp;
      }
      return;
    default:
      return;
  }
}

void read_bpdu(Frame& frame) {
  if (Bpdu bpdu; decode_bpdu(frame.payload, bpdu)) frame.body = bpdu;
}

}  // namespace

void decode_after_type(Octets b, std::size_t at, std::uint16_t type, Frame& frame) {
  bool first_tag = true;
  bool snap = false;
  for (;;) {
    while (is_vlan_tag(type)) {
      if (b.size() < at + 4) {  // a tag cut off: nothing after it can be known
        frame.ethertype = type;
        frame.payload = b.subspan(at);
        return;
      }
      const VlanId id{static_cast<std::uint16_t>(be16(b, at) & 0x0fff)};
      if (id != topology::kNoVlan) {
        if (first_tag) {
          frame.vlan = id;
          first_tag = false;
        } else if (frame.inner_vlan == topology::kNoVlan) {
          frame.inner_vlan = id;
        }
      }
      type = be16(b, at + 2);
      at += 4;
    }
    frame.payload = b.subspan(at);
    if (type >= kFirstEtherType && type != kJumboLlc) {
      frame.ethertype = type;
      decode_upper(frame);
      return;
    }
    if (snap) {  // SNAP within SNAP is nobody's protocol
      frame.ethertype = type;
      return;
    }
    // A length: octets after it are padding.
    if (type != kJumboLlc && type < frame.payload.size()) frame.payload = frame.payload.first(type);
    if (frame.payload.size() < kLlcHeader) return;
    frame.llc_dsap = frame.payload[0];
    frame.llc_ssap = frame.payload[1];
    if (frame.llc_dsap == 0xaa && frame.llc_ssap == 0xaa && frame.payload.size() >= kSnapHeader) {
      frame.snap_oui = be32(frame.payload, 2) & 0x00ff'ffff;
      type = be16(frame.payload, 6);
      b = b.first(at + frame.payload.size());
      at += kSnapHeader;
      snap = true;
      const bool ethertype = frame.snap_oui == 0 || frame.snap_oui == 0x0000f8;
      if (!ethertype || type < kFirstEtherType) {
        frame.ethertype = type;
        frame.payload = b.subspan(at);
        if (frame.snap_oui == 0x00000c && type == 0x010b) read_bpdu(frame);  // Cisco PVST+
        return;
      }
      continue;
    }
    const bool bpdu = frame.llc_dsap == 0x42 && frame.llc_ssap == 0x42;
    frame.payload = frame.payload.subspan(kLlcHeader);
    if (bpdu) read_bpdu(frame);
    return;
  }
}

namespace {

bool decode_ethernet(Octets b, Frame& frame, DecodeFault& fault) {
  if (b.size() < kEthernetHeader) return fail(fault, "an Ethernet header has 14 octets", b.size());
  frame.dst = mac_at(b, 0);
  frame.src = mac_at(b, 6);
  decode_after_type(b, kEthernetHeader, be16(b, 12), frame);
  return true;
}

}  // namespace

bool decode_into(const RawFrame& raw, Frame& frame, DecodeFault& fault) {
  frame.time = std::clamp(raw.time, kEarliest, kLatest);
  frame.number = raw.number;
  frame.source = raw.source;
  frame.wire_length = raw.wire_length;
  frame.vlan = frame.inner_vlan = topology::kNoVlan;
  frame.ethertype = 0;
  frame.llc_dsap = frame.llc_ssap = 0;
  frame.snap_oui = 0;
  frame.payload = {};
  frame.ip_header.version = 0;
  frame.body.emplace<std::monostate>();
  switch (raw.link_type) {
    case LinkType::kEthernet:
      return decode_ethernet(raw.bytes, frame, fault);
    case LinkType::kLinuxSll:
      return decode_cooked(raw.bytes, false, frame, fault);
    case LinkType::kLinuxSll2:
      return decode_cooked(raw.bytes, true, frame, fault);
    case LinkType::kIeee80211Radiotap:
      return decode_radiotap(raw.bytes, frame, fault);
    case LinkType::kIeee80211:
      return decode_80211(raw.bytes, false, frame, fault);
  }
  return fail(fault, "a link type that carries no Ethernet frames", 0);
}

IpHeader decode_ip(const Frame& frame) {
  IpHeader ip;
  if (frame.ip()) return frame.ip_header;
  if (frame.ethertype == kEtherTypeIpv4) decode_ipv4(frame.payload, ip);
  if (frame.ethertype == kEtherTypeIpv6) decode_ipv6(frame.payload, ip);
  return ip;
}

Result<Frame, ParseError> decode(const RawFrame& raw) {
  Frame frame;
  DecodeFault fault;
  if (decode_into(raw, frame, fault)) return frame;
  return tl::unexpected(ParseError{fault.cause, fault.offset});
}

}  // namespace lanwarden::analysis
