// Several trees over the same cables, shown as one fabric.
#include <algorithm>
#include <map>
#include <utility>

#include "topology/vlan_trees.h"

namespace lanwarden::topology::detail {
namespace {

void add_new(std::vector<Witness>& to, const std::vector<Witness>& more) {
  for (const Witness& w : more)
    if (std::none_of(to.begin(), to.end(), [&](const Witness& x) { return x.text == w.text; }))
      to.push_back(w);
}

template <class T>
void sort_unique(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

void merge_segments(Fabric::Impl& into, const std::vector<Segment>& more) {
  for (const Segment& x : more) {
    const auto same = std::find_if(into.segments.begin(), into.segments.end(),
                                   [&](const Segment& y) { return y.ports == x.ports; });
    if (same == into.segments.end()) {
      into.segments.push_back(x);
      continue;
    }
    same->stations.insert(same->stations.end(), x.stations.begin(), x.stations.end());
    sort_unique(same->stations);
    add_new(same->witnesses, x.witnesses);
  }
  std::sort(into.segments.begin(), into.segments.end(),
            [](const Segment& a, const Segment& b) { return a.ports < b.ports; });
}

/// A port ends one cable, in all trees: what one tree shows linked to a port elsewhere is not on a segment
/// that another tree, with fewer stations to tell, had it on.
void part_linked_from_segments(std::span<Fabric::Impl* const> trees) {
  Fabric::Impl& into = *trees.front();
  std::vector<std::pair<PortId, PortId>> ends;
  for (const Fabric::Impl* tree : trees)
    for (const Link& x : tree->links)
      if (!x.blocked) ends.emplace_back(x.a, x.b), ends.emplace_back(x.b, x.a);
  sort_unique(ends);
  std::vector<Segment> all;
  for (Segment& x : std::exchange(into.segments, {})) {
    std::vector<PortId> rest;
    for (const PortId& port : x.ports) {
      const auto link = std::lower_bound(ends.begin(), ends.end(), std::pair{port, PortId{}},
                                         [](const auto& a, const auto& b) { return a.first < b.first; });
      const bool elsewhere = link != ends.end() && link->first == port &&
                             !std::binary_search(x.ports.begin(), x.ports.end(), link->second);
      if (!elsewhere) rest.push_back(port);
    }
    if (rest.size() >= 2) x.ports = std::move(rest);
    all.push_back(std::move(x));
  }
  merge_segments(into, all);
}

void merge_links(std::span<Fabric::Impl* const> trees) {
  std::map<std::pair<PortId, PortId>, Link> links;
  for (const Fabric::Impl* tree : trees)
    for (const Link& x : tree->links) {
      const auto [it, fresh] = links.emplace(std::pair{x.a, x.b}, x);
      if (fresh) continue;
      Link& link = it->second;
      // Blocked in one VLAN, forwarding in another: it carries stations.
      if (link.blocked != x.blocked)
        std::erase_if(link.witnesses, [](const Witness& w) { return !w.supports; });
      link.blocked = link.blocked && x.blocked;
      link.confidence = std::max(link.confidence, x.confidence);
      link.via.insert(link.via.end(), x.via.begin(), x.via.end());
      sort_unique(link.via);
      add_new(link.witnesses, x.witnesses);
    }
  Fabric::Impl& into = *trees.front();
  into.links.clear();
  for (auto& [ends, link] : links) {
    // What stations of one VLAN show to be more than a cable, is no cable in another.
    const bool inside =
        std::any_of(into.segments.begin(), into.segments.end(), [&, &l = link](const Segment& s) {
          return std::binary_search(s.ports.begin(), s.ports.end(), l.a) &&
                 std::binary_search(s.ports.begin(), s.ports.end(), l.b);
        });
    if (!inside || link.blocked) into.links.push_back(std::move(link));
  }
}

/// What a port is in the tree that says most.
PortRole merged(PortRole a, PortRole b) {
  static constexpr auto kRank = [](PortRole r) {
    switch (r) {
      case PortRole::kSegment:
        return 5;
      case PortRole::kUplink:
        return 4;
      case PortRole::kShared:
        return 3;
      case PortRole::kEdge:
        return 2;
      case PortRole::kUnknown:
        return 1;
      case PortRole::kUnused:
        return 0;
    }
    return 0;
  };
  return kRank(a) >= kRank(b) ? a : b;
}

void merge_stations(std::span<Fabric::Impl* const> trees) {
  Fabric::Impl& into = *trees.front();
  std::vector<MacAddress> here;
  for (Node n = 0; n < into.census.size(); ++n) {
    std::vector<MacAddress> all;
    std::vector<std::uint32_t> first;
    for (std::size_t p = 0; p < into.census.port_limit(n); ++p) {
      first.push_back(static_cast<std::uint32_t>(all.size()));
      here.clear();
      for (const Fabric::Impl* tree : trees)
        here.insert(here.end(), tree->stations[n].begin() + tree->first_station[n][p],
                    tree->stations[n].begin() + tree->first_station[n][p + 1]);
      sort_unique(here);
      all.insert(all.end(), here.begin(), here.end());
    }
    first.push_back(static_cast<std::uint32_t>(all.size()));
    into.stations[n] = std::move(all);
    into.first_station[n] = std::move(first);
  }
}

}  // namespace

void share_facing(std::span<Fabric::Impl* const> trees) {
  for (const Fabric::Impl* from : trees)
    for (Fabric::Impl* to : trees)
      for (Node n = 0; n < to->census.size(); ++n)
        for (std::size_t p = kFirstPort; p < to->faces[n].size(); ++p) to->faces[n][p] |= from->faces[n][p];
}

void share_located(std::span<Fabric::Impl* const> trees) {
  if (trees.size() < 2) return;
  auto sum = trees.front()->located;
  for (std::size_t k = 1; k < trees.size(); ++k) {
    const Fabric::Impl& tree = *trees[k];
    for (Node n = 0; n < sum.size(); ++n)
      for (std::size_t p = 0; p < sum[n].size(); ++p) sum[n][p] += tree.located[n][p];
    // A station in VLANs of several trees, at one port in all of them, is one.
    for (Station m = 0; m < tree.census.stations.size(); ++m) {
      if (tree.census.owner[m] != kNoNode) continue;
      for (std::size_t j = 0; j < k; ++j) {
        const Station same = trees[j]->census.find(tree.census.stations[m]);
        if (same == kNoStation) continue;
        const auto a = spots(tree, tree.census.places_of(m), 0);
        const auto b = spots(*trees[j], trees[j]->census.places_of(same), 0);
        if (a.size() != 1 || b.size() != 1 || a[0].group != kNoGroup || b[0].group != kNoGroup) continue;
        if (a[0].at != b[0].at) continue;
        --sum[a[0].at.sw][a[0].at.port];
        break;
      }
    }
  }
  for (Fabric::Impl* tree : trees) tree->located = sum;
}

void merge_trees(std::span<Fabric::Impl* const> trees) {
  Fabric::Impl& into = *trees.front();
  for (std::size_t k = 1; k < trees.size(); ++k) {
    const Fabric::Impl& tree = *trees[k];
    merge_segments(into, tree.segments);
    into.contradictions.insert(into.contradictions.end(), tree.contradictions.begin(),
                               tree.contradictions.end());
    for (Node n = 0; n < into.roles.size(); ++n)
      for (std::size_t p = 0; p < into.roles[n].size(); ++p)
        into.roles[n][p] = merged(into.roles[n][p], tree.roles[n][p]);
  }
  sort_unique(into.contradictions);
  part_linked_from_segments(trees);
  merge_links(trees);
  merge_stations(trees);
}

}  // namespace lanwarden::topology::detail
