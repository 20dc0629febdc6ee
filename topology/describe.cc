// From groups of ports and the stations' places to what a fabric shows: links,
// segments, unknown bridges, roles.
#include "topology/describe.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace lanwarden::topology::detail {
namespace {

class Describer {
 public:
  explicit Describer(Fabric::Impl& f) : f_(f), c_(f.census) {}

  void run() {
    f_.links.clear(), f_.segments.clear(), f_.unknown_bridges.clear();
    make_links();
    make_unknown_bridges();
    make_roles();
    std::sort(f_.contradictions.begin(), f_.contradictions.end());
    f_.contradictions.erase(std::unique(f_.contradictions.begin(), f_.contradictions.end()),
                            f_.contradictions.end());
  }

 private:
  bool tables_agree(Port a, Port b) const {
    return f_.tables_only(a.sw, b.sw) == a.port && f_.tables_only(b.sw, a.sw) == b.port;
  }

  Witness table_witness(Port a, Port b) const {
    return {
        Source::kFdb, true,
        f_.describe(a.sw, a.port) + " and " + f_.describe(b.sw, b.port) +
            " face each other in the forwarding tables (" +
            std::to_string(std::min(f_.tables_only.margin(a.sw, b.sw), f_.tables_only.margin(b.sw, a.sw)) /
                           kStationWeight) +
            " witnesses ahead)"};
  }

  void make_links() {
    std::map<std::pair<Port, Port>, const ToldLink*> by_ends;
    for (const ToldLink& x : f_.told) by_ends.try_emplace({x.a, x.b}, &x);
    const auto told_between = [&](Port a, Port b) -> const ToldLink* {
      const auto it = by_ends.find({a, b});
      return it == by_ends.end() ? nullptr : it->second;
    };
    for (const Group& g : f_.groups) {
      if (g.segment) {
        Segment segment;
        for (const Port& x : g.ports) segment.ports.push_back(c_.port_id(x.sw, x.port));
        std::sort(segment.ports.begin(), segment.ports.end());
        segment.stations = g.stations;
        for (const ToldLink& x : f_.told)
          if (!x.blocked && f_.group_of[x.a.sw][x.a.port] == f_.group_of[g.ports[0].sw][g.ports[0].port])
            segment.witnesses.insert(segment.witnesses.end(), x.witnesses.begin(), x.witnesses.end());
        for (std::size_t i = 0; i + 1 < g.ports.size(); ++i)
          if (tables_agree(g.ports[i], g.ports[i + 1]))
            segment.witnesses.push_back(table_witness(g.ports[i], g.ports[i + 1]));
        f_.segments.push_back(std::move(segment));
      } else if (g.ports.size() == 2) {
        add_link(g.ports[0], g.ports[1], told_between(g.ports[0], g.ports[1]));
      }
    }
    for (const ToldLink& x : f_.told)
      if (x.blocked && !x.second_leg) add_link(x.a, x.b, &x);
    for (const SharedAggregate& x : f_.shared) {
      const Port a = std::min(x.second, x.aggregate), b = std::max(x.second, x.aggregate);
      const ToldLink* told = told_between(a, b);
      add_link(a, b, told);
      f_.links.back().blocked = false;
      const std::string peers = c_.snapshot(x.first.sw).name + " and " + c_.snapshot(x.second.sw).name;
      Witness shared{Source::kFdb, true,
                     peers + " hold the same stations each on its own port: legs of one aggregate (MLAG)"};
      if (told == nullptr) f_.links.back().witnesses.clear();
      f_.links.back().witnesses.push_back(std::move(shared));
    }
    const auto ends = [](const Link& x) { return std::pair{x.a, x.b}; };
    std::sort(f_.links.begin(), f_.links.end(),
              [&](const Link& x, const Link& y) { return ends(x) < ends(y); });
    std::sort(f_.segments.begin(), f_.segments.end(),
              [](const Segment& x, const Segment& y) { return x.ports < y.ports; });
  }

  /// Of a link that the comparison of tables leaves open.
  std::string lone_witness(Port a, Port b) const {
    for (const LoneWay& x : f_.lone_ways)
      for (const auto& [from, to] : {std::pair{a, b}, std::pair{b, a}})
        if (from == Port{x.s, x.port} && to.sw == x.t)
          return f_.describe(from.sw, from.port) + " has stations of " + c_.snapshot(to.sw).name + ", like " +
                 x.witness.to_string() + ", and no other port of " + c_.snapshot(from.sw).name +
                 " could lead there";
    return "what lies between is the same seen from all other switches";
  }

  void add_link(Port a, Port b, const ToldLink* told) {
    Link link;
    link.a = c_.port_id(a.sw, a.port);
    link.b = c_.port_id(b.sw, b.port);
    if (link.b < link.a) std::swap(link.a, link.b);
    double doubt = 1;
    if (told != nullptr) {
      link.via = told->via;
      link.blocked = told->blocked;
      link.witnesses = told->witnesses;
      doubt = told->mutual ? 0.01 : 0.05;
    }
    if (tables_agree(a, b) && !link.blocked) {
      link.via.push_back(Source::kFdb);
      link.witnesses.push_back(table_witness(a, b));
      const auto margin = std::min(f_.tables_only.margin(a.sw, b.sw), f_.tables_only.margin(b.sw, a.sw));
      doubt *= margin >= 4 * kStationWeight ? 0.03 : margin >= 2 * kStationWeight ? 0.08 : 0.15;
    } else if (told == nullptr) {
      link.via.push_back(Source::kFdb);
      link.witnesses.push_back({Source::kFdb, true, lone_witness(a, b)});
      doubt = 0.1;
    }
    std::sort(link.via.begin(), link.via.end());
    link.via.erase(std::unique(link.via.begin(), link.via.end()), link.via.end());
    link.confidence = 1 - std::max(doubt, 0.001);
    f_.links.push_back(std::move(link));
  }

  void make_unknown_bridges() {
    for (Node n = 0; n < c_.size(); ++n)
      for (LocalPort p = kFirstPort; p < c_.port_limit(n); ++p)
        if (const PortHints& hints = f_.hints(n, p); !hints.unknown_bridge.empty())
          f_.unknown_bridges.push_back({c_.port_id(n, p), hints.unknown_bridge});
    std::sort(f_.unknown_bridges.begin(), f_.unknown_bridges.end(),
              [](const UnknownBridge& a, const UnknownBridge& b) { return a.port < b.port; });
  }

  PortRole role(Node n, LocalPort p) const {
    const std::uint32_t g = f_.group_of[n][p];
    if (g != kNoGroup && f_.groups[g].segment) return PortRole::kSegment;
    const PortHints& hints = f_.hints(n, p);
    if (f_.faces[n][p] || !hints.unknown_bridge.empty()) return PortRole::kUplink;
    const std::uint32_t stations = f_.located[n][p];
    const bool rows = f_.first_station[n][p + 1U] != f_.first_station[n][p];
    if (hints.access_point || hints.hypervisor) return PortRole::kShared;
    if (stations == 0) {
      if (rows) return PortRole::kUnknown;  // stale rows only
      const Interface* i = c_.snapshot(n).interface(c_.ifindex(n, p));
      return i != nullptr && i->oper == OperStatus::kUp && i->bridge_port.value != 0 ? PortRole::kUnknown
                                                                                     : PortRole::kUnused;
    }
    return stations <= (hints.phone ? 2U : 1U) ? PortRole::kEdge : PortRole::kShared;
  }

  void make_roles() {
    f_.roles.resize(c_.size());
    for (Node n = 0; n < c_.size(); ++n) {
      f_.roles[n].assign(c_.port_limit(n), PortRole::kUnused);
      for (LocalPort p = kFirstPort; p < c_.port_limit(n); ++p) f_.roles[n][p] = role(n, p);
    }
  }

  Fabric::Impl& f_;
  const Census& c_;
};

}  // namespace

void list_stations(Fabric::Impl& f, Node n) {
  const Census& c = f.census;
  f.stations.resize(c.size());
  f.first_station.resize(c.size());
  auto& first = f.first_station[n];
  first.assign(1, 0);
  for (const std::uint32_t k : c.stations_at[n]) first.push_back(first.back() + k);
  f.stations[n].resize(first.back());
  std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
  for (const Row& r : c.rows[n])
    if (r.port != kSelf && c.owner[r.station] == kNoNode)
      f.stations[n][next[r.port]++] = c.stations[r.station];
}

void describe_fabric(Fabric::Impl& f) { Describer(f).run(); }

}  // namespace lanwarden::topology::detail
