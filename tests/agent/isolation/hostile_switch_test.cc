// Switches that refuse, lie, answer late or twice, restart, renumber: over real SNMP.
#include "tests/agent/isolation/one_switch.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;
using lanwarden::lab::operator+;

TEST_CASE("an agent that renumbers its interfaces between the look and the SET") {
  SECTION("after the last look: the wrong port is open again, and nothing is held") {
    Building b;
    b.before_set = [&b] { b.rename(1, "A2"), b.rename(2, "A1"); };
    const IsolationOutcome done = b.isolate(the_clock());
    CHECK(done.result == IsolationResult::kFailed);
    CHECK(done.failure.find("renumbered its interfaces") != std::string::npos);
    CHECK(b.admin_status(1) == 1);
    CHECK(b.admin_status(2) == 1);
    CHECK(b.store->isolations(true).value().empty());
  }
  SECTION("and back again right after it: the port is found by its name") {
    Building b;
    b.change([](TableMib& mib) {
      mib.on_set({}, [&mib, done = false](const lanwarden::lab::Asked&, const Assignment& set) mutable {
        if (std::exchange(done, true)) return;
        // The SET hit A1, which is ifIndex 2 from now on.
        Table& t = mib.table();
        t.set(kIfAdminStatus + 1U, Value::of_integer(1));
        t.set(kIfAdminStatus + 2U, set.value);
        t.set(kIfOperStatus + 2U, set.value);
        t.set(kIfName + 1U, Value::of_octets("A2"));
        t.set(kIfName + 2U, Value::of_octets("A1"));
      });
    });
    const IsolationOutcome done = b.isolate(the_clock());
    REQUIRE(done.result == IsolationResult::kIsolated);
    CHECK(b.journal(done.id.value()).ifindex.value == 2);
    REQUIRE(b.restore(done.id.value()).restored);
    CHECK(b.admin_status(2) == 1);
  }
}

TEST_CASE("each refusal of a SET leaves nothing shut and is told by its name") {
  for (const char* status :
       {"noAccess", "wrongType", "wrongLength", "wrongEncoding", "wrongValue", "noCreation",
        "inconsistentValue", "resourceUnavailable", "commitFailed", "undoFailed", "authorizationError",
        "notWritable", "inconsistentName", "genErr", "tooBig"}) {
    CAPTURE(status);
    Building b;
    b.faults((std::string("set-refused=") + status).c_str());
    const IsolationOutcome done = b.isolate(the_clock());
    CHECK(done.result == IsolationResult::kFailed);
    CHECK(done.failure.find(status) != std::string::npos);
    CHECK(b.admin_status(1) == 1);
    CHECK(b.journal(done.id.value()).state == IsolationState::kFailed);
  }
}

TEST_CASE("a SET whose answer comes twice, or the same answer again later, is one SET") {
  for (const char* fault : {"dup=1", "duplicate-answers=20ms"}) {
    CAPTURE(fault);
    Building b;
    b.faults(fault);
    const IsolationOutcome done = b.isolate(the_clock());
    CHECK(done.result == IsolationResult::kIsolated);
    REQUIRE(b.restore(done.id.value()).restored);
    CHECK(b.admin_status(1) == 1);
  }
}

TEST_CASE("a SET that is answered too late is found to be done") {
  Building b;
  b.before_set = [&b] { b.faults("slow-column=1.3.6.1.2.1.2.2.1.7:400ms"); };
  const IsolationOutcome done = b.isolate(the_clock());
  b.faults("");
  if (done.result == IsolationResult::kIsolated) {
    CHECK(b.admin_status(1) == 2);
    CHECK(b.journal(done.id.value()).state == IsolationState::kActive);
  } else {
    // Its answers came too late to be read at all: the journal says what is not known, and is mended.
    CHECK(done.result == IsolationResult::kFailed);
    CHECK(is_open(b.journal(done.id.value()).state));
    const auto mended = b.recover();
    REQUIRE(mended.size() == 1);
    CHECK(mended[0].settled);
    CHECK((b.admin_status(1) == 2) == is_open(b.journal(done.id.value()).state));
  }
}

TEST_CASE("a switch that dies with the SET: the journal says what is not known, and is mended later") {
  Building b;
  b.before_set = [&b] { b.faults("dead"); };
  const IsolationOutcome done = b.isolate(the_clock());
  REQUIRE(done.result == IsolationResult::kFailed);
  CHECK(done.failure.find("what became of the SET is not known") != std::string::npos);
  CHECK(b.journal(done.id.value()).state == IsolationState::kIntended);
  const auto still = b.recover();
  REQUIRE(still.size() == 1);
  CHECK_FALSE(still[0].settled);
  b.faults("");
  const auto mended = b.recover();
  REQUIRE(mended.size() == 1);
  CHECK(mended[0].isolation.state == IsolationState::kFailed);
  CHECK(mended[0].text == "isolation 1 (floor3 A1): the SET was never sent, or refused: nothing is shut");
  CHECK(b.admin_status(1) == 1);
  CHECK(b.recover().empty());
}

TEST_CASE("a port named by hand that is another one now is not shut") {
  Building b;
  b.poll_now();
  b.rename(1, "B7");
  IsolationRequest request = the_clock();
  request.mac.reset();
  request.switch_name = "floor3";
  request.port = "A1";
  const IsolationOutcome done = b.isolate(request);
  CHECK(done.result == IsolationResult::kRefused);
  CHECK_THAT(rules(done), Catch::VectorContains(std::string("moved")));
  CHECK(b.sets() == 0);
}

TEST_CASE("a switch that says yes and does nothing is found out by the read-back") {
  Building b;
  b.faults("set-ignored");
  const IsolationOutcome done = b.isolate(the_clock());
  REQUIRE(done.result == IsolationResult::kFailed);
  CHECK(done.failure.find("floor3") != std::string::npos);
  CHECK(b.admin_status(1) == 1);
  const Isolation entry = b.journal(done.id.value());
  CHECK(entry.state == IsolationState::kFailed);
  CHECK(entry.note == done.failure);
}

TEST_CASE("a switch that refuses the SET is journalled as failed: nothing is shut") {
  Building b;
  b.faults("set-refused=noAccess");
  const IsolationOutcome done = b.isolate(the_clock());
  REQUIRE(done.result == IsolationResult::kFailed);
  CHECK(b.journal(done.id.value()).state == IsolationState::kFailed);
  CHECK(b.store->isolations(true).value().empty());
}

TEST_CASE("a switch that is silent at the second look is not written to") {
  Building b;
  b.poll_now();
  b.faults("dead");
  IsolationRequest request = the_clock();
  request.mac.reset();
  request.switch_name = "floor3";
  request.port = "A1";
  const IsolationOutcome done = b.isolate(request);
  CHECK(rules(done) == Rules{"no-second-look"});
  CHECK(b.journal().empty());
}

TEST_CASE("restore follows the port's name when a reboot moved its ifIndex") {
  Building b;
  const std::int64_t id = b.isolate(the_clock()).id.value();
  b.rename(1, "A2");
  b.rename(2, "A1");
  const RestoreOutcome done = b.restore(id);
  REQUIRE(done.restored);
  CHECK(b.journal(id).ifindex.value == 2);
  CHECK(b.admin_status(2) == 1);
}

TEST_CASE("a restore that the switch refuses leaves the isolation open, to be tried again") {
  Building b;
  const std::int64_t id = b.isolate(the_clock()).id.value();
  b.faults("set-refused=noAccess");
  const RestoreOutcome refused = b.restore(id);
  CHECK_FALSE(refused.restored);
  CHECK(refused.failure != "");
  CHECK(b.journal(id).state == IsolationState::kRestoring);
  CHECK(b.journal(id).attempts == 1);
  CHECK(b.journal(id).next_attempt);
  b.faults("");
  CHECK(b.restore(id).restored);
}
