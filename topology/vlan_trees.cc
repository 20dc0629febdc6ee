// Two trees over the same cables differ when some switch has its port towards one
// root elsewhere: so one comparison of each switch with the root, VLAN by VLAN, tells
// them apart. Where STP is read per VLAN, a port that blocks in one VLAN and forwards
// in another says so itself.
#include "topology/vlan_trees.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace lanwarden::topology::detail {
namespace {

/// Witnesses that each of two contradicting directions must be ahead by, and all of them together.
constexpr std::uint32_t kSure = 4 * kStationWeight, kSureTogether = 8 * kStationWeight;
constexpr std::size_t kMostTrees = 64, kRoots = 4;

}  // namespace

class VlanDivider::Impl {
 public:
  explicit Impl(const Census& census) : c_(census) {}

  std::vector<std::uint8_t> run() {
    number_vlans();
    if (ids_.size() < 2) return {};
    find_roots();
    compare_all();
    return divide();
  }

  std::vector<std::uint8_t> update(const TableChange& change) {
    const auto ids = std::exchange(ids_, {});
    const auto roots = std::exchange(roots_, {});
    number_vlans();
    if (ids_.size() < 2) return {};
    find_roots();
    // Whose row is new in one table bears on that switch's ways alone, if it is no root.
    bool only_its_own =
        ids_ == ids && roots_ == roots && std::find(roots.begin(), roots.end(), change.sw) == roots.end();
    for (const auto& [m, was] : change.vlan_before)
      for (const Place& place : c_.places_of(m)) only_its_own = only_its_own && place.sw == change.sw;
    if (!only_its_own) {
      compare_all();
    } else {
      held_.assign(c_.stations.size(), kNoPort);
      for (std::size_t r = 0; r < roots_.size(); ++r) {
        for (const Row& row : c_.rows[roots_[r]]) held_[row.station] = row.port;
        for (auto& ways : ways_[r]) ways[change.sw] = {};
        compare(change.sw, ways_[r]);
        for (const Row& row : c_.rows[roots_[r]]) held_[row.station] = kNoPort;
      }
    }
    return divide();
  }

 private:
  /// Where one VLAN has its way between a switch and the root, and by how many witnesses.
  struct Way {
    LocalPort up = kNoPort, down = kNoPort;  ///< at the switch, at the root
    std::uint32_t up_margin = 0, down_margin = 0;
  };

  std::vector<std::uint8_t> divide() {
    read_spanning_trees();
    group();
    if (groups_.size() < 2) return {};
    std::vector<std::uint8_t> tree_of(4096, 0);
    for (std::size_t v = 0; v < ids_.size(); ++v) tree_of[ids_[v]] = static_cast<std::uint8_t>(group_of_[v]);
    return tree_of;
  }

  void number_vlans() {
    std::vector<std::uint32_t> stations(4096, 0);
    for (const std::uint16_t vlan : c_.vlan)
      if (vlan != 0 && vlan < stations.size()) ++stations[vlan];
    index_.assign(4096, kNone);
    order_.clear();
    for (std::uint16_t id = 0; id < stations.size(); ++id) {
      if (stations[id] == 0) continue;
      index_[id] = static_cast<std::uint16_t>(ids_.size());
      order_.push_back(ids_.size());
      ids_.push_back(id);
    }
    std::stable_sort(order_.begin(), order_.end(),
                     [&](auto a, auto b) { return stations[ids_[a]] > stations[ids_[b]]; });
  }

  /// Who tells most stations apart. Several: one of them may have hardly a station in some VLAN.
  void find_roots() {
    std::vector<std::pair<std::uint64_t, Node>> all;
    for (Node n = 0; n < c_.size(); ++n) {
      const std::span<const std::uint32_t> at(c_.rows_at[n]);
      std::uint64_t total = 0, apart = 0;
      for (const std::uint64_t k : at.subspan(kFirstPort)) total += k;
      for (const std::uint64_t k : at.subspan(kFirstPort)) apart += k * (total - k);
      if (apart > 0) all.emplace_back(apart, n);
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    for (std::size_t i = 0; i < all.size() && i < kRoots; ++i) roots_.push_back(all[i].second);
  }

  void compare_all() {
    held_.assign(c_.stations.size(), kNoPort);
    ways_.clear();
    for (const Node root : roots_) {
      for (const Row& r : c_.rows[root]) held_[r.station] = r.port;
      auto& ways = ways_.emplace_back(ids_.size(), std::vector<Way>(c_.size()));
      for (Node s = 0; s < c_.size(); ++s)
        if (s != root) compare(s, ways);
      for (const Row& r : c_.rows[root]) held_[r.station] = kNoPort;
    }
  }

  struct Sums {
    std::uint32_t total = 0;
    std::map<LocalPort, std::uint32_t> here, there;  ///< by port: of the switch, of the root
    std::map<std::pair<LocalPort, LocalPort>, std::uint32_t> both;
  };

  void compare(Node s, std::vector<std::vector<Way>>& ways) {
    // Most of a VLAN's stations are behind the same two ports: cells repeat, and the last is remembered.
    struct Cell {
      LocalPort here, there;
      std::uint32_t count = 0;
    };
    std::vector<std::vector<Cell>> cells(ids_.size());
    for (const Row& r : c_.rows[s]) {
      const std::uint16_t vlan = c_.vlan[r.station];
      if (vlan == 0 || vlan == kSeveralVlans || held_[r.station] == kNoPort) continue;
      auto& mine = cells[index_[vlan]];
      const LocalPort there = held_[r.station];
      auto it = std::find_if(mine.begin(), mine.end(),
                             [&](const Cell& x) { return x.here == r.port && x.there == there; });
      if (it == mine.end()) it = mine.insert(mine.end(), {r.port, there, 0});
      it->count += c_.weight[r.station];
      if (it != mine.begin() && it->count > (it - 1)->count) std::iter_swap(it, it - 1);
    }
    for (std::size_t v = 0; v < ids_.size(); ++v) {
      Sums sums;
      for (const Cell& x : cells[v]) {
        sums.total += x.count;
        sums.here[x.here] += x.count;
        sums.there[x.there] += x.count;
        sums.both[{x.here, x.there}] += x.count;
      }
      if (sums.total >= kSure) ways[v][s] = way(sums);
    }
  }

  /// The two ports that the fewest stations contradict (facing.cc, of one VLAN).
  static Way way(const Sums& sums) {
    constexpr auto kInfinite = std::numeric_limits<std::uint32_t>::max();
    Way w;
    std::uint32_t best = kInfinite;
    std::map<LocalPort, std::uint32_t> of_here, of_there;
    for (const auto& [p, row] : sums.here) {
      if (p == kSelf) continue;
      for (const auto& [q, column] : sums.there) {
        if (q == kSelf) continue;
        const auto both = sums.both.find({p, q});
        const std::uint32_t cost = sums.total - row - column + (both == sums.both.end() ? 0 : both->second);
        const auto keep = [cost](auto& costs, LocalPort x) {
          const auto [it, fresh] = costs.emplace(x, cost);
          it->second = std::min(it->second, cost);
        };
        keep(of_here, p), keep(of_there, q);
        if (cost < best) best = cost, w.up = p, w.down = q;
      }
    }
    if (best == kInfinite) return {};
    const auto margin = [&](const auto& costs, LocalPort chosen) {
      std::uint32_t second = sums.total;  // a port that neither table shows
      for (const auto& [p, cost] : costs)
        if (p != chosen) second = std::min(second, cost);
      return second - std::min(second, best);
    };
    w.up_margin = margin(of_here, w.up), w.down_margin = margin(of_there, w.down);
    return w;
  }

  void read_spanning_trees() {
    blocks_.assign(ids_.size(), {}), forwards_.assign(ids_.size(), {});
    for (Node n = 0; n < c_.size(); ++n)
      for (const StpPort& x : c_.snapshot(n).stp_ports) {
        if (x.vlan == kNoVlan || x.vlan.value >= index_.size() || index_[x.vlan.value] == kNone) continue;
        const LocalPort p = c_.local(n, x.port);
        if (p == kNoPort) continue;
        if (x.state == StpState::kBlocking) blocks_[index_[x.vlan.value]].push_back({n, p});
        if (x.state == StpState::kForwarding) forwards_[index_[x.vlan.value]].push_back({n, p});
      }
    for (auto* lists : {&blocks_, &forwards_})
      for (auto& ports : *lists) std::sort(ports.begin(), ports.end());
  }

  static bool meet(const std::vector<Port>& blocked, const std::vector<Port>& forwarding) {
    return std::any_of(blocked.begin(), blocked.end(), [&](const Port& x) {
      return std::binary_search(forwarding.begin(), forwarding.end(), x);
    });
  }

  /// By how many witnesses their tables contradict that they are of one tree; only switches where each
  /// direction is ahead by `least` count.
  std::uint32_t contradict(std::size_t a, std::size_t b, std::uint32_t least) const {
    std::uint32_t most = 0;
    for (const auto& ways : ways_) most = std::max(most, contradict(ways[a], ways[b], least));
    return most;
  }
  static std::uint32_t contradict(const std::vector<Way>& a, const std::vector<Way>& b, std::uint32_t least) {
    std::uint32_t sum = 0;
    for (Node s = 0; s < a.size(); ++s) {
      const Way &x = a[s], &y = b[s];
      const std::uint32_t up = std::min(x.up_margin, y.up_margin),
                          down = std::min({x.down_margin, y.down_margin, up});
      if (up >= least && x.up != y.up)
        sum += up;
      else if (down >= least && x.down != y.down)
        sum += down;
    }
    return sum;
  }

  bool differ(std::size_t a, std::size_t b) const {
    return meet(blocks_[a], forwards_[b]) || meet(blocks_[b], forwards_[a]) ||
           contradict(a, b, kSure) >= kSureTogether;
  }

  /// First those that cannot be of one tree, each with a tree of its own; then every other joins the
  /// tree it contradicts least.
  void group() {
    std::vector<std::size_t> rest;
    groups_.clear();
    for (const std::size_t v : order_) {
      const bool apart = std::all_of(groups_.begin(), groups_.end(),
                                     [&](const auto& group) { return differ(v, group.front()); });
      if (apart && groups_.size() < kMostTrees)
        groups_.push_back({v});
      else
        rest.push_back(v);
    }
    for (const std::size_t v : rest) {
      std::size_t best = 0;
      std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
      for (std::size_t g = 0; g < groups_.size(); ++g) {
        std::uint64_t doubt = 0;
        for (const std::size_t x : groups_[g])
          doubt = std::max<std::uint64_t>(doubt,
                                          contradict(v, x, kStationWeight) + (differ(v, x) ? kRefused : 0));
        if (doubt < least) least = doubt, best = g;
      }
      groups_[best].push_back(v);
    }
    group_of_.resize(ids_.size());
    for (std::size_t g = 0; g < groups_.size(); ++g)
      for (const std::size_t v : groups_[g]) group_of_[v] = g;
  }

  static constexpr std::uint64_t kRefused = std::uint64_t{1} << 40;
  static constexpr std::uint16_t kNone = 0xffff;
  const Census& c_;
  std::vector<std::uint16_t> ids_;    ///< [v] VLAN id, sorted
  std::vector<std::size_t> order_;    ///< v: those with most stations first
  std::vector<std::uint16_t> index_;  ///< [VLAN id] v
  std::vector<Node> roots_;
  std::vector<LocalPort> held_;                       ///< [station] the root's port
  std::vector<std::vector<std::vector<Way>>> ways_;   ///< [root][v][node]
  std::vector<std::vector<Port>> blocks_, forwards_;  ///< [v], sorted
  std::vector<std::vector<std::size_t>> groups_;
  std::vector<std::size_t> group_of_;  ///< [v]
};

VlanDivider::VlanDivider(const Census& census) : impl_(std::make_unique<Impl>(census)) {}
VlanDivider::~VlanDivider() = default;
std::vector<std::uint8_t> VlanDivider::run() { return impl_->run(); }
std::vector<std::uint8_t> VlanDivider::update(const TableChange& change) { return impl_->update(change); }

}  // namespace lanwarden::topology::detail
