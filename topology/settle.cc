#include "topology/settle.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace lanwarden::topology::detail {
namespace {

bool seen_from_all(std::span<const Place> rows, const Group& g) {
  const auto seen = [&](const Port& member) {
    return std::any_of(rows.begin(), rows.end(),
                       [&](const Place& row) { return row.sw == member.sw && row.port == member.port; });
  };
  return std::all_of(g.ports.begin(), g.ports.end(), seen);
}

}  // namespace

void Settler::place_stations() {
  f_.located.resize(c_.size());
  for (Node n = 0; n < c_.size(); ++n) f_.located[n].assign(c_.port_limit(n), 0);
  f_.visitors = f_.located;
  sums_ = {};
  settled_.assign(c_.stations.size(), {});
  for (Station m = 0; m < c_.stations.size(); ++m) settled_[m] = place(m, c_.places_of(m), false);
}

void Settler::replace_stations(const TableChange& change) {
  std::vector<Place> was;
  for (const auto& [m, before, after] : change.rows) {
    const auto is = c_.places_of(m);
    was.assign(is.begin(), is.end());
    std::erase_if(was, [&](const Place& x) { return x.sw == change.sw; });
    if (before != kNoPort)
      was.insert(std::lower_bound(was.begin(), was.end(), change.sw,
                                  [](const Place& x, Node n) { return x.sw < n; }),
                 {change.sw, before});
    place(m, was, true);
    settled_[m] = place(m, is, false);
    outlines_.erase(c_.stations[m]);
  }
  // Where a switch may hang is seen from all rows of two switches.
  std::erase_if(outlines_, [](const auto& x) { return x.second.outline.hidden; });
}

void Settler::make_room(std::span<const Station> came) { detail::make_room(settled_, came, Settled{}); }
void Settler::close_up(std::span<const Station> gone) { detail::close_up(settled_, gone); }

/// Counts the station at its places; `take_out`: no longer.
Settler::Settled Settler::place(Station m, std::span<const Place> rows, bool take_out) {
  Settled is;
  if (c_.owner[m] != kNoNode) return is;
  const auto found = spots(f_, rows, 0);
  const auto add = [take_out](auto& sum, auto k) {
    using Sum = std::remove_reference_t<decltype(sum)>;
    sum += static_cast<Sum>(take_out ? Sum{0} - static_cast<Sum>(k) : static_cast<Sum>(k));
  };
  add(sums_.rows, rows.size());
  // Rows that contradict a place as often as they speak for it do not make it a home.
  if (found.empty() || found.front().score.dissent > found.front().score.agree) {
    for (const Place& row : rows)
      if (row.port != kSelf && !f_.faces[row.sw][row.port]) add(f_.visitors[row.sw][row.port], 1);
    if (rows.empty()) return is;
    add(sums_.homeless, 1);
    is.kind = Settled::Kind::kHomeless;
    return is;
  }
  const Spot& best = found.front();
  is.alone = found.size() == 1;
  if (best.group == kNoGroup) {
    is.kind = Settled::Kind::kHome;
    is.at = best.at;
    add(sums_.housed, is.alone);
    // Whose own switch has lost it, dissents as a whole: that is loss, not age.
    if (best.score.dissent <= best.score.agree)
      add(sums_.dissent, best.score.dissent), add(sums_.rows_at_home, rows.size() - 1);
    if (best.score.dissent > 0 && 3 * best.score.dissent <= best.score.agree)
      add(sums_.again, best.score.dissent - 1), add(sums_.again_of, rows.size() - 1);
  } else {
    is.kind = Settled::Kind::kBetween;
    is.group = best.group;
  }
  for (const Place& row : rows) {
    if (row.port == kSelf || f_.faces[row.sw][row.port]) continue;
    const bool home = is.alone && best.group == kNoGroup && best.at == Port{row.sw, row.port};
    if (!home) add(f_.visitors[row.sw][row.port], 1);
  }
  for (const Spot& spot : found) {
    // Of equals, any may be the place: each port counts it, so that no port looks lonelier than it may
    // be.
    if (spot.score.agree < best.score.agree) break;
    if (spot.group == kNoGroup) add(f_.located[spot.at.sw][spot.at.port], 1);
  }
  return is;
}

void Settler::run() {
  list_stations();
  learn_habits();
  house_the_homeless();
  count_pairs();
  set_risk();
  std::erase_if(outlines_, [](const auto& x) { return !x.second.used; });
  for (auto& [mac, known] : outlines_) known.used = false;
}

void Settler::list_stations() {
  between_.clear(), without_home_.clear(), at_home_.clear();
  for (Group& g : f_.groups) g.stations.clear(), g.weight = 0;
  for (Station m = 0; m < settled_.size(); ++m) {
    const Settled& x = settled_[m];
    if (x.kind == Settled::Kind::kHome)
      at_home_.emplace_back(m, x.at);
    else if (x.kind == Settled::Kind::kBetween)
      between_.emplace_back(m, x.group);
    else if (x.kind == Settled::Kind::kHomeless)
      without_home_.push_back(m);
    if (x.kind == Settled::Kind::kBetween && x.alone) f_.groups[x.group].stations.push_back(c_.stations[m]);
  }
  homeless_ = sums_.homeless;
  f_.noise = sums_.rows == 0 ? 0 : static_cast<double>(sums_.dissent) / static_cast<double>(sums_.rows);
}

/// How often an old row of a station that is at home on another switch shows: its former place lies
/// behind another port than its home, or is a port of this very switch that still has a link.
double Settler::visible_share() const {
  double apart = 0, all = 0;
  for (Node s = 0; s < c_.size(); ++s) {
    double there = 0, here = 0;
    for (LocalPort p = kFirstPort; p < c_.port_limit(s); ++p)
      (f_.faces[s][p] != 0 ? there : here) += c_.stations_at[s][p];
    if (there == 0) continue;
    const Habits& h = f_.habits;
    const double linked = std::min(1.0, (h.used_ports[s] + h.free_ports[s]) / double(h.edge_ports[s]));
    for (LocalPort p = kFirstPort; p < c_.port_limit(s); ++p)
      if (const double k = c_.stations_at[s][p]; k > 0 && f_.faces[s][p] != 0)
        apart += k * (there - k + here * linked) / (there + here);
    all += there;
  }
  return std::max(0.02, all > 0 ? apart / all : 1);
}

/// The share of a switch's rows that a port has: how likely a former place is behind it.
double Settler::share_behind(Port x) const {
  return c_.rows_at[x.sw][x.port] / static_cast<double>(std::max<std::size_t>(1, c_.rows[x.sw].size()));
}

/// A segment is a place, a cable is none.
void Settler::reconsider_outlines(std::uint32_t group) {
  for (auto known = outlines_.begin(); known != outlines_.end();) {
    const Station m = c_.find(known->first);
    const bool good = m != kNoStation && reconsider(known->second.outline, f_, c_.places_of(m), group);
    known = good ? std::next(known) : outlines_.erase(known);
  }
}

/// A station between two switches proves a segment, as a rule. But whose own switch has only an old
/// row of it, that points to the other one, looks the same: more must be there than old rows explain.
void Settler::find_segments() {
  const Habits& h = f_.habits;
  for (Group& g : f_.groups) {
    double old = 0;
    for (const Port& x : g.ports) old += h.stale * h.stations[x.sw] * share_behind(x);
    const double enough = f_.noise < kClean ? 1 : std::max(2.0, 1 + old + 2 * std::sqrt(old));
    const bool was =
        std::exchange(g.segment, g.ports.size() > 2 || static_cast<double>(g.stations.size()) >= enough);
    if (was != g.segment) reconsider_outlines(static_cast<std::uint32_t>(&g - f_.groups.data()));
  }
  for (const auto& [m, group] : between_) {
    Group& g = f_.groups[group];
    if (g.segment && seen_from_all(c_.places_of(m), g))
      g.weight += 1;
    else
      without_home_.push_back(m), ++homeless_;  // as well at the switch that does not hold it
  }
  std::sort(without_home_.begin(), without_home_.end());
}

/// What weigh() needs to know of this network.
void Settler::learn_habits() {
  Habits& h = f_.habits;
  const std::size_t n = c_.size();
  h = {};
  h.lost.resize(n), h.stations.resize(n), h.edge_ports.resize(n), h.free_ports.resize(n),
      h.lone_ports.resize(n), h.used_ports.resize(n);
  std::uint64_t pairs = 0, all = 0, rows = 0;
  for (Node s = 0; s < n; ++s) {
    rows += c_.rows[s].size();
    const SwitchSnapshot& snap = c_.snapshot(s);
    for (LocalPort p = kFirstPort; p < c_.port_limit(s); ++p) {
      if (f_.faces[s][p]) continue;
      const std::uint32_t k = f_.located[s][p];
      h.stations[s] += k, all += k;
      h.lone_ports[s] += k == 1, h.used_ports[s] += k > 0;
      pairs += k == 2 && !f_.hints(s, p).phone ? 2 : 0;
      const Interface* i = snap.interface(c_.ifindex(s, p));
      if (i != nullptr && i->bridge_port.value == 0) continue;
      ++h.edge_ports[s];
      const bool free =
          k == 0 && (i == nullptr || i->oper != OperStatus::kDown) && f_.hints(s, p).unknown_bridge.empty();
      h.free_ports[s] += free;
    }
    if (snap.interfaces.empty()) ++h.free_ports[s];  // nobody told us of its ports
    h.edge_ports[s] = std::max(h.edge_ports[s], 8U);
  }
  const auto share = [](double part, double whole) { return (part + 0.1) / (whole + 1); };
  h.shared = h.shared_else = share(static_cast<double>(pairs), static_cast<double>(all));
  // A stale row shows only where the former place lies behind another port.
  const double visible = visible_share();
  const double dissent_at_home =
      sums_.rows_at_home == 0 ? 0
                              : static_cast<double>(sums_.dissent) / static_cast<double>(sums_.rows_at_home);
  h.stale =
      std::min(0.3, share(dissent_at_home * static_cast<double>(rows), static_cast<double>(rows)) / visible);
  const double again = sums_.again_of == 0
                           ? 0
                           : static_cast<double>(sums_.again) / static_cast<double>(sums_.again_of) / visible;
  h.stale_again = std::clamp(sums_.again_of == 0 ? h.stale : again, h.stale, 0.3);
  find_segments();
  // Whoever lacks more of the LAN's stations, lacks more of its own.
  const double lost = share(static_cast<double>(homeless_), static_cast<double>(homeless_ + sums_.housed));
  std::map<Node, std::pair<std::uint32_t, double>> lans;
  for (Node s = 0; s < n; ++s)
    if (c_.has_rows(s)) {
      auto& [switches, sum] = lans[f_.facing.root[s]];
      ++switches, sum += static_cast<double>(c_.rows[s].size());
    }
  std::map<Node, std::uint32_t> stations;
  for (Station m = 0; m < c_.stations.size(); ++m)
    if (const auto places = c_.places_of(m); !places.empty()) ++stations[f_.facing.root[places.front().sw]];
  miss_.assign(n, 0);
  unsigned tables = 0;
  for (Node s = 0; s < n; ++s) {
    h.lost[s] = 1;
    if (!c_.has_rows(s)) continue;
    const auto& [switches, sum] = lans[f_.facing.root[s]];
    const double whole = std::max(1U, stations[f_.facing.root[s]]);
    const double missing = 1 - std::min(1.0, static_cast<double>(c_.rows[s].size()) / whole),
                 usual = 1 - std::min(1.0, sum / switches / whole);
    miss_[s] = missing;
    ++tables, h.missing += missing;
    h.lost[s] = std::clamp(usual < 0.001 ? lost : lost * missing / usual, 0.1 * lost, 0.9);
  }
  h.missing /= std::max(1U, tables);
  h.homeless.assign(n, 0), h.one_more.assign(n, 1), h.taken.assign(n, 1);
  for (Group& g : f_.groups)
    for (const Port& member : g.ports) g.weight /= std::max(0.2, 1 - miss_[member.sw]);
}

}  // namespace lanwarden::topology::detail
