// What may come next on a command line: the shells' completion asks it.
#pragma once

#include <string>
#include <vector>

#include "agent/commands/command_line.h"

namespace lanwarden::agent {

/// A word that may stand there, and what it is in a few words.
struct Offer {
  std::string word, what;
};

struct Completion {
  std::vector<Offer> candidates;
  bool files = false, folders = false;  ///< the shell's own names of files may stand there, too
};

/// `words` are those after the program's name, the last the one being typed (perhaps empty). Switches, ports,
/// stations, incidents … are those of the configuration and the store that the words name, or of the usual
/// ones. Never fails: what cannot be read is not offered.
Completion complete(App& app, const CommandLine& line, const std::vector<std::string>& words);

/// `lanwarden __complete -- WORD…`: a candidate a line, a tab before what it is; ":files" or ":folders" as
/// the first line. The words are another command line, half typed: they are not parsed as this one's.
ExitCode answer_shell(App& app, std::vector<std::string> words);
inline constexpr std::string_view kAnswerShell = "__complete";
/// `lanwarden completion SHELL`: the script that makes a shell ask.
CommandBody define_completion(CLI::App& cli);

}  // namespace lanwarden::agent
