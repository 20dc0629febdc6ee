// Internal to the room. One switch's new table in a census that stands: which rows came, went or moved, and
// which stations with them. Everything else of the census keeps its place.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "topology/census.h"

namespace lanwarden::topology::detail {

/// The row of one station at the switch whose table changed; kNoPort: none.
struct RowChange {
  Station station;
  LocalPort before, after;
};

struct TableChange {
  Node sw = kNoNode;
  std::vector<RowChange> rows;  ///< by station
  std::vector<Station> came;    ///< sorted: stations that no switch held before
  std::vector<Station>
      gone;  ///< sorted: that none holds any more; they keep their numbers until drop_stations
  std::vector<std::pair<Station, std::uint16_t>> vlan_before;  ///< whose Census::vlan is another now
};

/// Puts the rows of the switch's snapshot, which the census has already, in the place of those of `before`,
/// the same switch earlier. Stations that came get their numbers, and those behind them move up. nullopt:
/// more has changed than rows, `why` in words; then the census is of no use any more.
std::optional<TableChange> change_table(Census& census, CensusLedger& ledger, Node n,
                                        const SwitchSnapshot& before, std::string& why);
/// Takes out the stations that are gone; those behind them move down.
void drop_stations(Census& census, CensusLedger& ledger, std::span<const Station> gone);

/// A list by station, after stations came: sorted, as they are numbered now.
template <class T>
void make_room(std::vector<T>& list, std::span<const Station> came, const T& value) {
  if (came.empty()) return;
  std::vector<T> grown;
  grown.reserve(list.size() + came.size());
  auto next = list.begin();
  for (const Station m : came) {
    const auto end = list.begin() + static_cast<std::ptrdiff_t>(m - grown.size()) + (next - list.begin());
    grown.insert(grown.end(), std::make_move_iterator(next), std::make_move_iterator(end));
    next = end;
    grown.push_back(value);
  }
  grown.insert(grown.end(), std::make_move_iterator(next), std::make_move_iterator(list.end()));
  list = std::move(grown);
}
/// The same list after stations have gone.
template <class T>
void close_up(std::vector<T>& list, std::span<const Station> gone) {
  auto next = gone.begin();
  std::size_t kept = 0;
  for (std::size_t m = 0; m < list.size(); ++m) {
    if (next != gone.end() && *next == m) {
      ++next;
      continue;
    }
    if (kept != m) list[kept] = std::move(list[m]);
    ++kept;
  }
  list.resize(kept);
}

}  // namespace lanwarden::topology::detail
