#include "net_namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "process.h"

namespace lanwarden::integration {

InNetNamespace::InNetNamespace(const std::string& name) {
  const std::string file = "/run/netns/" + name;
  const int there = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  home_ = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  const bool entered = there >= 0 && home_ >= 0 && ::setns(there, CLONE_NEWNET) == 0;
  const std::string cause = entered ? "" : std::strerror(errno);
  if (there >= 0) ::close(there);
  if (entered) return;
  if (home_ >= 0) ::close(home_);
  throw LanError("cannot enter " + file + ": " + cause);
}

InNetNamespace::~InNetNamespace() {
  // Staying in the wrong namespace would let test traffic out, or the rest of the test go astray.
  if (::setns(home_, CLONE_NEWNET) != 0) std::abort();
  ::close(home_);
}

}  // namespace lanwarden::integration
