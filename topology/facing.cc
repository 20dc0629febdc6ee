// One root makes it sparse. Every switch is first compared in full with the root,
// which gives its port "up" (towards the root). Of two switches at least one has
// the other on its up port; so for a pair only the stations below each of them
// (off its up port) can contradict, and those lists are short.
#include "topology/facing.h"

#include <limits>
#include <optional>

namespace lanwarden::topology::detail {
namespace {

constexpr std::uint32_t kTorn = kOwnAddressWeight;
constexpr std::uint32_t kInfinite = std::numeric_limits<std::uint32_t>::max();

/// The smallest cost for each port, and what the second best port costs.
struct Choice {
  LocalPort port = kNoPort;
  std::uint32_t margin = 0;
};

/// Ports and their costs; the answer is the cheapest, with its lead.
class Ballot {
 public:
  void add(LocalPort port, std::uint32_t cost) {
    if (port == best_) {
      best_cost_ = std::min(best_cost_, cost);
    } else if (cost < best_cost_) {
      second_cost_ = best_cost_;
      best_ = port;
      best_cost_ = cost;
    } else {
      second_cost_ = std::min(second_cost_, cost);
    }
  }
  Choice choice() const {
    if (best_cost_ == kInfinite || best_ == kNoPort) return {};
    return {best_, second_cost_ == kInfinite ? kInfinite : second_cost_ - best_cost_};
  }
  std::uint32_t best_cost() const { return best_cost_; }

 private:
  LocalPort best_ = 0xffff;
  std::uint32_t best_cost_ = kInfinite, second_cost_ = kInfinite;
};

class Inference {
 public:
  Inference(const Census& census, const Aside& aside, std::uint32_t need)
      : c_(census), aside_(aside), need_(need), held_(census.stations.size(), kNoPort) {
    facing_.toward = Directions(c_.size());
    facing_.root.assign(c_.size(), kNoNode);
    facing_.up.assign(c_.size(), kNoPort);
    below_.resize(c_.size());
  }

  Facing run() {
    place_all();
    for (Node n = 0; n < c_.size(); ++n) collect_below(n);
    find_pairs();
    compare_unplaced();
    return std::move(facing_);
  }

 private:
  bool counts(Station m) const { return aside_.stations.empty() || !aside_.stations[m]; }

  /// How many pairs of stations a switch tells apart: many rows, well spread over its ports.
  std::uint64_t reach(Node n) const {
    std::vector<std::uint64_t> per_port(c_.port_limit(n), 0);
    std::uint64_t total = 0, apart = 0;
    for (const Row& r : c_.rows[n])
      if (r.port != kSelf && counts(r.station)) ++per_port[r.port], ++total;
    for (const std::uint64_t k : per_port) apart += k * (total - k);
    return apart + total;
  }

  void hold(Node n, bool all = false) {
    for (const Row& r : c_.rows[n])
      if (all || counts(r.station)) held_[r.station] = r.port;
  }
  void release(Node n) {
    for (const Row& r : c_.rows[n]) held_[r.station] = kNoPort;
  }

  /// All pairs of ports of s and of the switch now held.
  struct Compared {
    Choice of_s, of_held;
  };
  Compared compare(Node s, Node with) {
    const std::size_t width = c_.port_limit(with), height = c_.port_limit(s);
    if (width * height > 40'000'000) return {};
    matrix_.assign(width * height, 0);
    row_.assign(height, 0);
    column_.assign(width, 0);
    std::uint32_t total = 0;
    for (const Row& r : c_.rows[s]) {
      const LocalPort q = held_[r.station];
      if (q == kNoPort) continue;
      const std::uint32_t w = c_.weight[r.station];
      matrix_[r.port * width + q] += w;
      row_[r.port] += w;
      column_[q] += w;
      total += w;
    }
    if (total == 0) return {};
    Ballot of_s, of_held;
    // Index kNoPort stands for a port that neither table shows: its counts are zero.
    for (LocalPort p = 0; p < height; ++p) {
      if (p == kSelf || (p != kNoPort && row_[p] == 0)) continue;
      for (LocalPort q = 0; q < width; ++q) {
        if (q == kSelf || (q != kNoPort && column_[q] == 0)) continue;
        const std::uint32_t violations = total - row_[p] - column_[q] + matrix_[p * width + q];
        of_s.add(p, violations);
        of_held.add(q, violations);
      }
    }
    return {of_s.choice(), of_held.choice()};
  }

  void place_all() {
    std::vector<std::pair<std::uint64_t, Node>> by_reach;
    for (Node n = 0; n < c_.size(); ++n)
      if (c_.has_rows(n)) by_reach.emplace_back(reach(n), n);
    std::sort(by_reach.begin(), by_reach.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    // Each round places a LAN; whoever shares nothing with its root waits for the next.
    int rounds = 0;
    for (const auto& [apart, root] : by_reach) {
      if (facing_.root[root] != kNoNode || apart == 0) continue;
      if (++rounds > 200) break;
      hold(root);
      bool any = false;
      for (Node s = 0; s < c_.size(); ++s) {
        if (s == root || facing_.root[s] != kNoNode || !c_.has_rows(s)) continue;
        const Compared found = compare(s, root);
        if (found.of_s.port == kNoPort || found.of_s.margin < need_) continue;
        facing_.root[s] = root;
        facing_.up[s] = found.of_s.port;
        facing_.toward.set(s, root, found.of_s.port, found.of_s.margin);
        any = true;
      }
      if (any) facing_.root[root] = root;
      release(root);
    }
  }

  void collect_below(Node n) {
    // Everything is below a root, which the comparison in full has settled.
    if (facing_.up[n] == kNoPort) return;
    const auto& rows = c_.rows[n];
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].port == facing_.up[n]) continue;
      const bool trusted = counts(rows[i].station);
      const Credit credit = aside_.below.empty() ? Credit::kFull : aside_.below[n][i];
      if (credit == Credit::kNone) continue;
      const std::uint32_t weight = c_.weight[rows[i].station];
      below_[n].push_back({rows[i].station, credit == Credit::kFull && trusted ? weight : weight / 2});
    }
  }

  void find_pairs() {
    // counts[s][t]: the stations below t, over the ports of s. Kept for one s at a
    // time, so the other half of a pair is what was remembered when t was held.
    struct Half {
      std::uint32_t total = 0, at_up = 0, best = 0, second = 0;
      LocalPort best_port = kNoPort;  ///< best and second: off the up port
    };
    const std::size_t n = c_.size();
    std::vector<Half> halves(n * n);
    std::vector<std::uint32_t> count;
    std::vector<LocalPort> touched;
    for (Node s = 0; s < n; ++s) {
      if (facing_.root[s] == kNoNode) continue;
      hold(s, true);
      count.assign(c_.port_limit(s), 0);
      const LocalPort up = facing_.up[s] == kNoPort ? LocalPort{0xffff} : facing_.up[s];
      for (Node t = 0; t < n; ++t) {
        if (t == s || facing_.root[t] != facing_.root[s] || facing_.up[t] == kNoPort) continue;
        Half h;
        touched.clear();
        for (const auto& [m, weight] : below_[t]) {
          const LocalPort p = held_[m];
          if (p == up) {  // most are, of most switches
            h.at_up += weight;
            continue;
          }
          if (p == kNoPort) continue;
          if (count[p] == 0) touched.push_back(p);
          count[p] += weight;
        }
        std::sort(touched.begin(), touched.end());
        h.total = h.at_up;
        for (const LocalPort p : touched) {
          const std::uint32_t k = count[p];
          count[p] = 0;
          h.total += k;
          if (p != kSelf) {
            if (k > h.best)
              h.second = h.best, h.best = k, h.best_port = p;
            else
              h.second = std::max(h.second, k);
          }
        }
        halves[s * n + t] = h;
        if (h.best >= kTorn && h.second >= kTorn) facing_.torn.emplace_back(s, t);
      }
      release(s);
    }
    for (Node s = 0; s < n; ++s) {
      for (Node t = s + 1; t < n; ++t) {
        if (facing_.root[s] == kNoNode || facing_.root[t] != facing_.root[s]) continue;
        const Half &a = halves[s * n + t], &b = halves[t * n + s];
        const LocalPort up_s = facing_.up[s], up_t = facing_.up[t];
        Ballot of_s, of_t;
        const auto vote = [&](LocalPort p, LocalPort q, std::uint32_t cost) {
          of_s.add(p, cost);
          of_t.add(q, cost);
        };
        if (up_s != kNoPort && up_t != kNoPort) vote(up_s, up_t, a.total - a.at_up);
        if (up_t != kNoPort) {  // t is below s
          if (a.best > 0) vote(a.best_port, up_t, a.total - a.best);
          if (a.second > 0) vote(0xfffe, up_t, a.total - a.second);
          vote(kNoPort, up_t, a.total);
        }
        if (up_s != kNoPort) {  // s is below t
          if (b.best > 0) vote(up_s, b.best_port, b.total - b.best);
          if (b.second > 0) vote(up_s, 0xfffe, b.total - b.second);
          vote(up_s, kNoPort, b.total);
        }
        const Choice at_s = of_s.choice(), at_t = of_t.choice();
        if (!crowded(s, at_s, t, up_t)) accept(s, t, at_s);
        if (!crowded(t, at_t, s, up_s)) accept(t, s, at_t);
      }
    }
  }

  /// Few witnesses against as many stations that are not below the other switch:
  /// an edge port, rather, and its one witness is a row of a former place.
  bool crowded(Node s, Choice found, Node t, LocalPort up_t) const {
    if (need_ < kStationWeight || found.port == facing_.up[s] || found.port == kNoPort ||
        found.port >= 0xfffe)
      return false;
    if (found.margin < need_ || found.margin > kStationWeight) return false;
    std::uint32_t others = 0;
    const auto& rows = c_.rows[t];
    for (const Row& r : c_.rows[s]) {
      if (r.port != found.port) continue;
      const auto other = std::lower_bound(rows.begin(), rows.end(), r.station,
                                          [](const Row& a, Station m) { return a.station < m; });
      others += other == rows.end() || other->station != r.station || other->port == up_t;
    }
    return others * kStationWeight >= found.margin;
  }

  void accept(Node s, Node t, Choice found) {
    if (found.port == kNoPort || found.port >= 0xfffe || found.margin < need_) return;
    // The comparison in full with the root is the better one.
    if (facing_.root[s] == t && facing_.toward(s, t) != kNoPort) return;
    facing_.toward.set(s, t, found.port, found.margin);
  }

  /// Whoever could not be placed is compared in full with everybody, as long as that is affordable.
  void compare_unplaced() {
    std::vector<Node> unplaced;
    std::uint64_t rows = 0;
    for (Node n = 0; n < c_.size(); ++n) {
      rows += c_.rows[n].size();
      if (facing_.root[n] == kNoNode && c_.has_rows(n)) unplaced.push_back(n);
    }
    std::uint64_t budget = 50'000'000;
    for (const Node s : unplaced) {
      if (budget < rows) return;
      budget -= rows;
      hold(s);
      for (Node t = 0; t < c_.size(); ++t) {
        if (t == s || !c_.has_rows(t)) continue;
        const Compared found = compare(t, s);
        accept(t, s, found.of_s);
        accept(s, t, found.of_held);
      }
      release(s);
    }
  }

  const Census& c_;
  const Aside& aside_;
  const std::uint32_t need_;
  Facing facing_;
  std::vector<LocalPort> held_;  ///< the rows of one switch, by station
  struct Witness {
    Station station;
    std::uint32_t weight;
  };
  std::vector<std::vector<Witness>> below_;  ///< W: the stations off its up port
  std::vector<std::uint32_t> matrix_, row_, column_;
};

}  // namespace

Facing infer_facing(const Census& census, const Aside& aside, std::uint32_t need) {
  return Inference(census, aside, need).run();
}

void close_directions(const Census& census, Directions& toward) {
  const auto n = static_cast<Node>(census.size());
  // Who knows anything of t's place: without one there is no vote.
  std::vector<std::vector<Node>> witnesses(n);
  for (Node t = 0; t < n; ++t)
    for (Node u = 0; u < n; ++u)
      if (u != t && toward(u, t) != kNoPort) witnesses[t].push_back(u);
  struct Filled {
    Node s, t;
    LocalPort port;
    std::uint32_t margin;
  };
  std::vector<Filled> filled;
  std::vector<std::pair<LocalPort, std::uint32_t>> votes;
  for (Node s = 0; s < n; ++s) {
    for (Node t = 0; t < n; ++t) {
      if (s == t || toward(s, t) != kNoPort) continue;
      votes.clear();
      std::uint32_t total = 0;
      for (const Node u : witnesses[t]) {
        if (u == s) continue;
        const LocalPort to_s = toward(u, s), port = toward(s, u);
        if (to_s == kNoPort || port == kNoPort || to_s == toward(u, t)) continue;
        const auto it =
            std::find_if(votes.begin(), votes.end(), [&](const auto& v) { return v.first == port; });
        if (it == votes.end())
          votes.emplace_back(port, 1);
        else
          ++it->second;
        ++total;
      }
      for (const auto& [port, k] : votes)
        if (4 * k > 3 * total) filled.push_back({s, t, port, 2 * k - total});
    }
  }
  for (const Filled& f : filled) toward.set(f.s, f.t, f.port, f.margin);
}

}  // namespace lanwarden::topology::detail
