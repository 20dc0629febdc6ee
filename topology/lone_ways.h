// Internal to the room. The way to a switch with hardly a station, where rows of a former place make one or
// two witnesses too few (LOCATING finding 1). Yet whose last sure row is gone from s's table must be behind
// some port of s with a link. When one port at the edge of s has stations that t has at its own edge, and
// hardly anybody else, and each other port that the cable of t would fit has somebody else, it is that one. A
// row of a former place would lie there only if its station had been at that very port, or at t.
#pragma once

#include <vector>

#include "topology/fabric_impl.h"

namespace lanwarden::topology::detail {

/// Where `tables` know the way from t to s and not the way back, and the others see both in one direction.
/// Sorted by s, then t.
std::vector<LoneWay> lone_ways(const Census& census, const Directions& tables);
/// After one switch's new table, when `tables` lead where they did. False: other ways are to be taken now.
bool renew_lone_ways(std::vector<LoneWay>& ways, const Census& census, const Directions& tables,
                     Node changed);

}  // namespace lanwarden::topology::detail
