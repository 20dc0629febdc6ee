// ENTITY-MIB, RFC 6933: where a port physically is, and (RFC 4133) logical entities with contexts of their
// own.
#pragma once

#include "mibs/catalogue.h"

namespace lanwarden::mibs {

/// entPhysicalTable, the columns that tell where something is plugged in.
struct PhysicalRow {
  std::uint32_t contained_in = 0;
  std::uint32_t kind = 0;      ///< entPhysicalClass: 3 chassis, 5 container, 9 module, 10 port, 11 stack
  std::int32_t position = -1;  ///< entPhysicalParentRelPos
  std::string name;
};
extern const TableSpec kEntityAliases;       ///< which ifIndex a physical port is
extern const TableSpec kEntityPhysical;      ///< only when there are aliases
extern const TableSpec kLogicalCommunities;  ///< entLogicalCommunity: VLAN contexts where no VTP names them

}  // namespace lanwarden::mibs
