// The bars that must never be torn, on fewer worlds than `./dev accuracy`.
#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <tuple>
#include <vector>

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

double percent(std::uint64_t part, std::uint64_t whole, double none) {
  return whole == 0 ? none : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

/// How many of so many a bar allows, and one more: few worlds cannot show its last digit.
std::uint64_t allowed(double bar, std::uint64_t of) {
  return bar == 0 ? 0 : 1 + static_cast<std::uint64_t>(bar * static_cast<double>(of) / 100);
}

}  // namespace

TEST_CASE("with whole tables every station is found, with or without protocols") {
  for (const Cell& cell : cells()) {
    if (cell.options.missing > 0 || cell.options.stale > 0 || cell.options.switches > 100) continue;
    const Tally t = run(cell, 2);
    INFO(cell.name);
    for (const std::string& x : t.worst) UNSCOPED_INFO(x);
    CHECK(t.stations > 0);
    CHECK(t.right == t.stations);
    CHECK(t.links_right == t.links);
    CHECK(t.links_false == 0);
    CHECK(t.speaker_links_right == t.speaker_links);
  }
}

TEST_CASE("with rows missing or stale, each bar of the report holds over its networks") {
  const auto less = [](const Bars& a, const Bars& b) {
    return std::tie(a.links, a.false_links, a.right, a.wrong) <
           std::tie(b.links, b.false_links, b.right, b.wrong);
  };
  struct Row {
    std::string names;
    Tally tally;
  };
  std::map<Bars, Row, decltype(less)> rows(less);
  for (const Cell& cell : cells()) {
    if (cell.options.missing == 0 && cell.options.stale == 0) continue;
    if (cell.options.switches > 50) continue;
    const bool thin = cell.options.hosts < 5 * cell.options.switches;
    const Tally t = run(cell, thin ? 12 : 3);
    INFO(cell.name);
    for (const std::string& x : t.worst) UNSCOPED_INFO(x);
    CHECK(t.stations > 0);
    CHECK(10 * t.sure_right >= 9 * t.sure);
    CHECK(percent(t.speaker_links_right, t.speaker_links, 100) >= 99.9);
    if (!cell.bars.wrong_may_be_sure) CHECK(t.wrong_sure == 0);
    Row& row = rows[cell.bars];
    row.names += cell.name + "; ";
    row.tally.add(t);
  }
  for (const auto& [bars, row] : rows) {
    const Tally& t = row.tally;
    INFO(row.names);
    for (const std::string& x : t.worst) UNSCOPED_INFO(x);
    CHECK(percent(t.links_right, t.links, 100) >= bars.links);
    CHECK(t.links_false <= allowed(bars.false_links, t.links));
    CHECK(percent(t.right, t.stations, 100) >= bars.right);
    CHECK(t.wrong_edge <= allowed(bars.wrong, t.stations));
  }
}

TEST_CASE("networks that once showed a false link show none") {
  // Legs of few stations with two old rows among them; a switch that one tree of VLANs alone can place.
  const std::map<std::string, std::vector<std::uint64_t>> known{
      {"4 MLAG pairs, tables only, 20 % missing, 2 % stale", {20000027, 20000175, 20000205, 20000257}},
      {"VLANs in 2 trees, 6 rings, tables only, 20 % missing, 2 % stale", {20000018}}};
  std::size_t seen = 0;
  for (const Cell& cell : cells()) {
    const auto found = known.find(cell.name);
    if (found == known.end()) continue;
    for (const std::uint64_t seed : found->second) {
      auto options = cell.options;
      options.seed = seed;
      const Tally t = measure(options);
      INFO(cell.name << ", seed " << seed);
      for (const std::string& x : t.worst) UNSCOPED_INFO(x);
      CHECK(t.links > 0);
      CHECK(t.links_false == 0);
      ++seen;
    }
  }
  CHECK(seen == 5);
}
