#include "agent/notify/pace.h"

#include <algorithm>

namespace lanwarden::agent {

topology::Duration wait_after(unsigned failures, double random) {
  constexpr unsigned kDoublings = 7;  // 5 s * 2^7 > 10 min
  const unsigned doublings = std::min(failures > 0 ? failures - 1 : 0, kDoublings);
  const auto wait = std::min<topology::Duration>(kFirstWait * (1U << doublings), kLongestWait);
  return std::chrono::duration_cast<topology::Duration>(wait * (0.8 + 0.4 * random));
}

void Pace::sent(topology::Time now) {
  if (most_ == 0) return;
  sent_.push_back(now);
  if (sent_.size() > most_) sent_.pop_front();
}

topology::Time Pace::free_at(topology::Time now) const {
  if (most_ == 0 || sent_.size() < most_) return now;
  const topology::Time free = sent_.front() + kWindow;
  return free > now + kWindow ? now : std::max(now, free);  // the clock was set back
}

}  // namespace lanwarden::agent
