// The kinds of building that accuracy is measured on.
#pragma once

#include <string>
#include <vector>

#include "tests/lab/world/world.h"

namespace lanwarden::topology::accuracy {

struct Cell {
  std::string name;
  lab::WorldOptions options;  ///< without seed
};

std::vector<Cell> cells();

}  // namespace lanwarden::topology::accuracy
