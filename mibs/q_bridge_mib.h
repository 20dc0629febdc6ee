// Q-BRIDGE-MIB, RFC 4363: the forwarding databases per VLAN, the map between VLANs and databases, PVIDs.
#pragma once

#include "mibs/catalogue.h"

namespace lanwarden::mibs {

extern const TableSpec kQBridgeFdbTable;
extern const TableSpec kQBridgeFdbAddresses;  ///< column 1, only where the index is a running number
extern const TableSpec kVlanCurrentTable;     ///< dot1qVlanFdbId
extern const TableSpec kVlanStaticTable;      ///< names
extern const TableSpec kPortVlanTable;        ///< dot1qPvid

}  // namespace lanwarden::mibs
