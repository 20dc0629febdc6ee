// The order of the reasoning:
//  1. forwarding tables alone: directions between switches (facing.cc), stations
//     that contradict the rest set aside, again (LOCATING: clean for the topology …);
//  2. neighbour protocols and STP: claims, checked against 1 (evidence.cc);
//  3. ports with nothing managed between them: cables and segments (evidence.cc);
//  4. every station's place, on the raw rows (… and vote on the raw rows): roles (describe.cc).
#include <algorithm>
#include <memory>
#include <utility>

#include "topology/fabric_impl.h"

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

}  // namespace

void infer_from_tables(Fabric::Impl& f) {
  const std::size_t stations = f.census.stations.size();
  std::vector<std::uint8_t> dropped(stations, 0);
  f.facing = infer_facing(f.census, dropped, 1);
  std::vector<double> share(stations), known;
  for (int round = 0; round < 3; ++round) {
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
    std::vector<std::uint8_t> next(stations, 0);
    for (Station m = 0; m < stations; ++m) next[m] = share[m] > limit;
    if (next == dropped) break;
    dropped = std::move(next);
    f.facing = infer_facing(f.census, dropped, 1);
  }
  f.tables_only = f.facing.toward;
}

}  // namespace detail

Fabric infer(std::vector<SwitchSnapshot> snapshots) {
  auto impl = std::make_unique<Fabric::Impl>();
  impl->snapshots = std::move(snapshots);
  impl->census = detail::take_census(impl->snapshots);
  impl->claims = detail::read_claims(impl->census);
  detail::infer_from_tables(*impl);
  detail::join_evidence(*impl);
  detail::describe_fabric(*impl);
  return Fabric(std::move(impl));
}

}  // namespace lanwarden::topology
