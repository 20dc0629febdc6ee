// IP-MIB: ARP and ND (ipNetToMediaTable of RFC 1213, ipNetToPhysicalTable of RFC 4293), and the agent's own
// addresses.
#pragma once

#include "mibs/catalogue.h"

namespace lanwarden::mibs {

extern const TableSpec kIpNetToMedia;
extern const TableSpec kIpNetToPhysical;
extern const TableSpec kIpAddresses;  ///< ipAdEntIfIndex

}  // namespace lanwarden::mibs
