// "Every so often", by a wall clock that may be set back.
#pragma once

#include "topology/time.h"

namespace lanwarden::agent {

/// Whether `interval` has passed since `last`, or the clock went backwards; then `last` becomes `now`.
inline bool passed(topology::Time& last, topology::Time now, topology::Duration interval) {
  if (now - last < interval && now >= last) return false;
  last = now;
  return true;
}

}  // namespace lanwarden::agent
