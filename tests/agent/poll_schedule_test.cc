// When which switch is walked.
#include "agent/watch/poll_schedule.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

using namespace lanwarden::agent;
using lanwarden::topology::SwitchId;
using lanwarden::topology::Time;
using namespace std::chrono_literals;

namespace {

const Time kNow = Time{} + std::chrono::hours{24 * 20'000};

PollConfig every_ten_minutes() {
  PollConfig c;
  c.every = 10min;
  c.fastest = c.slowest = 10min;
  c.jitter = 0.1;
  return c;
}

std::vector<std::optional<Time>> all_polled(std::size_t n, Time when) {
  return std::vector<std::optional<Time>>(n, when);
}

}  // namespace

TEST_CASE("switches that were never walked, or long ago, are due at once") {
  auto polled = all_polled(4, kNow - 1min);
  polled[1].reset();
  polled[3] = kNow - 11min;
  PollSchedule schedule(every_ten_minutes(), polled, kNow, 1);
  CHECK(schedule.due(kNow) == std::vector{SwitchId{1}, SwitchId{3}});
  CHECK(schedule.due(kNow).empty());
}

TEST_CASE("every switch has its turn once in every interval, and never all at once") {
  constexpr std::size_t kSwitches = 1000;
  PollSchedule schedule(every_ten_minutes(), all_polled(kSwitches, kNow), kNow, 7);
  std::map<std::uint32_t, int> turns;
  std::size_t most = 0;
  for (Time now = kNow; now < kNow + 10h; now += 1s) {
    const auto due = schedule.due(now);
    most = std::max(most, due.size());
    for (const SwitchId id : due) ++turns[id.value];
  }
  CHECK(turns.size() == kSwitches);
  for (const auto& [id, times] : turns) {
    CHECK(times >= 54);  // 60, and a tenth of jitter either way
    CHECK(times <= 67);
  }
  CHECK(most <= kSwitches / 4);
}

TEST_CASE("a machine that slept walks each switch once, not once for every turn it missed") {
  PollSchedule schedule(every_ten_minutes(), all_polled(3, kNow), kNow, 1);
  CHECK(schedule.due(kNow + 8h).size() == 3);
  CHECK(schedule.due(kNow + 8h + 1s).empty());
}

TEST_CASE("a walk that came to nothing is tried again soon, and only then") {
  auto polled = all_polled(2, kNow);
  polled[1].reset();
  PollSchedule schedule(every_ten_minutes(), polled, kNow, 1);
  const auto first = schedule.due(kNow);
  REQUIRE(first == std::vector{SwitchId{1}});
  schedule.again(first, kNow);
  CHECK(schedule.next() == kNow + PollSchedule::kAgain);
  CHECK(schedule.due(kNow + 29s).empty());
  CHECK(schedule.due(kNow + 30s) == first);
  CHECK(schedule.due(kNow + 31s).empty());
}

TEST_CASE("a switch that changes much is walked more often, a quiet one less, within the limits") {
  PollConfig config = every_ten_minutes();
  config.fastest = 2min, config.slowest = 25min, config.jitter = 0;
  PollSchedule schedule(config, all_polled(3, kNow), kNow, 1);
  const SwitchId busy{0}, quiet{1}, middling{2};
  for (int i = 0; i < 10; ++i) {
    const std::vector<Walked> walks = {
        {busy, true, 1000, 300}, {quiet, true, 1000, 2}, {middling, true, 1000, 50}};
    schedule.walked(walks, kNow);
  }
  CHECK(schedule.every(busy) == 2min);
  CHECK(schedule.every(quiet) == 25min);
  CHECK(schedule.every(middling) == 10min);
  CHECK(schedule.next(busy) == kNow + 2min);
  // Busy no more: it finds back by itself.
  for (int i = 0; i < 20; ++i) schedule.walked(std::vector<Walked>{{busy, true, 1000, 0}}, kNow);
  CHECK(schedule.every(busy) == 25min);
  for (int i = 0; i < 20; ++i) schedule.walked(std::vector<Walked>{{busy, true, 1000, 50}}, kNow);
  CHECK(schedule.every(busy) == 10min);
}

TEST_CASE("the first walk of all is no change") {
  PollConfig config = every_ten_minutes();
  config.fastest = 2min, config.slowest = 25min;
  PollSchedule schedule(config, std::vector<std::optional<Time>>(1), kNow, 1);
  const std::vector<Walked> walks = {{SwitchId{0}, true, 1000, 1000}};
  schedule.walked(walks, kNow);
  CHECK(schedule.every(SwitchId{0}) == 10min);
  schedule.walked(walks, kNow + 10min);
  CHECK(schedule.every(SwitchId{0}) == 5min);
}

TEST_CASE("three stations that come and go make no busy switch") {
  PollConfig config = every_ten_minutes();
  config.fastest = 2min, config.slowest = 25min;
  PollSchedule schedule(config, all_polled(1, kNow), kNow, 1);
  schedule.walked(std::vector<Walked>{{SwitchId{0}, true, 5, 3}}, kNow);
  CHECK(schedule.every(SwitchId{0}) == 10min);
}

TEST_CASE("a silent switch is tried again soon, then ever later, and never holds up the others") {
  PollConfig config = every_ten_minutes();
  config.jitter = 0;
  PollSchedule schedule(config, all_polled(2, kNow), kNow, 1);
  const std::vector<Walked> silence = {{SwitchId{0}, false, 0, 0}};
  schedule.walked(silence, kNow);
  CHECK(schedule.next(SwitchId{0}) == kNow + 30s);
  CHECK(schedule.due(kNow + 30s) == std::vector{SwitchId{0}});
  schedule.walked(silence, kNow + 31s);
  CHECK(schedule.next(SwitchId{0}) == kNow + 91s);
  Time now = kNow + 31s;
  for (int i = 0; i < 100; ++i) {
    now = *schedule.next(SwitchId{0});
    static_cast<void>(schedule.due(now));
    schedule.walked(silence, now);
  }
  const Time turn = *schedule.next(SwitchId{0});
  CHECK(turn - now <= 10min);  // and never less often than the others
  CHECK(schedule.every(SwitchId{0}) == 10min);
}

TEST_CASE("a switch that reports something is walked at once, and a storm of reports costs one walk") {
  PollSchedule schedule(every_ten_minutes(), all_polled(100, kNow), kNow, 1);
  static_cast<void>(schedule.due(kNow));
  const SwitchId sw{99};
  CHECK(schedule.hasten(sw, kNow));
  int walks = 0;
  for (Time now = kNow; now < kNow + 60s; now += 100ms) {
    for (int i = 0; i < 10; ++i) schedule.hasten(sw, now);
    const auto due = schedule.due(now);
    walks += static_cast<int>(std::count(due.begin(), due.end(), sw));
  }
  CHECK(walks == 2);  // after 2 s, and after 32 s
}

TEST_CASE("a schedule made anew again and again still comes to every switch") {
  PollConfig config = every_ten_minutes();
  config.jitter = 0;
  PollSchedule first(config, all_polled(2, kNow), kNow, 1);
  const Time turn = *first.next(SwitchId{1});
  PollSchedule second(config, all_polled(2, kNow), kNow + 4min, 2);
  second.resume(SwitchId{1}, turn, *first.every(SwitchId{1}));
  CHECK(second.next(SwitchId{1}) == turn);
  CHECK(second.next(SwitchId{0}) == kNow + 9min);
}

TEST_CASE("turns that come an interval late are counted") {
  PollSchedule schedule(every_ten_minutes(), all_polled(3, kNow), kNow, 1);
  static_cast<void>(schedule.due(kNow + 10min));
  CHECK(schedule.late() == 0);
  static_cast<void>(schedule.due(kNow + 60min));
  CHECK(schedule.late() == 3);
}

TEST_CASE("a clock that is set back does not stop the walks") {
  PollSchedule schedule(every_ten_minutes(), all_polled(3, kNow), kNow, 1);
  const Time earlier = kNow - 24h;
  CHECK(schedule.due(earlier).empty());
  CHECK(schedule.due(earlier + 10min).size() == 3);
}

TEST_CASE("\"never\" walks only what nobody knows yet") {
  PollConfig never = every_ten_minutes();
  never.every.reset();
  auto polled = all_polled(3, kNow - 24h * 365);
  polled[2].reset();
  PollSchedule schedule(never, polled, kNow, 1);
  CHECK(schedule.due(kNow) == std::vector{SwitchId{2}});
  CHECK(schedule.due(kNow + 24h * 365).empty());
  CHECK(schedule.next() == std::nullopt);
}
