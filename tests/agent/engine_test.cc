// The life of an incident, without a wire: events and time in, commands out. Up to the proof; what comes
// afterwards is in incident_life_test.cc.
#include <catch2/catch.hpp>

#include "tests/agent/engine_story.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::story;

namespace {

/// An engine whose clock has just been shut off, at second 10 of the capture.
struct Shut {
  Engine engine{acting()};
  CaseId id = 0;
  Commands said;

  explicit Shut(std::optional<Time> capture_now = at(10)) {
    id = engine.on_finding(clock_finding(), at(0)).first;
    engine.on_located(id, on_its_port(), kPlace, at(1));
    said = engine.on_isolated(id, isolated(), capture_now, at(10));
  }
};

}  // namespace

TEST_CASE("a finding opens an incident and asks where its culprit is") {
  Engine engine(acting());
  const auto [id, commands] = engine.on_finding(clock_finding(), at(0));
  const auto opened = all<OpenCommand>(commands);
  REQUIRE(opened.size() == 1);
  CHECK(opened[0].incident.kind == "arp-bogus-responder");
  CHECK(opened[0].incident.severity == "critical");
  CHECK(opened[0].incident.mac == kClock);
  const auto asked = all<LocateCommand>(commands);
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].mac == kClock);
  CHECK(engine.waiting());
}

TEST_CASE("the same trouble of the same culprit is one incident, another culprit's is another") {
  Engine engine(acting());
  const CaseId first = engine.on_finding(clock_finding(), at(0)).first;
  const auto [again, commands] = engine.on_finding(clock_finding(), at(5));
  CHECK(again == first);
  CHECK(commands.empty());
  Finding other = clock_finding();
  other.mac = host(9);
  CHECK(engine.on_finding(other, at(6)).first != first);
}

TEST_CASE("without --locate a finding is only recorded") {
  Engine engine(EnginePolicy{});
  const auto commands = engine.on_finding(clock_finding(), at(0)).second;
  CHECK(all<OpenCommand>(commands).size() == 1);
  CHECK(all<LocateCommand>(commands).empty());
  CHECK_FALSE(engine.waiting());
}

TEST_CASE("a finding that names no single station is not looked for") {
  Engine engine(acting());
  for (const MacAddress nobody : {MacAddress{}, kBroadcast}) {
    Finding f = clock_finding();
    f.mac = nobody;
    CHECK(all<LocateCommand>(engine.on_finding(f, at(0)).second).empty());
  }
  CHECK_FALSE(engine.waiting());
}

TEST_CASE("located: the place and its reasons are written down, and the port is asked to be shut") {
  Engine engine(acting());
  const CaseId id = engine.on_finding(clock_finding(), at(0)).first;
  const Commands commands = engine.on_located(id, on_its_port(), kPlace, at(1));
  const auto steps = all<StepCommand>(commands);
  REQUIRE(steps.size() == 1);
  CHECK(steps[0].switch_name == "floor3");
  CHECK(steps[0].port == "A1");
  CHECK(timeline(commands) == Lines{"located: floor3 A1 (edge, confidence 0.98); floor3 has it on A1"});
  const auto asked = all<IsolateCommand>(commands);
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].request.mac == kClock);
  CHECK(asked[0].request.who == "anna");
  CHECK(asked[0].request.duration == std::chrono::hours{4});
  CHECK_FALSE(asked[0].request.dry_run);
}

TEST_CASE("a dry run judges and shuts nothing") {
  EnginePolicy policy = acting();
  policy.dry_run = true;
  Engine engine(policy);
  const CaseId id = engine.on_finding(clock_finding(), at(0)).first;
  const auto asked = all<IsolateCommand>(engine.on_located(id, on_its_port(), kPlace, at(1)));
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].request.dry_run);
  CHECK(timeline(engine.on_isolated(id, outcome(IsolationResult::kWouldIsolate), at(2), at(2))) ==
        Lines{"dry-run: dry run: would shut floor3 A1"});
  CHECK_FALSE(engine.watching());
}

TEST_CASE("a culprit in no forwarding table stays an open incident") {
  Engine engine(acting());
  const CaseId id = engine.on_finding(clock_finding(), at(0)).first;
  Located nowhere;
  nowhere.asked = {40, 39, {}, true};
  nowhere.location.mac = kClock;
  const Commands commands = engine.on_located(id, nowhere, {}, at(1));
  CHECK(timeline(commands) ==
        Lines{"open: not located: 00:0d:4b:ce:20:cd is in no forwarding table of 39 switches that answered"});
  CHECK(all<IsolateCommand>(commands).empty());
  CHECK_FALSE(engine.waiting());
}

TEST_CASE("silence of all switches is told apart from 'nowhere'") {
  Engine engine(acting());
  const CaseId id = engine.on_finding(clock_finding(), at(0)).first;
  Located silent;
  silent.asked = {40, 0, {}, true};
  CHECK(timeline(engine.on_located(id, silent, {}, at(1))) ==
        Lines{"open: not located: none of 40 switches answered"});
}

TEST_CASE("a refusal is written down with every reason") {
  Engine engine(acting());
  const CaseId id = engine.on_finding(clock_finding(), at(0)).first;
  engine.on_located(id, on_its_port(), kPlace, at(1));
  IsolationOutcome refused = outcome(IsolationResult::kRefused);
  refused.refusals = {{"protected-port", "floor3 A1 is protected", ""},
                      {"own-port", "lanwarden itself is behind it", ""}};
  CHECK(timeline(engine.on_isolated(id, refused, at(2), at(2))) ==
        Lines{"refused: not isolated: protected-port: floor3 A1 is protected; own-port: lanwarden itself is "
              "behind it"});
  CHECK_FALSE(engine.waiting());
}

TEST_CASE("a SET that failed is no isolation") {
  Engine engine(acting());
  const CaseId id = engine.on_finding(clock_finding(), at(0)).first;
  engine.on_located(id, on_its_port(), kPlace, at(1));
  IsolationOutcome failed = outcome(IsolationResult::kFailed);
  failed.failure = "floor3: noAccess";
  CHECK(timeline(engine.on_isolated(id, failed, at(2), at(2))) ==
        Lines{"located: not isolated: floor3: noAccess"});
  CHECK_FALSE(engine.watching());
}

TEST_CASE(
    "what is told for the record opens no incident, and nobody is located for it, until it becomes graver") {
  Engine engine(acting());
  Finding beat = clock_finding();
  beat.severity = Severity::kInfo;
  CHECK(engine.on_finding(beat, at(0)).second.empty());
  beat.severity = Severity::kWarning;
  CHECK(all<LocateCommand>(engine.on_finding(beat, at(1)).second).size() == 1);
}

TEST_CASE("a victim is located, and its port is never shut") {
  Engine engine(acting());
  Finding victim = clock_finding();
  victim.kind = "dad-denied";
  const auto [id, commands] = engine.on_finding(victim, at(0));
  CHECK(all<LocateCommand>(commands).size() == 1);
  CHECK(all<IsolateCommand>(engine.on_located(id, on_its_port(), kPlace, at(1))).empty());
  // Nor does its suffering join what the same station may be the culprit of.
  CHECK(engine.on_finding(clock_finding(), at(2)).first != id);
}

TEST_CASE("the clock's story: shut, three probes unanswered, the trouble ended") {
  Shut story;
  CHECK(timeline(story.said) ==
        Lines{"located: intent written: isolation 7",
              "located: SET ifAdminStatus.1 of floor3 to down(2); read back: admin down, oper down",
              "isolated: floor3 A1 is shut: isolation 7"});
  REQUIRE(story.engine.watching());
  story.engine.on_frame(claim(10.2));  // was already under way
  story.engine.on_frame(probe(11, 1));
  story.engine.on_frame(probe(12, 1));
  CHECK(story.engine.on_tick(at(12.5), at(12.5)).empty());
  story.engine.on_frame(probe(13, 1));
  story.engine.on_frame(announcement(15, 1));
  const Commands commands = story.engine.on_tick(at(15), at(15));
  const auto verified = all<VerifiedCommand>(commands);
  REQUIRE(verified.size() == 1);
  CHECK(verified[0].ended);
  CHECK(timeline(commands) ==
        Lines{"verified: the trouble ended: in 5.0 s since the port was shut: no frame of 00:0d:4b:ce:20:cd, "
              "3 address probes, 0 answered by it, 1 host came up with their address"});
  CHECK_FALSE(story.engine.watching());
}

TEST_CASE("nobody probes any more: ten seconds of the culprit's silence are proof enough") {
  Shut story;
  CHECK(story.engine.on_tick(at(19.9), at(19.9)).empty());
  const auto verified = all<VerifiedCommand>(story.engine.on_tick(at(20), at(20)));
  REQUIRE(verified.size() == 1);
  CHECK(verified[0].ended);
}

TEST_CASE(
    "nobody listens after the port was shut: silence proves nothing until somebody does, and that is said "
    "once") {
  Shut story;
  CHECK(story.engine.watched() == std::vector<CaseId>{story.id});
  Lines said;
  for (double t = 11; t <= 60; t += 1) {
    const auto commands = story.engine.on_deaf(story.id, at(t), at(t));
    for (std::string& line : timeline(commands)) said.push_back(std::move(line));
    CHECK(story.engine.on_tick(at(t), at(t)).empty());
  }
  REQUIRE(said.size() == 1);
  CHECK(said[0].starts_with("isolated: whether the trouble ended cannot be said: nobody listens"));
  CHECK(story.engine.watching());
  CHECK(story.engine.on_tick(at(69), at(69)).empty());
  CHECK(timeline(story.engine.on_tick(at(70.5), at(70.5))) ==
        Lines{"verified: the trouble ended: in 10.5 s since somebody listens again: no frame of "
              "00:0d:4b:ce:20:cd"});
  CHECK(story.engine.watched().empty());
  CHECK(story.engine.on_deaf(story.id, at(71), at(71)).empty());
}

TEST_CASE("a culprit that still speaks is not called silenced") {
  Shut story;
  story.engine.on_frame(probe(11, 1));
  story.engine.on_frame(claim(11.5));
  const Commands commands = story.engine.on_tick(at(12), at(12));
  const auto verified = all<VerifiedCommand>(commands);
  REQUIRE(verified.size() == 1);
  CHECK_FALSE(verified[0].ended);
  REQUIRE(timeline(commands).size() == 1);
  CHECK(timeline(commands)[0].starts_with("isolated: the trouble did NOT end: "));
}

TEST_CASE("a recording cannot show what happened after the port was shut, and that is said") {
  Shut story(std::nullopt);
  CHECK(timeline(story.said).back() ==
        "isolated: what followed on the wire is not known: the frames are a recording");
  CHECK_FALSE(story.engine.watching());
  CHECK(story.engine.on_tick(at(60), at(60)).empty());
}

TEST_CASE("a capture that ends too early proves nothing") {
  Shut story;
  story.engine.on_frame(probe(11, 1));
  CHECK(timeline(story.engine.on_end(at(11))) ==
        Lines{"isolated: the capture ended before it was known whether the trouble did"});
  CHECK_FALSE(story.engine.watching());
}
