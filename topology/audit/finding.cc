#include "topology/audit/finding.h"

#include <algorithm>
#include <array>

namespace lanwarden::topology::audit {
namespace {

// Sorted by what an administrator wants to read first. What each means for people who read the reference
// stands here, once.
constexpr std::array<KindInfo, 29> kKinds = {{
    {"switch-silent", "a switch does not answer",
     "look at its power and its uplink; lanwarden check NAME says what it was asked and how"},
    {"link-gone", "a link between two switches is no longer there",
     "a cable, a transceiver or a port; `since` is when the port went down"},
    {"redundant-link-lost",
     "a link is gone whose ends still reach each other another way: the next failure cuts",
     "mend it before the other way fails, too"},
    {"aggregate-degraded", "some members of an aggregate are down", "mend the member that is down"},
    {"link-moved", "a link is on another port than before, or leads to another switch",
     "somebody re-plugged it: is it what was meant?"},
    {"stp-root-changed", "the switches follow another root bridge",
     "give the bridge that shall be root the lowest priority; guard edge ports against BPDUs"},
    {"stp-root-placement", "the root bridge is nobody's choice, at the edge, or not polled",
     "give a core switch the lowest priority"},
    {"bridge-at-edge", "a bridge speaks STP, LLDP or CDP at a port where stations were",
     "find out who plugged it in; BPDU guard shuts such ports"},
    {"unknown-bridge", "a bridge that nobody polls is behind a port",
     "add it to the configuration (lanwarden discover), or acknowledge it"},
    {"vlan-mismatch", "the two ends of a link carry different VLANs", "make both ends alike"},
    {"duplex-mismatch", "the two ends of a link differ in duplex: frames are lost under load",
     "let both ends negotiate, or set both"},
    {"error-disabled", "the switch itself has shut a port: BPDU guard, link flap, port security",
     "remove the cause, then open it on the switch"},
    {"port-flapping", "a port goes up and down again and again",
     "cable, transceiver, or the device's power saving"},
    {"duplicate-mac", "one address is on two edge ports at once",
     "a cloned machine, a loop, or somebody who pretends"},
    {"duplicate-ip", "two stations that are both here have the same IP address",
     "one of the two must be renumbered"},
    {"switch-replaced", "under the name and address of a switch another box answers",
     "if it was replaced, this is it"},
    {"switch-rebooted", "a switch has started anew", "was it meant? Its own log knows why"},
    {"port-gone", "ports that a switch had are not there any more", "a module or a stack member is gone"},
    {"port-speed", "a port runs at another speed than when it was last up",
     "on a link: a bad pair, or another transceiver"},
    {"port-duplex", "a port runs in another duplex than when it was last up",
     "both ends must negotiate, or none"},
    {"port-vlan", "a port is in other VLANs than before", "was it meant?"},
    {"default-community", "a switch is asked with a community that everybody knows",
     "give it another, or SNMPv3"},
    {"snmp-v1", "a switch is asked with SNMPv1",
     "use SNMPv3, or 2c at least: v1 has no GETBULK and no 64-bit counters"},
    {"several-stations", "more stations than a PC and its telephone are on one edge port",
     "an unmanaged switch, probably: find it, or acknowledge it"},
    {"switch-renamed", "a switch tells another name than before", "if it was renamed, this is it"},
    {"switch-new", "a switch that was not there before, or one that was silent answers again", ""},
    {"switch-removed", "a switch is no longer in the configuration", ""},
    {"link-new", "a link that was not there before", ""},
    {"station-moved", "a station is on another edge port than before", ""},
}};
constexpr std::array<KindInfo, 2> kQuietKinds = {{
    {"port-shut", "a port is shut (ifAdminStatus down), and not by lanwarden", "open it, or acknowledge it"},
    {"port-unused", "a port has been down for long", "free it, patch it out, or shut it"},
}};
constexpr auto kAll = [] {
  std::array<KindInfo, kKinds.size() + kQuietKinds.size()> all{};
  std::copy(kKinds.begin(), kKinds.end(), all.begin());
  std::copy(kQuietKinds.begin(), kQuietKinds.end(), all.begin() + kKinds.size());
  return all;
}();

std::size_t rank(std::string_view kind) {
  const auto it = std::find_if(kAll.begin(), kAll.end(), [&](const KindInfo& k) { return k.kind == kind; });
  return static_cast<std::size_t>(it - kAll.begin());
}

void sort(std::vector<Finding>& findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    if (a.severity != b.severity) return a.severity > b.severity;
    if (const auto x = rank(a.kind), y = rank(b.kind); x != y) return x < y;
    if (a.at != b.at) return a.at < b.at;
    return a.subject < b.subject;
  });
}

}  // namespace

std::string_view to_string(Severity severity) {
  constexpr std::array<std::string_view, 3> kWords = {"info", "warning", "critical"};
  return kWords[static_cast<std::size_t>(severity)];
}

std::span<const KindInfo> kinds() { return kAll; }

std::string Finding::fingerprint() const {
  // FNV-1a: the same on every machine, and what is typed stays short.
  std::uint32_t hash = 2166136261U;
  for (const std::string_view part : {std::string_view(kind), std::string_view(at.sw),
                                      std::string_view(at.port), std::string_view(subject)}) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    hash = (hash ^ 0x1fU) * 16777619U;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(8, '0');
  for (std::size_t i = 8; i-- > 0; hash >>= 4U) text[i] = kDigits[hash & 0xfU];
  return text;
}

namespace {

/// Stations that were there all the time and spoke only now: the first day is for getting to know them.
/// Whatever was plugged in since has made the port go down and up.
bool is_late_knowledge(const Finding& f, const Wiring& before, const Wiring& now) {
  constexpr Duration kGettingToKnow = std::chrono::hours(24);
  if (f.kind != "several-stations" || !before.ports.contains(f.at)) return false;
  const WiredPort& port = now.ports.at(f.at);
  return port.changed <= port.first_seen && *port.several_since - port.first_seen < kGettingToKnow;
}

/// The root is where it was: that it has fewer links now is told as those links.
bool is_old_root(const Finding& f, const Wiring& before) {
  if (f.kind != "stp-root-placement") return false;
  return std::any_of(before.switches.begin(), before.switches.end(), [&](const auto& sw) {
    return std::any_of(sw.second.roots.begin(), sw.second.roots.end(),
                       [&](const auto& root) { return root.second.address.to_string() == f.subject; });
  });
}

}  // namespace

Comparison compare(const Wiring& before, const Wiring& now, const Terms& terms) {
  Comparison c;
  std::map<std::string, Finding> known;
  if (!before.empty()) {
    c.fresh = changes(before, now, terms);
    // As of then: a port was unused for so long, or flapped, by the clock of then.
    Terms then = terms;
    then.now = before.time;
    for (Finding& f : faults(before, then)) known.emplace(f.fingerprint(), std::move(f));
  }
  for (Finding& f : faults(now, terms)) {
    // A fault's present shape is news, too: another bridge behind the same port has another subject.
    const bool is_known =
        known.erase(f.fingerprint()) > 0 || is_late_knowledge(f, before, now) || is_old_root(f, before);
    (is_known ? c.standing : c.fresh).push_back(std::move(f));
  }
  for (auto& [id, f] : known) c.ended.push_back(std::move(f));
  sort(c.fresh);
  sort(c.ended);
  sort(c.standing);
  return c;
}

}  // namespace lanwarden::topology::audit
