// IP-MIB: ARP and ND (ipNetToMediaTable of RFC 1213, ipNetToPhysicalTable of RFC 4293), and the agent's own
// addresses.
#pragma once

#include "mibs/catalogue.h"

namespace lanwarden::mibs {

extern const TableSpec kIpNetToMedia;
extern const TableSpec kIpNetToPhysical;
extern const TableSpec kIpAddresses;  ///< ipAdEntIfIndex
/// ND where IP-MIB has none: of agents older than RFC 4293.
extern const TableSpec kCiscoInetNetToMedia;  ///< CISCO-IETF-IP-MIB
extern const TableSpec kIpv6NetToMedia;       ///< IPV6-MIB, RFC 2465

}  // namespace lanwarden::mibs
