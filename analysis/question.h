// Frames that ask and never claim: what this program may put on a wire. Built
// here, and judged here once more before they are sent: refusal() is the one gate.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "topology/ids.h"
#include "topology/ip_address.h"
#include "topology/mac_address.h"

namespace lanwarden::analysis {

/// The octets of a frame from the destination address on, without checksum; 60 at least (64 with a tag).
using FrameOctets = std::vector<std::uint8_t>;

/// Who asks: this machine's addresses on the wire.
struct Asker {
  topology::MacAddress mac;
  std::vector<topology::IpAddress> ips;
};

/// What an ARP request has in its target hardware address. RFC 5227 §1.1 says zeros; VMware probes with
/// ones, and some stations answer only these.
enum class TargetHardware : std::uint8_t { kZeros, kOnes };

/// An ARP request (RFC 826) for an IPv4 address. `sender` 0.0.0.0 (a default IpAddress) makes it an address
/// probe (RFC 5227 §1.1), which changes nobody's ARP cache; else it is one of the asker's own.
/// `to`: broadcast, or the station itself. `vlan`: an 802.1Q tag, for a trunk; kNoVlan: none.
FrameOctets arp_request(topology::MacAddress from, topology::IpAddress sender, topology::IpAddress target,
                        TargetHardware form = TargetHardware::kZeros,
                        topology::MacAddress to = topology::kBroadcast,
                        topology::VlanId vlan = topology::kNoVlan);

/// A neighbour solicitation (RFC 4861 §4.3) for an IPv6 address, to its solicited-node group. `sender` ::
/// (unspecified) makes it a duplicate address probe (RFC 4862 §5.4.2), which the owner answers to all.
FrameOctets neighbor_solicitation(topology::MacAddress from, topology::IpAddress sender,
                                  topology::IpAddress target, topology::VlanId vlan = topology::kNoVlan);

/// Why this frame must not be sent by `asker`, in words; nullopt: it is a harmless question. Harmless are an
/// ARP request and a neighbour solicitation that come from the asker's own hardware address and name as
/// sender nobody or one of its own addresses; never an announcement (sender = target), never a reply.
std::optional<std::string> refusal(std::span<const std::uint8_t> frame, const Asker& asker);

}  // namespace lanwarden::analysis
