// --watch: the same look again and again, for a window that stays open.
#pragma once

#include <functional>

#include "agent/app.h"

namespace CLI {
class App;
}

namespace lanwarden::agent {

/// Adds -w/--watch.
void add_watch(CLI::App& cli, bool& watch);

/// Without `watch` one look. With it a look every two seconds, until a signal ends the program: on a terminal
/// each takes the place of the last; elsewhere, and as JSON, one follows the other. A look that fails ends
/// it.
ExitCode look_again(App& app, bool watch, const std::function<ExitCode()>& look);

}  // namespace lanwarden::agent
