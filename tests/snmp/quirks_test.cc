// The lines of QUIRKS.md that concern the transport, each against an agent that really behaves so.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/snmp/fleet.h"

using namespace lanwarden::snmp;
using namespace lanwarden::snmp::testing;
using lanwarden::topology::Completeness;
using lanwarden::topology::IfIndex;
using lanwarden::topology::OperStatus;
using lanwarden::topology::SwitchId;
using lanwarden::topology::SwitchSnapshot;
using lanwarden::topology::Table;

namespace {

struct Polled {
  SwitchSnapshot snapshot;
  lanwarden::lab::Counters counters;
  std::vector<std::pair<SwitchId, Failure>> failures;
};

/// One switch with these faults, polled once.
Polled poll(const std::string& faults, unsigned stations = 400, Limits limits = {}) {
  Fleet fleet;
  fleet.add("floor3", plain_switch(24, stations), faults);
  auto collector = fleet.collector(limits);
  auto snapshots = collector.poll({});
  return {std::move(snapshots.at(0)),
          fleet.server.counters(),
          {collector.failures().begin(), collector.failures().end()}};
}

bool fdb_complete(const SwitchSnapshot& s, std::size_t rows) {
  return s.table(Table::kQBridgeFdb).completeness == Completeness::kComplete && s.fdb.size() == rows;
}

}  // namespace

TEST_CASE("oid-not-increasing: that column ends incomplete, the other tables go on") {
  const auto p = poll("oid-not-increasing=50");
  CHECK(p.snapshot.answered);
  CHECK(p.snapshot.table(Table::kQBridgeFdb).completeness == Completeness::kPartial);
  CHECK(p.snapshot.table(Table::kQBridgeFdb).cause == "OID not increasing");
  // Only the port column is cut short; the status column still names every station.
  CHECK(std::ranges::count_if(p.snapshot.fdb, [](const auto& row) { return row.port != IfIndex(0); }) == 50);
  CHECK(p.snapshot.interfaces.size() == 24);
  CHECK(p.snapshot.table(Table::kInterfaces).completeness == Completeness::kComplete);
}

TEST_CASE("endless-table: ends at the row cap, incomplete") {
  Limits limits;
  limits.table_rows = 2000;
  const auto p = poll("endless-table", 100, limits);
  CHECK(p.snapshot.answered);
  CHECK(p.snapshot.table(Table::kQBridgeFdb).completeness == Completeness::kPartial);
  CHECK(p.snapshot.table(Table::kQBridgeFdb).cause == "more than 2000 rows");
  CHECK(p.snapshot.interfaces.size() == 24);
}

TEST_CASE("endless-table: ends at the deadline, incomplete") {
  Limits limits;
  limits.table_deadline = 1s;
  const auto p = poll("endless-table,delay=5ms", 100, limits);
  CHECK(p.snapshot.answered);
  CHECK(p.snapshot.table(Table::kQBridgeFdb).completeness == Completeness::kPartial);
  CHECK(p.snapshot.table(Table::kQBridgeFdb).cause == "not finished in 1 s");
}

TEST_CASE("get-bulk-too-big: tooBig, and smaller questions bring the whole table") {
  const auto p = poll("get-bulk-too-big=5,toobig=error");
  CHECK(fdb_complete(p.snapshot, 400));
  CHECK(p.snapshot.problems.empty());
}

TEST_CASE("get-bulk-too-big: silence above five repetitions, and smaller questions bring the whole table") {
  const auto p = poll("get-bulk-too-big=5,toobig=silence", 120);
  CHECK(fdb_complete(p.snapshot, 120));
}

TEST_CASE("get-bulk-too-big: PDUs cut off in the middle, and smaller questions bring the whole table") {
  const auto p = poll("get-bulk-too-big=5,toobig=truncated", 120);
  CHECK(fdb_complete(p.snapshot, 120));
}

TEST_CASE("get-bulk-too-big: an agent that sends fewer repetitions than asked is asked for no more") {
  const auto p = poll("get-bulk-too-big=5,toobig=short");
  CHECK(fdb_complete(p.snapshot, 400));
}

TEST_CASE("get-bulk-too-big: small messages only") {
  const auto p = poll("max-size=484");
  CHECK(fdb_complete(p.snapshot, 400));
}

TEST_CASE("get-bulk-too-big: what was learned is remembered for this switch") {
  Fleet fleet;
  fleet.add("stack", plain_switch(24, 400), "get-bulk-too-big=5,toobig=error");
  auto collector = fleet.collector();
  collector.poll({});
  const auto first = fleet.server.counters().too_big;
  collector.poll({});
  const auto second = fleet.server.counters().too_big - first;
  CHECK(first > 0);
  CHECK(second < first);
}

TEST_CASE("no-get-bulk: genErr on GETBULK, then GETNEXT, remembered") {
  Fleet fleet;
  fleet.add("old", plain_switch(8, 60), "no-get-bulk=generr");
  auto collector = fleet.collector();
  CHECK(fdb_complete(collector.poll({}).at(0), 60));
  const auto first = fleet.server.counters().received;
  CHECK(fdb_complete(collector.poll({}).at(0), 60));
  CHECK(fleet.server.counters().received - first <= first);
}

TEST_CASE("no-get-bulk: a v1-only agent is asked in v1") {
  Fleet fleet;
  fleet.add("older", plain_switch(8, 60), "no-get-bulk=v1");
  fleet.targets[0].read.version = Version::kV1;
  auto collector = fleet.collector();
  const auto snapshots = collector.poll({});
  CHECK(fdb_complete(snapshots.at(0), 60));
  CHECK(snapshots[0].interfaces.size() == 8);
}

TEST_CASE("slow-agent: timeouts learn, every table is complete") {
  // Each PDU takes longer than the configured timeout.
  Fleet fleet;
  fleet.add("slow", plain_switch(4, 20), "slow-agent=100ms..150ms");
  fleet.targets[0].timeout = 80ms;
  fleet.targets[0].in_flight = 1;
  auto collector = fleet.collector();
  const auto snapshots = collector.poll({});
  CHECK(fdb_complete(snapshots.at(0), 20));
  CHECK(snapshots[0].problems.empty());
}

TEST_CASE("slow-agent: one slow column, the others do not wait for it") {
  Limits limits;
  limits.table_deadline = 1s;
  const auto p = poll("slow-column=1.3.6.1.2.1.17.7.1.2.2.1.2:30s", 60, limits);
  CHECK(p.snapshot.answered);
  CHECK(p.snapshot.table(Table::kInterfaces).completeness == Completeness::kComplete);
  CHECK(p.snapshot.table(Table::kQBridgeFdb).completeness == Completeness::kPartial);
}

TEST_CASE("partial-then-complete: the next poll brings the rest") {
  Fleet fleet;
  fleet.add("busy", plain_switch(24, 400), "partial-then-complete=0.3:500ms");
  auto collector = fleet.collector();
  const auto first = collector.poll({});
  CHECK(first.at(0).fdb.size() < 400);
  fleet.server.set_faults(0, {});
  CHECK(fdb_complete(collector.poll({}).at(0), 400));
}

TEST_CASE("duplicate-answers: late and doubled responses change nothing") {
  const auto p = poll("dup=1,duplicate-answers=5ms");
  CHECK(fdb_complete(p.snapshot, 400));
  CHECK(p.snapshot.interfaces.size() == 24);
  CHECK(p.snapshot.problems.empty());
}

TEST_CASE("other-source-address: not accepted unless configured") {
  Fleet fleet;
  fleet.add("routed", plain_switch(8, 20), "other-source-address=127.9.9.9");
  fleet.targets[0].timeout = 30ms;
  auto collector = fleet.collector();
  CHECK_FALSE(collector.poll({}).at(0).answered);
  REQUIRE(collector.failures().size() == 1);
  CHECK(collector.failures()[0].second.cause == Cause::kTimeout);
}

TEST_CASE("other-source-address: accepted when configured") {
  Fleet fleet;
  fleet.add("routed", plain_switch(8, 20), "other-source-address=127.9.9.9");
  fleet.targets[0].any_source = true;
  auto collector = fleet.collector();
  CHECK(fdb_complete(collector.poll({}).at(0), 20));
}

TEST_CASE("loss: every table is complete with one answer in ten lost") {
  const auto p = poll("loss=0.1", 1000);
  CHECK(fdb_complete(p.snapshot, 1000));
  CHECK(p.snapshot.problems.empty());
}

TEST_CASE("a policer that drops what is over its rate delays the poll, and spoils nothing") {
  const auto p = poll("rate=100", 300);
  CHECK(fdb_complete(p.snapshot, 300));
}

TEST_CASE("set-refused: each refusal is named, and the port stays as it was") {
  struct Refusal {
    std::string name;
    Cause cause;
  };
  const auto refusal = GENERATE(
      Refusal{"noAccess", Cause::kAuthorization}, Refusal{"notWritable", Cause::kRefused},
      Refusal{"authorizationError", Cause::kAuthorization}, Refusal{"inconsistentValue", Cause::kRefused},
      Refusal{"genErr", Cause::kRefused}, Refusal{"commitFailed", Cause::kRefused});
  CAPTURE(refusal.name);
  Fleet fleet;
  fleet.add("floor3", plain_switch(4, 4), "set-refused=" + refusal.name);
  auto collector = fleet.collector();
  const Varbind down{objects::if_admin_status(IfIndex(1)), "2"};
  const auto result = collector.set(SwitchId(0), std::span(&down, 1));
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().cause == refusal.cause);
  CHECK(result.error().detail.find(refusal.name) != std::string::npos);
  CHECK(collector.read(SwitchId(0), std::span(&down.variable, 1)).value()[0] == "1");
}
