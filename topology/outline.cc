// The places that a station's rows speak for. Most switches are far from all of them, and the ones at the end
// of the network say only "here" or "not here": both are counted without looking at each (RowTally).
#include <algorithm>
#include <optional>

#include "topology/weigh.h"

namespace lanwarden::topology::detail {
namespace {

constexpr std::uint16_t kFewRows = 6, kMostRows = 200;

class Outliner {
 public:
  Outliner(const Fabric::Impl& f, std::span<const Place> rows, std::span<const Place> dead)
      : f_(f), toward_(f.facing.toward), rows_(rows), dead_(dead) {}

  Outline run() {
    tally_.count(toward_, f_.views, rows_);
    for (const Place& row : rows_) {
      if (row.port == kSelf) continue;
      const LocalPort way = f_.views.only_way[row.sw];
      if (way == kNoPort)
        rest_.push_back(row);
      else if (way != row.port)
        here_.push_back(row);
    }
    add_held();
    find_least();
    add_groups();
    add_lost();
    std::erase_if(found_.places, [&](const Outline::Place& x) { return far(x.is.score.dissent); });
    add_hidden();
    for (Outline::Place& x : found_.places) {
      if (x.is.kind == Hypothesis::Kind::kHidden) {
        x.dissent = found_.places[x.from].dissent;
        continue;
      }
      x.dissent = dissent_of(x.is);
    }
    return std::move(found_);
  }

  /// reconsider(): `outline` is that of the same rows, dead ones aside.
  bool run_again(Outline& outline, std::uint32_t group) {
    const auto sides = std::count_if(rows_.begin(), rows_.end(), [&](const Place& row) {
      return row.port != kSelf && f_.group_of[row.sw][row.port] == group;
    });
    if (sides != 1) return true;  // it cannot be there, or may be so in any case
    auto& places = outline.places;
    const auto before = [&](const Outline::Place& x) {
      return x.is.kind == Hypothesis::Kind::kHeld ||
             (x.is.kind == Hypothesis::Kind::kGroup && x.is.group < group);
    };
    const auto at = std::partition_point(places.begin(), places.end(), before);
    if (!f_.groups[group].segment) {
      if (at == places.end() || at->is.kind != Hypothesis::Kind::kGroup || at->is.group != group) return true;
      const std::uint32_t dissent = at->is.score.dissent;
      places.erase(at);
      return std::any_of(places.begin(), places.end(),
                         [&](const Outline::Place& x) { return x.is.score.dissent <= dissent; });
    }
    for (const Outline::Place& x : places) least_ = std::min(least_, x.is.score.dissent);
    Outline::Place x = on(group);
    if (far(x.is.score.dissent)) return true;
    if (x.is.score.dissent < least_) return false;
    x.dissent = static_cast<std::uint32_t>(outline.dissent.size());
    find_against(x.is);
    outline.dissent.push_back(dissent());
    places.insert(at, std::move(x));
    return true;
  }

 private:
  Outline::Place on(std::uint32_t group) const {
    Outline::Place x;
    x.is.kind = Hypothesis::Kind::kGroup;
    x.is.group = group;
    x.is.at = f_.groups[group].ports.front();
    if (const auto counted = count_on(f_.groups[group]))
      x.is.score = *counted;
    else
      x.is.score = score(f_, rows_, {x.is.at, group, {}}, least_ == kNone ? kNone : least_ + kSlack);
    return x;
  }
  /// The score of a group, from the count for the switch of its first port, which all but the members see
  /// where they see the group. nullopt: somebody does not know the way to that one, or a member is in it
  /// twice.
  std::optional<Score> count_on(const Group& group) const {
    const Node first = group.ports.front().sw;
    bool edge = false;
    if (tally_.rows() != rows_.size() || tally_.blank(first) != rows_of(first, edge)) return std::nullopt;
    std::uint32_t agree = tally_.with(first);
    for (std::size_t i = 0; i < group.ports.size(); ++i) {
      const Port& member = group.ports[i];
      if (i > 0 && group.ports[i - 1].sw == member.sw) return std::nullopt;
      for (const Place* row = row_of(member.sw);
           row != nullptr && row != rows_.data() + rows_.size() && row->sw == member.sw; ++row) {
        if (member.sw != first) agree -= toward_(member.sw, first) == row->port;
        agree += member.port == row->port;
      }
    }
    return Score{agree, tally_.rows() - agree, 0};
  }
  bool far(std::uint32_t dissent) const { return least_ != kNone && dissent > least_ + kSlack; }
  void add(Outline::Place x) {
    least_ = std::min(least_, x.is.score.dissent);
    found_.places.push_back(std::move(x));
  }

  const Place* row_of(Node n) const {
    const auto it =
        std::lower_bound(rows_.begin(), rows_.end(), n, [](const Place& a, Node b) { return a.sw < b; });
    return it != rows_.end() && it->sw == n ? &*it : nullptr;
  }
  bool at_edge(const Place& row) const { return row.port != kSelf && !f_.faces[row.sw][row.port]; }

  /// Rows of this switch; a live answer may have several. `edge`: whether any is at an edge.
  std::uint32_t rows_of(Node n, bool& edge) const {
    std::uint32_t own = 0;
    for (const Place* row = row_of(n); row != nullptr && row != rows_.data() + rows_.size() && row->sw == n;
         ++row)
      ++own, edge |= at_edge(*row);
    return own;
  }

  void add_held() {
    for (const Place& row : rows_) {
      if (!at_edge(row)) continue;
      Outline::Place x;
      x.is.kind = Hypothesis::Kind::kHeld;
      x.is.at = {row.sw, row.port};
      bool edge = false;
      const std::uint32_t own = rows_of(row.sw, edge);
      x.is.score.agree = tally_.with(row.sw) + 1U;
      x.is.score.unsure = tally_.blank(row.sw) - own;
      x.is.score.dissent = tally_.rows() - x.is.score.agree - x.is.score.unsure;
      add(std::move(x));
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
      // Seen from one side only, it may be on a segment, but not on a cable.
      if (end - i >= 2 || f_.groups[seen_from[i]].segment) add(on(seen_from[i]));
      i = end;
    }
  }

  /// The dissent of the best switch that may have lost it, first: what is out of the race is not looked at.
  void find_least() {
    for (Node n = 0; n < toward_.size(); ++n) {
      if (tally_.with(n) == 0 || tally_.against(n) >= least_) continue;
      bool edge = false;
      const std::uint32_t dissent = tally_.against(n) + rows_of(n, edge);
      if (!edge) least_ = std::min(least_, dissent);
    }
  }

  void add_lost() {
    for (Node n = 0; n < toward_.size(); ++n) {
      const std::uint32_t agree = tally_.with(n);
      if (agree == 0 || far(tally_.against(n))) continue;
      bool edge = false;
      const std::uint32_t own = rows_of(n, edge);
      if (edge) continue;
      Outline::Place x;
      x.is.kind = Hypothesis::Kind::kLost;
      x.is.at = {n, kNoPort};
      x.holds = own > 0;
      x.is.score.agree = agree;
      x.is.score.unsure = tally_.blank(n) - own;
      x.is.score.dissent = tally_.rows() - agree - x.is.score.unsure;
      if (!far(x.is.score.dissent)) add(std::move(x));
    }
  }

  /// Switches that may hang behind a port that holds it.
  void add_hidden() {
    const std::size_t known = found_.places.size();
    for (std::uint32_t i = 0; i < known; ++i) {
      const Hypothesis held = found_.places[i].is;
      if (held.kind != Hypothesis::Kind::kHeld) continue;
      const LocalPort* to = toward_.from(held.at.sw);
      for (Node t = 0; t < toward_.size(); ++t) {
        if (to[t] != kNoPort || t == held.at.sw || !f_.census.has_rows(t)) continue;
        const auto& root = f_.facing.root;
        if (root[t] != kNoNode && root[t] != root[held.at.sw]) continue;  // another LAN
        if (row_of(t) != nullptr) continue;                               // it says where: not below itself
        Outline::Place x;
        x.is = held;
        x.is.kind = Hypothesis::Kind::kHidden;
        x.is.hidden = t;
        x.from = i;
        x.ways = ways_behind(held.at, t);
        found_.hidden = true;
        found_.places.push_back(std::move(x));
      }
    }
  }

  /// Where t may hang, by t's own stations that the switch sees.
  std::vector<Outline::Place::Way> ways_behind(Port at, Node t) const {
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
    std::vector<Outline::Place::Way> ways;
    for (LocalPort p = kFirstPort; p < seen.size(); ++p) {
      const Interface* i = census.snapshot(at.sw).interface(census.ifindex(at.sw, p));
      if (i != nullptr && i->oper == OperStatus::kDown) continue;
      ways.push_back({all - seen[p], f_.faces[at.sw][p] != 0, p == at.port});
    }
    return ways;
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

  void if_against(const Hypothesis& x, const Place& row) {
    if (row.port == kSelf) return;
    const LocalPort p = expected(x, row);
    if (p != kNoPort && p != row.port) against_.push_back(row);
  }

  /// Of places far off, most contradict the same rows: their former places are looked for once.
  std::uint32_t dissent_of(const Hypothesis& x) {
    find_against(x);
    const auto same = [](const Place& a, const Place& b) { return a.sw == b.sw && a.port == b.port; };
    for (std::uint32_t i = 0; i < seen_against_.size(); ++i)
      if (std::equal(against_.begin(), against_.end(), seen_against_[i].begin(), seen_against_[i].end(),
                     same))
        return i;
    seen_against_.push_back(against_);
    found_.dissent.push_back(dissent());
    return static_cast<std::uint32_t>(found_.dissent.size() - 1);
  }

  void find_against(const Hypothesis& x) {
    against_.clear();
    if (x.kind == Hypothesis::Kind::kGroup) {
      for (const Place& row : rows_) if_against(x, row);
      return;
    }
    // The score says how many there are. Of switches at the end of the network, only those that hold it at an
    // edge contradict another place.
    const LocalPort* from = toward_.to(x.at.sw);
    const auto look = [&](const std::vector<Place>& rows) {
      for (std::size_t i = 0; i < rows.size() && against_.size() < x.score.dissent; ++i) {
        const Place& row = rows[i];
        const LocalPort p = from[row.sw];
        if (p != row.port && p != kNoPort && row.sw != x.at.sw) against_.push_back(row);
      }
    };
    look(rest_);
    look(here_);
    for (const Place* row = row_of(x.at.sw);
         row != nullptr && row != rows_.data() + rows_.size() && row->sw == x.at.sw; ++row)
      if_against(x, *row);
  }

  Dissent dissent() {
    Dissent d;
    d.rows = static_cast<std::uint32_t>(against_.size());
    d.any = !against_.empty() || !dead_.empty();
    if (d.any) former_places(d);
    return d;
  }

  /// Over all switches it may have been at before, how much of the dissent that explains.
  void former_places(Dissent& d) {
    const std::size_t n = toward_.size();
    std::uint16_t all_miss = 0;
    looked_at_.clear(), own_.clear();
    for (const Place& row : against_) {
      own_.push_back(row.sw);
      if (at_edge(row))
        d.edges.push_back(row.sw);
      else if (const LocalPort way = f_.views.only_way[row.sw]; way == kNoPort)
        looked_at_.push_back(row);
      else
        all_miss = static_cast<std::uint16_t>(all_miss + (way != row.port));
    }
    for (const Place& row : dead_) own_.push_back(row.sw), d.edges.push_back(row.sw);
    std::sort(own_.begin(), own_.end());
    own_.erase(std::unique(own_.begin(), own_.end()), own_.end());
    for (const Node y : own_) d.own.push_back(former_place(y));
    if (looked_at_.empty()) {
      if (n > own_.size()) d.alike.push_back({all_miss, 0, static_cast<std::uint32_t>(n - own_.size())});
      return;
    }
    // So many rows of the past are as good as impossible, whatever the rest of them say.
    if (looked_at_.size() > kMostRows) looked_at_.resize(kMostRows);
    // Both counts of a switch in one number, so that like ones are counted without looking at each.
    const auto width = static_cast<std::uint16_t>(looked_at_.size() + 1);
    kinds_.assign(n, 0);
    for (const Place& row : looked_at_) {
      const LocalPort* to = toward_.from(row.sw);
      const LocalPort port = row.port;
      if (f_.views.complete[row.sw])
        for (std::size_t y = 0; y < n; ++y)
          kinds_[y] = static_cast<std::uint16_t>(kinds_[y] + (to[y] != port ? width : 0));
      else
        for (std::size_t y = 0; y < n; ++y)
          kinds_[y] = static_cast<std::uint16_t>(kinds_[y] + (to[y] == kNoPort ? 1
                                                              : to[y] != port  ? width
                                                                               : 0));
    }
    if (width > kFewRows) return count_kinds(d, width, all_miss);
    for (const Node y : own_) kinds_[y] = 0xffff;
    auto left = static_cast<std::uint32_t>(n - own_.size());
    for (std::uint16_t kind = 0; left > 0 && kind < width * width; ++kind) {
      std::uint32_t k = 0;
      for (std::size_t y = 0; y < n; ++y) k += kinds_[y] == kind;
      if (k > 0)
        d.alike.push_back({static_cast<std::uint16_t>(kind / width + all_miss),
                           static_cast<std::uint16_t>(kind % width), k});
      left -= k;
    }
  }

  void count_kinds(Dissent& d, std::uint16_t width, std::uint16_t all_miss) {
    std::vector<std::uint32_t> count(std::size_t{width} * width, 0);
    for (const std::uint16_t kind : kinds_) ++count[kind];
    for (const Node y : own_) --count[kinds_[y]];
    for (std::size_t kind = 0; kind < count.size(); ++kind)
      if (count[kind] > 0)
        d.alike.push_back({static_cast<std::uint16_t>(kind / width + all_miss),
                           static_cast<std::uint16_t>(kind % width), count[kind]});
  }

  Dissent::Own former_place(Node y) const {
    Dissent::Own own{y};
    for (const Place& row : against_) {
      if (at_edge(row)) continue;
      const LocalPort p = toward_(row.sw, y);
      if (row.sw == y)
        ++own.missed;
      else if (p == kNoPort)
        ++own.blank;
      else if (p != row.port)
        ++own.missed;
    }
    return own;
  }

  static constexpr std::uint32_t kNone = 0xffff'0000;
  const Fabric::Impl& f_;
  const Directions& toward_;
  std::span<const Place> rows_, dead_;
  std::vector<Place> here_,
      rest_;  ///< rows of switches with one way to everybody, on another port; with several
  RowTally tally_;
  Outline found_;
  std::uint32_t least_ = kNone;                   ///< dissent of the best place
  std::vector<Place> against_, looked_at_;        ///< rows that dissent; those whose switch has several ways
  std::vector<std::vector<Place>> seen_against_;  ///< [dissent] of the outline
  std::vector<std::uint16_t> kinds_;              ///< [node] of these: not explained, not known
  std::vector<Node> own_;
};

}  // namespace

bool reconsider(Outline& outline, const Fabric::Impl& f, std::span<const Place> rows, std::uint32_t group) {
  return Outliner(f, rows, {}).run_again(outline, group);
}

Outline outline(const Fabric::Impl& f, std::span<const Place> rows, std::span<const Place> dead) {
  return Outliner(f, rows, dead).run();
}

}  // namespace lanwarden::topology::detail
