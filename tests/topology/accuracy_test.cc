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

// Few worlds: a single station or link weighs more than the bar's last digit.
TEST_CASE(
    "with rows missing or stale, every bar of the report holds, and wrong answers stay rare and unsure") {
  const auto percent = [](std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  };
  for (const Cell& cell : cells()) {
    if (cell.options.missing == 0 && cell.options.stale == 0) continue;
    if (cell.options.switches > 50) continue;
    const Tally t = run(cell, 4);
    INFO(cell.name);
    for (const std::string& x : t.worst) UNSCOPED_INFO(x);
    CHECK(t.stations > 0);
    if (cell.options.stale == 0) CHECK(t.wrong_edge == 0);
    CHECK(10 * t.sure_right >= 9 * t.sure);
    CHECK(percent(t.links_right, t.links) >= cell.bars.links - 1);
    CHECK(percent(t.links_false, t.links) <= cell.bars.false_links + 0.5);
    CHECK(percent(t.right, t.stations) >= cell.bars.right - 1);
    CHECK(t.wrong_edge <= 2 + t.stations * 4 / 1000 * static_cast<std::uint64_t>(cell.bars.wrong > 0.05));
    if (!cell.bars.wrong_may_be_sure) CHECK(t.wrong_sure == 0);
  }
}
