// Internal to the room. Stations that no edge port holds must be plugged in somewhere: at a port with a link
// and nobody in sight. Where there are as many of these as of those, one more station has no room; where a
// port with a link is left over, somebody must be there. All homeless stations are reasoned about together.
#pragma once

#include <cstdint>
#include <vector>

#include "topology/census.h"

namespace lanwarden::topology::detail {

/// A switch where a homeless station may be.
struct Lodging {
  Node sw;
  double weight;  ///< how likely, before anybody counts ports
};
struct Homeless {
  std::vector<Lodging> at;
  double elsewhere = 0;  ///< the weight of all other places, on segments say
};

struct Room {
  std::vector<double> one_more;  ///< [node] how well one station more that it lacks fits its free ports
  std::vector<double> taken;     ///< [node] how well it fits that one of its lone ports is rightly taken
  std::vector<double> homeless;  ///< [node] stations that must be here although it does not hold them
};

/// `free_ports`: of each switch with a link and nobody in sight; < 0: nobody knows.
/// `scale`: how many homeless stations each given one stands for; not 1: a sample.
Room find_room(const std::vector<Homeless>& stations, const std::vector<int>& free_ports, double scale);

}  // namespace lanwarden::topology::detail
