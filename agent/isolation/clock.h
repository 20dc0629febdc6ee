// Time as isolations need it: a wall clock for people, and one that nobody sets.
#pragma once

#include <string>

#include "topology/time.h"

namespace lanwarden::agent {

struct Moment {
  topology::Time wall{};
  std::string boot;                  ///< which boot of the machine `since_boot` counts from; empty: unknown
  topology::Duration since_boot{0};  ///< goes on while the machine sleeps
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Moment now() = 0;
  virtual void sleep(topology::Duration duration) = 0;
};

/// The machine's. Safe to share between threads.
Clock& system_clock();

}  // namespace lanwarden::agent
