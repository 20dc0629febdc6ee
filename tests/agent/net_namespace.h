// A network namespace of the test's own: this thread in it, with a veth pair near0 - far0, until it goes.
#pragma once

namespace lanwarden::test {

class NetNamespace {
 public:
  NetNamespace();
  ~NetNamespace();
  NetNamespace(const NetNamespace&) = delete;
  NetNamespace& operator=(const NetNamespace&) = delete;
  /// False: none can be made here. The test says that it is skipped.
  bool ready() const { return ready_; }

 private:
  int home_;
  bool entered_ = false, ready_ = false;
};

}  // namespace lanwarden::test
