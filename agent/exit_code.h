// The contract's exit codes.
#pragma once

namespace lanwarden::agent {

enum ExitCode : int {
  kOk = 0,         ///< done, or found
  kNothing = 1,    ///< nothing found (where), or findings exist (watch -r, audit, check)
  kUsage = 2,      ///< usage or configuration error
  kNoAnswer = 3,   ///< the network did not answer or refused
  kGuardRail = 4,  ///< refused by a guard rail
};

}  // namespace lanwarden::agent
