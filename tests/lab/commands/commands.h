// The verbs of lanwarden-lab. Each adds itself to the command line; what it does
// runs when its subcommand was given, and its exit code goes to main.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace lanwarden::lab {

/// What the chosen verb is to do; empty until the command line was read.
using Action = std::function<int()>;

void add_generate(CLI::App& app, Action& action);
void add_serve(CLI::App& app, Action& action);
void add_traffic(CLI::App& app, Action& action);
void add_play(CLI::App& app, Action& action);
void add_demo(CLI::App& app, Action& action);

inline constexpr int kDone = 0, kUsage = 2, kFailed = 3;

}  // namespace lanwarden::lab
