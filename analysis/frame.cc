#include "analysis/frame.h"

#include <algorithm>

namespace lanwarden::analysis {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::uint16_t be16(Bytes b, std::size_t at) { return static_cast<std::uint16_t>((b[at] << 8) | b[at + 1]); }
std::uint32_t be32(Bytes b, std::size_t at) {
  return (std::uint32_t{b[at]} << 24) | (std::uint32_t{b[at + 1]} << 16) | (std::uint32_t{b[at + 2]} << 8) |
         b[at + 3];
}
std::uint16_t le16(Bytes b, std::size_t at) { return static_cast<std::uint16_t>(b[at] | (b[at + 1] << 8)); }
std::uint32_t le32(Bytes b, std::size_t at) {
  return le16(b, at) | (static_cast<std::uint32_t>(le16(b, at + 2)) << 16);
}
MacAddress mac(Bytes b, std::size_t at) {
  return MacAddress((std::uint64_t{be16(b, at)} << 32) | be32(b, at + 2));
}

constexpr std::uint16_t kFirstEtherType = 0x0600;  // IEEE 802.3 §3.2.6: below is a length
constexpr std::uint16_t kJumboLlc = 0x8870;        // LLC in a frame too long for a length field
constexpr std::size_t kLlcHeader = 3;
constexpr std::size_t kSnapHeader = 8;

bool is_vlan_tag(std::uint16_t type) { return type == 0x8100 || type == 0x88a8 || type == 0x9100; }

bool fail(DecodeFault& fault, const char* cause, std::size_t offset) {
  fault = {cause, offset};
  return false;
}

// RFC 826, for IPv4 over Ethernet (hardware type 1) or IEEE 802 (6). Any other
// ARP (ARCNET, ATM, hostile lengths) leaves the body empty.
void decode_arp(Frame& frame) {
  const Bytes b = frame.payload;
  if (b.size() < 28) return;
  const std::uint16_t hardware = be16(b, 0);
  if ((hardware != 1 && hardware != 6) || be16(b, 2) != kEtherTypeIpv4 || b[4] != 6 || b[5] != 4) return;
  Arp& arp = frame.body.emplace<Arp>();
  arp.operation = be16(b, 6);
  arp.sender_mac = mac(b, 8);
  arp.sender_ip = IpAddress::v4(be32(b, 14));
  arp.target_mac = mac(b, 18);
  arp.target_ip = IpAddress::v4(be32(b, 24));
}

// IEEE 802.1D §9.3: configuration and rapid BPDUs in full, a topology change notice by its type.
void decode_bpdu(Frame& frame) {
  const Bytes b = frame.payload;
  if (b.size() < 4 || be16(b, 0) != 0) return;
  Bpdu bpdu;
  bpdu.type = b[3];
  if (bpdu.type != 0x80) {
    if (b.size() < 27) return;
    bpdu.root_priority = be16(b, 5);
    bpdu.root = mac(b, 7);
    bpdu.root_cost = be32(b, 13);
    bpdu.bridge_priority = be16(b, 17);
    bpdu.bridge = mac(b, 19);
    bpdu.port = be16(b, 25);
  }
  frame.body = bpdu;
}

// What a type field announces: tags, then LLC or the upper layer. `at` is where the octets after the field
// begin.
void decode_after_type(Bytes b, std::size_t at, std::uint16_t type, Frame& frame) {
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
      if (type == kEtherTypeArp && (!snap || frame.snap_oui == 0 || frame.snap_oui == 0x0000f8))
        decode_arp(frame);
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
        if (frame.snap_oui == 0x00000c && type == 0x010b) decode_bpdu(frame);  // Cisco PVST+
        return;
      }
      continue;
    }
    const bool bpdu = frame.llc_dsap == 0x42 && frame.llc_ssap == 0x42;
    frame.payload = frame.payload.subspan(kLlcHeader);
    if (bpdu) decode_bpdu(frame);
    return;
  }
}

bool decode_ethernet(Bytes b, Frame& frame, DecodeFault& fault) {
  if (b.size() < 14) return fail(fault, "an Ethernet header has 14 octets", b.size());
  frame.dst = mac(b, 0);
  frame.src = mac(b, 6);
  decode_after_type(b, 14, be16(b, 12), frame);
  return true;
}

// Linux cooked captures (LINKTYPE_LINUX_SLL, _SLL2): the destination is told only as far as "broadcast".
bool decode_cooked(Bytes b, bool v2, Frame& frame, DecodeFault& fault) {
  const std::size_t header = v2 ? 20 : 16;
  if (b.size() < header) return fail(fault, "a Linux cooked header is cut off", b.size());
  const unsigned packet_type = v2 ? b[10] : be16(b, 0);
  const unsigned address_length = v2 ? b[11] : be16(b, 4);
  const std::uint16_t protocol = be16(b, v2 ? 0 : 14);
  if (address_length != 6)
    return fail(fault, "a Linux cooked frame of an interface that is not Ethernet", v2 ? 11 : 4);
  frame.src = mac(b, v2 ? 12 : 6);
  frame.dst = packet_type == 1 ? topology::kBroadcast : MacAddress{};
  if (protocol == 0x0004) {  // LLC, without the length field
    decode_after_type(b, header, kJumboLlc, frame);
  } else if (protocol < kFirstEtherType) {  // kernel-internal numbers: raw 802.3, CAN, …
    frame.payload = b.subspan(header);
  } else {
    decode_after_type(b, header, protocol, frame);
  }
  return true;
}

// IEEE 802.11 data frames (§9.3.2): what an access point would put on the Ethernet.
bool decode_80211(Bytes b, bool padded, Frame& frame, DecodeFault& fault) {
  if (b.size() < 24) return fail(fault, "an IEEE 802.11 data header is cut off", b.size());
  const std::uint16_t control = le16(b, 0);
  if ((control & 0x0003) != 0 || (control & 0x000c) != 0x0008)
    return fail(fault, "an IEEE 802.11 frame that carries no data", 0);
  const bool to_ds = control & 0x0100, from_ds = control & 0x0200;
  const bool has_qos = control & 0x0080, empty = control & 0x0040;
  const bool encrypted = control & 0x4000;
  std::size_t header = 24;
  if (to_ds && from_ds) header += 6;
  const std::size_t qos_at = header;
  if (has_qos) header += 2;
  if (has_qos && (control & 0x8000)) header += 4;  // HT control
  if (padded) header = (header + 3) & ~std::size_t{3};
  if (b.size() < header) return fail(fault, "an IEEE 802.11 data header is cut off", b.size());
  frame.dst = mac(b, to_ds ? 16 : 4);
  frame.src = mac(b, from_ds ? (to_ds ? 24 : 16) : 10);
  const bool aggregated = has_qos && (b[qos_at] & 0x80);
  frame.payload = b.subspan(header);
  // Only the stations are known of an encrypted frame, and of an aggregate (its subframes have headers of
  // their own).
  if (empty || encrypted || aggregated) return true;
  decode_after_type(b, header, kJumboLlc, frame);
  return true;
}

// radiotap.org: a header of announced length; its flags tell of a trailing FCS and of padding after the
// 802.11 header.
bool decode_radiotap(Bytes b, Frame& frame, DecodeFault& fault) {
  if (b.size() < 8) return fail(fault, "a radiotap header is cut off", b.size());
  const std::size_t length = le16(b, 2);
  if (length < 8 || length > b.size()) return fail(fault, "a radiotap header of impossible length", 2);
  std::size_t at = 4;
  const std::uint32_t present = le32(b, at);
  for (std::uint32_t word = present; word & 0x8000'0000U;) {  // further presence words
    at += 4;
    if (at + 4 > length) return fail(fault, "a radiotap header is cut off", at);
    word = le32(b, at);
  }
  at += 4;
  std::uint8_t flags = 0;
  if (present & 1U) at = ((at + 7) & ~std::size_t{7}) + 8;  // TSFT
  if ((present & 2U) && at < length) flags = b[at];
  Bytes body = b.subspan(length);
  if ((flags & 0x10) && body.size() >= 4) body = body.first(body.size() - 4);  // FCS
  return decode_80211(body, flags & 0x20, frame, fault);
}

}  // namespace

bool decode_into(const RawFrame& raw, Frame& frame, DecodeFault& fault) {
  frame.time = std::max(raw.time, Time{});
  frame.number = raw.number;
  frame.source = raw.source;
  frame.wire_length = raw.wire_length;
  frame.vlan = frame.inner_vlan = topology::kNoVlan;
  frame.ethertype = 0;
  frame.llc_dsap = frame.llc_ssap = 0;
  frame.snap_oui = 0;
  frame.payload = {};
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

Result<Frame, ParseError> decode(const RawFrame& raw) {
  Frame frame;
  DecodeFault fault;
  if (decode_into(raw, frame, fault)) return frame;
  return tl::unexpected(ParseError{fault.cause, fault.offset});
}

}  // namespace lanwarden::analysis
