// Internal to the room. Ports and what each costs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "topology/census.h"

namespace lanwarden::topology::detail {

/// Stands for "some other port", which may be the second best and is never the answer.
inline constexpr LocalPort kAnotherPort = 0xfffe;

/// The answer is the cheapest port, with its lead before the next.
class Ballot {
 public:
  void add(LocalPort port, std::uint32_t cost) {
    if (port == best_) {
      best_cost_ = std::min(best_cost_, cost);
    } else if (cost < best_cost_) {
      second_cost_ = best_cost_;
      best_ = port;
      best_cost_ = cost;
    } else {
      second_cost_ = std::min(second_cost_, cost);
    }
  }
  /// kNoPort: one that no table shows, or none at all.
  LocalPort port() const { return best_cost_ == kInfinite ? kNoPort : best_; }
  std::uint32_t margin() const {
    if (best_cost_ == kInfinite || best_ == kNoPort) return 0;
    return second_cost_ == kInfinite ? kInfinite : second_cost_ - best_cost_;
  }

 private:
  static constexpr std::uint32_t kInfinite = std::numeric_limits<std::uint32_t>::max();
  LocalPort best_ = 0xffff;
  std::uint32_t best_cost_ = kInfinite, second_cost_ = kInfinite;
};

}  // namespace lanwarden::topology::detail
