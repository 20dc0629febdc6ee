// Five polls of a living network, on fewer worlds than `./dev accuracy`.
#include "tests/topology/accuracy/living.h"

#include <catch2/catch.hpp>

using namespace lanwarden::topology::accuracy;

TEST_CASE("earlier polls find more stations, and name no more wrong ports") {
  for (const LivingCell& cell : living_cells()) {
    LivingTally t;
    for (std::uint64_t seed = 9000; seed < 9002; ++seed) t.add(measure_living(cell, seed));
    INFO(cell.name);
    for (const std::string& x : t.worst) UNSCOPED_INFO(x);
    CHECK(t.five.stations > 500);
    CHECK(t.moved_five.stations > 10);
    CHECK(t.gone_five.stations > 10);
    CHECK(t.five.right > t.one.right);
    CHECK(t.moved_five.right >= t.moved_one.right);
    CHECK(t.gone_five.right > t.gone_one.right);
    CHECK(t.five.wrong <= t.one.wrong);
    CHECK(t.five.wrong_sure == 0);
    // What rests on memory alone is right more often than its confidence says.
    CHECK(4 * t.five.remembered_right >= 3 * t.five.remembered);
  }
}
