// Whom the engine is after: set by its thread, read by every other.
#pragma once

#include <memory>
#include <vector>

#include "agent/watch/board.h"
#include "topology/mac_address.h"

namespace lanwarden::agent {

/// Which frames the engine wants to see itself.
class Attention {
 public:
  struct Wanted {
    std::vector<topology::MacAddress> stations;  ///< sorted
    bool arp = false;
  };
  Attention() { wanted_.put({}); }
  void set(Wanted wanted) { wanted_.put(std::move(wanted)); }
  std::shared_ptr<const Wanted> get() const { return wanted_.get(); }

 private:
  Board<Wanted> wanted_;
};

}  // namespace lanwarden::agent
