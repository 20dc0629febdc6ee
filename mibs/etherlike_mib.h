// EtherLike-MIB, RFC 3635: how an Ethernet port came to speak with its device.
#pragma once

#include "mibs/catalogue.h"

namespace lanwarden::mibs {

extern const TableSpec kDot3Stats;  ///< dot3StatsDuplexStatus, by ifIndex

}  // namespace lanwarden::mibs
