// Frames as captured, and as decoded. Hostile bytes never throw and never read
// past their end; what cannot be decoded is left out and said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "topology/ids.h"
#include "topology/ip_address.h"
#include "topology/mac_address.h"
#include "topology/result.h"
#include "topology/time.h"

namespace lanwarden::analysis {

using topology::IpAddress;
using topology::MacAddress;
using topology::ParseError;
using topology::Result;
using topology::Time;
using topology::VlanId;

/// Link types from which an Ethernet frame can be had (values are LINKTYPE_ numbers).
enum class LinkType : std::uint16_t {
  kEthernet = 1,
  kLinuxSll = 113,
  kLinuxSll2 = 276,
  kIeee80211Radiotap = 127,
  kIeee80211 = 105
};

/// A frame as the capture handed it over. Borrows its octets: valid until the next batch.
struct RawFrame {
  Time time{};
  std::span<const std::uint8_t> bytes;  ///< what was captured
  std::uint32_t wire_length = 0;  ///< octets on the wire, without FCS; >= bytes.size() unless the file lies
  std::uint64_t number = 0;       ///< from 1, per source, as Wireshark counts
  std::uint32_t source = 0;       ///< index of the interface or file it came from
  LinkType link_type = LinkType::kEthernet;
};

/// EtherTypes that are asked for by name (IEEE 802 numbers, IANA registry).
inline constexpr std::uint16_t kEtherTypeIpv4 = 0x0800;
inline constexpr std::uint16_t kEtherTypeArp = 0x0806;
inline constexpr std::uint16_t kEtherTypeRarp = 0x8035;
inline constexpr std::uint16_t kEtherTypeIpv6 = 0x86dd;
inline constexpr std::uint16_t kEtherTypeLoop = 0x9000;  ///< Ethernet configuration test
inline constexpr std::uint16_t kEtherTypeNlb = 0x886f;   ///< Microsoft network load balancing

enum class ArpOperation : std::uint16_t { kRequest = 1, kReply = 2 };

/// An ARP packet for IPv4 over Ethernet (RFC 826). Field names as in RFC 5227.
struct Arp {
  std::uint16_t operation = 0;
  MacAddress sender_mac;
  IpAddress sender_ip;
  MacAddress target_mac;
  IpAddress target_ip;

  bool is_request() const { return operation == 1; }
  bool is_reply() const { return operation == 2; }
  /// RFC 5227 §1.1: a request with sender address 0.0.0.0. The target hardware
  /// address "SHOULD be zero"; VMware sends all ones: it is not looked at.
  bool is_probe() const { return is_request() && sender_ip.is_unspecified() && !target_ip.is_unspecified(); }
  /// RFC 5227 §1.1: sender and target address alike (request; gratuitous replies too).
  bool is_announcement() const { return sender_ip == target_ip && !sender_ip.is_unspecified(); }
};

/// Spanning tree BPDU, as far as a detector needs it (IEEE 802.1D §9.3).
struct Bpdu {
  std::uint8_t type = 0;
  std::uint16_t root_priority = 0;
  MacAddress root;
  std::uint32_t root_cost = 0;
  std::uint16_t bridge_priority = 0;
  MacAddress bridge;
  std::uint16_t port = 0;
};

/// A decoded frame. Borrows from the RawFrame it was made from.
struct Frame {
  Time time{};  ///< never before 1970, so that no difference of two overflows
  std::uint64_t number = 0;
  std::uint32_t source = 0;  ///< interface or file
  std::uint32_t wire_length = 0;
  MacAddress dst, src;          ///< of the Ethernet header: what switches learn. Linux cooked frames
                                ///< do not carry `dst`: it is broadcast or zero there
  VlanId vlan;                  ///< outermost tag that names a VLAN; kNoVlan when untagged or priority-tagged
  VlanId inner_vlan;            ///< of a second tag
  std::uint16_t ethertype = 0;  ///< after tags, or of SNAP; 0 when the frame has an LLC header without SNAP
  std::uint8_t llc_dsap = 0, llc_ssap = 0;  ///< when ethertype is 0 or SNAP
  std::uint32_t snap_oui = 0;               ///< when SNAP
  std::span<const std::uint8_t> payload;    ///< after the last header understood above
  std::variant<std::monostate, Arp, Bpdu> body;

  const Arp* arp() const { return std::get_if<Arp>(&body); }
  const Bpdu* bpdu() const { return std::get_if<Bpdu>(&body); }
};

/// Decodes Ethernet II, 802.3 with LLC/SNAP, any number of VLAN tags (0x8100,
/// 0x88a8, 0x9100), Linux cooked and 802.11 data frames; then ARP and BPDU.
/// A frame whose upper layer is malformed still decodes, with `body` empty.
/// Fails when there is no link-layer header to read, or none that is known.
Result<Frame, ParseError> decode(const RawFrame& raw);

/// Why a frame did not decode; `cause` has static storage.
struct DecodeFault {
  const char* cause = "";
  std::size_t offset = 0;
};
/// decode() for millions of frames a second: allocates nothing. Fills `frame`
/// wholly and gives true, or fills `fault` and leaves `frame` unspecified.
bool decode_into(const RawFrame& raw, Frame& frame, DecodeFault& fault);

}  // namespace lanwarden::analysis
