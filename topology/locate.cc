// All rows of one station, against the fabric: the place that the most switches
// agree on, or an honest word why there is none. Method and measurements: README.md.
#include "topology/locate.h"

#include <algorithm>
#include <utility>

#include "topology/doubt.h"
#include "topology/fabric_impl.h"
#include "topology/vlan_trees.h"
#include "topology/weigh.h"

namespace lanwarden::topology {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kEdge:
      return "edge";
    case Verdict::kShared:
      return "shared";
    case Verdict::kSegment:
      return "segment";
    case Verdict::kBeyond:
      return "beyond";
    case Verdict::kAmbiguous:
      return "ambiguous";
    case Verdict::kInfrastructure:
      return "infrastructure";
    case Verdict::kUnknown:
      return "unknown";
  }
  return "unknown";
}

namespace {

using namespace detail;

const char* virtual_name(AddressKind kind) {
  switch (kind) {
    case AddressKind::kVrrp:
      return "a virtual router address (VRRP or CARP)";
    case AddressKind::kHsrp:
      return "a virtual router address (HSRP)";
    case AddressKind::kGlbp:
      return "a virtual router address (GLBP)";
    case AddressKind::kNlb:
      return "a cluster address (Microsoft NLB)";
    default:
      return nullptr;
  }
}

std::string list(const std::vector<std::string>& names, std::size_t most = 4) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < most; ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
  return text;
}

class Locator {
 public:
  /// `tree`: the fabric's, of the VLANs asked about.
  Locator(const Fabric& fabric, const Fabric::Impl& tree, const LocateQuery& query)
      : fabric_(fabric), f_(tree), query_(query), asked_(tree, query) {
    answer_.mac = query.mac;
  }

  Location run() {
    const AddressKind kind = address_kind(query_.mac);
    if (own_address()) return std::move(answer_);
    if (kind == AddressKind::kZero || kind == AddressKind::kGroup) {
      say(query_.mac.to_string() + (kind == AddressKind::kZero ? " is the zero address: nobody's"
                                                               : " is a group address: no station has it"));
      return std::move(answer_);
    }
    answer_.evidence = asked_.remarks;
    answer_.seen = asked_.seen;
    if (asked_.places.empty()) return without_rows();
    found_ = likeliest_first(weigh(f_, outline(f_, asked_.places, asked_.dead), asked_.counted()));
    const auto names_place = [](const Hypothesis& x) {
      return x.kind == Hypothesis::Kind::kHeld || x.kind == Hypothesis::Kind::kGroup;
    };
    const auto named = std::find_if(found_.begin(), found_.end(), names_place);
    if (named == found_.end()) return behind();
    const Hypothesis& best = *named;
    double hidden = 0;
    for (const Hypothesis& x : found_)
      if (x.kind == Hypothesis::Kind::kHidden && x.at == best.at) hidden += x.share;
    if (best.share < 0.02 && !hopeless(best.score)) return behind();
    const double risk = acceptable_risk(f_);
    if (1 - best.share - hidden > risk || hopeless(best.score))
      ambiguous();
    else if (hidden > acceptable_hidden(f_))
      maybe_hidden(best, hidden);
    else if (best.kind == Hypothesis::Kind::kHeld && visited(f_, best.at))
      maybe_bridge(best);
    else if (best.kind == Hypothesis::Kind::kGroup)
      segment(best);
    else
      port(best);
    if (const char* name = virtual_name(kind)) {
      say(query_.mac.to_string() + " is " + name + ": it moves between its owners and is nobody's alone");
      if (answer_.verdict == Verdict::kEdge) answer_.verdict = Verdict::kShared;
      answer_.confidence = std::min(answer_.confidence, 0.8);
    }
    return std::move(answer_);
  }

 private:
  void say(std::string sentence) { answer_.evidence.push_back(std::move(sentence)); }
  const std::string& name(Node n) const { return f_.census.snapshot(n).name; }
  std::string text(Port x) const { return f_.describe(x.sw, x.port); }
  PortId id(Port x) const { return f_.census.port_id(x.sw, x.port); }

  bool own_address() {
    std::optional<SwitchId> owner = fabric_.owner_of(query_.mac);
    for (const MacRow& row : query_.rows) {
      if (owner || row.status != FdbStatus::kSelf) continue;
      owner = row.sw;
      answer_.seen = row.seen;
    }
    if (!owner || owner->value >= f_.census.size()) return false;
    answer_.verdict = Verdict::kInfrastructure;
    answer_.confidence = 0.99;
    answer_.sw = owner;
    say("it is an address of the switch " + fabric_.snapshot(*owner).name + " itself");
    return true;
  }

  Location without_rows() {
    if (!asked_.fixed.empty()) {
      const MacRow& row = asked_.fixed.front();
      const PortId where = fabric_.port_of(row.sw, row.port);
      answer_.verdict = Verdict::kAmbiguous;
      answer_.confidence = 0.3;
      answer_.ports = {where};
      answer_.sw = row.sw;
      answer_.vlan = row.vlan;
      say(fabric_.describe(where) +
          " has it as a static entry only: configured there, whether the port is alive or not");
      return std::move(answer_);
    }
    for (const MacRow& row : asked_.strangers)
      say(fabric_.snapshot(row.sw).name + " holds it on a port that was not there at the last poll");
    if (asked_.strangers.empty()) say("no switch that answered holds it");
    return std::move(answer_);
  }

  void set_vlan(Port where) {
    for (const MacRow& row : query_.rows)
      if (row.sw.value < f_.census.size() && f_.census.node_of[row.sw.value] == where.sw)
        answer_.vlan = row.vlan;
  }

  void ambiguous() {
    answer_.verdict = Verdict::kAmbiguous;
    answer_.confidence = 0.5;
    const Hypothesis* best = nullptr;
    std::vector<std::string> forgetful;
    for (const Hypothesis& x : found_) {
      if (x.kind == Hypothesis::Kind::kHidden) continue;
      if (x.kind == Hypothesis::Kind::kLost) {
        if (x.share > 0.01) forgetful.push_back(name(x.at.sw));
        continue;
      }
      if (x.share < 1e-4 && answer_.ports.size() > 1) continue;
      if (best == nullptr) best = &x;
      if (x.group != kNoGroup && best->group == kNoGroup && x.share < 0.01) continue;
      const auto add = [&](Port at) {
        if (std::find(answer_.ports.begin(), answer_.ports.end(), id(at)) == answer_.ports.end())
          answer_.ports.push_back(id(at));
      };
      if (x.group == kNoGroup)
        add(x.at);
      else
        for (const Port& at : f_.groups[x.group].ports) add(at);
      say(text(x.at) + (x.group == kNoGroup ? "" : " and what faces it") + ": " +
          std::to_string(x.score.agree) + " switches agree, " + std::to_string(x.score.dissent) +
          " see it elsewhere");
    }
    if (!forgetful.empty())
      say("it may as well be at " + list(forgetful) +
          ", which does not hold it at an edge port: the others point there");
    answer_.sw = f_.census.id_of[best->at.sw];
    set_vlan(best->at);
    say("it has moved, is there twice, or there is a loop: the tables contradict each other");
  }

  void segment(const Hypothesis& best) {
    const Group& g = f_.groups[best.group];
    answer_.verdict = Verdict::kSegment;
    std::vector<std::string> names;
    for (const Port& x : g.ports) answer_.ports.push_back(id(x)), names.push_back(text(x));
    std::sort(answer_.ports.begin(), answer_.ports.end());
    answer_.sw = answer_.ports.front().sw;
    set_vlan(g.ports.front());
    answer_.stations_on_port = std::max<std::size_t>(1, g.stations.size());
    answer_.confidence = !g.segment ? 0.6 : f_.noise < kClean && best.score.dissent == 0 ? 0.97 : 0.8;
    say(list(names, 8) + " see it towards each other: it is on what lies between, and that is not managed");
    tell_votes(best.at, best.score);
  }

  void tell_votes(Port at, const Score& score) {
    if (score.agree > 0)
      say(std::to_string(score.agree) +
          (score.agree == 1 ? " switch points there" : " switches point there"));
    if (score.dissent == 0) return;
    std::vector<std::string> names;
    for (const Place& row : asked_.places) {
      const LocalPort p = row.sw == at.sw ? at.port : f_.facing.toward(row.sw, at.sw);
      if (p != kNoPort && p != row.port) names.push_back(text({row.sw, row.port}));
    }
    say("outvoted, rows of an earlier place: " + list(names));
  }

  /// What tells of the way to the place: the links of its switch.
  void tell_way(Port at) {
    for (const Link& x : fabric_.links()) {
      const bool a = x.a.sw == f_.census.id_of[at.sw], b = x.b.sw == f_.census.id_of[at.sw];
      if ((!a && !b) || x.blocked) continue;
      const PortId near = a ? x.a : x.b, far = a ? x.b : x.a;
      bool used = false;
      for (const Place& row : asked_.places) used |= f_.census.port_id(row.sw, row.port) == far;
      if (!used) continue;
      std::string via;
      for (const Source s : x.via) {
        std::string w(to_string(s));
        for (char& ch : w) ch = static_cast<char>(ch - 'a' + 'A');
        via += (via.empty() ? "" : ", ") + w;
      }
      say(fabric_.describe(far) + " leads to " + fabric_.snapshot(near.sw).name + " (" + via +
          ") and holds it");
    }
  }

  void port(const Hypothesis& best) {
    const Port at = best.at;
    const PortHints& hints = f_.hints(at.sw, at.port);
    answer_.port = id(at);
    answer_.ports = {id(at)};
    answer_.sw = answer_.port->sw;
    set_vlan(at);
    answer_.stations_on_port = stations_at(at);
    say(text(at) + " holds it" +
        (answer_.stations_on_port == 1 ? ", alone"
                                       : ", with " + std::to_string(answer_.stations_on_port - 1) + " more"));
    tell_way(at);
    tell_votes(best.at, best.score);
    const double silent = silent_behind(asked_, at, answer_.stations_on_port);
    if (silent > 0.02)
      say("a switch that did not answer, and that nobody can place, may be behind this port");
    answer_.confidence = confidence(asked_, best, silent > 0.02 ? silent : 0);
    if (!hints.unknown_bridge.empty()) {
      answer_.verdict = Verdict::kBeyond;
      say("behind " + text(at) + " is a bridge that is not polled: " + hints.unknown_bridge);
    } else if (hints.access_point || hints.hypervisor) {
      answer_.verdict = Verdict::kShared;
      say(text(at) + (hints.access_point ? " has an access point: its clients share the port"
                                         : " has a host with machines inside: they share the port"));
    } else if (answer_.stations_on_port > (hints.phone ? 2U : 1U)) {
      answer_.verdict = Verdict::kShared;
    } else {
      answer_.verdict = Verdict::kEdge;
      if (hints.phone) say(text(at) + " has a telephone, and what is plugged into it");
    }
  }

  /// At the port, or on a switch behind it that nobody can place.
  void maybe_hidden(const Hypothesis& best, double hidden) {
    port(best);
    answer_.verdict = Verdict::kBeyond;
    answer_.confidence = std::min(0.8, best.share + hidden);
    std::vector<std::string> names;
    for (const Hypothesis& x : found_)
      if (x.kind == Hypothesis::Kind::kHidden && x.at == best.at && x.share > 0.1 * hidden)
        names.push_back(name(x.hidden));
    say("nobody can tell where " + list(names) + (names.size() == 1 ? " hangs" : " hang") + ": behind " +
        text(best.at) + " as well as elsewhere");
  }

  void maybe_bridge(const Hypothesis& best) {
    port(best);
    answer_.verdict = Verdict::kBeyond;
    answer_.confidence = std::min(answer_.confidence, 0.5);
    say(text(best.at) + " also holds stations that are at home elsewhere: a switch may be behind it");
  }

  std::size_t stations_at(Port at) const {
    const auto known = fabric_.stations(id(at));
    const bool counted = std::binary_search(known.begin(), known.end(), query_.mac);
    const std::size_t located = f_.located[at.sw][at.port];
    return std::max<std::size_t>(1, counted ? located : located + 1);
  }

  /// Every row leads to another switch, and none holds it at an edge: it has
  /// fallen silent there, or that switch was not heard.
  Location behind() {
    std::optional<Spot> best;
    std::vector<Node> there;
    for (const Place& row : asked_.places) {
      if (row.port == kSelf) continue;
      bool last = true;
      std::vector<Node> beyond;
      for (Node t = 0; t < f_.census.size() && last; ++t) {
        if (t == row.sw || f_.facing.toward(row.sw, t) != row.port) continue;
        beyond.push_back(t);
        last = !asked_.holds(t);
      }
      if (!last) continue;
      Spot spot{{row.sw, row.port}, kNoGroup, {}};
      spot.score = score(f_, asked_.places, spot, best ? best->score.dissent : 0xffff'0000U);
      if (best && (spot.score.dissent > best->score.dissent ||
                   (spot.score.dissent == best->score.dissent && spot.score.agree <= best->score.agree)))
        continue;
      best = spot;
      there = std::move(beyond);
    }
    if (!best) {
      answer_.verdict = Verdict::kAmbiguous;
      answer_.confidence = 0.3;
      for (const Place& row : asked_.places)
        if (answer_.ports.size() < 8) answer_.ports.push_back(f_.census.port_id(row.sw, row.port));
      say("every switch that holds it sees it towards another one, and no place explains all of them");
      return std::move(answer_);
    }
    answer_.verdict = Verdict::kBeyond;
    answer_.port = id(best->at);
    answer_.ports = {id(best->at)};
    answer_.sw = answer_.port->sw;
    set_vlan(best->at);
    answer_.stations_on_port = 1;
    std::vector<std::string> mute, forgot;
    for (const Node t : there) (asked_.silent[t] ? mute : forgot).push_back(name(t));
    say(text(best->at) + " is the last port that holds it");
    if (!mute.empty()) say("behind it is " + list(mute) + ", which did not answer");
    if (!forgot.empty())
      say(list(forgot) + " behind it no longer " + (forgot.size() == 1 ? "holds" : "hold") +
          " it: it has been silent, or is in between");
    tell_votes(best->at, best->score);
    answer_.confidence = best->score.dissent > 0 ? 0.5 : mute.empty() ? 0.7 : 0.92;
    return std::move(answer_);
  }

  const Fabric& fabric_;
  const Fabric::Impl& f_;
  const LocateQuery& query_;
  const Asked asked_;
  Location answer_;
  std::vector<Hypothesis> found_;  ///< likeliest first
};

}  // namespace

std::vector<MacRow> stored_rows(const Fabric& fabric, MacAddress mac) {
  std::vector<MacRow> rows;
  for (std::uint32_t i = 0; i < fabric.snapshots().size(); ++i) {
    const SwitchSnapshot& s = fabric.snapshots()[i];
    if (!s.answered) continue;
    auto it = std::lower_bound(s.fdb.begin(), s.fdb.end(), mac,
                               [](const FdbEntry& e, MacAddress m) { return e.mac < m; });
    for (; it != s.fdb.end() && it->mac == mac; ++it)
      rows.push_back({SwitchId{i}, it->port, it->vlan, it->status, s.time});
  }
  return rows;
}

Location detail::locate_in_tree(const Fabric& fabric, const Fabric::Impl& tree, const LocateQuery& query) {
  return Locator(fabric, tree, query).run();
}

}  // namespace lanwarden::topology
