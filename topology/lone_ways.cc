#include "topology/lone_ways.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace lanwarden::topology::detail {
namespace {

/// Of two or three switches nobody could tell that a row is old.
constexpr std::size_t kFewestOthers = 2;

std::pair<Node, Node> ends(const LoneWay& x) { return {x.s, x.t}; }

class LoneWays {
 public:
  LoneWays(const Census& census, const Directions& tables)
      : c_(census), tables_(tables), faces_(census.size()), at_edge_(census.size()) {}

  std::vector<LoneWay> all() {
    for (Node s = 0; s < c_.size(); ++s) from(s);
    return std::move(found_);
  }
  /// From x and to x.
  std::vector<LoneWay> around(Node x) {
    from(x);
    for (Node s = 0; s < c_.size(); ++s)
      if (s != x) between(s, x);
    std::sort(found_.begin(), found_.end(),
              [](const LoneWay& a, const LoneWay& b) { return ends(a) < ends(b); });
    return std::move(found_);
  }

 private:
  void from(Node s) {
    for (Node t = 0; t < c_.size(); ++t)
      if (t != s) between(s, t);
  }
  void between(Node s, Node t) {
    if (tables_.from(s)[t] != kNoPort || tables_.to(s)[t] == kNoPort || !is_next(s, t)) return;
    const auto way = look(s, t);
    const std::uint64_t with = speed(t, tables_(t, s));
    if (way && may_join(speed(s, way->port), with) && is_accounted_for(s, with)) found_.push_back(*way);
  }

  /// Whether the others see t where they see s, as far as they know, and half of them do.
  bool is_next(Node s, Node t) const {
    const LocalPort *to_s = tables_.to(s), *to_t = tables_.to(t);
    std::size_t others = 0, agree = 0;
    for (Node u = 0; u < c_.size(); ++u) {
      if (u == s || u == t || !c_.has_rows(u)) continue;
      ++others;
      if (to_s[u] == kNoPort || to_t[u] == kNoPort) continue;
      if (to_s[u] != to_t[u]) return false;
      ++agree;
    }
    return agree >= kFewestOthers && 2 * agree >= others;
  }

  /// The one port at the edge of s where it has stations of t's edge, and nobody whom t sees elsewhere.
  std::optional<LoneWay> look(Node s, Node t) {
    LoneWay way{s, t, kNoPort, {}};
    std::uint32_t here = 0;
    for (const Station m : at_edge(t)) {
      const LocalPort p = port_at(s, m);
      if (p < kFirstPort || faces(s)[p]) continue;
      if (way.port == kNoPort) way.port = p, way.witness = c_.stations[m];
      if (p != way.port) return std::nullopt;
      ++here;
    }
    if (here == 0) return std::nullopt;
    std::uint32_t others = 0;  // whose row t has lost, if they are behind it
    for (const Row& r : c_.rows[s]) {
      if (r.port != way.port) continue;
      const LocalPort there = port_at(t, r.station);
      if (there == kNoPort)
        ++others;
      else if (there == kSelf || faces(t)[there])
        return std::nullopt;
    }
    if (others > here) return std::nullopt;
    return way;
  }

  /// Whether everybody is in sight who could be behind a port of s with a link, and this speed: then a switch
  /// behind s is behind one of those.
  bool is_accounted_for(Node s, std::uint64_t with) {
    const auto& interfaces = c_.snapshot(s).interfaces;
    return !interfaces.empty() && std::none_of(interfaces.begin(), interfaces.end(), [&](const Interface& i) {
      const LocalPort p = c_.local(s, i.ifindex);
      return i.bridge_port.value != 0 && i.oper != OperStatus::kDown && p != kNoPort && !faces(s)[p] &&
             c_.rows_at[s][p] == 0 && may_join(speed(s, p), with);
    });
  }

  /// bit/s; 0: unknown. Of an aggregate, too: its ends may count the cables differently.
  std::uint64_t speed(Node s, LocalPort p) const {
    const IfIndex ifindex = c_.ifindex(s, p);
    const Interface* i = c_.snapshot(s).interface(ifindex);
    const auto& members = c_.members[s];
    const bool is_aggregate =
        std::any_of(members.begin(), members.end(), [&](const auto& m) { return m.second == ifindex; });
    return i == nullptr || is_aggregate ? 0 : i->speed_bps;
  }
  /// A cable has the same speed at both ends.
  static bool may_join(std::uint64_t a, std::uint64_t b) { return a == b || a == 0 || b == 0; }

  /// The port on which s holds a station; kNoPort: none.
  LocalPort port_at(Node s, Station m) const {
    const auto places = c_.places_of(m);
    const auto at =
        std::lower_bound(places.begin(), places.end(), s, [](const Place& a, Node n) { return a.sw < n; });
    return at != places.end() && at->sw == s ? at->port : kNoPort;
  }
  /// [port] whether it leads to a switch.
  const std::vector<bool>& faces(Node s) {
    auto& faces = faces_[s];
    if (faces.empty()) {
      faces.assign(c_.port_limit(s), false);
      for (Node t = 0; t < c_.size(); ++t) faces[tables_(s, t)] = true;
    }
    return faces;
  }
  const std::vector<Station>& at_edge(Node t) {
    if (!at_edge_[t]) {
      at_edge_[t].emplace();
      for (const Row& r : c_.rows[t])
        if (r.port >= kFirstPort && !faces(t)[r.port]) at_edge_[t]->push_back(r.station);
    }
    return *at_edge_[t];
  }

  std::vector<LoneWay> found_;
  const Census& c_;
  const Directions& tables_;
  std::vector<std::vector<bool>> faces_;                      ///< [node], once it was asked for
  std::vector<std::optional<std::vector<Station>>> at_edge_;  ///< [node], once it was asked for
};

}  // namespace

std::vector<LoneWay> lone_ways(const Census& census, const Directions& tables) {
  return LoneWays(census, tables).all();
}

bool renew_lone_ways(std::vector<LoneWay>& ways, const Census& census, const Directions& tables,
                     Node changed) {
  const auto now = LoneWays(census, tables).around(changed);
  auto next = now.begin();
  for (LoneWay& x : ways) {
    if (x.s != changed && x.t != changed) continue;
    if (next == now.end() || ends(*next) != ends(x) || next->port != x.port) return false;
    x = *next++;
  }
  return next == now.end();
}

}  // namespace lanwarden::topology::detail
