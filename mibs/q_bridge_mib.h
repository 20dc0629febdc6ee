// Q-BRIDGE-MIB, RFC 4363: the forwarding databases per VLAN, the map between VLANs and databases, PVIDs.
#pragma once

#include <cstdint>
#include <vector>

#include "mibs/catalogue.h"

namespace lanwarden::mibs {

/// The PortLists of one VLAN as they came: bit 7 of octet 0 is port 1.
struct VlanPortLists {
  std::vector<std::uint8_t> egress, untagged;
};

extern const TableSpec kQBridgeFdbTable;
extern const TableSpec kQBridgeFdbAddresses;  ///< column 1, only where the index is a running number
extern const TableSpec kVlanCurrentTable;     ///< dot1qVlanFdbId, egress and untagged ports
extern const TableSpec kVlanStaticTable;      ///< names
extern const TableSpec kVlanStaticPorts;      ///< egress and untagged ports, where the current table has none
extern const TableSpec kPortVlanTable;        ///< dot1qPvid

}  // namespace lanwarden::mibs
