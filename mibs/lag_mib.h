// Which port is a member of which aggregate: IEEE8023-LAG-MIB, IF-MIB ifStackTable (RFC 2863),
// CISCO-PAGP-MIB.
#pragma once

#include "mibs/catalogue.h"

namespace lanwarden::mibs {

extern const TableSpec kLagPorts;    ///< dot3adAggPortTable: selected and attached aggregate
extern const TableSpec kIfStack;     ///< ifStackTable
extern const TableSpec kPagpGroups;  ///< pagpGroupIfIndex, Cisco

}  // namespace lanwarden::mibs
