// Whom the engine is after: set by its thread, read by every other.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "topology/mac_address.h"

namespace lanwarden::agent {

/// Which frames the engine wants to see itself.
class Attention {
 public:
  struct Wanted {
    std::vector<topology::MacAddress> stations;  ///< sorted
    bool arp = false;
  };
  void set(Wanted wanted);
  std::shared_ptr<const Wanted> get() const { return wanted_.load(std::memory_order_acquire); }

 private:
  std::atomic<std::shared_ptr<const Wanted>> wanted_{std::make_shared<const Wanted>()};
};

}  // namespace lanwarden::agent
