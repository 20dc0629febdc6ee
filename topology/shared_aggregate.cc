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

std::set<std::pair<Node, Node>> torn_pairs(const std::vector<std::pair<Node, Node>>& torn) {
  std::set<std::pair<Node, Node>> pairs;
  for (const auto& [s, t] : torn) pairs.insert({std::min(s, t), std::max(s, t)});
  return pairs;
}

class Finder {
 public:
  Finder(const Census& census, const Facing& facing) : c_(census), facing_(facing) {}

  std::vector<SharedAggregate> run(const Claims& claims) {
    from_protocols(claims);
    const auto pairs = torn_pairs(facing_.torn);
    if (pairs.size() <= kMostPairs)
      for (const auto& [s, t] : pairs) from_tables(s, t);
    return std::move(found_);
  }
  bool from_these(Node s, Node t) {
    from_tables(s, t);
    return !found_.empty();
  }

 private:
  /// Of the stations that both hold, the weight on these two ports.
  using Cells = std::map<std::pair<LocalPort, LocalPort>, std::uint32_t>;
  using Legs = std::vector<std::pair<LocalPort, LocalPort>>;

  bool known(Port aggregate) const {
    return std::any_of(found_.begin(), found_.end(),
                       [&](const SharedAggregate& x) { return x.aggregate == aggregate; });
  }

  void add(Port first, Port second, Port aggregate) {
    if (known(aggregate)) return;
    // The tree keeps the leg that is nearer to the root.
    const auto& up = facing_.up;
    const LocalPort back = facing_.toward(first.sw, second.sw);
    if (back != kNoPort && up[first.sw] == back) std::swap(first, second);
    found_.push_back({first, second, aggregate});
  }

  bool is_aggregate(Port x) const {
    const IfIndex wanted = c_.ifindex(x.sw, x.port);
    return std::count_if(c_.members[x.sw].begin(), c_.members[x.sw].end(),
                         [&](const auto& m) { return m.second == wanted; }) >= 2;
  }

  void from_protocols(const Claims& claims) {
    std::map<Port, std::set<Port>> far;
    for (const Claim& x : claims.links)
      if (x.mutual && x.source != Source::kStp && x.s != x.t && is_aggregate({x.s, x.p}))
        far[{x.s, x.p}].insert({x.t, x.q});
    for (const auto& [aggregate, ends] : far)
      if (ends.size() == 2 && ends.begin()->sw != ends.rbegin()->sw)
        add(*ends.begin(), *ends.rbegin(), aggregate);
  }

  /// The uppermost switch that both have behind these ports, and its port towards them.
  Port below(Port x, Port y) const {
    const Directions& toward = facing_.toward;
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

  /// Whether what both have behind these ports has members on its side.
  bool joined_below(Port x, Port y) const {
    const Port far = below(x, y);
    return far.sw != kNoNode && is_aggregate(far);
  }

  void from_tables(Node s, Node t) {
    Cells cells;
    std::vector<std::uint32_t> of_s(c_.port_limit(s), 0), of_t(c_.port_limit(t), 0);
    // The same two ports come again and again: the last cell of each port is at hand.
    using Cell = Cells::iterator;
    std::vector<Cell> last(c_.port_limit(s), cells.end());
    auto other = c_.rows[t].begin();
    for (const Row& r : c_.rows[s]) {
      while (other != c_.rows[t].end() && other->station < r.station) ++other;
      if (other == c_.rows[t].end()) break;
      if (other->station != r.station) continue;
      const std::uint32_t w = c_.weight[r.station];
      Cell& cell = last[r.port];
      if (cell == cells.end() || cell->first.second != other->port)
        cell = cells.try_emplace({r.port, other->port}, 0U).first;
      cell->second += w, of_s[r.port] += w, of_t[other->port] += w;
    }
    Legs legs;
    for (const auto& [ports, k] : cells) {
      if (ports.first == kSelf || ports.second == kSelf || k < kLeg) continue;
      const std::uint32_t all = std::max(of_s[ports.first], of_t[ports.second]);
      // Two rows of the past weigh much on a leg with six stations; then its far side has to speak for it.
      if (5 * k >= 4 * all || (3 * k >= 2 * all && joined_below({s, ports.first}, {t, ports.second})))
        legs.push_back(ports);
    }
    if (legs.empty()) return;
    // Towards the root everything is on one port of each, too.
    auto some = legs;
    std::erase_if(some,
                  [&](const auto& leg) { return leg.first == facing_.up[s] || leg.second == facing_.up[t]; });
    if (add_if_linked(s, t, cells, some)) return;
    // A branch of one peer looks like a leg when the link between them is all the other sees it by, and a
    // peer that is the root itself is met on the leg. What has members on the far side is one.
    std::erase_if(legs, [&](const auto& leg) { return !joined_below({s, leg.first}, {t, leg.second}); });
    if (legs != some) add_if_linked(s, t, cells, legs);
  }

  bool add_if_linked(Node s, Node t, Cells cells, const Legs& legs) {
    if (legs.empty()) return false;
    for (const auto& leg : legs)
      std::erase_if(
          cells, [&](const auto& x) { return x.first.first == leg.first || x.first.second == leg.second; });
    std::vector<std::uint32_t> of_s(c_.port_limit(s), 0), of_t(c_.port_limit(t), 0);
    for (const auto& [ports, k] : cells) of_s[ports.first] += k, of_t[ports.second] += k;
    if (!have_a_link(cells, of_s, of_t)) return false;
    const std::size_t before = found_.size();
    for (const auto& [x, y] : legs)
      if (const Port aggregate = below({s, x}, {t, y}); aggregate.sw != kNoNode)
        add({s, x}, {t, y}, aggregate);
    return found_.size() > before;
  }

  /// Whether the rest shows a link between the two, with witnesses on both sides, and little else.
  static bool have_a_link(const Cells& cells, const std::vector<std::uint32_t>& of_s,
                          const std::vector<std::uint32_t>& of_t) {
    std::uint32_t total = 0;
    for (const auto& [ports, k] : cells) total += k;
    for (LocalPort z = kFirstPort; z < of_s.size(); ++z)
      for (LocalPort w = kFirstPort; w < of_t.size(); ++w) {
        const std::uint32_t row = of_s[z], column = of_t[w];
        if (row == 0 || column == 0) continue;
        const auto it = cells.find({z, w});
        const std::uint32_t both = it == cells.end() ? 0 : it->second;
        if (row - both >= kPeer && column - both >= kPeer && 5 * (total - row - column + both) <= total)
          return true;
      }
    return false;
  }

  const Census& c_;
  const Facing& facing_;
  std::vector<SharedAggregate> found_;
};

}  // namespace

std::vector<SharedAggregate> shared_aggregates(const Census& census, const Claims& claims,
                                               const Facing& facing) {
  return Finder(census, facing).run(claims);
}

bool may_share_now(const Census& census, const Facing& facing,
                   const std::vector<std::pair<Node, Node>>& before, Node changed) {
  const auto was = torn_pairs(before), is = torn_pairs(facing.torn);
  if (is.size() > kMostPairs) return false;
  if (was.size() > kMostPairs) return true;
  Finder finder(census, facing);
  return std::any_of(is.begin(), is.end(), [&](const auto& pair) {
    const bool fresh = pair.first == changed || pair.second == changed || !was.contains(pair);
    return fresh && finder.from_these(pair.first, pair.second);
  });
}

void drop_second_legs(Census& c, const std::vector<SharedAggregate>& shared) {
  for (const SharedAggregate& x : shared)
    std::erase_if(c.rows[x.second.sw], [&](const Row& r) { return r.port == x.second.port; });
  index_places(c);
}

}  // namespace lanwarden::topology::detail
