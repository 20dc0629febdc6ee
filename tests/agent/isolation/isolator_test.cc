// Shutting a port and opening it again, over real SNMP against an agent on loopback.
#include "tests/agent/isolation/one_switch.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;
using lanwarden::lab::operator+;

TEST_CASE("the clock's port is shut, read back, and written down with the way to undo it") {
  Building b;
  const IsolationOutcome done = b.isolate(the_clock());
  CHECK(rules(done) == Rules{});
  REQUIRE(done.result == IsolationResult::kIsolated);
  CHECK(done.switch_name + " " + done.port == "floor3 A1");
  CHECK(b.admin_status(1) == 2);
  CHECK(b.admin_status(2) == 1);
  REQUIRE(done.verified);
  CHECK(done.verified->admin_after == OperStatus::kDown);
  CHECK(done.verified->oper_after == OperStatus::kDown);

  const Isolation entry = b.journal(done.id.value());
  CHECK(entry.state == IsolationState::kActive);
  CHECK(entry.mac == kClock);
  CHECK(entry.port == "A1");
  CHECK(entry.who == "anna");
  CHECK(entry.old_admin_status == "up");
  CHECK(entry.until == done.until);
  CHECK(entry.note == "admin down, oper down");
}

TEST_CASE("a dry run asks, judges, and changes nothing") {
  Building b;
  IsolationRequest request = the_clock();
  request.dry_run = true;
  const IsolationOutcome done = b.isolate(request);
  CHECK(done.result == IsolationResult::kWouldIsolate);
  CHECK(done.port == "A1");
  CHECK(b.sets() == 0);
  CHECK(b.journal().empty());
}

TEST_CASE("a dry run shows exactly what would be written") {
  Building b;
  IsolationRequest request = the_clock();
  request.dry_run = true;
  const IsolationOutcome done = b.isolate(request);
  REQUIRE(done.changes.size() == 1);
  CHECK(done.changes[0].oid == "1.3.6.1.2.1.2.2.1.7.1");
  CHECK(done.changes[0].syntax == 'i');
  CHECK(done.changes[0].after == "2");
  CHECK(done.changes[0].before == "1");
  CHECK(b.trail().empty());
}

TEST_CASE("the audit trail tells who, what, why, which varbinds and which answers") {
  Building b;
  const std::int64_t id = b.isolate(the_clock()).id.value();
  REQUIRE(b.restore(id).restored);
  const auto trail = b.trail();
  REQUIRE(trail.size() == 4);
  CHECK(trail[0].action == "intend");
  CHECK(trail[0].who == "anna");
  CHECK(trail[0].why == "answers every ARP probe");
  CHECK(trail[0].varbinds == "1.3.6.1.2.1.2.2.1.7.1 i 2");
  CHECK(trail[1].answer == "noError; read back: admin down, oper down");
  CHECK(trail[2].action == "restore");
  CHECK(trail[2].varbinds == "1.3.6.1.2.1.2.2.1.7.1 i 1");
  CHECK(trail[3].answer == "read back: admin up, oper up");
  for (const AuditEntry& e : trail) CHECK(e.isolation == id);
}

TEST_CASE("a refusal is in the trail, too") {
  Building b;
  b.config.switches[0].protected_ports = {"A1"};
  b.isolate(the_clock());
  REQUIRE(b.trail().size() == 1);
  CHECK(b.trail()[0].action == "refuse");
  CHECK(b.trail()[0].why.starts_with("protected-port: floor3 A1 is protected"));
  CHECK(b.trail()[0].varbinds.empty());
}

TEST_CASE("somebody else opens the port: noticed, respected, written down") {
  Building b;
  const std::int64_t id = b.isolate(the_clock()).id.value();
  CHECK(b.recover().empty());
  b.admin(1, 1);
  const std::uint64_t sets = b.sets();
  const auto found = b.recover();
  REQUIRE(found.size() == 1);
  CHECK(found[0].text == "isolation 1 (floor3 A1): somebody else has opened it: that is respected");
  CHECK(b.journal(id).state == IsolationState::kReleased);
  CHECK(b.sets() == sets);
  CHECK(b.restore(id).restored);
  CHECK(b.sets() == sets);
  CHECK(b.trail().back().action == "release");
}

TEST_CASE("a refusal sends no SET and leaves no journal entry") {
  Building b;
  b.config.switches[0].protected_ports = {"A1"};
  const IsolationOutcome done = b.isolate(the_clock());
  CHECK(done.result == IsolationResult::kRefused);
  CHECK(rules(done) == Rules{"protected-port"});
  CHECK(b.sets() == 0);
  CHECK(b.journal().empty());
}

TEST_CASE("a station that nobody ever saw has no port to shut") {
  Building b;
  IsolationRequest request = the_clock();
  request.mac = *MacAddress::parse("00:0d:4b:00:00:99");
  CHECK(rules(b.isolate(request)) == Rules{"not-an-edge"});
}

TEST_CASE("restore opens the port again and closes the entry") {
  Building b;
  const std::int64_t id = b.isolate(the_clock()).id.value();
  const RestoreOutcome done = b.restore(id);
  CHECK(done.failure == "");
  REQUIRE(done.restored);
  CHECK(b.admin_status(1) == 1);
  CHECK(b.journal(id).state == IsolationState::kRestored);
  CHECK(b.journal(id).restored_at);
  CHECK(b.journal(id).note == "opened by anna");
}
