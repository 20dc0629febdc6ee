// Internal to the room. Which stations, and which of their rows, contradict what the rest shows (LOCATING:
// clean for the topology, vote on the raw rows).
#pragma once

#include <span>
#include <vector>

#include "topology/facing.h"

namespace lanwarden::topology::detail {

/// Judges each station against directions that stand, and then all of them together.
class Judge {
 public:
  /// Both are borrowed for life.
  Judge(const Census& census, const Directions& toward);

  /// All stations.
  void judge();
  /// The directions are the same, but these stations' rows are others.
  void judge(std::span<const RowChange> changed);
  void make_room(std::span<const Station> came);
  void close_up(std::span<const Station> gone);
  /// Whom to leave aside. False: the directions tell nothing of any station.
  bool aside(Aside& found) const;

 private:
  void judge(Station m);
  double contradiction(std::span<const Place> rows) const;
  Trust trust(Station m) const;
  std::pair<Node, std::size_t> explains_best(std::span<const Place> rows) const;

  const Census& c_;
  const Directions& toward_;
  const Views views_;
  std::vector<std::vector<std::uint8_t>> faces_;  ///< [node][port] leads to a switch
  std::vector<double> share_;  ///< [station] of its pairs of rows, in two places; < 0: none
  std::vector<Trust> trust_;   ///< [station] `aside` is not decided here
  std::size_t strays_ = 0;     ///< stations with rows of a former place
};

bool operator==(const Aside& a, const Aside& b);

}  // namespace lanwarden::topology::detail
