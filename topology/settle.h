// Internal to the room. Where each station is, and what all of them together tell of this network: how rows
// get lost and old, where those are that no edge port holds, who shares a port, how much risk an answer has
// to bear.
#pragma once

#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "topology/census_update.h"
#include "topology/weigh.h"

namespace lanwarden::topology::detail {

/// Of one tree of the fabric. It can be kept, and follow a change of one switch's table.
class Settler {
 public:
  /// `f` is borrowed for life: its census, directions and groups are there.
  explicit Settler(Fabric::Impl& f) : f_(f), c_(f.census) {}

  /// Fills located and visitors.
  void place_stations();
  /// All stations have their places, those of other trees too: fills habits and groups.
  void run();

  void make_room(std::span<const Station> came);
  void close_up(std::span<const Station> gone);
  /// In the place of place_stations(), after a change of the census that left directions and groups alone.
  void replace_stations(const TableChange& change);

 private:
  struct Settled {
    enum class Kind : std::uint8_t { kNone, kHome, kBetween, kHomeless };
    Kind kind = Kind::kNone;
    bool alone = false;  ///< no other place explains its rows as well
    Port at;             ///< kHome
    std::uint32_t group = kNoGroup;
  };
  struct Sums {
    std::uint64_t rows = 0, rows_at_home = 0, dissent = 0;
    std::uint64_t housed = 0, homeless = 0;  ///< stations whose own switch holds them; that none does
    std::uint64_t again = 0, again_of = 0;  ///< more old rows of stations that have one, and their other rows
  };
  Settled place(Station m, std::span<const Place> rows, bool take_out);
  void list_stations();
  double visible_share() const;
  double share_behind(Port x) const;
  void find_segments();
  void reconsider_outlines(std::uint32_t group);
  void learn_habits();
  void house_the_homeless();
  void count_pairs();
  void set_risk();
  /// `counted` as of weigh().
  std::vector<Hypothesis> weighed(Station m, std::span<const Port> counted);

  Fabric::Impl& f_;
  const Census& c_;
  std::vector<Settled> settled_;  ///< [station]
  Sums sums_;                     ///< over all stations
  std::vector<double> miss_;      ///< [node] share of its LAN's stations that it lacks
  std::vector<std::pair<Station, std::uint32_t>> between_;  ///< stations, and the group they seem to be on
  std::vector<Station> without_home_;                       ///< that no edge port holds
  std::uint64_t homeless_ = 0;                              ///< all of them
  std::vector<std::pair<Station, Port>> at_home_;           ///< stations, and the edge port that is likeliest
  struct Known {
    Outline outline;
    bool used = true;
  };
  std::unordered_map<MacAddress, Known> outlines_;  ///< of those that were weighed last time
};

}  // namespace lanwarden::topology::detail
