// A command of the program: one file in this folder and one line in commands.cc.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "agent/app.h"

namespace CLI {
class App;
}

namespace lanwarden::agent {

using CommandBody = std::function<ExitCode(App&)>;

struct CommandSpec {
  std::string_view name;
  std::string_view summary;
  std::string_view help;  ///< examples and exit codes, printed after the options
  /// Adds the command's options; returns what runs once they are parsed.
  CommandBody (*define)(CLI::App&);
};

/// In the order of the help.
const std::vector<CommandSpec>& command_registry();

CommandBody define_where(CLI::App& cli);
CommandBody define_history(CLI::App& cli);
CommandBody define_export(CLI::App& cli);
CommandBody define_import(CLI::App& cli);
CommandBody define_backup(CLI::App& cli);
CommandBody define_watch(CLI::App& cli);
CommandBody define_heartbeats(CLI::App& cli);
CommandBody define_probe(CLI::App& cli);
CommandBody define_poll(CLI::App& cli);
CommandBody define_fdb(CLI::App& cli);
CommandBody define_topology(CLI::App& cli);
CommandBody define_audit(CLI::App& cli);
CommandBody define_run(CLI::App& cli);
CommandBody define_status(CLI::App& cli);
CommandBody define_incidents(CLI::App& cli);
CommandBody define_report(CLI::App& cli);
CommandBody define_isolate(CLI::App& cli);
CommandBody define_restore(CLI::App& cli);
CommandBody define_isolations(CLI::App& cli);
CommandBody define_check(CLI::App& cli);
CommandBody define_record(CLI::App& cli);
CommandBody define_discover(CLI::App& cli);
CommandBody define_init(CLI::App& cli);
CommandBody define_config(CLI::App& cli);
CommandBody define_kinds(CLI::App& cli);

}  // namespace lanwarden::agent
