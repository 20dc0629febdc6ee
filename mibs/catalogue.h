// What there is to ask. One line per table; how to add one more: README.md.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "mibs/oid.h"
#include "topology/ids.h"
#include "topology/switch_snapshot.h"

namespace lanwarden::mibs {

struct Tables;

/// One variable of a table as it arrives.
struct Cell {
  std::size_t column;        ///< the place in TableSpec::columns
  OidView index;             ///< what follows the column; empty for a scalar
  topology::VlanId context;  ///< kNoVlan: the default context
};

/// One table of one MIB (or a handful of scalars of it), as a poll asks for it.
struct TableSpec {
  topology::Table table;
  std::string_view name;                      ///< as the MIB calls it, for messages
  std::span<const std::string_view> columns;  ///< dotted; scalars with their .0
  void (*add)(Tables&, const Cell&,
              const Value&);      ///< decodes one variable; must bear any index and any value
  bool scalars = false;           ///< GET, not a walk
  bool per_vlan_context = false;  ///< asked once more in each VLAN context (Cisco)
  bool of_routers = false;        ///< asked of routers as well
  /// Whether to ask, given what is known so far; asked again after each answer. nullptr: always, at once.
  bool (*wanted)(const Tables&) = nullptr;
};

/// Every table, in the order in which they are asked.
std::span<const TableSpec* const> catalogue();

}  // namespace lanwarden::mibs
