// The numbers of the field, each a type of its own.
#pragma once

#include <cstdint>

#include "topology/strong.h"

namespace lanwarden::topology {

/// A switch's place in the list of switches one run works with: an index into
/// the span of snapshots handed to infer(), and into the configuration's list
/// of switches. Not stable between runs: what is stored is the switch's name.
using SwitchId = Strong<struct SwitchIdTag, std::uint32_t>;

/// ifIndex, RFC 2863 §3.1.5. 1..2147483647; 0 is "no interface".
/// May move to another port at a reboot: the stored identity is ifName.
using IfIndex = Strong<struct IfIndexTag, std::uint32_t>;

/// dot1dBasePort, RFC 4188. 1..65535 by the RFC, larger on some agents; 0 is "none".
using BridgePort = Strong<struct BridgePortTag, std::uint32_t>;

/// VLAN identifier, IEEE 802.1Q: 1..4094; 0 is "unknown or untagged".
using VlanId = Strong<struct VlanIdTag, std::uint16_t>;

/// Filtering database identifier, dot1qFdbId, RFC 4363. Not a VLAN id.
using FdbId = Strong<struct FdbIdTag, std::uint32_t>;

inline constexpr IfIndex kNoInterface{0};
inline constexpr VlanId kNoVlan{0};

/// One port of one switch, within one run.
struct PortId {
  SwitchId sw;
  IfIndex ifindex;
  constexpr auto operator<=>(const PortId&) const = default;
};

}  // namespace lanwarden::topology

template <>
struct std::hash<lanwarden::topology::PortId> {
  std::size_t operator()(const lanwarden::topology::PortId& p) const noexcept {
    return std::hash<std::uint64_t>{}((std::uint64_t{p.sw.value} << 32) | p.ifindex.value);
  }
};
