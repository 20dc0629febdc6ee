// The live question, and what `check` finds.
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>

#include "tests/snmp/fleet.h"

using namespace lanwarden::snmp;
using namespace lanwarden::snmp::testing;
using lanwarden::topology::IfIndex;
using lanwarden::topology::SwitchId;
using lanwarden::topology::VlanId;

TEST_CASE("where: every switch that has the station says on which port") {
  Fleet fleet;
  fleet.add("core", plain_switch(24, 100));
  fleet.add("floor3", plain_switch(8, 50));
  fleet.add("floor4", plain_switch(8, 10));
  auto collector = fleet.collector();
  const auto known = collector.poll({});
  const auto answer = collector.where(station(30), known);
  CHECK(answer.asked == 3);
  CHECK(answer.failed.empty());
  REQUIRE(answer.rows.size() == 2);
  CHECK(answer.rows[0].sw == SwitchId(0));
  CHECK(answer.rows[0].port == IfIndex(7));
  CHECK(answer.rows[0].vlan == VlanId(10));
  CHECK(answer.rows[1].sw == SwitchId(1));
  CHECK(answer.rows[1].port == IfIndex(7));
}

TEST_CASE("where: one request a switch when its databases are known") {
  Fleet fleet;
  for (int i = 0; i < 20; ++i) fleet.add("sw" + std::to_string(i), plain_switch(8, 50));
  auto collector = fleet.collector();
  const auto known = collector.poll({});
  const auto before = fleet.server.counters().received;
  collector.where(station(3), known);
  CHECK(fleet.server.counters().received - before == 20);
}

TEST_CASE("where: many stations are asked for at once, a datagram or two a switch") {
  Fleet fleet;
  fleet.add("core", plain_switch(24, 100));
  fleet.add("floor3", plain_switch(8, 50));
  auto collector = fleet.collector();
  const auto known = collector.poll({});
  const auto before = fleet.server.counters().received;
  std::vector<lanwarden::topology::MacAddress> macs;
  for (unsigned n = 0; n < 40; ++n) macs.push_back(station(30 + n));
  const auto answers = collector.where(macs, known);
  CHECK(fleet.server.counters().received - before <= 8);  // where one after the other takes 80
  REQUIRE(answers.size() == 40);
  for (unsigned n = 0; n < 40; ++n) {
    CHECK(answers[n].asked == 2);
    REQUIRE(answers[n].rows.size() == (30 + n < 50 ? 2U : 1U));
    CHECK(answers[n].rows[0].port == IfIndex(1 + (30 + n) % 24));
  }
  CHECK(collector.where(std::span<const lanwarden::topology::MacAddress>{}, known).empty());
}

TEST_CASE("where: without earlier snapshots the switches are polled first") {
  Fleet fleet;
  fleet.add("core", plain_switch(24, 100));
  auto collector = fleet.collector();
  const auto answer = collector.where(station(30), {});
  REQUIRE(answer.rows.size() == 1);
  CHECK(answer.rows[0].port == IfIndex(7));
}

TEST_CASE("where: a station that moved since the poll is found where it is now") {
  Fleet fleet;
  auto mib = plain_switch(8, 50);
  fleet.add("floor3", mib);
  auto collector = fleet.collector();
  const auto known = collector.poll({});
  fleet.server.locked([&] {
    mib->table().set(lanwarden::lab::Oid{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 2, 10, 0, 0x0d, 0x4b, 0, 0, 3},
                     lanwarden::lab::Value::of_integer(8));
  });
  const auto answer = collector.where(station(3), known);
  REQUIRE(answer.rows.size() == 1);
  CHECK(answer.rows[0].port == IfIndex(8));
}

TEST_CASE("where: a v1 switch, which refuses a whole PDU for one missing instance") {
  Fleet fleet;
  fleet.add("old", plain_switch(8, 50), "no-get-bulk=v1");
  fleet.targets[0].read.version = Version::kV1;
  auto collector = fleet.collector();
  const auto known = collector.poll({});
  CHECK(collector.where(station(3), known).rows.size() == 1);
  const auto missing = collector.where(station(70), known);
  CHECK(missing.rows.empty());
  CHECK(missing.failed.empty());
}

TEST_CASE("where: a dead switch is among the failed, the others answer") {
  Fleet fleet;
  fleet.add("core", plain_switch(24, 100));
  fleet.add("dead", plain_switch(24, 100));
  fleet.targets[1].timeout = 50ms;
  auto collector = fleet.collector();
  const auto known = collector.poll({});
  lanwarden::lab::Faults dead;
  dead.dead = true;
  fleet.server.set_faults(1, dead);
  const auto answer = collector.where(station(30), known);
  CHECK(answer.rows.size() == 1);
  REQUIRE(answer.failed.size() == 1);
  CHECK(answer.failed[0].first == SwitchId(1));
  CHECK(answer.failed[0].second.cause == Cause::kTimeout);
}

TEST_CASE("where: a router is not asked") {
  Fleet fleet;
  fleet.add("gw", plain_switch(2, 2));
  fleet.targets[0].addresses_only = true;
  auto collector = fleet.collector();
  CHECK(collector.where(station(0), {}).asked == 0);
}

TEST_CASE("where: only those switches are asked that are named") {
  Fleet fleet;
  fleet.add("core", plain_switch(24, 100));
  fleet.add("floor3", plain_switch(8, 50));
  auto collector = fleet.collector();
  const auto known = collector.poll({});
  const auto before = fleet.server.counters(0).received;
  const std::array<SwitchId, 1> floor3{SwitchId(1)};
  const auto mac = station(30);
  const auto answer = collector.where(std::span(&mac, 1), known, floor3).front();
  CHECK(answer.asked == 1);
  REQUIRE(answer.rows.size() == 1);
  CHECK(answer.rows[0].sw == SwitchId(1));
  CHECK(fleet.server.counters(0).received == before);
}

TEST_CASE("check: says what a switch has, how far it is, and whether it could be written to") {
  Fleet fleet;
  fleet.add("floor3", plain_switch(4, 40));
  fleet.add("floor4", plain_switch(4, 40));
  fleet.add("floor5", plain_switch(4, 40), "dead");
  fleet.targets[1].write = v2c("guess");
  for (Target& t : fleet.targets) t.timeout = 150ms;
  auto collector = fleet.collector();
  const auto results = collector.check({});
  REQUIRE(results.size() == 3);
  CHECK(results[0].snapshot.fdb.size() == 40);
  CHECK_FALSE(results[0].failure);
  CHECK(results[0].write_credential_answers == true);
  CHECK(results[1].write_credential_answers == false);
  CHECK_FALSE(results[1].failure);
  REQUIRE(results[2].failure);
  CHECK(results[2].failure->cause == Cause::kTimeout);
  CHECK(fleet.server.counters().sets == 0);
}

namespace {

lanwarden::lab::Faults dead() {
  lanwarden::lab::Faults f;
  f.dead = true;
  return f;
}

}  // namespace

TEST_CASE("a switch known to be silent costs a hunt one short question, and is believed when it is back") {
  Fleet fleet;
  fleet.add("alive", plain_switch(4, 10));
  fleet.add("gone", plain_switch(4, 10));
  for (auto& t : fleet.targets) t.timeout = 400ms, t.retries = 2;
  auto collector = fleet.collector();
  const auto known = collector.poll({});
  fleet.server.set_faults(1, dead());
  const auto asked = [&](auto what) {
    const auto before = fleet.server.counters(1).received;
    what();
    return fleet.server.counters(1).received - before;
  };
  // As patiently as ever: it may only have lost a packet.
  CHECK(asked([&] { CHECK(collector.where(station(1), known).failed.size() == 1); }) >= 3);
  CHECK(asked([&] { CHECK(collector.where(station(1), known).failed.size() == 1); }) == 1);
  fleet.server.set_faults(1, {});
  CHECK(collector.where(station(1), known).failed.empty());
  CHECK(collector.where(station(1), known).rows.size() == 2);
}

TEST_CASE("what another collector found silent is asked once, too") {
  Fleet fleet;
  fleet.add("gone", plain_switch(4, 10));
  fleet.targets[0].timeout = 400ms;
  auto walker = fleet.collector();
  const auto known = walker.poll({});
  fleet.server.set_faults(0, dead());
  Collector hunter(fleet.targets);
  hunter.suppose_silent(SwitchId{0}, true);
  const auto before = fleet.server.counters(0).received;
  CHECK(hunter.where(station(1), known).failed.size() == 1);
  CHECK(fleet.server.counters(0).received - before == 1);
}

TEST_CASE("while switches are walked, what cannot wait is served, and the walk goes on") {
  Fleet fleet;
  fleet.add("slow", plain_switch(4, 50), "delay=60ms");
  fleet.add("quick", plain_switch(4, 10));
  auto walker = fleet.collector();
  Collector hunter(fleet.targets);
  const int bell = eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);
  int served = 0;
  walker.meanwhile(bell, [&] {
    std::uint64_t count = 0;
    CHECK(read(bell, &count, sizeof count) == sizeof count);
    ++served;
    CHECK(hunter.where(station(1), std::vector<SwitchSnapshot>(2)).failed.empty());
  });
  const auto snapshots = walker.poll({});
  CHECK(served == 1);
  CHECK(snapshots.at(0).fdb.size() == 50);
  CHECK(snapshots.at(1).fdb.size() == 10);
  close(bell);
}

TEST_CASE("a walk that is given up ends at once, and so does all that is asked afterwards") {
  Fleet fleet;
  for (int i = 0; i < 3; ++i) fleet.add("dead" + std::to_string(i), plain_switch(4, 10), "dead");
  for (auto& t : fleet.targets) t.timeout = 60s;
  auto collector = fleet.collector();
  const int bell = eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);
  collector.meanwhile(bell, [&] {
    std::uint64_t count = 0;
    CHECK(read(bell, &count, sizeof count) == sizeof count);
    collector.abandon();
  });
  for (const auto& s : collector.poll({})) CHECK_FALSE(s.answered);  // else for minutes
  CHECK(collector.abandoned());
  CHECK(collector.where(station(1), std::vector<SwitchSnapshot>(3)).failed.size() == 3);
  close(bell);
}
