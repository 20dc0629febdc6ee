#include "tests/lab/world/tables.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "tests/lab/world/random.h"

namespace lanwarden::lab {
namespace {

using topology::IfIndex;
using topology::kNoInterface;

/// The nodes on the way between two nodes, ends included.
class Ways {
 public:
  explicit Ways(const std::vector<std::vector<Hop>>& hops) : parent_(hops.size(), 0), depth_(hops.size(), 0) {
    std::vector<NodeId> order{0};
    std::vector<bool> seen(hops.size(), false);
    seen[0] = true;
    for (std::size_t i = 0; i < order.size(); ++i)
      for (const Hop& hop : hops[order[i]]) {
        if (seen[hop.to]) continue;
        seen[hop.to] = true;
        parent_[hop.to] = order[i];
        depth_[hop.to] = depth_[order[i]] + 1;
        order.push_back(hop.to);
      }
  }
  template <class Visit>
  void each_between(NodeId a, NodeId b, Visit&& visit) const {
    while (a != b) {
      NodeId& deeper = depth_[a] >= depth_[b] ? a : b;
      visit(deeper);
      deeper = parent_[deeper];
    }
    visit(a);
  }

 private:
  std::vector<NodeId> parent_;
  std::vector<unsigned> depth_;
};

// The stations that never broadcast, and which switches know them all the same.
struct Shy {
  std::vector<bool> station;                      // per station
  std::vector<std::vector<std::uint32_t>> known;  // per switch, sorted
};

Shy shy_stations(const World& world, const std::vector<std::vector<Hop>>& hops) {
  Shy shy{std::vector<bool>(world.stations.size(), false),
          std::vector<std::vector<std::uint32_t>>(world.switches.size())};
  if (world.options.missing_by != Missing::kByPath || world.options.missing <= 0) return shy;
  Random random(world.options.seed, 5);
  const Ways ways(hops);
  for (std::uint32_t i = 0; i < world.stations.size(); ++i) {
    if (!random.chance(world.options.missing)) continue;
    shy.station[i] = true;
    // Most talk to a server near the root, some to a colleague.
    const NodeId partner =
        random.chance(0.7) ? 0 : world.stations[random.below(world.stations.size())].at.node;
    ways.each_between(world.stations[i].at.node, partner, [&](NodeId node) {
      if (world.is_switch(node)) shy.known[node].push_back(i);
    });
  }
  return shy;
}

/// The first leg of a shared aggregate, or the link between the two that share it.
bool between_peers(const World& world, const Cable& c) {
  return !c.blocked && std::any_of(world.cables.begin(), world.cables.end(), [&](const Cable& leg) {
    return leg.second_leg && (c.b.node == leg.b.node || c.b.node == leg.a.node);
  });
}

}  // namespace

void choose_trees(World& world) {
  const std::size_t nodes = world.switches.size() + world.boxes.size();
  for (unsigned tree = 1; tree < world.trees(); ++tree) {
    Random random(world.options.seed, 100 + tree);
    std::vector<NodeId> leader(nodes);
    std::iota(leader.begin(), leader.end(), NodeId{0});
    const auto find = [&](NodeId n) {
      while (leader[n] != n) n = leader[n] = leader[leader[n]];
      return n;
    };
    std::vector<std::uint32_t> order(world.cables.size());
    std::iota(order.begin(), order.end(), 0U);
    random.shuffle(order);
    // Boxes block nothing, nor do peers: rings are cut between switches.
    const auto fixed = [&](std::uint32_t i) {
      const Cable& c = world.cables[i];
      return !world.is_switch(c.a.node) || !world.is_switch(c.b.node) || between_peers(world, c);
    };
    std::stable_partition(order.begin(), order.end(), fixed);
    for (const std::uint32_t i : order) {
      Cable& c = world.cables[i];
      if (c.second_leg) continue;
      const NodeId a = find(c.a.node), b = find(c.b.node);
      if (a == b)
        c.other_trees = static_cast<std::uint8_t>(c.other_trees | 1U << tree);
      else
        leader[a] = b;
    }
  }
}

std::vector<std::vector<Hop>> active_hops(const World& world, unsigned tree) {
  std::vector<std::vector<Hop>> hops(world.switches.size() + world.boxes.size());
  for (std::uint32_t i = 0; i < world.cables.size(); ++i) {
    const Cable& cable = world.cables[i];
    if (cable.blocked_in(tree) || cable.second_leg) continue;
    hops[cable.a.node].push_back({cable.b.node, cable.a.port, i});
    hops[cable.b.node].push_back({cable.a.node, cable.b.port, i});
  }
  return hops;
}

std::vector<IfIndex> directions(const std::vector<std::vector<Hop>>& hops, NodeId from) {
  std::vector<IfIndex> out(hops.size(), kNoInterface);
  std::vector<bool> seen(hops.size(), false);
  std::vector<NodeId> open;
  seen[from] = true;
  for (const Hop& first : hops[from]) {
    if (seen[first.to]) continue;
    seen[first.to] = true;
    open.assign(1, first.to);
    while (!open.empty()) {
      const NodeId node = open.back();
      open.pop_back();
      out[node] = first.out;
      for (const Hop& hop : hops[node]) {
        if (seen[hop.to]) continue;
        seen[hop.to] = true;
        open.push_back(hop.to);
      }
    }
  }
  return out;
}

void choose_former_places(World& world) {
  const WorldOptions& options = world.options;
  if (options.stale <= 0 || world.switches.size() < 2) return;
  Random dice(options.seed, 3);
  std::map<topology::VlanId, std::vector<End>> edges;  // a row in a VLAN points to a port in that VLAN
  for (NodeId i = 0; i < world.switches.size(); ++i)
    for (const Port& p : world.switches[i].ports)
      if (p.type == 6 && !p.trunk) edges[p.pvid].push_back({i, p.ifindex});
  const auto at_switch = [&](NodeId box, NodeId sw) {
    if (world.is_switch(box)) return false;
    return std::any_of(world.cables.begin(), world.cables.end(), [&](const Cable& c) {
      return (c.a.node == box && c.b.node == sw) || (c.b.node == box && c.a.node == sw);
    });
  };
  for (Station& station : world.stations) {
    if (station.kind == StationKind::kSwitch || !dice.chance(options.moved)) continue;
    const std::vector<End>& places = edges[station.vlan];
    for (int tries = 0; tries < 20 && !places.empty(); ++tries) {
      const End place = places[dice.below(places.size())];
      // A move within one switch leaves no stale row there: its own table is the first to learn.
      if (place.node == station.at.node || at_switch(station.at.node, place.node)) continue;
      station.former = place;
      break;
    }
  }
}

namespace {

/// For each tree and node, the port of `self` that leads there.
std::vector<std::vector<IfIndex>> ways_from(const World& world, NodeId self,
                                            const std::vector<std::vector<std::vector<Hop>>>& hops) {
  std::vector<std::vector<IfIndex>> toward;
  for (const auto& tree : hops) {
    toward.push_back(directions(tree, self));
    for (const Cable& leg : world.cables) {
      if (!leg.second_leg || leg.a.node != self) continue;
      const std::vector<IfIndex> below = directions(tree, leg.b.node);
      for (NodeId node = 0; node < below.size(); ++node)
        if (node == leg.b.node || (below[node] != kNoInterface && below[node] != leg.b.port))
          toward.back()[node] = leg.a.port;
    }
  }
  return toward;
}

}  // namespace

void learn_tables(World& world) {
  const WorldOptions& options = world.options;
  std::vector<std::vector<std::vector<Hop>>> hops;
  for (unsigned tree = 0; tree < world.trees(); ++tree) hops.push_back(active_hops(world, tree));
  const Shy shy = shy_stations(world, hops.front());
  const bool uniform = options.missing_by == Missing::kUniform && options.missing > 0;
  const double stale = options.moved > 0 ? std::min(1.0, options.stale / options.moved) : 0.0;
  for (NodeId self = 0; self < world.switches.size(); ++self) {
    Switch& sw = world.switches[self];
    Random random(options.seed, 1'000'000 + std::uint64_t{self});
    const auto toward = ways_from(world, self, hops);
    const auto leads_to = [&](const End& place, topology::VlanId vlan) {
      return place.node == self ? place.port : toward[world.tree_of(vlan)][place.node];
    };
    sw.fdb.clear();
    for (std::uint32_t i = 0; i < world.stations.size(); ++i) {
      const Station& station = world.stations[i];
      if (station.kind == StationKind::kSwitch) {
        if (station.at.node == self) {
          sw.fdb.push_back({i, kNoInterface, topology::FdbStatus::kSelf});
          continue;
        }
        if (!options.own_visible) continue;
      }
      const bool lost = uniform && random.chance(options.missing);
      const bool old = station.former && random.chance(stale);
      if (lost || (shy.station[i] && !std::binary_search(shy.known[self].begin(), shy.known[self].end(), i)))
        continue;
      const IfIndex port = leads_to(old ? *station.former : station.at, station.vlan);
      if (port != kNoInterface) sw.fdb.push_back({i, port, topology::FdbStatus::kLearned});
    }
    sw.fdb.shrink_to_fit();
  }
}

}  // namespace lanwarden::lab
