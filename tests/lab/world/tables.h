// What each bridge would have learned.
#pragma once

#include "tests/lab/world/world.h"

namespace lanwarden::lab {

/// Every station that ever moved was at one other edge, on another switch: where
/// another station, or nothing, is now. Only with stale rows asked for.
void choose_former_places(World& world);

/// Fills every switch's fdb from the building, with the missing and stale rows its options ask for.
void learn_tables(World& world);

/// The nodes' cables that carry traffic now (blocked ones do not): adjacency of the active tree.
struct Hop {
  NodeId to = 0;
  topology::IfIndex out;    ///< this node's port; kNoInterface on a box
  std::uint32_t cable = 0;  ///< index in World::cables
};
std::vector<std::vector<Hop>> active_hops(const World& world, unsigned tree = 0);

/// Where the trees besides the first cut the rings (WorldOptions::vlan_trees).
void choose_trees(World& world);

/// For each node the port of `from` that leads there; kNoInterface for `from` itself and for what is
/// unconnected.
std::vector<topology::IfIndex> directions(const std::vector<std::vector<Hop>>& hops, NodeId from);

}  // namespace lanwarden::lab
