// The ways to take a station off, and what is asked for besides: over real SNMP.
#include "tests/agent/isolation/one_switch.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;
using lanwarden::lab::operator+;

TEST_CASE("--force lifts one named rule, by hand, with a reason") {
  Building b;
  b.config.switches[0].protected_ports = {"A1"};
  IsolationRequest request = the_clock();
  request.force = {"protected-port"};
  CHECK(b.isolate(request).result == IsolationResult::kRefused);  // nobody's hand
  request.by_hand = true;
  request.reason.clear();
  CHECK(b.isolate(request).result == IsolationResult::kRefused);  // no reason
  request.reason = "the head of IT said so";
  request.force = {"protected-mac"};
  CHECK(b.isolate(request).result == IsolationResult::kRefused);  // another rule
  request.force = {"protected-port"};
  const IsolationOutcome done = b.isolate(request);
  REQUIRE(done.result == IsolationResult::kIsolated);
  REQUIRE(done.forced.size() == 1);
  CHECK(b.journal(done.id.value()).forced == std::vector<std::string>{"protected-port"});
  bool told = false;
  for (const AuditEntry& e : b.trail())
    told = told || (e.action == "force" && e.why.find("the head of IT said so") != std::string::npos);
  CHECK(told);
}

TEST_CASE("the mark in ifAlias is written on request, and the old text comes back") {
  Building b;
  const Oid alias = Oid{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 18} + 1U;
  b.change([&](TableMib& mib) {
    mib.table().set(alias, Value::of_octets("desk 7"));
    mib.allow_set(alias);
    mib.on_set({}, {});
  });
  IsolationRequest request = the_clock();
  request.mark = true;
  const IsolationOutcome done = b.isolate(request);
  REQUIRE(done.result == IsolationResult::kIsolated);
  CHECK(b.text(alias) == "lanwarden: 00:0d:4b:ce:20:cd");
  REQUIRE(b.restore(done.id.value()).restored);
  CHECK(b.text(alias) == "desk 7");
}

TEST_CASE("quarantine over SNMP: into VLAN 66 and out of its own, and exactly back") {
  Building building;
  const Oid pvid = kQBridge + Oid{5, 1, 1}, egress = kQBridge + Oid{3, 1, 2},
            untagged = kQBridge + Oid{3, 1, 4};
  building.change([&](TableMib& mib) {
    mib.table().set(pvid + 1U, Value::of_gauge32(10));
    mib.table().set(pvid + 2U, Value::of_gauge32(10));
    for (const std::uint32_t vlan : {10U, 66U}) {
      mib.table().set(kQBridge + Oid{3, 1, 1, vlan}, Value::of_octets("vlan" + std::to_string(vlan)));
      mib.table().set(egress + vlan, Value::of_octets(vlan == 10 ? "\xc0" : "\x01"));
      mib.table().set(untagged + vlan, Value::of_octets(vlan == 10 ? "\xc0" : "\x01"));
      mib.table().set(kQBridge + Oid{3, 1, 5, vlan}, Value::of_integer(1));
    }
    mib.allow_set(kQBridge);
  });
  building.config.isolation.quarantine_vlan = 66;
  IsolationRequest request = the_clock();
  request.way = IsolationWay::kQuarantine;
  const IsolationOutcome outcome = building.isolate(request);
  for (const Refusal& r : outcome.refusals) UNSCOPED_INFO(r.to_string());
  REQUIRE(outcome.result == IsolationResult::kIsolated);
  CHECK(building.admin_status(1) == 1);  // the link stays
  CHECK(building.text(egress + 66U) == "\x81");
  CHECK(building.text(untagged + 66U) == "\x81");
  CHECK(building.text(egress + 10U) == "\x40");
  CHECK(building.text(untagged + 10U) == "\x40");
  building.change([&](TableMib& mib) { CHECK(mib.table().find(pvid + 1U)->number == 66); });

  CHECK(building.restore(*outcome.id).restored);
  CHECK(building.text(egress + 66U) == "\x01");
  CHECK(building.text(egress + 10U) == "\xc0");
  CHECK(building.text(untagged + 10U) == "\xc0");
  building.change([&](TableMib& mib) { CHECK(mib.table().find(pvid + 1U)->number == 10); });
}

TEST_CASE("power-cycle over SNMP: off, and on again after a while") {
  Building building;
  std::vector<std::int64_t> written;
  const Oid enable{1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 3, 1}, delivers{1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 6, 1};
  building.change([&](TableMib& mib) {
    for (const std::uint32_t port : {1U, 2U}) {
      mib.table().set(enable + port, Value::of_integer(1));
      mib.table().set(delivers + port, Value::of_integer(3));
    }
    mib.allow_set(enable);
    mib.on_set({}, [&](const lanwarden::lab::Asked&, const Assignment& set) {
      written.push_back(set.value.integer);
    });
  });
  building.config.isolation.power_off = std::chrono::seconds{0};
  IsolationRequest request = the_clock();
  request.way = IsolationWay::kPowerCycle;
  const IsolationOutcome outcome = building.isolate(request);
  for (const Refusal& r : outcome.refusals) UNSCOPED_INFO(r.to_string());
  REQUIRE(outcome.result == IsolationResult::kIsolated);
  CHECK(written == std::vector<std::int64_t>{2, 1});
  CHECK(building.admin_status(1) == 1);
  building.change([&](TableMib& mib) { CHECK(mib.table().find(enable + 1U)->integer == 1); });
}

TEST_CASE("a switch that takes no mark has its port shut all the same, and says so") {
  Building b;
  b.change([](TableMib& mib) {
    mib.table().set(Oid{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 18} + 1U, Value::of_octets("desk 7"));
  });
  IsolationRequest request = the_clock();
  request.mark = true;
  const IsolationOutcome done = b.isolate(request);
  CHECK(done.result == IsolationResult::kIsolated);
  CHECK(b.admin_status(1) == 2);
  REQUIRE_FALSE(done.doubts.empty());
  CHECK(done.doubts[0].starts_with("the port could not be marked: "));
}

TEST_CASE("a station that stays in the table is a doubt, and with --rollback the port opens again") {
  Building b;  // this agent forgets nothing by itself
  IsolationRequest request = the_clock();
  const IsolationOutcome stays = b.isolate(request);
  CHECK(stays.result == IsolationResult::kIsolated);
  CHECK(stays.gone == false);
  REQUIRE(b.restore(stays.id.value()).restored);
  request.rollback = true;
  const IsolationOutcome back = b.isolate(request);
  CHECK(back.result == IsolationResult::kFailed);
  CHECK(back.over);
  CHECK(b.admin_status(1) == 1);
  CHECK(b.journal(back.id.value()).state == IsolationState::kRestored);
}
