// The wiring as it is known: what an audit compares with what an earlier one knew. Not the picture of one
// poll: a table that was cut short, a row that has aged or a switch that kept silent for once takes nothing
// away from what is known. Everything bears its lasting name, so that a wiring can be kept in files and
// compared after a restart.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "topology/fabric.h"
#include "topology/ip_address.h"
#include "topology/time.h"

namespace lanwarden::topology::audit {

/// A port by the names that last: the switch's in the configuration, and ifName.
struct PortName {
  std::string sw, port;
  auto operator<=>(const PortName&) const = default;
  std::string to_string() const { return port.empty() ? sw : sw + " " + port; }
};

struct WiredSwitch {
  std::string address, system_name, object_id;
  MacAddress bridge;
  Time booted{};                     ///< the clock minus sysUpTime; to the second at best
  std::optional<Time> silent_since;  ///< asked, and no answer; nullopt: it answers
  std::map<VlanId, BridgeId> roots;  ///< what it takes for the root; kNoVlan: the common tree
  std::vector<VlanId> vlans;         ///< those it knows, sorted; empty: it does not tell
  std::string snmp_version;          ///< "1" "2c" "3"; empty: nobody said
  bool default_community = false;    ///< "public", "private" or the like
  bool operator==(const WiredSwitch&) const = default;
};

/// How many state changes of a port are remembered.
inline constexpr std::size_t kRememberedChanges = 8;

struct WiredPort {
  OperStatus admin = OperStatus::kUnknown, oper = OperStatus::kUnknown;
  Time changed{};  ///< when it came into this state (ifLastChange), or was first seen in it; 0: unknown
  std::vector<Time> changes;         ///< of its state, newest first, at most kRememberedChanges
  std::uint64_t speed_bps = 0;       ///< when it was last up; 0: unknown
  Duplex duplex = Duplex::kUnknown;  ///< when it was last up
  VlanId pvid;
  std::vector<VlanId> tagged, untagged;  ///< sorted
  bool vlans_known = false;
  bool error_disabled = false;
  std::string aggregate;               ///< the port it is a member of; empty: none
  PortRole role{};  ///< of the last poll that could tell
  bool was_edge = false;               ///< stations were on it before a bridge was
  std::string bridge;  ///< what it says of itself, the bridge behind it that nobody polls; empty: none
  unsigned bridge_unheard = 0;  ///< polls since it said so
  unsigned stations = 0;        ///< that are at home on it
  /// Nobody looked at it before.
  Time first_seen{};
  /// They are more than a station and its telephone, and nothing explains them: since when, and when last, to
  /// the day.
  std::optional<Time> several_since, several_seen;
  bool operator==(const WiredPort&) const = default;
};

/// Between two ports, a < b.
struct WiredLink {
  std::vector<Source> via;
  bool blocked = false;
  unsigned unseen = 0;     ///< polls of both ends in a row that did not show it and did not refute it
  bool tentative = false;  ///< told by forwarding tables, once
  bool operator==(const WiredLink&) const = default;
};
using LinkName = std::pair<PortName, PortName>;

/// Two places, or two owners, at once.
template <class T>
struct Double {
  T a, b;                ///< a < b
  Time first{}, last{};  ///< polls that showed it
  bool operator==(const Double&) const = default;
};

struct Wiring {
  Time time{};  ///< of the poll it was last brought up to date with
  std::map<std::string, WiredSwitch> switches;
  std::map<PortName, WiredPort> ports;
  std::map<LinkName, WiredLink> links;
  std::map<MacAddress, PortName> stations;  ///< on which edge port each is, or was last
  std::map<MacAddress, Double<PortName>> doubled_macs;
  std::map<IpAddress, Double<MacAddress>> doubled_ips;
  std::map<std::string, Time> polled;  ///< which poll of each switch is in it

  bool empty() const { return switches.empty(); }
};

/// What a fabric does not say.
struct Circumstances {
  Time now{};
  std::set<std::string> silent;  ///< switches that were asked now, and did not answer
  struct Access {
    std::string version;
    bool default_community = false;
  };
  std::map<std::string, Access> access;       ///< how each switch lets one in
  std::span<const SwitchSnapshot> routers{};  ///< their ARP and ND tables
  /// Changes of ports' state that were seen since, between the polls as well (PortWatch); any order.
  std::map<PortName, std::vector<Time>> changes{};
};

/// When the port came into its present state, by ifLastChange; `known` when that is it already, give or take
/// what a walk takes, or when the agent does not tell.
Time last_change(const Interface& port, const SwitchSnapshot& sw, Time known);

/// Counts what ports do between audits. Bounded: kRememberedChanges a port, ports that changed alone.
class PortWatch {
 public:
  /// Each poll of a switch, in order.
  void see(const SwitchSnapshot& sw);
  const std::map<PortName, std::vector<Time>>& changes() const { return changes_; }
  void forget() { changes_.clear(); }

 private:
  struct Last {
    Time changed{};
    OperStatus oper = OperStatus::kUnknown;
  };
  std::map<PortName, Last> last_;
  std::map<PortName, std::vector<Time>> changes_;
};

/// Brings what is known up to date with the last polls. A poll that is in it already adds nothing.
/// With an empty `known` all that the fabric shows is taken as it is.
Wiring remember(Wiring known, const Fabric& fabric, const Circumstances& circumstances);

}  // namespace lanwarden::topology::audit
