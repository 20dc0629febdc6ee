// Protocol links are checked against the forwarding tables, then lend them their
// directions; what both together know decides which ports are opposite to each other.
#include "topology/evidence.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "topology/graph.h"
#include "topology/lone_ways.h"

namespace lanwarden::topology::detail {
namespace {

const char* word(Source s) {
  switch (s) {
    case Source::kLldp:
      return "LLDP";
    case Source::kCdp:
      return "CDP";
    case Source::kStp:
      return "STP";
    case Source::kFdb:
      return "FDB";
  }
  return "FDB";
}

class Joiner {
 public:
  Joiner(Fabric::Impl& f, const Footing& footing)
      : f_(f), c_(f.census), footing_(footing), n_(c_.size()), lent_(n_ * n_, false) {
    first_.assign(n_ + 1, 0);
    for (Node n = 0; n < n_; ++n) first_[n + 1] = first_[n] + static_cast<std::uint32_t>(c_.port_limit(n));
  }

  std::vector<bool> run() {
    f_.contradictions = f_.claims.remarks;
    f_.lone_ways = lone_ways(c_, f_.tables_only);
    collect_told();
    check_told();
    lend_directions();
    lend_lone_ways();
    for (const Filled& x : close_directions(f_.facing.toward)) lent_[x.s * n_ + x.t] = true;
    lend_second_legs();
    f_.views = views(f_.facing.toward);
    mark_facing();
    find_neighbors();
    build_groups();
    return std::move(lent_);
  }

 private:
  void lend(Node s, Node t, LocalPort port, std::uint32_t margin) {
    f_.facing.toward.set(s, t, port, margin);
    lent_[s * n_ + t] = true;
  }
  std::uint32_t vertex(Port x) const { return first_[x.sw] + x.port; }
  std::string text(Port x) const { return f_.describe(x.sw, x.port); }

  void collect_told() {
    std::map<std::pair<Port, Port>, ToldLink> links;
    std::set<std::pair<Port, Source>> confirmed;  // ports whose neighbour confirms
    for (const Claim& x : f_.claims.links)
      if (x.mutual) confirmed.insert({{x.s, x.p}, x.source});
    for (const Claim& x : f_.claims.links) {
      LocalPort q = x.q;
      if (q == kNoPort) q = f_.tables_only(x.t, x.s);  // the tables may know what the neighbour did not say
      const Port from{x.s, x.p};
      if (q == kNoPort || x.s == x.t) {
        lend(x.s, x.t, x.p, kCertain);
        continue;
      }
      const Port to{x.t, q};
      if (!x.mutual && x.source != Source::kStp &&
          (confirmed.contains({from, x.source}) || confirmed.contains({to, x.source}))) {
        f_.contradictions.push_back(
            text(from) + " still hears " + text(to) + " (" + word(x.source) +
            "), but a neighbour that answers in kind is there: a stale neighbour, not believed");
        continue;
      }
      ToldLink& link = links[{std::min(from, to), std::max(from, to)}];
      link.a = std::min(from, to);
      link.b = std::max(from, to);
      if (std::find(link.via.begin(), link.via.end(), x.source) == link.via.end())
        link.via.push_back(x.source);
      link.mutual |= x.mutual;
      link.blocked |= x.blocked;
      link.witnesses.push_back({x.source, true,
                                x.source == Source::kStp
                                    ? text(from) + " has " + text(to) + " as designated bridge (STP)"
                                    : text(from) + " hears " + text(to) + " (" + word(x.source) + ")"});
    }
    for (auto& [ends, link] : links) {
      link.second_leg = is_second_leg(link.a) || is_second_leg(link.b);
      f_.told.push_back(std::move(link));
    }
  }

  bool confirmed(const ToldLink& x) const {
    return f_.tables_only(x.a.sw, x.b.sw) == x.a.port && f_.tables_only(x.b.sw, x.a.sw) == x.b.port;
  }
  bool refuted(Port from, Port to) const {
    const LocalPort p = f_.tables_only(from.sw, to.sw);
    return p != kNoPort && p != from.port && f_.tables_only.margin(from.sw, to.sw) >= kCertain;
  }

  void check_told() {
    std::vector<ToldLink> kept;
    for (ToldLink& x : f_.told) {
      if (!x.blocked && !x.second_leg && (refuted(x.a, x.b) || refuted(x.b, x.a))) {
        const std::string facts = text(x.a) + " and " + text(x.b) + " tell of each other (" +
                                  word(x.via.front()) + "), but the forwarding tables lead elsewhere";
        const bool stp = std::find(x.via.begin(), x.via.end(), Source::kStp) != x.via.end();
        if (!x.mutual && !stp) {
          f_.contradictions.push_back(facts + ": a stale neighbour, not believed");
          continue;
        }
        x.blocked = true;
        x.witnesses.push_back(
            {Source::kFdb, false, "the forwarding tables of both lead elsewhere: carries no stations now"});
      }
      kept.push_back(std::move(x));
    }
    f_.told = std::move(kept);
  }

  /// Along links that protocols tell of, directions are exact, however far. A
  /// circle in which nobody says what is blocked lends none.
  void lend_directions() {
    std::vector<Edge> pairs;
    for (const ToldLink& x : f_.told)
      if (!x.blocked && !x.second_leg) pairs.push_back({vertex(x.a), vertex(x.b)});
    const auto part = components(first_[n_], pairs);
    std::map<std::uint32_t, std::set<Port>> parts;
    std::map<std::uint32_t, bool> sure;
    for (const ToldLink& x : f_.told) {
      if (x.blocked || x.second_leg) continue;
      auto& ports = parts[part[vertex(x.a)]];
      ports.insert(x.a);
      ports.insert(x.b);
      auto [it, fresh] = sure.emplace(part[vertex(x.a)], true);
      it->second = it->second && confirmed(x);
    }
    // Vertices: the switches, then the pieces of network between them.
    std::vector<Edge> edges;
    std::vector<Port> port_of_edge;
    std::vector<bool> sure_edge;
    std::uint32_t vertices = static_cast<std::uint32_t>(n_);
    for (const auto& [key, ports] : parts) {
      for (const Port& x : ports) {
        edges.push_back({x.sw, vertices});
        port_of_edge.push_back(x);
        sure_edge.push_back(sure[key]);
      }
      ++vertices;
    }
    const auto circle = on_circle(vertices, edges);
    std::vector<std::uint32_t> leader(vertices);
    std::iota(leader.begin(), leader.end(), 0U);
    const auto find = [&](std::uint32_t v) {
      while (leader[v] != v) v = leader[v] = leader[leader[v]];
      return v;
    };
    std::vector<Edge> forest;
    std::vector<Port> forest_port;
    for (std::size_t i = 0; i < edges.size(); ++i) {
      if (circle[i] && !sure_edge[i]) continue;
      const auto a = find(edges[i].a), b = find(edges[i].b);
      if (a == b) continue;
      leader[a] = b;
      forest.push_back(edges[i]);
      forest_port.push_back(port_of_edge[i]);
    }
    const Forest trees(vertices, forest);
    for (Node s = 0; s < n_; ++s)
      trees.first_edges(s, [&](std::uint32_t t, std::uint32_t e) {
        if (t < n_) lend(s, t, forest_port[e].port, kProtocolMargin);
      });
  }

  void lend_lone_ways() {
    for (const LoneWay& x : f_.lone_ways)
      if (f_.facing.toward(x.s, x.t) == kNoPort && !is_told(x.s, x.port))
        lend(x.s, x.t, x.port, kStationWeight);
  }
  /// Whether a protocol says what is at this port.
  bool is_told(Node s, LocalPort p) const {
    const PortHints& hints = f_.hints(s, p);
    return hints.phone || hints.access_point || hints.hypervisor || !hints.unknown_bridge.empty() ||
           std::any_of(f_.told.begin(), f_.told.end(),
                       [&](const ToldLink& x) { return x.a == Port{s, p} || x.b == Port{s, p}; });
  }

  /// What is behind the first leg is behind the second as well, seen from that peer.
  void lend_second_legs() {
    const Directions& toward = f_.facing.toward;
    for (const SharedAggregate& x : f_.shared) {
      for (Node u = 0; u < n_; ++u)
        if (u != x.second.sw && u != x.first.sw &&
            (u == x.aggregate.sw || toward(x.first.sw, u) == x.first.port))
          lend(x.second.sw, u, x.second.port, toward.margin(x.first.sw, u));
    }
  }
  bool is_second_leg(Port x) const {
    return std::any_of(f_.shared.begin(), f_.shared.end(),
                       [&](const SharedAggregate& s) { return s.second == x; });
  }

  void mark_facing() {
    f_.faces.resize(n_);
    for (Node n = 0; n < n_; ++n) f_.faces[n].assign(c_.port_limit(n), 0);
    for (Node s = 0; s < n_; ++s)
      for (Node t = 0; t < n_; ++t)
        if (const LocalPort p = f_.facing.toward(s, t); p >= kFirstPort) f_.faces[s][p] = 1;
    for (const ToldLink& x : f_.told) f_.faces[x.a.sw][x.a.port] = f_.faces[x.b.sw][x.b.port] = 1;
  }

  /// Whether u is in another LAN: whoever lies between two switches sees their stations.
  bool apart(Node s, Node u, const std::vector<Node>& root) {
    if (root[u] == root[s]) return false;
    if (root[u] != kNoNode) return true;
    const auto [known, fresh] = shares_none_.emplace(std::pair{s, u}, true);
    if (!fresh) return known->second;
    auto a = c_.rows[s].begin(), b = c_.rows[u].begin();
    while (a != c_.rows[s].end() && b != c_.rows[u].end()) {
      if (a->station == b->station) return known->second = false;
      if (a->station < b->station)
        ++a;
      else
        ++b;
    }
    return true;
  }

  void find_neighbors() {
    const Directions& toward = f_.facing.toward;
    // Each LAN seen from its root: a tree, so neighbours are parent and child, or children of one port.
    std::set<Node> roots;
    for (Node n = 0; n < n_; ++n)
      if (f_.facing.root[n] != kNoNode) roots.insert(f_.facing.root[n]);
    std::vector<Node> root(n_, kNoNode);
    std::vector<LocalPort> up(n_, kNoPort);
    for (Node t = 0; t < n_; ++t) {
      root[t] = f_.facing.root[t];
      for (const Node r : roots) {
        if (root[t] != kNoNode) break;
        if (toward(t, r) != kNoPort) root[t] = r;
      }
      if (root[t] != kNoNode && root[t] != t) up[t] = toward(t, root[t]);
    }
    const auto& transit = footing_.transit;
    const auto below = [&](Node s, Node t) {
      const LocalPort p = toward(s, t);
      return p != kNoPort && p != up[s] && up[t] != kNoPort && toward(t, s) == up[t];
    };
    std::vector<std::pair<LocalPort, Node>> children;
    for (Node s = 0; s < n_; ++s) {
      if (root[s] == kNoNode) continue;
      children.clear();
      for (Node t = 0; t < n_; ++t)
        if (t != s && root[t] == root[s] && below(s, t)) children.emplace_back(toward(s, t), t);
      std::sort(children.begin(), children.end());
      for (const auto& [p, t] : children) {
        bool direct = !is_second_leg({s, p});
        for (Node u = 0; u < n_ && direct; ++u) {
          if (u == s || u == t || !transit[u] || apart(s, u, root)) continue;
          const LocalPort su = toward(s, u), tu = toward(t, u), us = toward(u, s), ut = toward(u, t);
          const bool not_between =
              (su != kNoPort && su != p) || (tu != kNoPort && tu != up[t]) || (us != kNoPort && us == ut);
          direct = not_between;
        }
        if (direct) opposite_.push_back({vertex({s, p}), vertex({t, up[t]})});
      }
    }
  }

  void build_groups() {
    std::vector<Edge> edges = opposite_;
    for (const ToldLink& x : f_.told)
      if (!x.blocked && !x.second_leg) edges.push_back({vertex(x.a), vertex(x.b)});
    const auto part = components(first_[n_], edges);
    std::map<std::uint32_t, Group> groups;
    for (const Edge& e : edges)
      for (const std::uint32_t v : {e.a, e.b}) {
        const auto sw =
            static_cast<Node>(std::upper_bound(first_.begin(), first_.end(), v) - first_.begin() - 1);
        groups[part[v]].ports.push_back({sw, static_cast<LocalPort>(v - first_[sw])});
      }
    f_.group_of.resize(n_);
    for (Node n = 0; n < n_; ++n) f_.group_of[n].assign(c_.port_limit(n), kNoGroup);
    for (auto& [key, group] : groups) {
      std::sort(group.ports.begin(), group.ports.end());
      group.ports.erase(std::unique(group.ports.begin(), group.ports.end()), group.ports.end());
      f_.groups.push_back(std::move(group));
    }
    std::sort(f_.groups.begin(), f_.groups.end(),
              [](const Group& a, const Group& b) { return a.ports < b.ports; });
    for (std::uint32_t g = 0; g < f_.groups.size(); ++g)
      for (const Port& x : f_.groups[g].ports) f_.group_of[x.sw][x.port] = g;
  }

  Fabric::Impl& f_;
  const Census& c_;
  const Footing& footing_;
  const std::size_t n_;
  std::vector<bool> lent_;
  std::vector<std::uint32_t> first_;  ///< the first vertex of each switch's ports
  std::vector<Edge> opposite_;
  std::map<std::pair<Node, Node>, bool> shares_none_;
};

/// The share of rows that are absent, as if every switch had to know every station of its LAN.
double missing_share(const Fabric::Impl& f) {
  const Census& c = f.census;
  std::map<Node, std::pair<std::uint64_t, std::uint64_t>> lans;  // root: switches, rows
  std::map<Node, std::uint64_t> stations;
  for (Node n = 0; n < c.size(); ++n) {
    if (f.facing.root[n] == kNoNode) continue;
    auto& [switches, rows] = lans[f.facing.root[n]];
    ++switches;
    rows += c.rows[n].size();
  }
  for (Station m = 0; m < c.stations.size(); ++m) {
    const auto places = c.places_of(m);
    if (!places.empty()) ++stations[f.facing.root[places.front().sw]];
  }
  double expected = 0, found = 0;
  for (const auto& [root, counts] : lans) {
    expected += static_cast<double>(counts.first) * static_cast<double>(stations[root]);
    found += static_cast<double>(counts.second);
  }
  return expected == 0 ? 0 : 1 - found / expected;
}

/// Whether frames can pass through: a switch that uses one port lies between
/// nobody. Where rows are missing, only a second port without link proves it.
bool is_transit(const Census& c, Node n, bool whole) {
  LocalPort first = kNoPort;
  for (LocalPort p = kFirstPort; p < c.port_limit(n); ++p) {
    if (c.rows_at[n][p] == 0) continue;
    if (first != kNoPort) return true;
    first = p;
  }
  if (whole || first == kNoPort) return false;
  const auto& interfaces = c.snapshot(n).interfaces;
  return std::any_of(interfaces.begin(), interfaces.end(), [&](const Interface& i) {
    return i.oper != OperStatus::kDown && i.bridge_port.value != 0 && c.local(n, i.ifindex) != first;
  });
}

}  // namespace

Footing footing(const Fabric::Impl& f) {
  Footing x;
  x.whole = missing_share(f) < 0.005;
  for (Node n = 0; n < f.census.size(); ++n) x.transit.push_back(is_transit(f.census, n, x.whole));
  return x;
}

void renew_footing(Footing& x, const Fabric::Impl& f, Node changed) {
  const bool whole = missing_share(f) < 0.005;
  if (whole != x.whole)
    x = footing(f);
  else
    x.transit[changed] = is_transit(f.census, changed, whole);
}

std::vector<bool> join_evidence(Fabric::Impl& f, const Footing& footing) { return Joiner(f, footing).run(); }

}  // namespace lanwarden::topology::detail
