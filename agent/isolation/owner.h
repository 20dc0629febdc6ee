// Which process works on a journal entry, so that another knows whether to leave it alone.
#pragma once

#include <string>
#include <string_view>

namespace lanwarden::agent {

enum class OwnerState {
  kNobody,     ///< none was written
  kSelf,       ///< this process
  kAlive,      ///< another one of this machine, at work
  kGone,       ///< it has ended, or the machine was restarted
  kElsewhere,  ///< of another container: whether it lives cannot be told from here
};

/// This process: "BOOT PID-NAMESPACE PID START-TIME", as /proc has them.
std::string this_process();
OwnerState owner_state(std::string_view owner);

}  // namespace lanwarden::agent
