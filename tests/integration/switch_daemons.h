// The software of one switch: Debian's snmpd with our bridge_agent behind it, and lldpd.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lan_plan.h"
#include "process.h"

namespace lanwarden::integration {

/// The bridge inside a switch's namespace.
inline constexpr const char* kBridge = "br0";
/// The card that leads to the management network.
inline constexpr const char* kManagementInterface = "mgmt0";

/// Starts both in the namespace, with configuration, sockets, state and logs below `directory`, and appends
/// them to `daemons`. Returns when snmpd listens for lldpd's sub-agent; neither need answer yet.
void start_switch_daemons(const SwitchPlan& plan, const std::string& netns,
                          const std::filesystem::path& directory, std::vector<Process>& daemons);

}  // namespace lanwarden::integration
