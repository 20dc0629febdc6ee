// Bayes' rule over the places a station may be at. A row is absent with the share
// of its switch; a row is old with the share the whole fabric shows; and all old
// rows of a station speak of one former place (realistic moves: LOCATING.md).
#include <algorithm>
#include <cmath>

#include "topology/fabric_impl.h"

namespace lanwarden::topology::detail {
namespace {

/// More dissent than the best place by this much is out of the race.
constexpr std::uint32_t kSlack = 3;
/// A dissenting row that the former place does not explain: a second move, or a direction that is wrong.
constexpr double kUnexplained = 0.002;
/// Once a station is known to have moved, more rows may be old: no evidence as strong as the first.
constexpr double kAgain = 0.03;
/// Where we cannot tell how a switch should see a place, its row is as good as thrown.
constexpr double kUnsure = 0.3, kUnsureAtLeast = 0.02;
/// Stations expected on a box that nobody has seen, in the middle of a cable.
constexpr double kUnseenBox = 0.02;

class Weigher {
 public:
  Weigher(const Fabric::Impl& f, std::span<const Place> rows, std::span<const Place> dead,
          std::span<const Port> counted)
      : f_(f), toward_(f.facing.toward), rows_(rows), dead_(dead), counted_(counted) {}

  std::vector<Hypothesis> run() {
    count();
    add_held();
    add_groups();
    add_lost();
    std::uint32_t least = 0xffff'ffff;
    for (const Hypothesis& x : found_) least = std::min(least, x.score.dissent);
    std::erase_if(found_, [&](const Hypothesis& x) { return x.score.dissent > least + kSlack; });
    add_hidden();
    double total = 0;
    for (Hypothesis& x : found_) total += x.share = prior(x) * explained(x);
    for (Hypothesis& x : found_) x.share = total > 0 ? x.share / total : 1.0 / double(found_.size());
    std::stable_sort(found_.begin(), found_.end(),
                     [](const Hypothesis& a, const Hypothesis& b) { return a.share > b.share; });
    return std::move(found_);
  }

 private:
  /// How many rows lead to each switch, and of how many we cannot say.
  void count() {
    const std::size_t n = toward_.size();
    agree_.assign(n, 0), unsure_.assign(n, 0);
    for (const Place& row : rows_) {
      if (row.port == kSelf) continue;
      ++total_;
      const LocalPort* to = toward_.from(row.sw);
      for (std::size_t x = 0; x < n; ++x) {
        agree_[x] = static_cast<std::uint16_t>(agree_[x] + (to[x] == row.port));
        unsure_[x] = static_cast<std::uint16_t>(unsure_[x] + (to[x] == kNoPort));
      }
    }
  }

  const Place* row_of(Node n) const {
    const auto it =
        std::lower_bound(rows_.begin(), rows_.end(), n, [](const Place& a, Node b) { return a.sw < b; });
    return it != rows_.end() && it->sw == n ? &*it : nullptr;
  }
  bool at_edge(const Place& row) const { return row.port != kSelf && !f_.faces[row.sw][row.port]; }

  void add_held() {
    for (const Place& row : rows_) {
      if (!at_edge(row)) continue;
      Hypothesis x{Hypothesis::Kind::kHeld, {row.sw, row.port}, kNoGroup, kNoNode, {}, 0};
      std::uint32_t own = 0;  // of this switch, on other ports: a live answer may have several
      for (const Place* other = row_of(row.sw); other != rows_.data() + rows_.size() && other->sw == row.sw;
           ++other)
        ++own;
      x.score.agree = agree_[row.sw] + 1U;
      x.score.unsure = unsure_[row.sw] - own;
      x.score.dissent = total_ - x.score.agree - x.score.unsure;
      found_.push_back(x);
    }
  }

  void add_lost() {
    for (Node n = 0; n < toward_.size(); ++n) {
      if (agree_[n] == 0) continue;
      Hypothesis x{Hypothesis::Kind::kLost, {n, kNoPort}, kNoGroup, kNoNode, {}, 0};
      std::uint32_t own = 0;
      bool edge = false;
      for (const Place* row = row_of(n); row != nullptr && row != rows_.data() + rows_.size() && row->sw == n;
           ++row)
        ++own, edge |= at_edge(*row);
      if (edge) continue;
      x.score.agree = agree_[n];
      x.score.unsure = unsure_[n] - own;
      x.score.dissent = total_ - x.score.agree - x.score.unsure;
      found_.push_back(x);
    }
  }

  void add_groups() {
    std::vector<std::uint32_t> seen_from;
    for (const Place& row : rows_)
      if (row.port != kSelf)
        if (const std::uint32_t g = f_.group_of[row.sw][row.port]; g != kNoGroup) seen_from.push_back(g);
    std::sort(seen_from.begin(), seen_from.end());
    for (std::size_t i = 0; i < seen_from.size();) {
      std::size_t end = i + 1;
      while (end < seen_from.size() && seen_from[end] == seen_from[i]) ++end;
      const std::uint32_t g = seen_from[i];
      if (end - i >= 2 || f_.groups[g].segment) {
        Hypothesis x{Hypothesis::Kind::kGroup, f_.groups[g].ports.front(), g, kNoNode, {}, 0};
        x.score = score(f_, rows_, {x.at, g, {}}, 0xffff'0000U);
        found_.push_back(x);
      }
      i = end;
    }
  }

  /// Switches that may hang behind a port that holds it.
  void add_hidden() {
    const std::size_t known = found_.size();
    for (std::size_t i = 0; i < known; ++i) {
      const Hypothesis held = found_[i];
      if (held.kind != Hypothesis::Kind::kHeld) continue;
      for (Node t = 0; t < toward_.size(); ++t) {
        if (t == held.at.sw || toward_(held.at.sw, t) != kNoPort || !f_.census.has_rows(t)) continue;
        const auto& root = f_.facing.root;
        if (root[t] != kNoNode && root[t] != root[held.at.sw]) continue;  // another LAN
        if (row_of(t) != nullptr) continue;                               // it says where: not below itself
        Hypothesis x = held;
        x.kind = Hypothesis::Kind::kHidden;
        x.hidden = t;
        x.share = behind(held.at, t);
        if (x.share > 1e-6) found_.push_back(x);
      }
    }
  }

  /// How likely it is that t hangs behind this port, by t's own stations that the switch sees.
  double behind(Port at, Node t) const {
    const auto& census = f_.census;
    LocalPort back = toward_(t, at.sw);
    if (back == kNoPort) {  // most of what it sees is behind it
      std::vector<std::uint32_t> count(census.port_limit(t), 0);
      for (const Row& r : census.rows[t]) count[r.port] += r.port != kSelf;
      back = static_cast<LocalPort>(std::max_element(count.begin(), count.end()) - count.begin());
    }
    std::vector<std::uint32_t> seen(census.port_limit(at.sw), 0);
    std::uint32_t all = 0;
    auto mine = census.rows[at.sw].begin();
    for (const Row& r : census.rows[t]) {
      if (r.port == back) continue;
      while (mine != census.rows[at.sw].end() && mine->station < r.station) ++mine;
      if (mine == census.rows[at.sw].end()) break;
      if (mine->station == r.station && mine->port != kSelf) ++seen[mine->port], ++all;
    }
    // Behind a port that leads to others it may be as well: behind any of them.
    double sum = 0, here = 0;
    for (LocalPort p = kFirstPort; p < seen.size(); ++p) {
      const Interface* i = census.snapshot(at.sw).interface(census.ifindex(at.sw, p));
      if (i != nullptr && i->oper == OperStatus::kDown) continue;
      const double fits = std::pow(std::max(kUnexplained, f_.habits.stale), all - seen[p]);
      sum += f_.faces[at.sw][p] ? fits * 3 : fits;
      if (p == at.port) here = fits;
    }
    return sum > 0 ? here / sum : 0;
  }

  double prior(const Hypothesis& x) const {
    const Habits& h = f_.habits;
    double p = 1;
    if (x.kind == Hypothesis::Kind::kHidden) {
      p = here(x.hidden) * room(x.hidden) * h.lost[x.hidden] * x.share;
    } else if (x.kind == Hypothesis::Kind::kGroup) {
      const Group& g = f_.groups[x.group];
      p = g.segment ? g.weight + 1 : kUnseenBox;
    } else {
      const Node n = x.at.sw;
      if (x.kind == Hypothesis::Kind::kLost) {
        p = here(n) * room(n);
        if (row_of(n) == nullptr) p *= h.lost[n];
      } else {
        p = here(n) * (1 - h.lost[n]) * port_prior(x.at);
      }
    }
    return p * std::max(kUnsureAtLeast, std::pow(kUnsure, x.score.unsure));
  }

  /// Stations of this switch, this one included.
  double here(Node n) const { return f_.habits.stations[n] + f_.habits.homeless[n] + 1; }

  /// How well one more station that it lacks fits in: each needs a port of its own, or shares one.
  double room(Node n) const { return f_.habits.shared + f_.habits.one_more[n]; }

  /// The port has a link all the same, if somebody else is there whom nobody heard: how much less
  /// likely than that it is this station's.
  double alone(Port at, bool counted) const {
    const Habits& h = f_.habits;
    const double free = h.free_ports[at.sw] + (counted ? 1.0 : 0.0);
    const double used = h.used_ports[at.sw] - (counted ? 1.0 : 0.0);
    const double open = std::max(1.0, h.edge_ports[at.sw] - used);
    return h.taken[at.sw] * std::max(1.0, open / std::max(1.0, free)) / h.edge_ports[at.sw];
  }

  /// How likely it is that a station of this switch is at this very port.
  double port_prior(Port at) const {
    const Habits& h = f_.habits;
    const std::uint32_t located = f_.located[at.sw][at.port];
    std::uint32_t others = located;
    if (others > 0 && std::find(counted_.begin(), counted_.end(), at) != counted_.end()) --others;
    const PortHints& hints = f_.hints(at.sw, at.port);
    if (hints.access_point || hints.hypervisor || !hints.unknown_bridge.empty())
      others = std::max(others, 2U);
    if (others == 0 || (others == 1 && hints.phone)) return alone(at, located > 0) + h.shared / here(at.sw);
    if (others == 1 || (others == 2 && hints.phone)) return h.shared / (h.lone_ports[at.sw] + 1.0);
    return others / here(at.sw);
  }

  /// How a switch should see the place: kNoPort: cannot say.
  LocalPort expected(const Hypothesis& x, const Place& row) const {
    if (x.kind == Hypothesis::Kind::kGroup) {
      for (const Port& member : f_.groups[x.group].ports)
        if (member.sw == row.sw) return member.port;
      for (const Port& member : f_.groups[x.group].ports)
        if (const LocalPort p = toward_.to(member.sw)[row.sw]; p != kNoPort) return p;
      return kNoPort;
    }
    if (row.sw == x.at.sw) return x.kind != Hypothesis::Kind::kLost ? x.at.port : LocalPort{0xffff};
    return toward_.to(x.at.sw)[row.sw];
  }

  /// How well one former place explains the rows that dissent, and those of dead ports.
  double explained(const Hypothesis& x) {
    dissent_.clear();
    for (const Place& row : rows_) {
      if (row.port == kSelf) continue;
      const LocalPort p = expected(x, row);
      if (p != kNoPort && p != row.port) dissent_.push_back(row);
    }
    if (dissent_.empty() && dead_.empty()) return 1;
    return rate_of_age() * one_former_place() / static_cast<double>(toward_.size());
  }

  /// How likely it is that so many rows are old.
  double rate_of_age() const {
    double rate = 1;
    for (std::size_t i = 0; i < dissent_.size(); ++i)
      rate *= i == 0 ? f_.habits.stale : std::max(kAgain, f_.habits.stale_again);
    return rate;
  }

  /// Summed up over all places it may have been at, how well each explains the dissent.
  double one_former_place() {
    const std::size_t n = toward_.size();
    misses_.assign(n, 0), blanks_.assign(n, 0), own_.clear();
    for (const Place& row : dissent_) {
      const LocalPort* to = toward_.from(row.sw);
      for (std::size_t y = 0; y < n; ++y) {
        blanks_[y] = static_cast<std::uint16_t>(blanks_[y] + (to[y] == kNoPort));
        misses_[y] = static_cast<std::uint16_t>(misses_[y] + (to[y] != row.port && to[y] != kNoPort));
      }
      own_.push_back(row.sw);
    }
    for (const Place& row : dead_) own_.push_back(row.sw);
    std::sort(own_.begin(), own_.end());
    std::vector<double> missed(dissent_.size() + 1), blank(dissent_.size() + 1);
    missed[0] = std::pow(kUnexplained, static_cast<double>(dead_.size())), blank[0] = 1;
    for (std::size_t i = 1; i < missed.size(); ++i)
      missed[i] = missed[i - 1] * kUnexplained, blank[i] = blank[i - 1] * kUnsure;
    double sum = 0;
    auto next = own_.begin();
    for (Node y = 0; y < n; ++y) {
      if (next == own_.end() || *next != y) {
        sum += missed[misses_[y]] * blank[blanks_[y]];
        continue;
      }
      sum += former_place(y);
      while (next != own_.end() && *next == y) ++next;
    }
    return sum;
  }

  /// The same for one switch that has such a row itself.
  double former_place(Node y) const {
    double fits = 1;
    for (const Place& row : dead_) fits *= row.sw == y ? 1.0 / f_.habits.edge_ports[y] : kUnexplained;
    for (const Place& row : dissent_) {
      const LocalPort p = toward_(row.sw, y);
      if (row.sw == y)
        fits *= f_.faces[y][row.port] ? kUnexplained : 1.0 / f_.habits.edge_ports[y];
      else if (p == kNoPort)
        fits *= kUnsure;
      else if (p != row.port)
        fits *= kUnexplained;
    }
    return fits;
  }

  const Fabric::Impl& f_;
  const Directions& toward_;
  std::span<const Place> rows_, dead_;
  std::span<const Port> counted_;
  std::uint32_t total_ = 0;
  std::vector<std::uint16_t> agree_, unsure_;
  std::vector<Place> dissent_;
  std::vector<std::uint16_t> misses_,
      blanks_;             ///< [node] dissenting rows a former place there does not explain; may
  std::vector<Node> own_;  ///< switches with such rows
  std::vector<Hypothesis> found_;
};

}  // namespace

std::vector<Hypothesis> weigh(const Fabric::Impl& f, std::span<const Place> rows, std::span<const Place> dead,
                              std::span<const Port> counted) {
  return Weigher(f, rows, dead, counted).run();
}

}  // namespace lanwarden::topology::detail
