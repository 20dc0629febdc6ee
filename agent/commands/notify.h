#pragma once

#include "agent/commands/command.h"

namespace lanwarden::agent {

CommandBody define_notify(CLI::App& cli);

}  // namespace lanwarden::agent
