// Internal to topology/audit: the work of remember(), by what is remembered.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "topology/audit/wiring.h"

namespace lanwarden::topology::audit::detail {

/// What all parts need.
struct Poll {
  const Fabric& fabric;
  const Circumstances& around;
  bool first;               ///< nothing was known
  std::vector<bool> fresh;  ///< by SwitchId: polled since
  /// The ports of each switch that are wired: physical ones and aggregates, by ifIndex.
  std::vector<std::map<IfIndex, PortName>> names;

  bool is_fresh(SwitchId sw) const { return fresh[sw.value]; }
  const PortName* name(PortId port) const;
};

Poll look_at(const Wiring& known, const Fabric& fabric, const Circumstances& around);
void remember_switches(Wiring& known, const Poll& poll);
void remember_ports(Wiring& known, const Wiring& before, const Poll& poll);
void remember_links(Wiring& known, const Wiring& before, const Poll& poll);
void remember_stations(Wiring& known, const Poll& poll);

}  // namespace lanwarden::topology::audit::detail
