// Which protocol a frame speaks, as far as a few fields of its headers say: enough to tell
// apart what beats on a LAN, and to name it.
#pragma once

#include <cstdint>
#include <string>

#include "analysis/frame.h"

namespace lanwarden::analysis {

struct Service {
  enum class Layer : std::uint8_t {
    kEtherType,
    kLlc,   ///< `id` is DSAP and SSAP
    kSnap,  ///< `id` is the protocol of `oui`
    kIp,    ///< `id` is the IP protocol number; IPv4 or IPv6
    kUdp,   ///< `id` is the port: the destination's
  };
  Layer layer = Layer::kEtherType;
  /// What tells apart protocols that share an identifier: the first octet of slow protocols (0x8809),
  /// Realtek's (0x8899) and PROFINET (0x8892), a BPDU's version, an ICMP, ICMPv6 or IGMP message's type,
  /// 1 for CARP, which shares a number with VRRP. 0 for all others.
  std::uint8_t subtype = 0;
  std::uint16_t id = 0;
  std::uint32_t oui = 0;

  bool operator==(const Service&) const = default;
  std::uint64_t bits() const {
    return (std::uint64_t{static_cast<std::uint8_t>(layer)} << 56) | (std::uint64_t{subtype} << 48) |
           (std::uint64_t{oui} << 16) | id;
  }
  bool is_ip() const { return layer == Layer::kIp || layer == Layer::kUdp; }
};

Service service_of(const Frame& frame);

/// "EtherType 0x9000", "LLC 0x42/0x42", "SNAP 00:00:0c 0x2000", "IP protocol 112", "UDP port 1985".
std::string to_string(const Service& service);
/// "00:08:c7"
std::string oui_text(std::uint32_t oui);

}  // namespace lanwarden::analysis
