// The kinds of building that accuracy is measured on.
#pragma once

#include <string>
#include <vector>

#include "tests/lab/world/world.h"

namespace lanwarden::topology::accuracy {

/// What a cell must reach; all in per cent.
struct Bars {
  double links = 100;              ///< true links shown, at least
  double false_links = 0;          ///< of the true ones, at most
  double right = 100;              ///< of the stations that can be known, at least
  double wrong = 0;                ///< wrong edges, at most
  bool wrong_may_be_sure = false;  ///< whether a wrong edge may be given with 0.9 and more
};

struct Cell {
  std::string name;
  lab::WorldOptions options;  ///< without seed
  Bars bars;
};

std::vector<Cell> cells();

}  // namespace lanwarden::topology::accuracy
