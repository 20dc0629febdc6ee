// Internal to the room. How likely each place of a station is. What its rows alone decide (the outline) is
// apart from the network's habits, which decide with it: rows stay, habits are other ones after each poll.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "topology/fabric_impl.h"

namespace lanwarden::topology::detail {

/// More dissent than the best place by this much is out of the race.
inline constexpr std::uint32_t kSlack = 3;

/// How likely a place is.
struct Hypothesis {
  enum class Kind : std::uint8_t {
    kHeld,    ///< at an edge port that holds it
    kGroup,   ///< on what lies between the ports of a group
    kLost,    ///< at a switch that does not hold it at an edge port
    kHidden,  ///< at such a switch, `hidden`, that may hang behind the port: nobody can tell where it does
  };
  Kind kind = Kind::kHeld;
  Port at;  ///< kLost: no port; kGroup: the group's first
  std::uint32_t group = kNoGroup;
  Node hidden = kNoNode;
  Score score;
  double share = 0;  ///< of all hypotheses together: 0..1
};

/// The rows that speak against a place, and the former places that would explain them.
struct Dissent {
  std::uint32_t rows = 0;
  bool any = false;  ///< rows, or rows on dead ports
  /// The switches of those at edge ports and on dead ports: only a former place at this very port explains
  /// such a row. Of the others, `missed` counts those that a former place does not explain.
  std::vector<Node> edges;
  /// Former places at switches that hold no such row: so many rows they do not explain, of so many nobody can
  /// say; how many switches are like that.
  struct Alike {
    std::uint16_t missed, blank;
    std::uint32_t switches;
  };
  std::vector<Alike> alike;
  /// The switches that hold one.
  struct Own {
    Node sw;
    std::uint16_t missed = 0, blank = 0;
  };
  std::vector<Own> own;
};

/// The hypotheses worth a thought, by their rows alone.
struct Outline {
  struct Place {
    Hypothesis is;
    bool holds = false;         ///< kLost: the switch has a row of it all the same, towards another switch
    std::uint32_t from = 0;     ///< kHidden: the place it hangs behind
    std::uint32_t dissent = 0;  ///< in Outline::dissent
    /// kHidden: the ports it may hang behind, with the rows of its stations that would then be wrong.
    struct Way {
      std::uint32_t wrong;
      bool faces, here;
    };
    std::vector<Way> ways;
  };
  std::vector<Place> places;
  std::vector<Dissent> dissent;
  bool hidden = false;  ///< whether any is kHidden
};

/// `dead`: rows on ports that are down now, each a former place for certain.
Outline outline(const Fabric::Impl& f, std::span<const Place> rows, std::span<const Place> dead);
/// A group has become a segment, or a cable again: whether stations seen from one side of it may be there.
/// False: the outline has to be made anew.
bool reconsider(Outline& outline, const Fabric::Impl& f, std::span<const Place> rows, std::uint32_t group);
/// In the outline's order. `counted`: the ports where the fabric has counted this very station.
std::vector<Hypothesis> weigh(const Fabric::Impl& f, const Outline& outline, std::span<const Port> counted);
/// Likeliest first; ties in the order of kind, switch and port.
std::vector<Hypothesis> likeliest_first(std::vector<Hypothesis> found);

}  // namespace lanwarden::topology::detail
