// Where forwarding tables have their stations, to compare one table of an agent with another.
#pragma once

#include <utility>
#include <vector>

#include "topology/switch_snapshot.h"

namespace lanwarden::mibs {

/// Sorted, unique. A vector, because a large switch has a hundred thousand.
using Places = std::vector<std::pair<topology::MacAddress, topology::IfIndex>>;
/// Of rows that have a port and are not the switch itself.
Places places_of(const std::vector<topology::FdbEntry>& entries);
bool has_station(const Places& places, topology::MacAddress mac);

/// On how many of the stations that both tables have they agree about at least one port.
struct Agreement {
  unsigned same = 0, shared = 0;
};
Agreement agreement(const Places& a, const Places& b);

}  // namespace lanwarden::mibs
