// Internal to the room. Aggregates whose legs end at two switches (MLAG, vPC, IRF): each
// of the two holds the stations behind it on its own leg, which no tree can draw.
#pragma once

#include "topology/fabric_impl.h"

namespace lanwarden::topology::detail {

/// By what neighbour protocols tell, and by what the tables of both peers show.
std::vector<SharedAggregate> shared_aggregates(const Census& census, const Claims& claims,
                                               const Facing& facing);
/// Whether a new table of one switch may have changed that there are none: its own pairs, and those that look
/// like peers (Facing::torn) now and did not `before`.
bool may_share_now(const Census& census, const Facing& facing,
                   const std::vector<std::pair<Node, Node>>& before, Node changed);

/// Leaves the first leg alone in the census: what remains is a tree.
void drop_second_legs(Census& census, const std::vector<SharedAggregate>& shared);

}  // namespace lanwarden::topology::detail
