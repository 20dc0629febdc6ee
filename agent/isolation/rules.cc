#include "agent/isolation/rules.h"

#include <algorithm>
#include <array>

namespace lanwarden::agent {
namespace {

constexpr std::array kRules = {
    Rule{"uplink", "a port that leads to another polled switch", false},
    Rule{"trunk", "a port with a bridge behind it that is not polled", false},
    Rule{"segment", "a port on an unmanaged segment with other switches", false},
    Rule{"link-aggregation", "an aggregate (LAG), or a member of one", false},

    Rule{"unknown-switch", "a switch that is not in the configuration", false},
    Rule{"no-write-credential", "a switch without write_credential", false},
    Rule{"unknown-port", "a port that the switch does not report", false},
    Rule{"not-a-bridge-port", "an interface that carries no stations: a management port, a VLAN, a loopback",
         false},
    Rule{"already-down", "a port that somebody else has shut", false},
    Rule{"already-isolated", "a port that lanwarden holds already", false},
    Rule{"no-second-look", "a switch that does not answer right before the SET", false},
    Rule{"moved", "a station that is not where it was a moment ago", false},
    Rule{"renumbered", "an ifIndex that is another port now, or a switch that has just restarted", false},
    Rule{"way-impossible", "a port that cannot be treated that way: no such VLAN, no PoE", false},

    Rule{"stack-port", "a port that joins the units of a stack", true},
    Rule{"management-path", "a port through which a polled switch is reached", true},
    Rule{"own-port", "the port that lanwarden's own machine is behind", true},
    Rule{"gateway", "the port of a default gateway, a router, or a VRRP or HSRP address", true},
    Rule{"dhcp-server", "the port of a DHCP server of this LAN", true},
    Rule{"protected-port", "a port named in protected_ports", true},
    Rule{"protected-mac", "a port with a station named in protected_macs", true},
    Rule{"too-many-stations", "a port with more stations than max_macs_on_port", true},
    Rule{"not-an-edge", "a station whose verdict is not \"edge\"", true},
    Rule{"not-sure-enough", "a location less sure than min_confidence", true},
    Rule{"incomplete-tables", "a switch whose forwarding table was not read to its end", true},
    Rule{"stale-tables", "a switch whose tables are older than the sighting", true},
    Rule{"not-seen-now", "a station that no switch holds at this moment", true},
    Rule{"unconfirmed", "a port around which not every switch points to the station", true},
    Rule{"unplaced-switch", "a port behind which a polled switch may be whose place nobody knows", true},
    Rule{"role-unknown", "a port of which nobody knows what is behind it", true},
    Rule{"too-many-isolations", "more isolations in an hour than per_hour", true},
    Rule{"too-many-at-once", "more isolations at a time than at_once", true},
};

}  // namespace

std::span<const Rule> rules() { return kRules; }

const Rule* find_rule(std::string_view name) {
  const auto it = std::find_if(kRules.begin(), kRules.end(), [&](const Rule& r) { return r.name == name; });
  return it == kRules.end() ? nullptr : &*it;
}

std::string Refusal::to_string() const {
  return std::string(rule) + ": " + fact + (lift.empty() ? "" : " (" + lift + ")");
}

}  // namespace lanwarden::agent
