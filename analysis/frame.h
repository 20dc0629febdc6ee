// Frames as captured, and as decoded. Hostile bytes never throw and never read
// past their end; what cannot be decoded is left out and said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "analysis/decode/arp.h"
#include "analysis/decode/bpdu.h"
#include "analysis/decode/dhcp.h"
#include "analysis/decode/ip.h"
#include "analysis/decode/neighbor_discovery.h"
#include "topology/ids.h"
#include "topology/result.h"
#include "topology/time.h"

namespace lanwarden::analysis {

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

/// A capture may claim any time. What lies outside is taken for the nearest that leaves room for every
/// duration to be added to it or taken from it.
inline constexpr Time kEarliest{}, kLatest = Time::max() - std::chrono::hours(24 * 366);

/// A decoded frame. Borrows from the RawFrame it was made from.
struct Frame {
  Time time{};  ///< between kEarliest and kLatest, so that no sum or difference overflows
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
  /// Decoded for broadcast and multicast, and for the unicast of DHCP, neighbour discovery and name services.
  /// For other unicast use decode_ip(): nine frames in ten are such, and hardly anybody wants them.
  IpHeader ip_header;
  std::variant<std::monostate, Arp, Rarp, Bpdu, NeighborDiscovery, Dhcp, DhcpV6> body;

  const IpHeader* ip() const { return ip_header.version != 0 ? &ip_header : nullptr; }
  const Arp* arp() const { return std::get_if<Arp>(&body); }
  const Rarp* rarp() const { return std::get_if<Rarp>(&body); }
  const Bpdu* bpdu() const { return std::get_if<Bpdu>(&body); }
  const NeighborDiscovery* nd() const { return std::get_if<NeighborDiscovery>(&body); }
  const Dhcp* dhcp() const { return std::get_if<Dhcp>(&body); }
  const DhcpV6* dhcpv6() const { return std::get_if<DhcpV6>(&body); }
};

/// The IP header of any frame that has one, whoever it is sent to; version 0 for others.
IpHeader decode_ip(const Frame& frame);

/// Decodes Ethernet II, 802.3 with LLC/SNAP, any number of VLAN tags (0x8100,
/// 0x88a8, 0x9100), Linux cooked and 802.11 data frames; then ARP, RARP, BPDU, IP of group
/// frames, neighbour discovery and DHCP. A frame whose upper layer is malformed still decodes, with `body`
/// empty. Fails when there is no link-layer header to read, or none that is known.
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
