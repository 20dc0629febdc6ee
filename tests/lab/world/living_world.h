// The building over several polls: stations move, talk or keep silent; switches
// learn, forget and are read with gaps. What its tables hold between the polls
// follows from that, so a stale row has a reason and an age.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/lab/world/world.h"

namespace lanwarden::lab {

/// All shares are of the stations, or rows, between one poll and the next.
struct LivingOptions {
  double moves = 0.02;  ///< unplugged, and plugged in at another port; in one of ten moves of the same switch
  double broadcasts = 0.7;  ///< heard by every switch
  double unicasts = 0.2;    ///< heard on the way to its one partner only; the rest keeps silent
  double kept = 0.5;        ///< of rows that nothing refreshed: not yet aged out at the next poll
  double missing = 0.1;     ///< of rows that a poll fails to bring
};

class LivingWorld {
 public:
  /// Everybody is plugged in and was heard by all. `world`'s own missing and stale shares are ignored.
  LivingWorld(const WorldOptions& world, const LivingOptions& options);

  /// Life until the next poll.
  void step();
  /// As the poll reads it now: `fdb` with gaps, `at` the truth, `former` the place before the last move.
  const World& world() const { return world_; }
  /// Polls since this station moved last; UINT32_MAX: it never did.
  std::uint32_t polls_since_move(std::uint32_t station) const { return since_move_[station]; }

 private:
  struct Row {
    topology::IfIndex port;  ///< kNoInterface: none
    bool refreshed = false;
  };
  void move(std::uint32_t station);
  void hear(NodeId sw, std::uint32_t station);
  void read();
  void plug(const End& end, bool link);

  World world_;
  LivingOptions options_;
  std::uint64_t poll_ = 0;
  std::vector<std::vector<topology::IfIndex>> toward_;  ///< [switch][node] the port that leads there
  std::vector<NodeId> parent_;                          ///< towards node 0 on the active tree
  std::vector<std::vector<Row>> rows_;                  ///< [switch][station]
  std::vector<NodeId> partner_;
  std::vector<std::uint32_t> since_move_;
  std::vector<std::vector<End>> ports_;  ///< [switch] physical, no trunk
};

}  // namespace lanwarden::lab
