// The daemon's state as LANWARDEN-MIB has it.
#pragma once

#include "agent/watch/state.h"
#include "snmp/sub_agent.h"

namespace lanwarden::agent {

/// More rows of incidents and of isolations than this are not shown: the newest are.
inline constexpr std::size_t kMostMibRows = 500;

snmp::SubAgentData mib_of(const DaemonState& state);

}  // namespace lanwarden::agent
