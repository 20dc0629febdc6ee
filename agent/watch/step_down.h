// After the interfaces are open: goes on with as little power as the work needs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "agent/app.h"

namespace CLI {
class App;
}

namespace lanwarden::agent {

struct StepDown {
  std::string user;          ///< --user; empty: see choose_identity
  bool keep_powers = false;  ///< --keep-privileges
};

/// --user and --keep-privileges.
void add_step_down_options(CLI::App& cli, StepDown& options);

/// Reads the configuration first (its secrets may be root's alone), then drops. `written`: files and folders
/// that are written afterwards. Before any thread begins. Exit(kUsage) when it cannot be done as wished.
void step_down(App& app, const StepDown& options, std::vector<std::filesystem::path> written);

}  // namespace lanwarden::agent
