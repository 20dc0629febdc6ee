// What exactly is written to a port, and what takes it back. Pure: readings in, changes out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/store/isolation_journal.h"
#include "snmp/variable.h"
#include "topology/result.h"
#include "topology/switch_snapshot.h"

namespace lanwarden::agent {

/// A port by all the numbers its switch knows it by.
struct PortNumbers {
  topology::IfIndex ifindex;
  topology::BridgePort bridge_port;  ///< 0: unknown
  snmp::PsePlace pse;                ///< 0, 0: unknown
};
PortNumbers numbers_of(const topology::Interface& port);

struct PlanQuestion {
  IsolationWay way = IsolationWay::kAdminDown;
  PortNumbers port;
  std::vector<topology::VlanId> vlans;  ///< that the switch has
  std::optional<topology::VlanId> quarantine;
  bool mark = false;  ///< ifAlias, too
  std::string mark_text;
};

/// What has to be read before it can be said what would be written: in this order.
std::vector<snmp::Variable> readings_for(const PlanQuestion& question);
/// The changes, each with what is there now. Fails, with the fact for people, when that way is not open: no
/// such VLAN, no PoE, the bridge port is another interface now.
topology::Result<std::vector<VariableChange>, std::string> plan(
    const PlanQuestion& question, const std::vector<std::optional<std::string>>& readings);

/// What a change would write now to bring about `before` or `after`; `current` matters for the one bit of a
/// PortList that is ours. nullopt: it is so already.
enum class Towards { kBefore, kAfter };
std::optional<snmp::Varbind> write_for(const VariableChange& change, Towards towards,
                                       const std::string& current);

/// Where a change stands.
enum class Standing {
  kBefore,   ///< as it was before the isolation
  kAfter,    ///< as the isolation made it
  kForeign,  ///< neither: somebody else wrote it
  kUnknown,  ///< not read
};
Standing standing(const VariableChange& change, const std::optional<std::string>& current);

snmp::Variable variable_of(const VariableChange& change);
/// The same changes for a port that has other numbers now; nullopt when its new numbers are not known.
std::optional<std::vector<VariableChange>> renumbered(const std::vector<VariableChange>& changes,
                                                      const PortNumbers& now);

/// "1.3.6.1.2.1.2.2.1.7.1 i 2", as snmpset would be told.
std::string to_string(const snmp::Varbind& varbind);
/// "ifAdminStatus.1 = down(2), was up(1)"
std::string describe(const VariableChange& change);

/// PortList, RFC 4363: bit 7 of octet 0 is port 1. As hex digits; grows when the port is beyond its end.
bool port_in(std::string_view hex, std::uint32_t port);
std::string with_port(std::string hex, std::uint32_t port, bool in);

}  // namespace lanwarden::agent
