// BRIDGE-MIB (RFC 4188) and Q-BRIDGE-MIB (RFC 4363) of a kernel bridge, as snmpd's
// pass_persist protocol wants them. Debian's own sub-agent (snmp-bridge-mib) takes
// local rows for learned ones and the other way round, so it cannot be used.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kernel_bridge.h"

namespace lanwarden::integration {

using OidParts = std::vector<std::uint32_t>;  // compares in MIB order

/// One instance: the type word and value text of snmpd.conf(5), "pass_persist".
struct PassValue {
  std::string type;
  std::string value;
};

using MibView = std::map<OidParts, PassValue>;

/// Every instance below 1.3.6.1.2.1.17. A Linux bridge without VLAN filtering is one VLAN: 1.
MibView bridge_mib(const KernelBridge& bridge);

}  // namespace lanwarden::integration
