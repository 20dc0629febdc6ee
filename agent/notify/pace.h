// When a channel is tried again, and how much it is told in a minute. Pure.
#pragma once

#include <cstddef>
#include <deque>

#include "topology/time.h"

namespace lanwarden::agent {

inline constexpr std::chrono::seconds kFirstWait{5};
inline constexpr std::chrono::minutes kLongestWait{10};

/// After so many failures in a row (from 1): 5 s, then twice as long each time, up to 10 min, a fifth shorter
/// or longer by `random` (0 to 1), so that many daemons do not fall upon a receiver that comes back.
topology::Duration wait_after(unsigned failures, double random);

/// No more than `most` messages go to a person within a minute; what comes meanwhile goes together.
class Pace {
 public:
  static constexpr std::chrono::minutes kWindow{1};

  explicit Pace(std::size_t most) : most_(most) {}  ///< 0: no limit
  void sent(topology::Time now);
  /// When the next may go: `now` or later.
  topology::Time free_at(topology::Time now) const;

 private:
  std::size_t most_;
  std::deque<topology::Time> sent_;  ///< no more than most_
};

}  // namespace lanwarden::agent
