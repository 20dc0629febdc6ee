// What differs between two wirings.
#include <algorithm>
#include <tuple>

#include "topology/audit/finding.h"
#include "topology/audit/words.h"

namespace lanwarden::topology::audit {
namespace {

using namespace detail;
using Findings = std::vector<Finding>;

void add(Findings& out, std::string_view kind, Severity severity, PortName at, std::string subject,
         std::string summary, std::string before, std::string after,
         std::optional<Time> since = std::nullopt) {
  out.push_back({std::string(kind), severity, std::move(at), std::move(subject), std::move(summary),
                 std::move(before), std::move(after), since});
}

std::optional<Time> known_time(Time t) { return t == Time{} ? std::nullopt : std::optional(t); }

// --- switches

void switch_changes(const Wiring& was, const Wiring& now, Findings& out) {
  for (const auto& [name, w] : now.switches) {
    const auto it = was.switches.find(name);
    if (it == was.switches.end()) {
      add(out, "switch-new", Severity::kInfo, {name, ""}, "", name + " is new", "", w.address, std::nullopt);
      continue;
    }
    const WiredSwitch& old = it->second;
    if (!w.silent_since && old.silent_since)
      add(out, "switch-new", Severity::kInfo, {name, ""}, "back", name + " answers again", "silent",
          "answers");
    const bool other_box = !old.bridge.is_zero() && !w.bridge.is_zero() && old.bridge != w.bridge;
    if (other_box)
      add(out, "switch-replaced", Severity::kWarning, {name, ""}, "", name + " is another box than before",
          old.bridge.to_string(), w.bridge.to_string());
    if (!old.system_name.empty() && !w.system_name.empty() && old.system_name != w.system_name)
      add(out, "switch-renamed", Severity::kInfo, {name, ""}, "",
          name + " calls itself " + w.system_name + " now", old.system_name, w.system_name);
    if (!other_box && old.booted != Time{} && w.booted > old.booted)
      add(out, "switch-rebooted", Severity::kWarning, {name, ""}, "", name + " has rebooted", "", "",
          w.booted);
  }
  for (const auto& [name, old] : was.switches)
    if (!now.switches.contains(name))
      add(out, "switch-removed", Severity::kInfo, {name, ""}, "", name + " is no longer in the configuration",
          old.address, "");
}

// --- links

/// Whether the link's two switches reach each other by other links of this wiring.
bool other_way(const Wiring& wiring, const LinkName& without) {
  std::multimap<std::string_view, std::string_view> next;
  for (const auto& [name, link] : wiring.links) {
    if (link.tentative || name == without) continue;
    next.emplace(name.first.sw, name.second.sw);
    next.emplace(name.second.sw, name.first.sw);
  }
  std::set<std::string_view> reached = {without.first.sw};
  std::vector<std::string_view> todo = {without.first.sw};
  while (!todo.empty()) {
    const auto [begin, end] = next.equal_range(todo.back());
    todo.pop_back();
    for (auto it = begin; it != end; ++it)
      if (reached.insert(it->second).second) todo.push_back(it->second);
  }
  return reached.contains(without.second.sw);
}

std::string link_words(const LinkName& l) { return l.first.to_string() + " - " + l.second.to_string(); }

/// The port by which a link is found again, and the other end.
std::pair<PortName, PortName> ends(const LinkName& l, const Wiring& now) {
  // The end that is down is where to look.
  const auto down = [&](const PortName& p) {
    const auto it = now.ports.find(p);
    return it == now.ports.end() || it->second.oper == OperStatus::kDown;
  };
  return down(l.second) && !down(l.first) ? std::pair(l.second, l.first) : std::pair(l.first, l.second);
}

std::optional<Time> down_since(const LinkName& l, const Wiring& now) {
  std::optional<Time> since;
  for (const PortName& p : {l.first, l.second}) {
    const auto it = now.ports.find(p);
    if (it == now.ports.end() || it->second.oper != OperStatus::kDown || it->second.changed == Time{})
      continue;
    since = since ? std::min(*since, it->second.changed) : it->second.changed;
  }
  return since;
}

void link_changes(const Wiring& was, const Wiring& now, Findings& out) {
  std::vector<LinkName> gone, come;
  for (const auto& [name, link] : was.links) {
    if (link.tentative) continue;
    const auto it = now.links.find(name);
    // With a switch that is no longer configured go its links: one finding is enough.
    if (!now.switches.contains(name.first.sw) || !now.switches.contains(name.second.sw)) continue;
    if (it == now.links.end()) gone.push_back(name);
  }
  for (const auto& [name, link] : now.links) {
    if (link.tentative) continue;
    const auto it = was.links.find(name);
    if (it != was.links.end() && !it->second.tentative) continue;
    if (!was.switches.contains(name.first.sw) || !was.switches.contains(name.second.sw)) continue;
    come.push_back(name);
  }
  // One that went and one that came are one that moved when they share a port, or both switches.
  for (auto g = gone.begin(); g != gone.end();) {
    const auto same = [&](const LinkName& c) {
      const bool port =
          c.first == g->first || c.second == g->second || c.first == g->second || c.second == g->first;
      const auto pair = [](const LinkName& l) { return std::minmax(l.first.sw, l.second.sw); };
      return port || pair(c) == pair(*g);
    };
    const auto c = std::find_if(come.begin(), come.end(), same);
    if (c == come.end()) {
      ++g;
      continue;
    }
    add(out, "link-moved", Severity::kWarning, g->first, g->second.to_string(),
        "the link " + link_words(*g) + " is now " + link_words(*c), link_words(*g), link_words(*c));
    come.erase(c);
    g = gone.erase(g);
  }
  for (const LinkName& l : gone) {
    const bool redundant = other_way(was, l);
    const auto [at, other] = ends(l, now);
    const auto bridge = now.ports.find(at);
    const bool stranger = bridge != now.ports.end() && !bridge->second.bridge.empty();
    add(out, redundant ? "redundant-link-lost" : "link-gone", Severity::kWarning, at, other.to_string(),
        "the link " + link_words(l) + " is gone" +
            (redundant ? "; its ends still reach each other another way" : ""),
        link_words(l), stranger ? at.to_string() + " - " + bridge->second.bridge : "", down_since(l, now));
  }
  for (const LinkName& l : come)
    add(out, "link-new", Severity::kInfo, l.first, l.second.to_string(),
        "the link " + link_words(l) + " is new", "", link_words(l));
}

// --- ports

std::string vlans_of(const WiredPort& p) {
  std::string text = p.pvid == kNoVlan ? "" : "untagged " + std::to_string(p.pvid.value);
  if (!p.vlans_known) return text;
  std::vector<VlanId> besides;
  for (const VlanId v : p.untagged)
    if (v != p.pvid) besides.push_back(v);
  if (!besides.empty()) text += (text.empty() ? "untagged " : ", ") + vlan_words(besides);
  if (!p.tagged.empty()) text += (text.empty() ? "tagged " : "; tagged ") + vlan_words(p.tagged);
  return text.empty() ? "none" : text;
}

std::set<PortName> linked_ports(const Wiring& wiring) {
  std::set<PortName> all;
  for (const auto& [name, link] : wiring.links)
    if (!link.tentative) all.insert(name.first), all.insert(name.second);
  return all;
}

void port_changes(const Wiring& was, const Wiring& now, const Terms& terms, Findings& out) {
  const std::set<PortName> linked = linked_ports(now);
  std::map<std::string, std::vector<std::string>> missing;
  for (const auto& [name, old] : was.ports) {
    const auto it = now.ports.find(name);
    if (it == now.ports.end()) {
      if (now.switches.contains(name.sw)) missing[name.sw].push_back(name.port);
      continue;
    }
    const WiredPort& w = it->second;
    const Severity severity = linked.contains(name) ? Severity::kWarning : Severity::kInfo;
    const auto at = name.to_string();
    if (old.speed_bps != 0 && w.speed_bps != 0 && old.speed_bps != w.speed_bps)
      add(out, "port-speed", severity, name, "",
          at + " runs at " + speed_words(w.speed_bps) + ", before at " + speed_words(old.speed_bps),
          speed_words(old.speed_bps), speed_words(w.speed_bps), known_time(w.changed));
    if (old.duplex != Duplex::kUnknown && w.duplex != Duplex::kUnknown && old.duplex != w.duplex)
      add(out, "port-duplex", severity, name, "",
          at + " runs in " + std::string(duplex_words(w.duplex)) + " duplex, before in " +
              std::string(duplex_words(old.duplex)),
          std::string(duplex_words(old.duplex)), std::string(duplex_words(w.duplex)), known_time(w.changed));
    // Isolation by quarantine moves a port into another VLAN: lanwarden knows that by itself.
    const bool other_vlans = old.pvid != w.pvid || (old.vlans_known && w.vlans_known &&
                                                    (old.tagged != w.tagged || old.untagged != w.untagged));
    if (other_vlans && old.pvid != kNoVlan && w.pvid != kNoVlan && !terms.isolated.contains(name))
      add(out, "port-vlan", severity, name, "",
          at + " is in other VLANs: " + vlans_of(w) + ", before " + vlans_of(old), vlans_of(old),
          vlans_of(w));
  }
  for (auto& [sw, ports] : missing)
    add(out, "port-gone", Severity::kWarning, {sw, ports.size() == 1 ? ports[0] : ""},
        ports.size() == 1 ? "" : list_words(ports, ports.size()),
        sw + " no longer has " + count_words(ports.size(), "port", "ports") +
            " that it had: " + list_words(ports, 6),
        list_words(ports, 6), "");
}

// --- spanning tree

void root_changes(const Wiring& was, const Wiring& now, Findings& out) {
  struct Change {
    std::set<std::string> switches;
    std::vector<VlanId> vlans;
    BridgeId before, after;
  };
  std::map<std::pair<MacAddress, MacAddress>, Change> all;
  for (const auto& [name, w] : now.switches) {
    const auto it = was.switches.find(name);
    if (it == was.switches.end()) continue;
    for (const auto& [vlan, root] : w.roots) {
      const auto old = it->second.roots.find(vlan);
      if (old == it->second.roots.end() || old->second.address == root.address) continue;
      Change& c = all[{old->second.address, root.address}];
      c.switches.insert(name);
      if (std::find(c.vlans.begin(), c.vlans.end(), vlan) == c.vlans.end()) c.vlans.push_back(vlan);
      c.before = old->second, c.after = root;
    }
  }
  for (auto& [roots, c] : all) {
    std::sort(c.vlans.begin(), c.vlans.end());
    const bool common = c.vlans == std::vector{kNoVlan};
    const std::string before = root_words(c.before, was), after = root_words(c.after, now);
    add(out, "stp-root-changed", Severity::kWarning, {switch_with(roots.second, now), ""},
        roots.first.to_string() + " " + roots.second.to_string(),
        "the STP root" + (common ? std::string() : " of VLAN " + vlan_words(c.vlans)) + " is " + after +
            ", for " + count_words(c.switches.size(), "switch", "switches") + "; before " + before,
        before, after);
  }
}

// --- stations

void station_changes(const Wiring& was, const Wiring& now, Findings& out) {
  for (const auto& [mac, at] : now.stations) {
    const auto old = was.stations.find(mac);
    if (old == was.stations.end() || old->second == at) continue;
    add(out, "station-moved", Severity::kInfo, at, mac.to_string(),
        mac.to_string() + " is on " + at.to_string() + ", before on " + old->second.to_string(),
        old->second.to_string(), at.to_string());
  }
}

}  // namespace

std::vector<Finding> changes(const Wiring& before, const Wiring& now, const Terms& terms) {
  Findings all;
  switch_changes(before, now, all);
  link_changes(before, now, all);
  port_changes(before, now, terms, all);
  root_changes(before, now, all);
  station_changes(before, now, all);
  return all;
}

}  // namespace lanwarden::topology::audit
