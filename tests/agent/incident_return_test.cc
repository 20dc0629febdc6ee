// After a port was shut: opened in time, returned, moved, opened by somebody else.
#include <catch2/catch.hpp>

#include "tests/agent/engine_story.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::story;
using namespace std::chrono_literals;

TEST_CASE("its time is over, the port opens, all stays quiet: the incident closes") {
  Proven story;
  CHECK(timeline(
            story.engine.on_restored(story.id, opened(7, 14'410, 14'410), false, at(14'410), at(14'410))) ==
        Lines{"restored: floor3 A1 is open again, its time was over: isolation 7"});
  CHECK(story.engine.on_tick(at(14'411), at(14'411)).empty());
  CHECK(timeline(story.engine.on_tick(at(14'410 + 86'400), at(14'410 + 86'400))) ==
        Lines{"closed: closed: quiet for 1d"});
}

TEST_CASE("an incident whose port is shut never closes by quiet alone") {
  Proven story;
  CHECK(story.engine.on_tick(at(1e6), at(1e6)).empty());
  CHECK(story.engine.cases() == 1);
}

TEST_CASE("a port that cannot be opened is told once, and the incident stays isolated") {
  Proven story;
  RestoreOutcome failed = opened(7, 0, 14'410);
  failed.restored = false;
  failed.failure = "floor3: no answer";
  CHECK(timeline(story.engine.on_restored(story.id, failed, false, at(14'411), at(14'411))) ==
        Lines{"verified: floor3 A1 could not be opened: floor3: no answer"});
  CHECK(story.engine.on_restored(story.id, failed, false, at(14'441), at(14'441)).empty());
}

TEST_CASE("the device returns with its trouble: isolated again, for longer each time") {
  Proven story;
  double now = 14'410;
  for (const auto hours : {8, 16, 32}) {
    story.open_again(now);
    story.play(now + 5);
    const Commands back = story.engine.on_tick(at(now + 10), at(now + 10));
    CHECK(timeline(back) == Lines{"open: the trouble is back: it took 2 addresses that were probed for"});
    REQUIRE(all<LocateCommand>(back).size() == 1);
    const auto again =
        all<IsolateCommand>(story.engine.on_located(story.id, on_its_port(), kPlace, at(now + 11)));
    REQUIRE(again.size() == 1);
    CHECK(again[0].request.duration == std::chrono::hours{hours});
    CHECK_FALSE(again[0].request.dry_run);
    CHECK(timeline(story.engine.on_isolated(story.id, isolated(), at(now + 12), at(now + 12))).back() ==
          "isolated: floor3 A1 is shut: isolation 7, longer than before: for " +
              format_duration(std::chrono::hours{hours}));
    story.engine.on_tick(at(now + 30), at(now + 30));
    now += 200'000;
  }
}

TEST_CASE("however often it returns, the time has an end; forever stays forever") {
  EnginePolicy policy = daemon();
  CHECK(duration_after(policy, 0) == 4h);
  CHECK(duration_after(policy, 60) == 24h * 7);
  policy.duration.reset();
  CHECK(duration_after(policy, 3) == std::nullopt);
  policy.duration = 24h * 30;  // longer than `longest`: said by a person
  CHECK(duration_after(policy, 1) == 24h * 30);
}

TEST_CASE("one address defended after the return is no relapse") {
  Proven story;
  story.open_again(14'410);
  for (const double when : {14'420.0, 14'430.0, 14'440.0}) {
    story.engine.on_frame(probe(when, 1));
    story.engine.on_frame(claim(when + 0.1));
  }
  CHECK(story.engine.on_tick(at(14'450), at(14'450)).empty());
}

TEST_CASE("a finding after the port was opened is a return, too") {
  Proven story;
  story.open_again(14'410);
  const Commands back = story.engine.on_finding(clock_finding(), at(20'000)).second;
  CHECK(timeline(back) ==
        Lines{"open: the trouble is back: arp-bogus-responder: answers every address probe"});
  CHECK(all<LocateCommand>(back).size() == 1);
}

TEST_CASE("heard although its port is shut: it moved, is followed, and the old port is opened") {
  Proven story;
  story.engine.on_frame(claim(100));
  const Commands heard = story.engine.on_tick(at(101), at(101));
  REQUIRE(all<LocateCommand>(heard).size() == 1);
  const Commands found = story.engine.on_located(story.id, elsewhere(), kOther, at(102));
  CHECK(timeline(found) ==
        Lines{"located: it moved from floor3 A1 to floor3 A2 (edge, confidence 0.98); floor3 has it on A2"});
  const auto again = all<IsolateCommand>(found);
  REQUIRE(again.size() == 1);
  CHECK(again[0].request.duration == 4h);  // following is no punishment
  IsolationOutcome second = isolated();
  second.port = "A2";
  second.id = 8;
  const auto opening = all<RestoreCommand>(story.engine.on_isolated(story.id, second, at(110), at(110)));
  REQUIRE(opening.size() == 1);
  CHECK(opening[0].isolation == 7);
  // The old port's opening does not end the incident: the device is held on the new one.
  CHECK(timeline(story.engine.on_restored(story.id, opened(7, 112, 14'410), false, at(112), at(112))) ==
        Lines{"isolated: floor3 A1 is open again: isolation 7"});
  CHECK(story.engine.watching());
}

TEST_CASE("a switch says that it has learned it although its port is shut: it is located anew") {
  Proven story;
  CHECK(all<LocateCommand>(story.engine.on_tick(at(100), at(100))).empty());
  story.engine.on_noticed(host(1));  // somebody else
  CHECK(all<LocateCommand>(story.engine.on_tick(at(101), at(101))).empty());
  story.engine.on_noticed(kClock);
  CHECK(all<LocateCommand>(story.engine.on_tick(at(102), at(102))).size() == 1);
}

TEST_CASE("heard on the very port that was shut: said once, nothing is shut twice") {
  Proven story;
  story.engine.on_frame(claim(100));
  story.engine.on_tick(at(101), at(101));
  const Commands found = story.engine.on_located(story.id, on_its_port(), kPlace, at(102));
  CHECK(timeline(found) == Lines{"verified: 00:0d:4b:ce:20:cd is heard although floor3 A1 was shut: was the "
                                 "port opened by hand?"});
  CHECK(all<IsolateCommand>(found).empty());
  story.engine.on_frame(claim(200));
  CHECK(all<LocateCommand>(story.engine.on_tick(at(201), at(201))).size() == 1);
  CHECK(story.engine.on_located(story.id, on_its_port(), kPlace, at(202)).empty());
}

TEST_CASE("a person opened the port before its time: respected, and asked the next time") {
  Proven story;
  Isolation by_hand = journal(7, IsolationState::kRestored, 14'410);
  by_hand.restored_at = at(500);
  story.engine.on_stored(story.id, stored(IncidentState::kRestored), std::span(&by_hand, 1), at(500),
                         at(500));
  story.play(600);
  const Commands back = story.engine.on_tick(at(610), at(610));
  REQUIRE(all<LocateCommand>(back).size() == 1);
  const auto judged = all<IsolateCommand>(story.engine.on_located(story.id, on_its_port(), kPlace, at(611)));
  REQUIRE(judged.size() == 1);
  CHECK(judged[0].request.dry_run);
  const auto lines =
      timeline(story.engine.on_isolated(story.id, outcome(IsolationResult::kWouldIsolate), at(612), at(612)));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with("asked: "));
  CHECK(lines[0].find("a person opened its port") != std::string::npos);
}

TEST_CASE("asked to roll back: shutting the port did not help, so it is opened again") {
  EnginePolicy policy = daemon();
  policy.rollback = true;
  Engine engine(policy);
  const CaseId id = engine.on_finding(clock_finding(), at(0)).first;
  engine.on_located(id, on_its_port(), kPlace, at(1));
  engine.on_isolated(id, isolated(), at(10), at(10));
  engine.on_frame(claim(11));
  const auto opening = all<RestoreCommand>(engine.on_tick(at(12), at(12)));
  REQUIRE(opening.size() == 1);
  CHECK(opening[0].isolation == 7);
}

TEST_CASE("a power-cycle, or an isolation that was undone at once, leaves the port open") {
  Engine engine(daemon());
  const CaseId id = engine.on_finding(clock_finding(), at(0)).first;
  engine.on_located(id, on_its_port(), kPlace, at(1));
  IsolationOutcome over = isolated();
  over.over = true;
  CHECK(timeline(engine.on_isolated(id, over, at(10), at(10))).back() ==
        "restored: floor3 A1 is as it was before");
  CHECK_FALSE(engine.watching());
}
