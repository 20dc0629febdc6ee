// Why a port is thought to be what it is, in words an administrator would use.
#pragma once

#include <string>
#include <vector>

#include "topology/fabric.h"

namespace lanwarden::topology {

struct Explanation {
  PortId port;  ///< the aggregate for a member of one
  PortRole role = PortRole::kUnused;
  std::string summary;                ///< "floor3 A1 is an uplink: 12 switches lie behind it"
  std::vector<std::string> supports;  ///< what speaks for it, strongest first
  std::vector<std::string> against;   ///< what contradicts it, and was outvoted
};

/// Never fails: a port nobody has heard of is unused, and the summary says so.
Explanation explain(const Fabric& fabric, SwitchId sw, IfIndex port);

/// Switches that answered, and that nothing connects with any other one although there are several: their
/// tables have too few stations in common. Sorted.
std::vector<SwitchId> unresolved(const Fabric& fabric);

}  // namespace lanwarden::topology
