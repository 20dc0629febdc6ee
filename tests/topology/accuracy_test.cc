// The bars that must never be torn, on fewer worlds than `./dev accuracy`.
#include <catch2/catch.hpp>

#include "tests/topology/accuracy/cells.h"
#include "tests/topology/accuracy/measure.h"

using namespace lanwarden::topology::accuracy;

namespace {

Tally run(const Cell& cell, unsigned worlds) {
  Tally tally;
  for (unsigned i = 0; i < worlds; ++i) {
    auto options = cell.options;
    options.seed = 7000 + i;
    tally.add(measure(options));
  }
  return tally;
}

}  // namespace

TEST_CASE("with whole tables every station is found, with or without protocols") {
  for (const Cell& cell : cells()) {
    if (cell.options.missing > 0 || cell.options.stale > 0) continue;
    const Tally t = run(cell, 3);
    INFO(cell.name);
    for (const std::string& x : t.worst) UNSCOPED_INFO(x);
    CHECK(t.stations > 0);
    CHECK(t.right == t.stations);
    CHECK(t.links_right == t.links);
    CHECK(t.links_false == 0);
  }
}

TEST_CASE("with rows missing or stale, wrong answers stay rare and unsure") {
  for (const Cell& cell : cells()) {
    if (cell.options.missing == 0 && cell.options.stale == 0) continue;
    const Tally t = run(cell, 5);
    INFO(cell.name);
    for (const std::string& x : t.worst) UNSCOPED_INFO(x);
    CHECK(t.stations > 0);
    if (cell.options.stale == 0) CHECK(t.wrong_edge == 0);
    CHECK(10 * t.sure_right >= 9 * t.sure);
    CHECK(100 * (t.right + t.near) >= 90 * t.stations);
  }
}
