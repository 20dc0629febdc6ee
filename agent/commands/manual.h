// The manual, made from the registry's help and the table of options.
#pragma once

#include <map>
#include <string>

#include "agent/commands/command_line.h"

namespace lanwarden::agent {

/// Every page by its file's name: lanwarden.1, lanwarden-where.1 …, lanwarden.toml.5.
std::map<std::string, std::string> manual_pages(const CommandLine& line, std::string_view version);

/// `lanwarden __manual DIR` writes them: what the build calls for the package.
CommandBody define_manual(CLI::App& cli);

}  // namespace lanwarden::agent
