// CISCO-VTP-MIB and CISCO-VLAN-MEMBERSHIP-MIB: which VLANs exist (so which contexts to ask), native and
// access VLANs.
#pragma once

#include <vector>

#include "mibs/catalogue.h"

namespace lanwarden::mibs {

/// vtpVlanTable, one row.
struct VtpVlan {
  std::uint32_t state = 0;  ///< operational(1), suspended(2), mtuTooBigForDevice(3), mtuTooBigForTrunk(4)
  std::uint32_t type = 1;   ///< ethernet(1), fddi(2), tokenRing(3), …
  std::string name;
};
extern const TableSpec kVtpVlans;
extern const TableSpec kVtpTrunkPorts;   ///< vlanTrunkPortNativeVlan, vlanTrunkPortDynamicStatus
extern const TableSpec kVlanMembership;  ///< vmVlan

/// The VLANs whose context to ask, ascending: Ethernet VLANs that are not suspended and
/// not 1002–1005 (FDDI and token ring by default, whatever their type says);
/// where no VTP names any, those of entLogicalCommunity.
std::vector<topology::VlanId> vlan_contexts(const Tables& t);

}  // namespace lanwarden::mibs
