#include "tests/agent/net_namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cstdlib>

namespace lanwarden::test {

NetNamespace::NetNamespace() : home_(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
  if (unshare(CLONE_NEWNET) != 0) return;
  entered_ = true;
  ready_ =
      std::system(
          "ip link add near0 type veth peer name far0 && ip link set near0 up && ip link set far0 up") == 0;
}

NetNamespace::~NetNamespace() {
  if (entered_) setns(home_, CLONE_NEWNET);
  close(home_);
}

}  // namespace lanwarden::test
