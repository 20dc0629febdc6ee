// What is known of the links. A link is gone only when something refutes it: a port that is down, another
// neighbour, or several complete polls of both ends in a row that do not show it.
#include <algorithm>

#include "topology/audit/memory.h"

namespace lanwarden::topology::audit::detail {
namespace {

constexpr unsigned kPollsToForget = 3;
/// What forwarding tables alone tell must be so sure to be taken for a link.
constexpr double kSure = 0.9;

bool told_by_protocol(const std::vector<Source>& via) {
  return std::any_of(via.begin(), via.end(), [](Source s) { return s != Source::kFdb; });
}

class Links {
 public:
  Links(Wiring& known, const Wiring& before, const Poll& poll)
      : known_(known), before_(before), poll_(poll) {}

  void run() {
    std::map<LinkName, const Link*> shown;
    for (const Link& link : poll_.fabric.links()) {
      const PortName* a = poll_.name(link.a);
      const PortName* b = poll_.name(link.b);
      if (a == nullptr || b == nullptr) continue;
      const LinkName name{std::min(*a, *b), std::max(*a, *b)};
      shown.emplace(name, &link);
      // Tables that are in it already add nothing.
      if (!poll_.is_fresh(link.a.sw) && !poll_.is_fresh(link.b.sw)) continue;
      see(name, link);
    }
    // Where two links share an aggregate (MLAG), both were there before: neither takes the port from the
    // other.
    for (const auto& [name, link] : known_.links) {
      const auto was = before_.links.find(name);
      const bool is_new = was == before_.links.end() || was->second.tentative;
      if (is_new && !link.tentative && shown.contains(name)) taken_.insert({name.first, name.second});
    }
    for (auto it = known_.links.begin(); it != known_.links.end();)
      it = !shown.contains(it->first) && is_gone(it->first, it->second) ? known_.links.erase(it)
                                                                        : std::next(it);
  }

 private:
  void see(const LinkName& name, const Link& link) {
    const auto it = known_.links.find(name);
    if (it != known_.links.end()) {
      WiredLink& w = it->second;
      w.via = link.via;
      w.blocked = link.blocked;
      w.unseen = 0;
      w.tentative = w.tentative && !told_by_protocol(link.via) && link.confidence < kSure;
      return;
    }
    const bool sure =
        told_by_protocol(link.via) ||
        (link.confidence >= kSure && (poll_.first || newly_up(name.first) || newly_up(name.second)));
    known_.links[name] = {link.via, link.blocked, 0, !sure && !poll_.first};
  }

  /// It was not up before: whatever is plugged in is new.
  bool newly_up(const PortName& port) const {
    const auto was = before_.ports.find(port);
    return was == before_.ports.end() || was->second.oper == OperStatus::kDown;
  }

  bool is_gone(const LinkName& name, WiredLink& link) {
    if (link.tentative) return true;
    const auto a = end(name.first), b = end(name.second);
    if (a.gone || b.gone) return true;
    if (!a.fresh || !b.fresh) return false;
    // Part of an unmanaged segment now, perhaps: what was behind it is still there.
    if (leads(name.first, name.second.sw) && leads(name.second, name.first.sw)) return false;
    const bool could_tell =
        told_by_protocol(link.via) ? a.neighbors_told && b.neighbors_told : a.fdb_told && b.fdb_told;
    if (could_tell) ++link.unseen;
    return link.unseen >= kPollsToForget;
  }

  /// Whether the switch `to` is still that way.
  bool leads(const PortName& port, const std::string& to) const {
    const auto from = poll_.fabric.switch_named(port.sw), other = poll_.fabric.switch_named(to);
    if (!from || !other) return false;
    const auto way = poll_.fabric.direction(*from, *other);
    const PortName* there = way ? poll_.name({*from, *way}) : nullptr;
    return there != nullptr && *there == port;
  }

  struct End {
    bool fresh = false, gone = false, neighbors_told = false, fdb_told = false;
  };
  End end(const PortName& port) const {
    End e;
    const auto sw = poll_.fabric.switch_named(port.sw);
    if (!sw) return {false, true};
    const SwitchSnapshot& s = poll_.fabric.snapshot(*sw);
    e.fresh = poll_.is_fresh(*sw);
    if (!e.fresh) return e;
    const auto w = known_.ports.find(port);
    e.gone = w == known_.ports.end() || w->second.oper == OperStatus::kDown ||
             (!w->second.bridge.empty() && w->second.bridge_unheard == 0) || taken_.contains(port);
    const auto told = [&](Table t) { return s.table(t).completeness != Completeness::kPartial; };
    e.neighbors_told = told(Table::kLldp) && told(Table::kCdp) && told(Table::kStp);
    e.fdb_told = s.fdb_complete();
    return e;
  }

  Wiring& known_;
  const Wiring& before_;
  const Poll& poll_;
  std::set<PortName> taken_;  ///< ports that a link is on which was not there before
};

}  // namespace

void remember_links(Wiring& known, const Wiring& before, const Poll& poll) {
  Links(known, before, poll).run();
}

}  // namespace lanwarden::topology::audit::detail
