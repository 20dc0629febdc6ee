// What came of the walk of one switch.
#pragma once

#include <cstddef>

#include "topology/ids.h"

namespace lanwarden::agent {

struct Walked {
  topology::SwitchId sw;
  bool answered = false;
  std::size_t rows = 0;     ///< of its forwarding table
  std::size_t changed = 0;  ///< rows that came, went or moved since the walk before
};

}  // namespace lanwarden::agent
