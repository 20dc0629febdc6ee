// Another program, run for one notice: no shell, a clean environment, and an end.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "agent/notify/abandon.h"

namespace lanwarden::agent {

struct ProcessEnd {
  enum class How { kExited, kSignalled, kTimeout, kAbandoned, kNotStarted };
  How how = How::kNotStarted;
  int code = 0;       ///< exit code, signal, or errno of kNotStarted
  std::string words;  ///< the last line it wrote on standard error; at most 200 octets

  bool good() const { return how == How::kExited && code == 0; }
  /// "exit code 3: no such user"
  std::string text() const;
};

/// `argv[0]` is a path. Standard input is `input`, standard output goes nowhere. The environment is
/// `variables` and what every program needs (PATH, HOME, LANG, TZ …), nothing else: ours may hold secrets. No
/// file of ours is open in it. When the time is over, it and its process group are killed (SIGTERM, then
/// SIGKILL).
ProcessEnd run_process(const std::vector<std::string>& argv, const std::string& input,
                       const std::vector<std::pair<std::string, std::string>>& variables,
                       std::chrono::milliseconds timeout, const Abandon& abandon);

}  // namespace lanwarden::agent
