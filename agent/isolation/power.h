// Which row of pethPsePortTable (RFC 3621) switches a port's power. The numbers are left to the vendor, and a
// wrong guess cuts somebody else's power: a row counts only when two things besides each other say so.
#pragma once

#include <string>
#include <vector>

#include "agent/isolation/switches.h"
#include "snmp/variable.h"
#include "topology/switch_snapshot.h"

namespace lanwarden::agent {

/// The rows that at least two of the port's numbers (bridge port, ifIndex, the last number of its name) mean;
/// and the ones its name alone means, which need the switch's own word (Cisco).
struct PowerCandidates {
  std::vector<snmp::PsePlace> agreed, by_name;
};
PowerCandidates power_candidates(const topology::Interface& port);

/// Asks the switch. `delivering`: it must feed a device at this moment, as the port does by the last poll.
/// Fails with the fact for people when no row, or more than one, can be meant.
topology::Result<snmp::PsePlace, std::string> find_power(Switches& switches, topology::SwitchId sw,
                                                         const topology::Interface& port,
                                                         bool delivering = true);

}  // namespace lanwarden::agent
