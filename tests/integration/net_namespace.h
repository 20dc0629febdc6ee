// One network namespace entered for the length of a scope.
#pragma once

#include <string>

namespace lanwarden::integration {

/// Sockets opened, and /proc/sys/net written, while this lives belong to the namespace of that name.
/// For the calling thread only. Throws LanError when there is no such namespace.
class InNetNamespace {
 public:
  explicit InNetNamespace(const std::string& name);
  ~InNetNamespace();
  InNetNamespace(const InNetNamespace&) = delete;
  InNetNamespace& operator=(const InNetNamespace&) = delete;

 private:
  int home_ = -1;
};

}  // namespace lanwarden::integration
