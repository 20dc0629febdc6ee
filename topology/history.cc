// A filtering database holds a station once. So when one switch has it on p and
// later on q, it was heard at q later: the only thing in a forwarding table that
// tells which of two rows is newer. What is older than the last such change, and
// contradicts what is not, is of the former place (Location: "newest row wins").
#include "topology/history.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace lanwarden::topology {
namespace {

/// One switch's memory of the station in one VLAN: on one port, without another in between.
struct Stay {
  PortId port;
  VlanId vlan;
  Time from{}, last{};
  bool now = false;  ///< among the rows of the query
};
/// In the order of time.
using Stays = std::vector<Stay>;

/// A station that a switch saw change its port so often within so long is there twice, loops, or roams.
constexpr std::size_t kRestless = 3;
constexpr auto kRestlessWithin = std::chrono::hours(2);
/// How far an answer may be trusted that rests on a row that is no longer there, by the row's age.
constexpr double kRemembered = 0.75, kRememberedForADay = 0.6, kRememberedForLonger = 0.4;
constexpr double kContradicted = 0.5;
/// Moved by all that is newer, while the edge port before still has its row.
constexpr double kStillHeld = 0.8;
/// An answer that only remembered witnesses made possible stays below what an isolation accepts.
constexpr double kHelped = 0.85;

std::string age(std::chrono::nanoseconds span) {
  const auto s = std::chrono::duration_cast<std::chrono::seconds>(span).count();
  if (s < 120) return std::to_string(s) + " s";
  if (s < 2 * 3600) return std::to_string(s / 60) + " min";
  if (s < 48 * 3600) return std::to_string(s / 3600) + " h";
  return std::to_string(s / 86400) + " days";
}

bool names_place(const Location& l) {
  return l.verdict == Verdict::kEdge || l.verdict == Verdict::kShared || l.verdict == Verdict::kSegment;
}
bool names_port(const Location& l) { return names_place(l) && l.port.has_value(); }

class Historian {
 public:
  Historian(const Fabric& fabric, const LocateQuery& query, std::span<const PastRow> past)
      : fabric_(fabric), query_(query) {
    for (const SwitchSnapshot& s : fabric.snapshots()) now_ = std::max(now_, s.time);
    for (const MacRow& row : query.rows) now_ = std::max(now_, row.seen);
    gather(past);
    find_change();
  }

  Location run() {
    Location found = locate_among(query_.rows);
    if (stays_.empty() || found.verdict == Verdict::kInfrastructure) return found;
    if (query_.rows.empty()) return in_no_table(std::move(found));
    std::vector<MacRow> rows(query_.rows.begin(), query_.rows.end());
    if (restless_ && found.verdict != Verdict::kShared) return alternating(std::move(found));
    if (moved_after_) drop_former(rows, found);
    remember(rows, found);
    name_former(found);
    return found;
  }

 private:
  Location locate_among(std::span<const MacRow> rows) const {
    return locate(fabric_, {query_.mac, rows, query_.unanswered, query_.live});
  }

  void gather(std::span<const PastRow> past) {
    std::vector<Stay> all;
    for (const PastRow& row : past) {
      if (row.status != FdbStatus::kLearned || row.port == kNoInterface) continue;
      if (row.sw.value >= fabric_.snapshots().size()) continue;
      all.push_back({fabric_.port_of(row.sw, row.port), row.vlan, row.from, row.last_seen, false});
    }
    for (const MacRow& row : query_.rows) {
      if (row.status != FdbStatus::kLearned || row.port == kNoInterface) continue;
      if (row.sw.value >= fabric_.snapshots().size()) continue;
      all.push_back({fabric_.port_of(row.sw, row.port), row.vlan, row.seen, row.seen, true});
    }
    const auto key = [](const Stay& s) {
      return std::tuple(s.port.sw, s.vlan, s.from, s.last, s.now, s.port.ifindex);
    };
    std::sort(all.begin(), all.end(), [&](const Stay& a, const Stay& b) { return key(a) < key(b); });
    for (const Stay& s : all) {
      Stays& stays = stays_[{s.port.sw, s.vlan}];
      if (!stays.empty() && stays.back().port == s.port) {  // missing in between, or seen again
        stays.back().last = std::max(stays.back().last, s.last);
        stays.back().now |= s.now;
      } else {
        stays.push_back(s);
      }
    }
  }

  void find_change() {
    for (const auto& [_, stays] : stays_) {
      std::size_t changes = 0;
      for (std::size_t i = 0; i + 1 < stays.size(); ++i) {
        if (stays[i].last >= stays[i + 1].from) continue;  // both at once: no move
        changes += now_ - stays[i + 1].from < kRestlessWithin;
        if (!moved_after_ || *moved_after_ < stays[i].last) moved_after_ = stays[i].last;
      }
      restless_ |= changes >= kRestless;
    }
  }

  const Stay* stay_of(const MacRow& row) const {
    const auto found = stays_.find({row.sw, row.vlan});
    if (found == stays_.end()) return nullptr;
    const PortId port = fabric_.port_of(row.sw, row.port);
    for (auto it = found->second.rbegin(); it != found->second.rend(); ++it)
      if (it->port == port) return &*it;
    return nullptr;
  }
  /// Learned since the last move, as far as can be told.
  bool fresh(const Stay* stay) const {
    return stay != nullptr && (!moved_after_ || stay->from > *moved_after_);
  }
  /// Heard there after the last place before was.
  bool current(const Stay& stay) const { return !moved_after_ || stay.last > *moved_after_; }

  /// The port on which this switch should have the place; nullopt: nobody knows.
  std::optional<PortId> expected(SwitchId sw, const Location& place) const {
    for (const PortId p : place.ports)
      if (p.sw == sw) return p;
    for (const PortId p : place.ports)
      if (const auto out = fabric_.direction(sw, p.sw)) return PortId{sw, *out};
    return std::nullopt;
  }
  /// True as well where nobody can tell.
  bool agrees(PortId row, const Location& place) const {
    const auto port = expected(row.sw, place);
    return !port || *port == row;
  }

  /// Rows that are older than the move and contradict those that are not.
  void drop_former(std::vector<MacRow>& rows, Location& found) {
    std::vector<MacRow> fresh_rows;
    bool changed_at_edge = false;
    for (const MacRow& row : rows) {
      const Stay* stay = stay_of(row);
      if (!fresh(stay)) continue;
      fresh_rows.push_back(row);
      const Stays& stays = stays_.at({row.sw, row.vlan});
      changed_at_edge |= !fabric_.faces_switch(stay->port) && stays.size() > 1 && stay == &stays.back();
    }
    if (fresh_rows.size() == rows.size() || (fresh_rows.size() < 2 && !changed_at_edge)) return;
    const Location newest = locate_among(fresh_rows);
    if (!names_place(newest)) return;
    std::vector<std::string> former;
    std::string at_edge;  ///< an edge port of the former place that has not forgotten it yet
    std::vector<MacRow> kept;
    for (const MacRow& row : rows) {
      const PortId port = fabric_.port_of(row.sw, row.port);
      if (fresh(stay_of(row)) || row.status != FdbStatus::kLearned || agrees(port, newest)) {
        kept.push_back(row);
        continue;
      }
      former.push_back(fabric_.describe(port));
      if (!fabric_.faces_switch(port)) at_edge = former.back();
    }
    if (former.empty()) return;
    Location without = locate_among(kept);
    if (!names_place(without)) return;
    rows = std::move(kept);
    found = std::move(without);
    // After a link was lost and another took over the rows look the same, until the fabric has been polled
    // anew.
    if (!at_edge.empty()) {
      found.confidence = std::min(found.confidence, kStillHeld);
      found.evidence.push_back(at_edge +
                               " still holds it as well: it has not aged out there, or the network changed");
    }
    std::string names;
    for (std::size_t i = 0; i < former.size() && i < 4; ++i) names += (i ? ", " : "") + former[i];
    if (former.size() > 4) names += " and " + std::to_string(former.size() - 4) + " more";
    found.evidence.push_back("it moved: " + names +
                             (former.size() == 1 ? " has a row that is older" : " have rows that are older") +
                             " than what the others have learned since");
  }

  struct Memory {
    MacRow row;
    Stay stay;
    bool edge = false;
  };

  /// Rows that are not there now, of switches that have none now, since the last move.
  std::vector<Memory> memories(const std::vector<MacRow>& rows) const {
    std::vector<Memory> out;
    for (const auto& [key, stays] : stays_) {
      const auto same_switch = [sw = key.first](const MacRow& r) { return r.sw == sw; };
      if (std::any_of(rows.begin(), rows.end(), same_switch)) continue;
      const Stay& last = stays.back();
      if (last.now || !current(last)) continue;
      Memory m;
      m.row = {last.port.sw, last.port.ifindex, last.vlan, FdbStatus::kLearned, last.last};
      m.stay = last;
      m.edge = !fabric_.faces_switch(last.port);
      if (m.edge && !alive(last.port)) continue;
      out.push_back(m);
    }
    return out;
  }

  bool alive(PortId port) const {
    const Interface* i = fabric_.snapshot(port.sw).interface(port.ifindex);
    return i != nullptr && i->oper != OperStatus::kDown;
  }

  void remember(const std::vector<MacRow>& rows, Location& found) const {
    const std::vector<Memory> all = memories(rows);
    if (all.empty()) return;
    if (names_place(found))
      confirm(rows, all, found);
    else
      complete(rows, all, found);
  }

  /// The tables name a place: what is remembered may speak for it, or of a later one.
  void confirm(const std::vector<MacRow>& rows, const std::vector<Memory>& all, Location& found) const {
    std::vector<MacRow> more = rows;
    std::vector<std::string> witnesses;
    const Stay* here = nullptr;
    for (const MacRow& row : rows)
      if (const Stay* s = stay_of(row); s != nullptr && found.port && s->port == *found.port) here = s;
    for (const Memory& m : all) {
      if (m.edge && found.port && m.stay.port != *found.port) {
        if (here != nullptr && m.stay.from > here->from) return contradict(m, found);
        continue;
      }
      const auto port = expected(m.row.sw, found);
      if (!port || *port != m.stay.port) continue;
      more.push_back(m.row);
      witnesses.push_back(fabric_.snapshot(m.row.sw).name);
    }
    if (witnesses.empty()) return;
    Location again = locate_among(more);
    if (again.verdict != found.verdict || again.ports != found.ports || again.confidence <= found.confidence)
      return;
    again.seen = found.seen;
    again.evidence.push_back(std::to_string(witnesses.size()) +
                             (witnesses.size() == 1 ? " switch that does not hold it now pointed there"
                                                    : " switches that do not hold it now pointed there") +
                             " at an earlier poll, " + witnesses.front() +
                             (witnesses.size() > 1 ? " among them" : ""));
    found = std::move(again);
  }

  /// It came to another edge port after it had come to this one, and is no longer held there.
  void contradict(const Memory& later, Location& found) const {
    found.verdict = Verdict::kAmbiguous;
    found.port.reset();
    found.ports.push_back(later.stay.port);
    found.confidence = std::min(found.confidence, kContradicted);
    found.evidence.insert(found.evidence.begin(),
                          fabric_.describe(later.stay.port) + " held it " + age(now_ - later.stay.last) +
                              " ago, and learned it later than " + fabric_.describe(found.ports.front()) +
                              ": one of the two is a row of the past");
  }

  /// The tables do not name a place: with what is missing from them now, they may.
  void complete(const std::vector<MacRow>& rows, const std::vector<Memory>& all, Location& found) const {
    std::vector<MacRow> more = rows;
    const Memory* edge = nullptr;
    for (const Memory& m : all) {
      if (!m.edge)
        more.push_back(m.row);
      else if (edge == nullptr || m.stay.last > edge->stay.last)
        edge = &m;
    }
    if (more.size() > rows.size()) {
      Location helped = locate_among(more);
      if (names_place(helped) && held_now(rows, helped) &&
          (edge == nullptr || agrees(edge->stay.port, helped))) {
        helped.confidence = std::min(helped.confidence, kHelped);
        helped.seen = found.seen;
        helped.evidence.push_back("with what " + std::to_string(more.size() - rows.size()) +
                                  " switches held at an earlier poll, and do not hold now");
        found = std::move(helped);
        return;
      }
    }
    if (edge == nullptr) return;
    more.push_back(edge->row);
    Location last = locate_among(more);
    if (!names_port(last) || *last.port != edge->stay.port) return;
    bool pointed = false;
    for (const MacRow& row : rows) {
      if (row.status != FdbStatus::kLearned) continue;
      const PortId port = fabric_.port_of(row.sw, row.port);
      if (!agrees(port, last)) return;  // something speaks against it
      pointed |= expected(row.sw, last) == port;
    }
    if (!pointed) return;
    const auto old = now_ - edge->stay.last;
    const double cap = old < std::chrono::hours(2)    ? kRemembered
                       : old < std::chrono::hours(24) ? kRememberedForADay
                                                      : kRememberedForLonger;
    last.confidence = std::min(last.confidence, cap);
    last.seen = edge->stay.last;
    last.remembered = true;
    last.evidence.insert(last.evidence.begin(),
                         fabric_.describe(edge->stay.port) +
                             " is the last edge port known: it held the station " + age(old) +
                             " ago, and does not now; what holds it now still points there");
    found = std::move(last);
  }

  bool held_now(const std::vector<MacRow>& rows, const Location& place) const {
    return std::any_of(rows.begin(), rows.end(), [&](const MacRow& row) {
      const PortId port = fabric_.port_of(row.sw, row.port);
      return std::find(place.ports.begin(), place.ports.end(), port) != place.ports.end();
    });
  }

  /// The edge ports it was at, the latest first.
  std::vector<const Stay*> edge_stays() const {
    std::vector<const Stay*> out;
    for (const auto& [_, stays] : stays_)
      for (const Stay& s : stays)
        if (!fabric_.faces_switch(s.port)) out.push_back(&s);
    std::stable_sort(out.begin(), out.end(), [](const Stay* a, const Stay* b) {
      return a->last != b->last ? a->last > b->last : a->from > b->from;
    });
    return out;
  }

  void name_former(Location& found) const {
    if (!names_place(found)) return;
    for (const Stay* s : edge_stays()) {
      if (std::find(found.ports.begin(), found.ports.end(), s->port) != found.ports.end()) continue;
      if (s->now && !moved_after_) continue;  // a contradiction of today, told as such
      found.former = FormerPlace{s->port, s->last};
      found.evidence.push_back("before, it was at " + fabric_.describe(s->port) + ", seen there " +
                               age(now_ - s->last) + " ago");
      return;
    }
  }

  Location alternating(Location found) const {
    std::vector<PortId> places = found.ports;
    for (const Stay* s : edge_stays())
      if (std::find(places.begin(), places.end(), s->port) == places.end() && places.size() < 8)
        places.push_back(s->port);
    if (places.size() < 2) return found;
    std::string names;
    for (const PortId p : places) names += (names.empty() ? "" : ", ") + fabric_.describe(p);
    found.evidence.insert(found.evidence.begin(), "it comes and goes between " + names +
                                                      ": it is there twice, roams, or there is a loop");
    found.verdict = Verdict::kAmbiguous;
    found.confidence = std::min(found.confidence, kContradicted);
    found.port.reset();
    found.ports = std::move(places);
    return found;
  }

  Location in_no_table(Location found) const {
    const auto edges = edge_stays();
    if (found.verdict != Verdict::kUnknown || edges.empty()) return found;
    found.former = FormerPlace{edges.front()->port, edges.front()->last};
    found.evidence.push_back("the last edge port known is " + fabric_.describe(edges.front()->port) +
                             ", which held it " + age(now_ - edges.front()->last) + " ago");
    return found;
  }

  const Fabric& fabric_;
  const LocateQuery& query_;
  Time now_{};
  std::map<std::pair<SwitchId, VlanId>, Stays> stays_;
  std::optional<Time> moved_after_;  ///< it was still at the place before then
  bool restless_ = false;
};

}  // namespace

Location locate(const Fabric& fabric, const LocateQuery& query, std::span<const PastRow> past) {
  return Historian(fabric, query, past).run();
}

}  // namespace lanwarden::topology
