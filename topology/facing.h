// Internal to the room. Which port of a switch leads to which other switch, from
// forwarding tables alone: a pair of ports faces each other when the fewest
// stations contradict it (a station that both switches hold off that pair would
// be in two places). Lowekamp, O'Hallaron, Gross: Topology Discovery for Large
// Ethernet Networks, SIGCOMM 2001; made sparse by one root, see facing.cc.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "topology/census_update.h"
#include "topology/directions.h"

namespace lanwarden::topology::detail {

/// Strong enough to be beaten by no table: a direction that protocols tell.
inline constexpr std::uint32_t kProtocolMargin = 10'000;

struct Facing {
  Directions toward;
  std::vector<Node> root;     ///< [node] the root it was placed by; kNoNode: not placed
  std::vector<LocalPort> up;  ///< [node] its port towards that root; kNoPort at the root
  /// Pairs of which one has the other's stations on two ports of its own, many on each: what two
  /// peers with a shared aggregate look like. Sorted.
  std::vector<std::pair<Node, Node>> torn;
};

/// How much one station's rows count.
struct Trust {
  bool aside = false;        ///< it contradicts the rest: not at all, but as half a witness of what is below
  bool half = false;         ///< its rows do not all agree: as half a witness of what is below
  std::vector<Node> former;  ///< whose rows of it are of a former place: no witness of what is below; sorted
  bool operator==(const Trust&) const = default;
};

/// What the inference leaves aside.
struct Aside {
  std::vector<Trust> stations;  ///< [station]; empty: nothing is left aside
  /// Whether any row is of a former place. Else `half` counts for nothing: everybody may be believed.
  bool strays = false;
};

/// A pair of switches whose direction one table more or less has made more or less sure.
struct Margin {
  Node s, t;
  std::uint32_t before;
};

/// The inference for one census and one opinion of whom to leave aside. It can be kept, and follow a change
/// of one switch's table at the cost of that change.
class FacingStage {
 public:
  /// A direction needs `need` witnesses more than the next. `census` is borrowed for life.
  FacingStage(const Census& census, Aside aside, std::uint32_t need)
      : c_(census), aside_(std::move(aside)), need_(need) {}

  void run();
  const Facing& facing() const { return facing_; }
  const Aside& aside() const { return aside_; }
  /// As after run(), for good: nothing more is to come.
  Facing take() { return std::move(facing_); }

  /// Another opinion of whom to leave aside, on the same census: as if it had been run with that one. False:
  /// too much of it is another, or a port leads elsewhere now; then this stage is of no use any more.
  bool change_opinion(const Aside& is);
  /// As if it had been run with that need, which is higher. False: a switch could not be placed then; nothing
  /// has changed.
  bool demand(std::uint32_t need);

  /// Stations came: those behind them have moved up.
  void make_room(std::span<const Station> came);
  void close_up(std::span<const Station> gone);
  struct TrustChange {
    Station station;
    Trust is;
  };
  /// After a change of the census and of opinions. False: another port leads to some switch now, or another
  /// root is the right one; this stage is of no use any more. `moved`: pairs whose margin is another.
  bool update(const TableChange& change, std::span<const TrustChange> trust, std::vector<Margin>& moved);

 private:
  /// Of the stations below t, the weight that s holds on port.
  struct Below {
    Node t;
    LocalPort port;
    std::uint32_t weight;
  };
  /// Of the stations that both hold, the weight on these ports of the switch and of its root.
  struct Cell {
    LocalPort here, there;
    std::uint32_t weight;
  };
  /// The smallest cost for each port, and what the second best port costs.
  struct Choice {
    LocalPort port = kNoPort;
    std::uint32_t margin = 0;
  };
  struct Half {
    std::uint32_t total = 0, at_up = 0, best = 0, second = 0;
    LocalPort best_port = kNoPort;  ///< best and second: off the up port
  };

  bool counts(Station m) const { return aside_.stations.empty() || !aside_.stations[m].aside; }
  std::uint32_t weight_below(Node n, Station m, LocalPort port) const;
  std::uint64_t reach(Node n) const;
  void count_reach();
  void hold(Node n, bool all = false);
  void release(Node n);
  bool clear_matrix(Node s, Node with);
  void add_to_matrix(LocalPort here, LocalPort there, std::uint32_t weight);
  std::pair<Choice, Choice> choose() const;
  std::pair<Choice, Choice> compare(Node s, Node with);
  void keep_cells(Node s);
  std::vector<std::pair<std::uint64_t, Node>> by_reach() const;
  void place_all();
  void find_below();
  Half half(Node s, std::span<const Below> below) const;
  std::span<const Below> below(Node s, Node t) const;
  void find_pairs();
  std::pair<Choice, Choice> vote(Node s, Node t, const Half& a, const Half& b) const;
  bool accepted(Node s, Node t, Choice found) const;
  void compare_unplaced();

  bool of_one_lan(Station m, Node also) const;
  void add_below(Node s, Node t, LocalPort port, std::int64_t weight);
  void add_cell(Node s, LocalPort here, LocalPort there, std::int64_t weight);
  void change_rows(const TableChange& change);
  void change_trust(Station m, const Trust& is);
  bool same_roots() const;
  bool set(Node s, Node t, Choice found, std::vector<Margin>& moved);
  bool revote(Node s, Node t, std::vector<Margin>& moved);

  const Census& c_;
  Aside aside_;
  std::uint32_t need_;
  Facing facing_;
  std::vector<LocalPort> held_;                      ///< the rows of one switch, by station
  std::vector<std::vector<std::uint32_t>> reached_;  ///< [node][port] rows that count
  std::vector<std::vector<Below>> below_;            ///< [s] by t, then port
  std::vector<std::vector<Cell>> cells_;             ///< [s] against its root, by ports
  static constexpr int kMostRounds = 200;
  static bool is_torn(const Half& h) { return std::min(h.best, h.second) >= kOwnAddressWeight; }
  std::vector<Node> unplaced_;
  bool keeps_ = true;          ///< false: whom it could not place shares stations with others
  bool several_lans_ = false;  ///< more than one root, or somebody without
  std::vector<std::uint32_t> matrix_, row_,
      column_;  ///< of two switches: weight by their ports, and its sums
  std::size_t width_ = 0;
  std::uint32_t total_ = 0;
  std::vector<std::pair<Node, Node>> touched_;  ///< pairs with another count
  std::vector<Node> compared_;                  ///< with other cells
};

}  // namespace lanwarden::topology::detail
