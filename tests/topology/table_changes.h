// What happens to a switch's tables between two polls.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "tests/lab/world/random.h"
#include "topology/switch_snapshot.h"

namespace lanwarden::topology {

enum class Happening : std::uint8_t {
  kNothing,   ///< the same once more, a minute later
  kCame,      ///< a station that nobody knew is plugged in
  kWent,      ///< one at an edge port is gone, row and link
  kMoved,     ///< one is learned on another port
  kAged,      ///< a few rows are gone
  kLearned,   ///< rows that others have, or that were aged
  kSeveral,   ///< some of all these
  kConflict,  ///< one is on two ports, in two VLANs
  kNeighbor,  ///< neighbours or STP tell otherwise
  kLost,      ///< most of the table
};
inline constexpr Happening kOrdinary[] = {Happening::kNothing, Happening::kCame, Happening::kWent,
                                          Happening::kMoved,   Happening::kAged, Happening::kLearned,
                                          Happening::kSeveral};
std::string_view to_string(Happening happening);

/// The tables of switch `sw` after that.
SwitchSnapshot happen(Happening what, std::span<const SwitchSnapshot> all, std::size_t sw, lab::Random& dice);

}  // namespace lanwarden::topology
