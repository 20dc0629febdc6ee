// Seen from two peers, all stations of the switch below are on one port of each, and on
// no other; everything else they see through the link between them. In a tree the same
// stations would have to be behind one of the two.
#include "topology/shared_aggregate.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace lanwarden::topology::detail {
namespace {

/// Enough for a leg: four stations. For the link between the peers: one switch's own address will do.
constexpr std::uint32_t kLeg = 4 * kStationWeight, kPeer = kOwnAddressWeight;
/// More pairs of switches are not looked at: the tables are too dirty to tell.
constexpr std::size_t kMostPairs = 5000;

class Finder {
 public:
  explicit Finder(const Fabric::Impl& f) : f_(f), c_(f.census) {}

  std::vector<SharedAggregate> run() {
    from_protocols();
    std::set<std::pair<Node, Node>> pairs;
    for (const auto& [s, t] : f_.facing.torn) pairs.insert({std::min(s, t), std::max(s, t)});
    if (pairs.size() <= kMostPairs)
      for (const auto& [s, t] : pairs) from_tables(s, t);
    return std::move(found_);
  }

 private:
  bool known(Port aggregate) const {
    return std::any_of(found_.begin(), found_.end(),
                       [&](const SharedAggregate& x) { return x.aggregate == aggregate; });
  }

  void add(Port first, Port second, Port aggregate) {
    if (known(aggregate)) return;
    // The tree keeps the leg that is nearer to the root.
    const auto& up = f_.facing.up;
    const LocalPort back = f_.facing.toward(first.sw, second.sw);
    if (back != kNoPort && up[first.sw] == back) std::swap(first, second);
    found_.push_back({first, second, aggregate});
  }

  bool is_aggregate(Port x) const {
    const IfIndex wanted = c_.ifindex(x.sw, x.port);
    return std::count_if(c_.members[x.sw].begin(), c_.members[x.sw].end(),
                         [&](const auto& m) { return m.second == wanted; }) >= 2;
  }

  void from_protocols() {
    std::map<Port, std::set<Port>> far;
    for (const Claim& x : f_.claims.links)
      if (x.mutual && x.source != Source::kStp && x.s != x.t && is_aggregate({x.s, x.p}))
        far[{x.s, x.p}].insert({x.t, x.q});
    for (const auto& [aggregate, ends] : far)
      if (ends.size() == 2 && ends.begin()->sw != ends.rbegin()->sw)
        add(*ends.begin(), *ends.rbegin(), aggregate);
  }

  /// The uppermost switch that both have behind these ports, and its port towards them.
  Port below(Port x, Port y) const {
    const Directions& toward = f_.facing.toward;
    std::vector<Node> there;
    for (Node d = 0; d < c_.size(); ++d)
      if (d != x.sw && d != y.sw && toward(x.sw, d) == x.port && toward(y.sw, d) == y.port &&
          toward(d, x.sw) != kNoPort && toward(d, x.sw) == toward(d, y.sw))
        there.push_back(d);
    for (const Node d : there)
      if (std::none_of(there.begin(), there.end(),
                       [&](Node u) { return u != d && toward(d, u) == toward(d, x.sw); }))
        return {d, toward(d, x.sw)};
    return {kNoNode, kNoPort};
  }

  void from_tables(Node s, Node t) {
    std::map<std::pair<LocalPort, LocalPort>, std::uint32_t> cells;
    std::map<LocalPort, std::uint32_t> of_s, of_t;
    auto other = c_.rows[t].begin();
    for (const Row& r : c_.rows[s]) {
      while (other != c_.rows[t].end() && other->station < r.station) ++other;
      if (other == c_.rows[t].end()) break;
      if (other->station != r.station) continue;
      const std::uint32_t w = c_.weight[r.station];
      cells[{r.port, other->port}] += w, of_s[r.port] += w, of_t[other->port] += w;
    }
    std::vector<std::pair<LocalPort, LocalPort>> legs;
    for (const auto& [ports, k] : cells)
      if (ports.first != kSelf && ports.second != kSelf && k >= kLeg && 5 * k >= 4 * of_s[ports.first] &&
          5 * k >= 4 * of_t[ports.second])
        legs.push_back(ports);
    // Towards the root everything is on one port of each, too.
    std::erase_if(
        legs, [&](const auto& leg) { return leg.first == f_.facing.up[s] || leg.second == f_.facing.up[t]; });
    if (legs.empty()) return;
    for (const auto& leg : legs)
      std::erase_if(
          cells, [&](const auto& x) { return x.first.first == leg.first || x.first.second == leg.second; });
    of_s.clear(), of_t.clear();
    for (const auto& [ports, k] : cells) of_s[ports.first] += k, of_t[ports.second] += k;
    if (!have_a_link(cells, of_s, of_t)) return;
    for (const auto& [x, y] : legs)
      if (const Port aggregate = below({s, x}, {t, y}); aggregate.sw != kNoNode)
        add({s, x}, {t, y}, aggregate);
  }

  /// Whether the rest shows a link between the two, with witnesses on both sides, and little else.
  static bool have_a_link(const std::map<std::pair<LocalPort, LocalPort>, std::uint32_t>& cells,
                          const std::map<LocalPort, std::uint32_t>& of_s,
                          const std::map<LocalPort, std::uint32_t>& of_t) {
    std::uint32_t total = 0;
    for (const auto& [ports, k] : cells) total += k;
    for (const auto& [z, row] : of_s)
      for (const auto& [w, column] : of_t) {
        if (z == kSelf || w == kSelf) continue;
        const auto it = cells.find({z, w});
        const std::uint32_t both = it == cells.end() ? 0 : it->second;
        if (row - both >= kPeer && column - both >= kPeer && 5 * (total - row - column + both) <= total)
          return true;
      }
    return false;
  }

  const Fabric::Impl& f_;
  const Census& c_;
  std::vector<SharedAggregate> found_;
};

}  // namespace

std::vector<SharedAggregate> shared_aggregates(const Fabric::Impl& f) { return Finder(f).run(); }

void drop_second_legs(Census& c, const std::vector<SharedAggregate>& shared) {
  for (const SharedAggregate& x : shared)
    std::erase_if(c.rows[x.second.sw], [&](const Row& r) { return r.port == x.second.port; });
  index_places(c);
}

}  // namespace lanwarden::topology::detail
