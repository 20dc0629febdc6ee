// What the port column of a forwarding table holds: decided per table, by which
// reading hits ports that exist and are alive (port-is-ifindex, dot1q-holds-ifindex,
// shifted-base-ports, no-base-port-map).
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>

#include "mibs/fdb_rows.h"
#include "topology/switch_snapshot.h"

namespace lanwarden::mibs {

/// The port numbers a table uses, each with how many learned rows use it.
using PortUse = std::map<std::pair<topology::VlanId /* context */, std::uint32_t>, std::uint32_t>;
void count_ports(PortUse& use, topology::VlanId context, std::span<const FdbRows::Row> rows);

struct Numbering {
  topology::PortNumbering ports = topology::PortNumbering::kBridgePort;
  std::int32_t shift = 0;
  /// Another reading hits nearly as well: a table that says the same may settle it.
  bool doubtful = false;
  unsigned hits = 0, used = 0;  ///< of the numbers in use, how many name a port by this reading
};
/// `map_is_partial`: the base-port table was lost in part, so a number that is not in it proves nothing.
Numbering decide_numbering(const topology::SwitchSnapshot& s, const PortUse& use, bool map_is_partial);
/// The other reading of the two: bridge port or ifIndex.
Numbering other_reading(const topology::SwitchSnapshot& s, const PortUse& use, const Numbering& first);

}  // namespace lanwarden::mibs
