#include <catch2/catch.hpp>

#include "tests/snmp/fleet.h"

using namespace lanwarden::snmp;
using namespace lanwarden::snmp::testing;
using lanwarden::topology::Completeness;
using lanwarden::topology::IfIndex;
using lanwarden::topology::Table;

TEST_CASE("a poll brings what the switch has: names, ports, stations") {
  Fleet fleet;
  fleet.add("floor3", plain_switch(24, 500));
  auto collector = fleet.collector();
  const auto snapshots = collector.poll({});
  REQUIRE(snapshots.size() == 1);
  CHECK(snapshots[0].answered);
  CHECK(snapshots[0].system_name == "plain");
  CHECK(snapshots[0].interfaces.size() == 24);
  CHECK(snapshots[0].fdb.size() == 500);
  CHECK(snapshots[0].table(Table::kQBridgeFdb).completeness == Completeness::kComplete);
  CHECK(snapshots[0].interface(IfIndex(1))->name == "A1");
  CHECK(collector.failures().empty());
}
