// One root makes it sparse. Every switch is first compared in full with the root,
// which gives its port "up" (towards the root). Of two switches at least one has
// the other on its up port; so for a pair only the stations below each of them
// (off its up port) can contradict, and those lists are short.
#include "topology/facing.h"

#include <algorithm>

#include "topology/ballot.h"

namespace lanwarden::topology::detail {
void FacingStage::run() {
  facing_.toward = Directions(c_.size());
  facing_.root.assign(c_.size(), kNoNode);
  facing_.up.assign(c_.size(), kNoPort);
  held_.assign(c_.stations.size(), kNoPort);
  below_.resize(c_.size());
  cells_.resize(c_.size());
  count_reach();
  place_all();
  find_below();
  find_pairs();
  compare_unplaced();
  held_.clear();
}

void FacingStage::count_reach() {
  reached_.resize(c_.size());
  for (Node n = 0; n < c_.size(); ++n) {
    reached_[n].assign(c_.port_limit(n), 0);
    for (const Row& r : c_.rows[n])
      if (r.port != kSelf && counts(r.station)) ++reached_[n][r.port];
  }
}

/// How many pairs of stations a switch tells apart: many rows, well spread over its ports.
std::uint64_t FacingStage::reach(Node n) const {
  std::uint64_t total = 0, apart = 0;
  for (const std::uint64_t k : reached_[n]) total += k;
  for (const std::uint64_t k : reached_[n]) apart += k * (total - k);
  return apart + total;
}

void FacingStage::hold(Node n, bool all) {
  for (const Row& r : c_.rows[n])
    if (all || counts(r.station)) held_[r.station] = r.port;
}
void FacingStage::release(Node n) {
  for (const Row& r : c_.rows[n]) held_[r.station] = kNoPort;
}

bool FacingStage::clear_matrix(Node s, Node with) {
  width_ = c_.port_limit(with);
  const std::size_t height = c_.port_limit(s);
  if (width_ * height > 40'000'000) return false;
  matrix_.assign(width_ * height, 0);
  row_.assign(height, 0);
  column_.assign(width_, 0);
  total_ = 0;
  return true;
}

void FacingStage::add_to_matrix(LocalPort here, LocalPort there, std::uint32_t weight) {
  matrix_[here * width_ + there] += weight;
  row_[here] += weight;
  column_[there] += weight;
  total_ += weight;
}

/// All pairs of ports of two switches, whose matrix this is: the choice of the one, and of the other.
std::pair<FacingStage::Choice, FacingStage::Choice> FacingStage::choose() const {
  if (total_ == 0) return {};
  Ballot of_one, of_other;
  // Index kNoPort stands for a port that neither table shows: its counts are zero.
  std::vector<LocalPort> columns;
  for (LocalPort q = 0; q < column_.size(); ++q)
    if (q != kSelf && (q == kNoPort || column_[q] != 0)) columns.push_back(q);
  for (LocalPort p = 0; p < row_.size(); ++p) {
    if (p == kSelf || (p != kNoPort && row_[p] == 0)) continue;
    for (const LocalPort q : columns) {
      const std::uint32_t violations = total_ - row_[p] - column_[q] + matrix_[p * width_ + q];
      of_one.add(p, violations);
      of_other.add(q, violations);
    }
  }
  return {{of_one.port(), of_one.margin()}, {of_other.port(), of_other.margin()}};
}

/// s and the switch that is held now.
std::pair<FacingStage::Choice, FacingStage::Choice> FacingStage::compare(Node s, Node with) {
  if (!clear_matrix(s, with)) return {};
  for (const Row& r : c_.rows[s])
    if (const LocalPort there = held_[r.station]; there != kNoPort)
      add_to_matrix(r.port, there, c_.weight[r.station]);
  return choose();
}

/// The matrix of s and its root, kept.
void FacingStage::keep_cells(Node s) {
  std::vector<Cell> cells;
  for (LocalPort p = 0; p < row_.size(); ++p)
    for (LocalPort q = 0; row_[p] > 0 && q < column_.size(); ++q)
      if (const std::uint32_t w = matrix_[p * width_ + q]; w > 0) cells.push_back({p, q, w});
  cells_[s].assign(cells.begin(), cells.end());
}

std::vector<std::pair<std::uint64_t, Node>> FacingStage::by_reach() const {
  std::vector<std::pair<std::uint64_t, Node>> order;
  for (Node n = 0; n < c_.size(); ++n)
    if (c_.has_rows(n)) order.emplace_back(reach(n), n);
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  return order;
}

void FacingStage::place_all() {
  // Each round places a LAN; whoever shares nothing with its root waits for the next.
  int rounds = 0;
  for (const auto& [apart, root] : by_reach()) {
    if (facing_.root[root] != kNoNode || apart == 0) continue;
    if (++rounds > kMostRounds) break;
    hold(root);
    bool any = false;
    for (Node s = 0; s < c_.size(); ++s) {
      if (s == root || facing_.root[s] != kNoNode || !c_.has_rows(s)) continue;
      const Choice found = compare(s, root).first;
      if (found.port == kNoPort || found.margin < need_) continue;
      keep_cells(s);
      facing_.root[s] = root;
      facing_.up[s] = found.port;
      facing_.toward.set(s, root, found.port, found.margin);
      any = true;
    }
    if (any) facing_.root[root] = root;
    release(root);
  }
}

/// Of a station at this port, as a witness of what is below n: 0: none.
std::uint32_t FacingStage::weight_below(Node n, Station m, LocalPort port) const {
  // Everything is below a root, which the comparison in full has settled.
  if (facing_.up[n] == kNoPort || port == facing_.up[n] || port == kNoPort) return 0;
  const std::uint32_t weight = c_.weight[m];
  if (aside_.stations.empty()) return weight;
  const Trust& trust = aside_.stations[m];
  if (!aside_.strays) return trust.aside ? weight / 2 : weight;
  if (std::binary_search(trust.former.begin(), trust.former.end(), n)) return 0;
  return trust.aside || trust.half ? weight / 2 : weight;
}

/// Counts the stations below each t over the ports of each s.
void FacingStage::find_below() {
  struct Witness {
    Station station;
    std::uint32_t weight;
  };
  std::vector<std::vector<Witness>> below(c_.size());
  for (Node t = 0; t < c_.size(); ++t)
    if (facing_.up[t] != kNoPort)
      for (const Row& r : c_.rows[t])
        if (const std::uint32_t w = weight_below(t, r.station, r.port); w > 0)
          below[t].push_back({r.station, w});
  std::vector<std::uint32_t> count;
  std::vector<LocalPort> touched;
  std::vector<Below> found;
  for (Node s = 0; s < c_.size(); ++s) {
    if (facing_.root[s] == kNoNode) continue;
    hold(s, true);
    count.assign(c_.port_limit(s), 0);
    found.clear();
    const LocalPort up = facing_.up[s] == kNoPort ? LocalPort{0xffff} : facing_.up[s];
    for (Node t = 0; t < c_.size(); ++t) {
      if (t == s || facing_.root[t] != facing_.root[s]) continue;
      touched.clear();
      std::uint32_t at_up = 0;
      for (const auto& [m, weight] : below[t]) {
        const LocalPort p = held_[m];
        if (p == up) {  // most are, of most switches
          at_up += weight;
          continue;
        }
        if (p == kNoPort) continue;
        if (count[p] == 0) touched.push_back(p);
        count[p] += weight;
      }
      if (at_up > 0) touched.push_back(up), count[up] = at_up;
      std::sort(touched.begin(), touched.end());
      for (const LocalPort p : touched) {
        found.push_back({t, p, count[p]});
        count[p] = 0;
      }
    }
    release(s);
    below_[s].assign(found.begin(), found.end());
  }
}

FacingStage::Half FacingStage::half(Node s, std::span<const Below> below) const {
  Half h;
  const LocalPort up = facing_.up[s] == kNoPort ? LocalPort{0xffff} : facing_.up[s];
  for (const Below& x : below) {
    h.total += x.weight;
    if (x.port == up)
      h.at_up = x.weight;
    else if (x.port != kSelf && x.weight > h.best)
      h.second = h.best, h.best = x.weight, h.best_port = x.port;
    else if (x.port != kSelf)
      h.second = std::max(h.second, x.weight);
  }
  return h;
}

std::span<const FacingStage::Below> FacingStage::below(Node s, Node t) const {
  const auto less = [](const Below& a, const Below& b) { return a.t < b.t; };
  const auto [begin, end] = std::equal_range(below_[s].begin(), below_[s].end(), Below{t, 0, 0}, less);
  return {begin, end};
}

void FacingStage::find_pairs() {
  // As s goes up, so does the place of s in the list of each t.
  std::vector<std::uint32_t> next(c_.size(), 0);
  for (Node s = 0; s < c_.size(); ++s) {
    auto mine = below_[s].begin();
    for (Node t = 0; t < c_.size(); ++t) {
      const auto begin = mine;
      while (mine != below_[s].end() && mine->t == t) ++mine;
      if (t == s) continue;
      const Half a = half(s, {begin, mine});
      if (is_torn(a)) facing_.torn.emplace_back(s, t);
      if (t < s || facing_.root[s] == kNoNode || facing_.root[t] != facing_.root[s]) continue;
      auto& other = next[t];
      const auto& theirs = below_[t];
      while (other < theirs.size() && theirs[other].t < s) ++other;
      std::size_t end = other;
      while (end < theirs.size() && theirs[end].t == s) ++end;
      const Half b = half(t, std::span(theirs).subspan(other, end - other));
      if (a.total == 0 && b.total == 0) continue;  // nobody tells
      const auto [at_s, at_t] = vote(s, t, a, b);
      if (accepted(s, t, at_s)) facing_.toward.set(s, t, at_s.port, at_s.margin);
      if (accepted(t, s, at_t)) facing_.toward.set(t, s, at_t.port, at_t.margin);
    }
  }
}

std::pair<FacingStage::Choice, FacingStage::Choice> FacingStage::vote(Node s, Node t, const Half& a,
                                                                      const Half& b) const {
  const LocalPort up_s = facing_.up[s], up_t = facing_.up[t];
  Ballot of_s, of_t;
  const auto vote = [&](LocalPort p, LocalPort q, std::uint32_t cost) {
    of_s.add(p, cost);
    of_t.add(q, cost);
  };
  if (up_s != kNoPort && up_t != kNoPort) vote(up_s, up_t, a.total - a.at_up);
  if (up_t != kNoPort) {  // t is below s
    if (a.best > 0) vote(a.best_port, up_t, a.total - a.best);
    if (a.second > 0) vote(kAnotherPort, up_t, a.total - a.second);
    vote(kNoPort, up_t, a.total);
  }
  if (up_s != kNoPort) {  // s is below t
    if (b.best > 0) vote(up_s, b.best_port, b.total - b.best);
    if (b.second > 0) vote(up_s, kAnotherPort, b.total - b.second);
    vote(up_s, kNoPort, b.total);
  }
  return {{of_s.port(), of_s.margin()}, {of_t.port(), of_t.margin()}};
}

bool FacingStage::accepted(Node s, Node t, Choice found) const {
  if (found.port == kNoPort || found.port >= kAnotherPort || found.margin < need_) return false;
  // The comparison in full with the root is the better one.
  return facing_.root[s] != t;
}

/// Whoever could not be placed is compared in full with everybody, as long as that is affordable.
void FacingStage::compare_unplaced() {
  std::uint64_t rows = 0;
  for (Node n = 0; n < c_.size(); ++n) {
    rows += c_.rows[n].size();
    if (facing_.root[n] == kNoNode && c_.has_rows(n)) unplaced_.push_back(n);
  }
  unsigned roots = 0;
  for (Node n = 0; n < c_.size(); ++n) roots += facing_.root[n] == n;
  several_lans_ = roots > 1 || !unplaced_.empty();
  for (const Node s : unplaced_)
    for (const Row& r : c_.rows[s]) keeps_ = keeps_ && c_.places_of(r.station).size() == 1;
  const auto accept = [&](Node s, Node t, Choice found) {
    if (found.port == kNoPort || found.port >= kAnotherPort || found.margin < need_) return;
    if (facing_.root[s] == t && facing_.toward(s, t) != kNoPort) return;
    facing_.toward.set(s, t, found.port, found.margin);
  };
  std::uint64_t budget = 50'000'000;
  for (const Node s : unplaced_) {
    if (budget < rows) return;
    budget -= rows;
    hold(s);
    for (Node t = 0; t < c_.size(); ++t) {
      if (t == s || !c_.has_rows(t)) continue;
      const auto [of_t, of_s] = compare(t, s);
      accept(t, s, of_t);
      accept(s, t, of_s);
    }
    release(s);
  }
}

}  // namespace lanwarden::topology::detail
