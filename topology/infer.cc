// The order of the reasoning:
//  1. forwarding tables alone: directions between switches (facing.cc), stations
//     that contradict the rest set aside, again (LOCATING: clean for the topology …);
//  2. neighbour protocols and STP: claims, checked against 1 (evidence.cc);
//  3. ports with nothing managed between them: cables and segments (evidence.cc);
//  4. where VLANs have trees of their own (vlan_trees.cc): 1 to 3 for each tree;
//  5. every station's place, on the raw rows (… and vote on the raw rows): roles (describe.cc).
#include <algorithm>
#include <memory>
#include <utility>

#include "topology/shared_aggregate.h"
#include "topology/vlan_trees.h"

namespace lanwarden::topology {
namespace detail {
namespace {

constexpr std::size_t kSampledRows = 32;

/// Share of checkable pairs of rows that put the station in two places; < 0: nothing to check.
double contradiction(const Fabric::Impl& f, const Directions& toward, Station m) {
  const auto rows = f.census.places_of(m);
  const std::size_t step = std::max<std::size_t>(1, (rows.size() + kSampledRows - 1) / kSampledRows);
  std::uint32_t pairs = 0, bad = 0;
  for (std::size_t i = 0; i < rows.size(); i += step) {
    for (std::size_t k = i + step; k < rows.size(); k += step) {
      const LocalPort p = toward(rows[i].sw, rows[k].sw), q = toward(rows[k].sw, rows[i].sw);
      if (p == kNoPort || q == kNoPort) continue;
      ++pairs;
      if (p != rows[i].port && q != rows[k].port) ++bad;
    }
  }
  return pairs == 0 ? -1 : static_cast<double>(bad) / pairs;
}

/// The switch without a row at an edge that the fewest rows contradict, and how many do.
std::pair<Node, std::size_t> explains_best(const Census& c, const Directions& toward,
                                           std::span<const Place> rows,
                                           const std::vector<std::vector<std::uint8_t>>& faces) {
  std::vector<std::uint16_t> against(c.size(), 0), with(c.size(), 0);
  for (const Place& row : rows) {
    if (row.port == kSelf) continue;
    const LocalPort* to = toward.from(row.sw);
    for (std::size_t x = 0; x < against.size(); ++x) {
      against[x] = static_cast<std::uint16_t>(against[x] + (to[x] != row.port && to[x] != kNoPort));
      with[x] = static_cast<std::uint16_t>(with[x] + (to[x] == row.port));
    }
  }
  for (const Place& row : rows)
    if (row.port != kSelf)
      against[row.sw] = static_cast<std::uint16_t>(faces[row.sw][row.port] ? against[row.sw] + 1 : 0xffff);
  Node best = 0;
  for (Node x = 0; x < against.size(); ++x)
    if (2U * with[x] > rows.size() && against[x] < against[best]) best = x;
  return {best, 2U * with[best] > rows.size() ? against[best] : rows.size()};
}

/// Rows of a former place, as far as the other rows of the station tell: held at an
/// edge, or seen towards some switch below, while its home is clearly elsewhere.
/// Whoever has few stations of its own would be hung up by them.
std::vector<std::vector<Credit>> credits(const Fabric::Impl& f) {
  const Census& c = f.census;
  const Directions& toward = f.facing.toward;
  std::vector<std::vector<std::uint8_t>> faces(c.size());
  for (Node s = 0; s < c.size(); ++s) {
    faces[s].assign(c.port_limit(s), 0);
    for (Node t = 0; t < c.size(); ++t) faces[s][toward(s, t)] = 1;
  }
  std::vector<std::vector<Credit>> credit(c.size());
  bool strays = false;
  for (Node s = 0; s < c.size(); ++s) credit[s].assign(c.rows[s].size(), Credit::kFull);
  std::vector<std::uint32_t> next(c.size(), 0);  // the rows of a switch are sorted by station, as we go
  std::vector<Place> wrong, best;
  for (Station m = 0; m < c.stations.size(); ++m) {
    const auto rows = c.places_of(m);
    for (const Place& row : rows) ++next[row.sw];
    if (c.owner[m] != kNoNode) continue;
    std::size_t second = rows.size();
    best.assign(rows.begin(), rows.end());
    bool found = false;
    for (const Place& home : rows) {
      if (home.port == kSelf || faces[home.sw][home.port]) continue;
      wrong.clear();
      const LocalPort* home_from = toward.to(home.sw);
      for (const Place& row : rows) {
        if (row.sw == home.sw) continue;
        const LocalPort p = home_from[row.sw];
        if (p != kNoPort && p != row.port) wrong.push_back(row);
      }
      if (wrong.size() < best.size()) {
        second = std::min(second, best.size());
        std::swap(best, wrong);
        found = true;
      } else {
        second = std::min(second, wrong.size());
      }
    }
    const auto give = [&](std::span<const Place> to, Credit how) {
      for (const Place& row : to) credit[row.sw][next[row.sw] - 1] = how;
    };
    if (found && best.empty()) continue;
    give(rows, Credit::kHalf);
    if (!found) continue;
    // Whose home has lost its row: some switch that does not hold it explains the others better.
    if (best.size() >= 2) {
      const auto [x, dissent] = explains_best(c, toward, rows, faces);
      if (dissent < best.size()) {
        second = dissent + 1;
        best.clear();
        for (const Place& row : rows) {
          const LocalPort p = row.sw == x ? kNoPort : toward.to(x)[row.sw];
          if (row.port != kSelf && row.sw != x && p != kNoPort && p != row.port) best.push_back(row);
        }
      }
    }
    if (second <= best.size() || 3 * best.size() > rows.size()) continue;
    strays |= !best.empty();
    give(best, Credit::kNone);
  }
  if (!strays) return {};  // nothing is of a former place, so everybody may be believed
  return credit;
}

}  // namespace

void infer_from_tables(Fabric::Impl& f) {
  const std::size_t stations = f.census.stations.size();
  Aside aside;
  aside.stations.assign(stations, 0);
  f.facing = infer_facing(f.census, aside, 1);
  f.shared = shared_aggregates(f);
  if (!f.shared.empty()) {
    drop_second_legs(f.census, f.shared);
    f.facing = infer_facing(f.census, aside, 1);
  }
  std::vector<double> share(stations), known;
  for (int round = 0; round < 4; ++round) {
    known.clear();
    for (Station m = 0; m < stations; ++m) {
      share[m] = contradiction(f, f.facing.toward, m);
      if (share[m] >= 0) known.push_back(share[m]);
    }
    if (known.empty()) break;
    // Against the median: where every station has a stale row somewhere, "any contradiction" would drop all.
    const auto middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
    std::nth_element(known.begin(), middle, known.end());
    const double limit = 3 * *middle;
    Aside next;
    next.stations.assign(stations, 0);
    for (Station m = 0; m < stations; ++m) next.stations[m] = share[m] > limit;
    next.below = credits(f);
    if (next == aside) break;
    aside = std::move(next);
    f.facing = infer_facing(f.census, aside, 1);
  }
  // One witness whose own rows disagree may be of a former place.
  if (!aside.below.empty()) f.facing = infer_facing(f.census, aside, kStationWeight);
  f.tables_only = f.facing.toward;
}

}  // namespace detail

namespace {

void infer_tree(Fabric::Impl& f, const detail::Scope* scope) {
  f.claims = detail::read_claims(f.census, scope);
  detail::infer_from_tables(f);
  detail::join_evidence(f);
}

}  // namespace

Fabric infer(std::vector<SwitchSnapshot> snapshots) {
  auto impl = std::make_unique<Fabric::Impl>();
  impl->snapshots = std::move(snapshots);
  impl->census = detail::take_census(impl->snapshots);
  impl->tree_of_vlan = detail::trees_of_vlans(impl->census);
  std::vector<Fabric::Impl*> trees{impl.get()};
  if (impl->tree_of_vlan.empty()) {
    infer_tree(*impl, nullptr);
  } else {
    const auto& tree_of = impl->tree_of_vlan;
    const detail::Census all = std::move(impl->census);
    impl->other_trees.resize(*std::max_element(tree_of.begin(), tree_of.end()));
    for (Fabric::Impl& other : impl->other_trees) trees.push_back(&other);
    for (std::size_t k = 0; k < trees.size(); ++k) {
      const detail::Scope scope{all, tree_of, static_cast<std::uint8_t>(k)};
      trees[k]->census = detail::take_census(impl->snapshots, &scope);
      infer_tree(*trees[k], &scope);
    }
    detail::share_facing(trees);
  }
  detail::settle_stations(trees);
  for (Fabric::Impl* tree : trees) detail::describe_fabric(*tree);
  if (trees.size() > 1) detail::merge_trees(trees);
  return Fabric(std::move(impl));
}

}  // namespace lanwarden::topology
