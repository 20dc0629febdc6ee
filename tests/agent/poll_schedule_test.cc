// When which switch is walked.
#include "agent/watch/poll_schedule.h"

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
