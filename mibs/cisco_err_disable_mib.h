// CISCO-ERR-DISABLE-MIB: ports that the switch itself has shut (BPDU guard, link flap, port security …).
#pragma once

#include "mibs/catalogue.h"

namespace lanwarden::mibs {

extern const TableSpec kCiscoErrDisabled;  ///< cErrDisableIfStatusTable: a row for each port that is shut so

}  // namespace lanwarden::mibs
