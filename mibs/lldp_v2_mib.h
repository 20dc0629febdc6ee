// LLDP-V2-MIB, IEEE 802.1AB-2009 clause 11: the same neighbours where an agent has left the older
// MIB behind. Ports are ifIndexes here.
#pragma once

#include "mibs/catalogue.h"

namespace lanwarden::mibs {

extern const TableSpec kLldpV2Remotes;          ///< only when lldpRemTable has no row
extern const TableSpec kLldpV2RemoteAddresses;  ///< only when there are such neighbours
extern const TableSpec kLldpV2LocalChassis;     ///< likewise, and lldpLocChassisId is not there

}  // namespace lanwarden::mibs
