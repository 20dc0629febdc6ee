// What becomes of an incident: one culprit, many findings; asked, refused, tried again, and taken up after a
// restart. What follows an isolation is in incident_return_test.cc.
#include <catch2/catch.hpp>

#include "tests/agent/engine_story.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::story;
using namespace std::chrono_literals;

TEST_CASE("another kind of trouble of the same culprit joins its incident") {
  Engine engine(daemon());
  const auto [first, opening] = engine.on_finding(conflict(), at(0));
  CHECK(all<OpenCommand>(opening)[0].incident.severity == "warning");
  const auto [second, commands] = engine.on_finding(clock_finding(), at(3));
  CHECK(second == first);
  CHECK(all<OpenCommand>(commands).empty());
  CHECK(all<LocateCommand>(commands).empty());  // it is being located already
  CHECK(timeline(commands) == Lines{"open: also arp-bogus-responder: answers every address probe"});
  const auto worse = all<WorsenCommand>(commands);
  REQUIRE(worse.size() == 1);
  CHECK(worse[0].kind == "arp-bogus-responder");
  CHECK(worse[0].severity == "critical");
}

TEST_CASE("a thousand frames of one trouble are one step") {
  Engine engine(daemon());
  engine.on_finding(clock_finding(), at(0));
  for (int i = 1; i < 1000; ++i) CHECK(engine.on_finding(clock_finding(), at(i)).second.empty());
  CHECK(engine.cases() == 1);
}

TEST_CASE("a fact opens no incident for the daemon, but joins the one its station has") {
  Engine engine(daemon());
  Finding fact = clock_finding();
  fact.kind = "new-station";
  fact.severity = Severity::kInfo;
  CHECK(engine.on_finding(fact, at(0)).first == 0);
  CHECK(engine.cases() == 0);
  const CaseId id = engine.on_finding(clock_finding(), at(1)).first;
  CHECK(engine.on_finding(fact, at(2)).first == id);
}

TEST_CASE("made-up addresses cannot fill the store with incidents") {
  Engine engine(daemon());
  Finding f = clock_finding();
  for (unsigned n = 0; n < Engine::kMostCases + 500; ++n) {
    f.mac = host(n);
    engine.on_finding(f, at(n));
  }
  CHECK(engine.cases() == Engine::kMostCases);
}

TEST_CASE("mode off: located, and nothing more") {
  EnginePolicy policy = daemon();
  policy.mode = IsolationMode::kOff;
  Engine engine(policy);
  const CaseId id = engine.on_finding(clock_finding(), at(0)).first;
  const Commands commands = engine.on_located(id, on_its_port(), kPlace, at(1));
  CHECK(timeline(commands).size() == 1);
  CHECK(all<IsolateCommand>(commands).empty());
}

TEST_CASE("mode ask: judged by the guard rails first, then queued for a person") {
  EnginePolicy policy = daemon();
  policy.mode = IsolationMode::kAsk;
  Engine engine(policy);
  const CaseId id = engine.on_finding(clock_finding(), at(0)).first;
  const auto judged = all<IsolateCommand>(engine.on_located(id, on_its_port(), kPlace, at(1)));
  REQUIRE(judged.size() == 1);
  CHECK(judged[0].request.dry_run);
  CHECK(
      timeline(engine.on_isolated(id, outcome(IsolationResult::kWouldIsolate), at(2), at(2))) ==
      Lines{
          "asked: every guard rail agrees to shut floor3 A1 for 4h; a person is asked: the mode is \"ask\""});
  CHECK_FALSE(engine.waiting());

  SECTION("a person approves in another process: what follows is watched here") {
    const Isolation shut = journal(7, IsolationState::kActive, 4000);
    engine.on_stored(id, stored(IncidentState::kIsolated), std::span(&shut, 1), at(30), at(30));
    CHECK(engine.watching());
    const auto verified = all<VerifiedCommand>(engine.on_tick(at(41), at(41)));
    REQUIRE(verified.size() == 1);
    CHECK(verified[0].ended);
  }
  SECTION("nobody does, and the trouble ends by itself") {
    CHECK(engine.on_tick(at(3600), at(3600)).empty());
    CHECK(timeline(engine.on_tick(at(90'000), at(90'000))) == Lines{"closed: closed: quiet for 1d"});
    CHECK(engine.cases() == 0);
  }
}

TEST_CASE("mode auto acts on the kinds it was allowed, and asks about others") {
  Engine engine(daemon());
  const CaseId id = engine.on_finding(conflict(), at(0)).first;
  const auto asked = all<IsolateCommand>(engine.on_located(id, on_its_port(), kPlace, at(1)));
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].request.dry_run);
  const auto lines = timeline(engine.on_isolated(id, outcome(IsolationResult::kWouldIsolate), at(2), at(2)));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("isolation.auto_kinds does not name this kind") != std::string::npos);
}

TEST_CASE("each kind may need a surer location than the others") {
  EnginePolicy policy = daemon();
  policy.min_confidence = 0.9;
  policy.kind_confidence["arp-bogus-responder"] = 0.99;
  CHECK(decide(policy, {"arp-bogus-responder"}, 0.98, false).action == Action::kAsk);
  CHECK(decide(policy, {"arp-bogus-responder"}, 0.99, false).action == Action::kAct);
  policy.kind_confidence["arp-bogus-responder"] = 0.5;
  CHECK(decide(policy, {"arp-bogus-responder"}, 0.6, false).action == Action::kAct);
  CHECK(decide(policy, {"ip-conflict"}, 1.0, false).action == Action::kAsk);
  CHECK(decide(policy, {"ip-conflict", "arp-bogus-responder"}, 0.6, false).action == Action::kAct);
}

TEST_CASE("not placed, not taken off: tried again ever more rarely, as long as the trouble goes on") {
  Engine engine(daemon());
  const CaseId id = engine.on_finding(clock_finding(), at(0)).first;
  Located silent;
  silent.asked = {40, 0, {}, true};
  CHECK(timeline(engine.on_located(id, silent, {}, at(1))).size() == 1);
  engine.on_frame(claim(5));
  CHECK(engine.on_tick(at(20), at(20)).empty());
  CHECK(all<LocateCommand>(engine.on_tick(at(32), at(32))).size() == 1);
  CHECK(timeline(engine.on_located(id, silent, {}, at(33))).empty());  // the same again: not written again
  engine.on_frame(claim(34));
  CHECK(engine.on_tick(at(80), at(80)).empty());  // twice as long now
  CHECK(all<LocateCommand>(engine.on_tick(at(94), at(94))).size() == 1);
  engine.on_located(id, silent, {}, at(95));
  CHECK(all<LocateCommand>(engine.on_tick(at(1000), at(1000))).empty());  // not heard since: let it be
}

TEST_CASE("refused for now, allowed later") {
  Engine engine(daemon());
  const CaseId id = engine.on_finding(clock_finding(), at(0)).first;
  engine.on_located(id, on_its_port(), kPlace, at(1));
  IsolationOutcome refused = outcome(IsolationResult::kRefused);
  refused.refusals = {{"too-many-isolations", "3 in the last hour, 3 allowed", "isolation.per_hour"}};
  engine.on_isolated(id, refused, at(2), at(2));
  engine.on_frame(claim(20));
  CHECK(all<LocateCommand>(engine.on_tick(at(33), at(33))).size() == 1);
  CHECK(all<IsolateCommand>(engine.on_located(id, on_its_port(), kPlace, at(34))).size() == 1);
  CHECK(timeline(engine.on_isolated(id, isolated(), at(35), at(35))).back() ==
        "isolated: floor3 A1 is shut: isolation 7");
}

TEST_CASE("a store that cannot be written is told in the timeline, and the act is tried again") {
  Engine engine(daemon());
  const CaseId id = engine.on_finding(clock_finding(), at(0)).first;
  engine.on_located(id, on_its_port(), kPlace, at(1));
  CHECK(timeline(engine.on_failed(id, "the disk is full", at(2))) ==
        Lines{"located: not done: the disk is full"});
  CHECK(engine.on_failed(id, "the disk is full", at(3)).empty());
  CHECK_FALSE(engine.waiting());
  engine.on_frame(claim(20));
  CHECK(all<LocateCommand>(engine.on_tick(at(100), at(100))).size() == 1);
}

TEST_CASE("what a killed process left half-done is told, and goes on from there") {
  Engine engine(daemon());
  const Isolation intended = journal(7, IsolationState::kIntended, 14'410);
  const CaseId id =
      engine.on_stored(0, stored(IncidentState::kLocated), std::span(&intended, 1), at(100), at(100)).first;
  Recovered recovered;
  recovered.before = IsolationState::kIntended;
  recovered.isolation = intended;
  SECTION("the port is shut") {
    recovered.isolation.state = IsolationState::kActive;
    recovered.text = "isolation 7 (floor3 A1): it is shut";
    CHECK(timeline(engine.on_recovered(id, recovered, at(101), at(101))) ==
          Lines{"isolated: isolation 7 (floor3 A1): it is shut"});
    CHECK(engine.watching());
  }
  SECTION("the SET was never sent: it is tried anew") {
    recovered.isolation.state = IsolationState::kFailed;
    recovered.text = "isolation 7 (floor3 A1): the SET was never sent; nothing is shut";
    CHECK(timeline(engine.on_recovered(id, recovered, at(101), at(101))).size() == 1);
    CHECK(all<LocateCommand>(engine.on_tick(at(102), at(102))).size() == 1);
  }
  SECTION("somebody else opened it: a person is asked the next time") {
    recovered.isolation.state = IsolationState::kReleased;
    recovered.text = "isolation 7 (floor3 A1): somebody else opened it";
    CHECK(timeline(engine.on_recovered(id, recovered, at(101), at(101)))[0].starts_with("restored: "));
    engine.on_finding(clock_finding(), at(200));
    const auto judged = all<IsolateCommand>(engine.on_located(id, on_its_port(), kPlace, at(201)));
    REQUIRE(judged.size() == 1);
    CHECK(judged[0].request.dry_run);
  }
  SECTION("its switch is silent: said once") {
    recovered.settled = false;
    recovered.text = "isolation 7 (floor3 A1): the switch does not answer";
    CHECK(timeline(engine.on_recovered(id, recovered, at(101), at(101))).size() == 1);
    CHECK(engine.on_recovered(id, recovered, at(161), at(161)).empty());
  }
}

TEST_CASE("after a restart an incident goes on where it was") {
  Engine engine(daemon());
  SECTION("found, but not yet placed: looked for anew") {
    const auto [id, commands] = engine.on_stored(0, stored(IncidentState::kOpen), {}, at(100), at(100));
    CHECK(id != 0);
    CHECK(all<OpenCommand>(commands).empty());
    CHECK(all<LocateCommand>(engine.on_tick(at(101), at(101))).size() == 1);
  }
  SECTION("shut: a finding is no new incident, and the proof is taken up") {
    const Isolation shut = journal(7, IsolationState::kActive, 14'410);
    const CaseId id =
        engine.on_stored(0, stored(IncidentState::kIsolated), std::span(&shut, 1), at(100), at(100)).first;
    CHECK(engine.watching());
    CHECK(engine.on_finding(clock_finding(), at(101)).first == id);
    CHECK(all<VerifiedCommand>(engine.on_tick(at(111), at(111))).size() == 1);
  }
  SECTION("proven: the opening of its port is its next step") {
    const Isolation shut = journal(7, IsolationState::kActive, 14'410);
    const CaseId id =
        engine.on_stored(0, stored(IncidentState::kVerified), std::span(&shut, 1), at(100), at(100)).first;
    CHECK_FALSE(engine.watching());
    CHECK(timeline(engine.on_restored(id, opened(7, 14'410, 14'410), false, at(14'410), at(14'410))).size() ==
          1);
  }
  SECTION("its port was opened while nobody ran: a return is a return, and for longer") {
    Isolation ended = journal(7, IsolationState::kRestored, 50);
    ended.restored_at = at(50);
    const CaseId id =
        engine.on_stored(0, stored(IncidentState::kRestored), std::span(&ended, 1), at(100), at(100)).first;
    engine.on_finding(clock_finding(), at(120));
    const auto again = all<IsolateCommand>(engine.on_located(id, on_its_port(), kPlace, at(121)));
    REQUIRE(again.size() == 1);
    CHECK(again[0].request.duration == 8h);
    CHECK_FALSE(again[0].request.dry_run);
  }
  SECTION("asked: it still waits for a person") {
    engine.on_stored(0, stored(IncidentState::kAsked), {}, at(100), at(100));
    engine.on_frame(claim(101));
    CHECK(engine.on_tick(at(200), at(200)).empty());
  }
  SECTION("closed: nothing to take up") {
    CHECK(engine.on_stored(0, stored(IncidentState::kClosed), {}, at(100), at(100)).first == 0);
    CHECK(engine.cases() == 0);
  }
}
