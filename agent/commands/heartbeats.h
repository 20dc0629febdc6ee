// The command heartbeats, for the registry.
#pragma once

#include "agent/commands/command.h"

namespace lanwarden::agent {

CommandBody define_heartbeats(CLI::App& cli);

}  // namespace lanwarden::agent
