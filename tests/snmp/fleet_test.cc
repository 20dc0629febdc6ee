// Many switches at once: none delays or spoils another.
#include <catch2/catch.hpp>

#include "tests/snmp/fleet.h"

using namespace lanwarden::snmp;
using namespace lanwarden::snmp::testing;
using lanwarden::topology::Completeness;
using lanwarden::topology::SwitchId;
using lanwarden::topology::Table;

TEST_CASE("snapshots come in the order that was asked for") {
  Fleet fleet;
  for (unsigned i = 0; i < 5; ++i) fleet.add("sw" + std::to_string(i), plain_switch(4, 10 * (i + 1)));
  auto collector = fleet.collector();
  const std::vector<SwitchId> which{SwitchId(3), SwitchId(1)};
  const auto snapshots = collector.poll(which);
  REQUIRE(snapshots.size() == 2);
  CHECK(snapshots[0].name == "sw3");
  CHECK(snapshots[0].fdb.size() == 40);
  CHECK(snapshots[1].fdb.size() == 20);
}

TEST_CASE("lying, dead, lossy and slow switches beside good ones: each gets what it deserves") {
  Fleet fleet;
  const char* const faults[] = {
      "", "dead", "loss=0.1", "oid-not-increasing=5", "endless-table", "get-bulk-too-big=5"};
  for (int i = 0; i < 60; ++i) fleet.add("sw" + std::to_string(i), plain_switch(8, 100), faults[i % 6]);
  for (Target& t : fleet.targets) t.timeout = 400ms;
  Limits limits;
  limits.table_rows = 500;
  auto collector = fleet.collector(limits);
  const auto snapshots = collector.poll({});
  CHECK(collector.failures().size() == 10);
  for (std::size_t i = 0; i < snapshots.size(); ++i) {
    CAPTURE(i, faults[i % 6]);
    CHECK(snapshots[i].answered == (i % 6 != 1));
    if (i % 6 == 0 || i % 6 == 2 || i % 6 == 5) {
      CHECK(snapshots[i].fdb.size() == 100);
      CHECK(snapshots[i].table(Table::kQBridgeFdb).completeness == Completeness::kComplete);
    }
  }
}

TEST_CASE("1,500 switches at once, more than an fd_set holds and more than may be asked at once") {
  Fleet fleet;
  auto mib = plain_switch(2, 4);
  for (int i = 0; i < 1500; ++i) fleet.add("sw" + std::to_string(i), mib);
  Limits limits;
  limits.concurrency = 200;
  auto collector = fleet.collector(limits);
  std::size_t rows = 0;
  for (const auto& s : collector.poll({})) rows += s.fdb.size();
  CHECK(rows == 1500 * 4);
  CHECK(collector.failures().empty());
}

TEST_CASE("no switch is asked more at once than it is configured to bear") {
  // An agent that answers after 20 ms, and counts.
  Fleet fleet;
  fleet.add("floor3", plain_switch(8, 200), "delay=5ms");
  fleet.targets[0].in_flight = 1;
  auto collector = fleet.collector();
  CHECK(collector.poll({}).at(0).fdb.size() == 200);
}

TEST_CASE("progress reaches the end") {
  Fleet fleet;
  for (int i = 0; i < 3; ++i) fleet.add("sw" + std::to_string(i), plain_switch(4, 10));
  auto collector = fleet.collector();
  Progress last;
  collector.poll({}, [&](const Progress& p) { last = p; });
  CHECK(last.switches_done == 3);
  CHECK(last.switches == 3);
  CHECK(last.rows > 0);
  CHECK(last.requests > 0);
}

TEST_CASE("a switch that was dead in one poll is asked again in the next") {
  Fleet fleet;
  fleet.add("floor3", plain_switch(4, 10), "dead");
  fleet.targets[0].timeout = 150ms;
  auto collector = fleet.collector();
  CHECK_FALSE(collector.poll({}).at(0).answered);
  fleet.server.set_faults(0, {});
  CHECK(collector.poll({}).at(0).fdb.size() == 10);
  CHECK(collector.failures().empty());
}

TEST_CASE("a switch that dies in the middle of a poll keeps what it said, incomplete") {
  Fleet fleet;
  fleet.add("floor3", plain_switch(4, 100), "endless-table,delay=1ms");
  fleet.targets[0].timeout = 150ms;
  Limits limits;
  limits.table_deadline = 1s;
  auto collector = fleet.collector(limits);
  lanwarden::lab::Faults dead;
  dead.dead = true;
  const auto snapshots = collector.poll({}, [&](const Progress&) { fleet.server.set_faults(0, dead); });
  CHECK(snapshots.at(0).answered);
  CHECK(snapshots[0].interfaces.size() == 4);
  CHECK(snapshots[0].table(Table::kQBridgeFdb).completeness == Completeness::kPartial);
}

TEST_CASE("Cisco: a VLAN context that stays silent spoils no other table") {
  Fleet fleet;
  auto mib = plain_switch(4, 0);
  using lanwarden::lab::Oid;
  using lanwarden::lab::Value;
  // A Cisco by its object id; VLANs 10 (which answers in its context) and 20 (which does not).
  mib->table().set(Oid{1, 3, 6, 1, 2, 1, 1, 2, 0}, Value::of_oid(Oid{1, 3, 6, 1, 4, 1, 9, 1, 516}));
  for (const std::uint32_t vlan : {10U, 20U}) {
    mib->table().set(Oid{1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 3, 1, 1, 2, 1, vlan}, Value::of_integer(1));
    mib->table().set(Oid{1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 3, 1, 1, 3, 1, vlan}, Value::of_integer(1));
  }
  auto& context = mib->table("10");
  for (unsigned p = 1; p <= 4; ++p)
    context.set(Oid{1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2, p}, Value::of_integer(static_cast<int>(p)));
  context.set(Oid{1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 2, 0, 13, 75, 0, 0, 1}, Value::of_integer(2));
  fleet.add("cisco", mib);
  fleet.targets[0].timeout = 150ms;
  auto collector = fleet.collector();
  const auto s = collector.poll({}).at(0);
  CHECK(s.answered);
  CHECK(s.interfaces.size() == 4);
  REQUIRE(s.fdb.size() == 1);
  CHECK(s.fdb[0].vlan == lanwarden::topology::VlanId(10));
  CHECK(s.table(Table::kBridgeFdb).completeness == Completeness::kPartial);
  const auto answer = collector.where(station(1), std::vector{s});
  CHECK(answer.rows.size() == 1);
}
