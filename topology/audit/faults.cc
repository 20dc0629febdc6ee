// What is wrong in the wiring as it is. One more check: a function, and its line in kChecks; its kind in
// finding.cc.
#include <algorithm>
#include <array>

#include "topology/audit/finding.h"
#include "topology/audit/words.h"

namespace lanwarden::topology::audit {
namespace {

using namespace detail;
using Findings = std::vector<Finding>;

std::optional<Time> known_time(Time t) { return t == Time{} ? std::nullopt : std::optional(t); }

void silent_switches(const Wiring& w, const Terms&, Findings& out) {
  for (const auto& [name, sw] : w.switches) {
    if (!sw.silent_since) continue;
    const bool ever = sw.booted != Time{};
    out.push_back({"switch-silent",
                   ever ? Severity::kCritical : Severity::kWarning,
                   {name, ""},
                   "",
                   name + " (" + sw.address + ") " + (ever ? "does not answer" : "has never answered"),
                   ever ? "answered" : "",
                   "silent",
                   sw.silent_since});
  }
}

void bridges(const Wiring& w, const Terms&, Findings& out) {
  for (const auto& [name, port] : w.ports) {
    if (port.bridge.empty()) continue;
    const bool edge = port.was_edge;
    out.push_back({edge ? "bridge-at-edge" : "unknown-bridge", Severity::kWarning, name, port.bridge,
                   (edge ? "a bridge is at the edge port " : "a bridge that is not polled is behind ") +
                       name.to_string() + ": " + port.bridge,
                   "", port.bridge, known_time(port.changed)});
  }
}

void several_stations(const Wiring& w, const Terms&, Findings& out) {
  for (const auto& [name, port] : w.ports)
    if (port.several_since && port.bridge.empty())
      out.push_back({"several-stations", Severity::kInfo, name, "",
                     std::to_string(port.stations) + " stations are on " + name.to_string() +
                         ": an unmanaged switch, probably",
                     "", count_words(port.stations, "station", "stations"), port.several_since});
}

void shut_ports(const Wiring& w, const Terms& terms, Findings& out) {
  for (const auto& [name, port] : w.ports) {
    if (terms.isolated.contains(name)) continue;
    if (port.error_disabled)
      out.push_back({"error-disabled", Severity::kWarning, name, "",
                     name.to_string() + " was shut by the switch itself (error-disabled)", "",
                     "error-disabled", known_time(port.changed)});
    else if (port.admin == OperStatus::kDown)
      out.push_back({"port-shut", Severity::kInfo, name, "",
                     name.to_string() + " is shut, and not by lanwarden", "", "admin down",
                     known_time(port.changed)});
  }
}

void unused_ports(const Wiring& w, const Terms& terms, Findings& out) {
  if (!terms.unused) return;
  for (const auto& [name, port] : w.ports) {
    if (port.oper != OperStatus::kDown || port.admin == OperStatus::kDown || !port.aggregate.empty())
      continue;
    // A port that never changed has been as it is for as long as its switch runs.
    const auto sw = w.switches.find(name.sw);
    const Time since = port.changed != Time{}   ? port.changed
                       : sw == w.switches.end() ? terms.now
                                                : sw->second.booted;
    if (since == Time{} || terms.now - since < *terms.unused) continue;
    const auto days = std::chrono::duration_cast<std::chrono::days>(terms.now - since).count();
    out.push_back({"port-unused", Severity::kInfo, name, "",
                   name.to_string() + " has been down for " +
                       count_words(static_cast<std::size_t>(days), "day", "days"),
                   "", "down", since});
  }
}

void flapping_ports(const Wiring& w, const Terms& terms, Findings& out) {
  for (const auto& [name, port] : w.ports) {
    const auto recent = static_cast<unsigned>(std::count_if(
        port.changes.begin(), port.changes.end(), [&](Time t) { return t > terms.now - terms.flap_window; }));
    if (terms.flaps == 0 || recent < terms.flaps) continue;
    out.push_back(
        {"port-flapping", Severity::kWarning, name, "",
         name.to_string() + " went up or down " + std::to_string(recent) + " times or more within " +
             std::to_string(std::chrono::duration_cast<std::chrono::minutes>(terms.flap_window).count()) +
             " minutes",
         "", std::to_string(recent) + " changes", port.changes[recent - 1]});
  }
}

void aggregates(const Wiring& w, const Terms& terms, Findings& out) {
  std::map<PortName, std::vector<std::string>> up, down;
  for (const auto& [name, port] : w.ports) {
    if (port.aggregate.empty()) continue;
    const bool works = port.oper != OperStatus::kDown;
    if (!works && terms.isolated.contains(name)) continue;
    (works ? up : down)[{name.sw, port.aggregate}].push_back(name.port);
  }
  for (const auto& [name, members] : down) {
    if (!up.contains(name)) continue;  // the whole aggregate is down: that is a link
    const auto works = up.at(name).size(), all = works + members.size();
    out.push_back({"aggregate-degraded", Severity::kWarning, name, list_words(members, members.size()),
                   name.to_string() + " works with " + std::to_string(works) + " of " + std::to_string(all) +
                       " members; down: " + list_words(members, 6),
                   std::to_string(all) + " members", std::to_string(works) + " members",
                   known_time(w.ports.at({name.sw, members[0]}).changed)});
  }
}

/// VLANs that both switches know and only one end carries.
std::vector<VlanId> one_sided(const WiredPort& a, const WiredPort& b, const std::vector<VlanId>& known) {
  const auto carried = [](const WiredPort& p) {
    std::set<VlanId> all(p.tagged.begin(), p.tagged.end());
    all.insert(p.untagged.begin(), p.untagged.end());
    return all;
  };
  const std::set<VlanId> x = carried(a), y = carried(b);
  std::vector<VlanId> differ, both;
  std::set_symmetric_difference(x.begin(), x.end(), y.begin(), y.end(), std::back_inserter(differ));
  std::set_intersection(differ.begin(), differ.end(), known.begin(), known.end(), std::back_inserter(both));
  return both;
}

void link_ends(const Wiring& w, const Terms& terms, Findings& out) {
  for (const auto& [name, link] : w.links) {
    const auto a = w.ports.find(name.first), b = w.ports.find(name.second);
    if (link.tentative || a == w.ports.end() || b == w.ports.end()) continue;
    if (terms.isolated.contains(name.first) || terms.isolated.contains(name.second)) continue;
    const WiredPort &x = a->second, &y = b->second;
    const std::string both = name.first.to_string() + " - " + name.second.to_string();
    // What forwarding tables alone show may have an unmanaged box within.
    const bool direct =
        std::any_of(link.via.begin(), link.via.end(), [](Source s) { return s != Source::kFdb; });
    if (direct && x.duplex != y.duplex && x.duplex != Duplex::kUnknown && y.duplex != Duplex::kUnknown)
      out.push_back({"duplex-mismatch", Severity::kWarning, name.first, name.second.to_string(),
                     "duplex differs on the link " + both, "",
                     name.first.to_string() + " " + std::string(duplex_words(x.duplex)) + ", " +
                         name.second.to_string() + " " + std::string(duplex_words(y.duplex)),
                     std::nullopt});
    if (!x.vlans_known || !y.vlans_known) continue;
    const bool native = x.pvid != y.pvid && x.pvid != kNoVlan && y.pvid != kNoVlan && !x.untagged.empty() &&
                        !y.untagged.empty();
    std::vector<VlanId> known;
    const auto sw_a = w.switches.find(name.first.sw), sw_b = w.switches.find(name.second.sw);
    if (sw_a == w.switches.end() || sw_b == w.switches.end()) continue;  // a baseline that somebody edited
    const std::vector<VlanId>&of_a = sw_a->second.vlans, &of_b = sw_b->second.vlans;
    std::set_intersection(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(), std::back_inserter(known));
    std::vector<VlanId> missing = one_sided(x, y, known);
    if (native) std::erase_if(missing, [&](VlanId v) { return v == x.pvid || v == y.pvid; });
    if (!native && missing.empty()) continue;
    const auto words = [](const PortName& n, const WiredPort& p) {
      return n.to_string() + " untagged " + (p.untagged.empty() ? "none" : std::to_string(p.pvid.value)) +
             ", tagged " + vlan_words(p.tagged);
    };
    std::string what = native ? "untagged VLAN " + std::to_string(x.pvid.value) + " on one end and " +
                                    std::to_string(y.pvid.value) + " on the other"
                              : "";
    if (!missing.empty())
      what += (what.empty() ? "" : "; ") + ("VLAN " + vlan_words(missing)) + " on one end only";
    out.push_back({"vlan-mismatch", Severity::kWarning, name.first, name.second.to_string(),
                   "VLANs differ on the link " + both + ": " + what, "",
                   words(name.first, x) + "; " + words(name.second, y), std::nullopt});
  }
}

void root_placement(const Wiring& w, const Terms&, Findings& out) {
  std::map<MacAddress, std::pair<BridgeId, std::size_t>> roots;  // and how many follow
  for (const auto& [name, sw] : w.switches) {
    std::set<MacAddress> of_switch;
    for (const auto& [vlan, root] : sw.roots)
      if (of_switch.insert(root.address).second)
        roots[root.address].first = root, ++roots[root.address].second;
  }
  std::map<std::string, std::set<std::string>> neighbors;
  for (const auto& [name, link] : w.links)
    if (!link.tentative) {
      neighbors[name.first.sw].insert(name.second.sw);
      neighbors[name.second.sw].insert(name.first.sw);
    }
  constexpr std::size_t kFew = 3;  // two switches need no centre
  for (const auto& [address, root] : roots) {
    if (root.second < kFew) continue;
    const std::string name = switch_with(address, w);
    std::string fault;
    Severity severity = Severity::kWarning;
    if (name.empty()) {
      fault = "is not polled: nobody here knows where it is";
    } else if (neighbors[name].size() == 1 &&
               std::any_of(neighbors.begin(), neighbors.end(),
                           [](const auto& n) { return n.second.size() >= kFew; })) {
      fault = "is at the edge of the network, behind one link";
    } else if ((root.first.priority & 0xf000U) == 0x8000U) {
      fault = "is so by its address alone: no bridge has a better priority than the default, 32768";
      severity = Severity::kInfo;
    } else {
      continue;
    }
    out.push_back({"stp-root-placement",
                   severity,
                   {name, ""},
                   address.to_string(),
                   "the STP root of " + count_words(root.second, "switch", "switches") + ", " +
                       (name.empty() ? address.to_string() : name) + ", " + fault,
                   "",
                   root_words(root.first, w),
                   std::nullopt});
  }
}

void doubles(const Wiring& w, const Terms&, Findings& out) {
  // A table that has not aged yet shows the old place beside the new for five minutes (IEEE 802.1D §7.9.2);
  // an ARP table, an old owner beside the new for four hours.
  constexpr Duration kAgeing = std::chrono::minutes(6), kArpAgeing = std::chrono::minutes(250);
  for (const auto& [mac, d] : w.doubled_macs)
    if (d.last - d.first >= kAgeing)
      out.push_back(
          {"duplicate-mac", Severity::kWarning, d.a, mac.to_string(),
           mac.to_string() + " is on " + d.a.to_string() + " and on " + d.b.to_string() + " at once", "",
           d.a.to_string() + ", " + d.b.to_string(), d.first});
  for (const auto& [ip, d] : w.doubled_ips)
    if (d.last - d.first >= kArpAgeing)
      out.push_back(
          {"duplicate-ip",
           Severity::kWarning,
           {},
           ip.to_string(),
           ip.to_string() + " belongs to " + d.a.to_string() + " and to " + d.b.to_string() + " at once",
           "",
           d.a.to_string() + ", " + d.b.to_string(),
           d.first});
}

void access(const Wiring& w, const Terms&, Findings& out) {
  for (const auto& [name, sw] : w.switches) {
    if (sw.default_community)
      out.push_back({"default-community",
                     Severity::kWarning,
                     {name, ""},
                     "",
                     name + " lets in whoever knows a community that everybody knows",
                     "",
                     "",
                     std::nullopt});
    if (sw.snmp_version == "1")
      out.push_back({"snmp-v1",
                     Severity::kInfo,
                     {name, ""},
                     "",
                     name + " is asked with SNMPv1",
                     "",
                     "SNMPv1",
                     std::nullopt});
  }
}

constexpr std::array kChecks = {silent_switches, bridges,    several_stations, shut_ports,     unused_ports,
                                flapping_ports,  aggregates, link_ends,        root_placement, doubles,
                                access};

}  // namespace

std::vector<Finding> faults(const Wiring& wiring, const Terms& terms) {
  Findings all;
  for (const auto check : kChecks) check(wiring, terms, all);
  return all;
}

}  // namespace lanwarden::topology::audit
