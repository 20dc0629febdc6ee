#include "topology/asked.h"

#include <algorithm>

namespace lanwarden::topology::detail {

Asked::Asked(const Fabric::Impl& fabric, const LocateQuery& asked) : f(fabric), query(asked) {
  silent.assign(f.census.size(), false);
  for (Node n = 0; n < f.census.size(); ++n) silent[n] = !f.census.snapshot(n).answered;
  for (const SwitchId sw : query.unanswered)
    if (sw.value < f.census.size()) silent[f.census.node_of[sw.value]] = true;
  gather();
}

void Asked::gather() {
  for (const MacRow& row : query.rows) {
    if (row.sw.value >= f.census.size() || row.port == kNoInterface) continue;
    const Node n = f.census.node_of[row.sw.value];
    const LocalPort p = f.census.local(n, row.port);
    if (p == kNoPort) {
      strangers.push_back(row);
    } else if (row.status == FdbStatus::kStatic) {
      fixed.push_back(row);
    } else if (of_a_dead_port(row, n)) {
      remarks.push_back(f.describe(n, p) +
                        (query.live ? " lists it, but was down at the last poll; try: lanwarden poll " +
                                          f.census.snapshot(n).name
                                    : " still lists it, but the port is down"));
      dead.push_back({n, p});
    } else {
      places.push_back({n, p});
      if (!seen || *seen < row.seen) seen = row.seen;
    }
  }
  const auto less = [](const Place& a, const Place& b) {
    return a.sw != b.sw ? a.sw < b.sw : a.port < b.port;
  };
  std::sort(places.begin(), places.end(), less);
  places.erase(std::unique(places.begin(), places.end(),
                           [](const Place& a, const Place& b) { return a.sw == b.sw && a.port == b.port; }),
               places.end());
}

/// A row as old as the poll that saw its port down. A later row means the port is up again.
bool Asked::of_a_dead_port(const MacRow& row, Node n) const {
  const SwitchSnapshot& s = f.census.snapshot(n);
  const Interface* i = s.interface(f.census.folded(n, row.port));
  return row.seen <= s.time && i != nullptr && i->oper == OperStatus::kDown;
}

bool Asked::holds(Node n) const {
  const auto it =
      std::lower_bound(places.begin(), places.end(), n, [](const Place& a, Node b) { return a.sw < b; });
  return it != places.end() && it->sw == n;
}

std::vector<Port> Asked::counted() const {
  std::vector<Port> ports;
  const Station m = f.census.find(query.mac);
  if (m == kNoStation) return ports;
  const auto found = spots(f, f.census.places_of(m), 0);
  for (const Spot& x : found)
    if (x.group == kNoGroup && x.score.agree == found.front().score.agree) ports.push_back(x.at);
  return ports;
}

}  // namespace lanwarden::topology::detail
