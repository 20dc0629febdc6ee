// The command line as a whole, from the registry: parsed by main, printed by --help,
// the man pages and the shells' completion.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/commands/command.h"

namespace lanwarden::agent {

struct CommandLine {
  struct Command {
    const CommandSpec* spec;
    CLI::App* cli;
    CommandBody body;
  };
  CLI::App cli;
  std::vector<Command> commands;  ///< in the order of the registry
};

/// `options` is where the global options go; it must outlive the command line.
std::unique_ptr<CommandLine> make_command_line(GlobalOptions& options, const std::string& version);

/// A command whose name begins so is for programs: in no help, no man page, no completion.
inline constexpr std::string_view kHiddenPrefix = "__";
inline bool is_hidden(std::string_view command) { return command.starts_with(kHiddenPrefix); }

/// One option or argument in words.
struct OptionWords {
  std::string names;  ///< "-c, --config", or "SWITCH" of an argument
  std::string value;  ///< "FILE"; empty: a flag, or an argument
  std::string description;
  bool argument = false, required = false, many = false;
  bool global = false;
};
std::vector<OptionWords> option_words(const CLI::App& cli);
/// "[SWITCH...]", "PATTERN..."
std::string usage_word(const OptionWords& argument);
/// "lanwarden isolate [OPTIONS] TARGET..."; `name` with the program's.
std::string usage_line(const CLI::App& cli, const std::string& name);

/// What was wrong on the command line, with the nearest command or option; `error` is CLI11's own sentence.
std::string wrong_usage(const CommandLine& line, int argc, const char* const* argv, std::string error);

}  // namespace lanwarden::agent
