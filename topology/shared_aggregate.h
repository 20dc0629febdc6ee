// Internal to the room. Aggregates whose legs end at two switches (MLAG, vPC, IRF): each
// of the two holds the stations behind it on its own leg, which no tree can draw.
#pragma once

#include "topology/fabric_impl.h"

namespace lanwarden::topology::detail {

/// By what neighbour protocols tell, and by what the tables of both peers show.
std::vector<SharedAggregate> shared_aggregates(const Fabric::Impl& f);

/// Leaves the first leg alone in the census: what remains is a tree.
void drop_second_legs(Census& census, const std::vector<SharedAggregate>& shared);

}  // namespace lanwarden::topology::detail
