#include "agent/commands/looking.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <thread>

namespace lanwarden::agent {

void add_watch(CLI::App& cli, bool& watch) {
  cli.add_flag("-w,--watch", watch, "look again every 2 s, until interrupted");
}

ExitCode look_again(App& app, bool watch, const std::function<ExitCode()>& look) {
  constexpr std::chrono::seconds kBetweenLooks{2};
  if (!watch) return look();
  while (true) {
    // Home and clear: the page stays where it is.
    if (app.console.stdout_is_terminal() && !app.console.json()) app.console.line("\x1b[H\x1b[J");
    look();
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

}  // namespace lanwarden::agent
