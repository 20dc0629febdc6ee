// When an isolated port opens again.
#include <array>
#include <catch2/catch.hpp>

#include "agent/isolation/owner.h"
#include "agent/isolation/schedule.h"
#include "tests/agent/store_child.h"
#include "tests/agent/store_contract.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;
using namespace std::chrono_literals;

namespace {

/// Shut at noon for four hours, on a machine that had been up for a day.
Isolation four_hours() {
  Isolation i;
  i.state = IsolationState::kActive;
  i.mac = mac("00:0d:4b:ce:20:cd");
  i.intended = at(0);
  i.set_at = at(0);
  i.until = at(240);
  i.boot = "today";
  i.until_since_boot = 24h + 4h;
  return i;
}

Moment moment(int wall_minutes, int really, const char* boot = "today") {
  return {at(wall_minutes), boot, 24h + std::chrono::minutes{really}};
}

Isolation ended(int from, int to) {
  Isolation i = four_hours();
  i.state = IsolationState::kRestored;
  i.intended = *(i.set_at = at(from));
  i.until = i.restored_at = at(to);
  return i;
}

}  // namespace

TEST_CASE("a port is due when its time is over, and not before") {
  CHECK_FALSE(is_due(four_hours(), moment(239, 239)));
  CHECK(is_due(four_hours(), moment(240, 240)));
  CHECK(next_due(std::array{four_hours()}, moment(239, 239)) == 1min);
  CHECK(next_due(std::array{four_hours()}, moment(300, 300)) == 0s);
}

TEST_CASE("a wall clock that jumps opens nothing early and keeps nothing shut") {
  CHECK_FALSE(is_due(four_hours(), moment(100'000, 5)));
  CHECK(is_due(four_hours(), moment(-100'000, 240)));
  CHECK_FALSE(is_due(four_hours(), moment(-100'000, 239)));
}

TEST_CASE("after a restart of the machine the wall clock has to do") {
  CHECK_FALSE(is_due(four_hours(), moment(239, 1, "tomorrow")));
  CHECK(is_due(four_hours(), moment(240, 1, "tomorrow")));
  CHECK(is_due(four_hours(), moment(-1, 1, "tomorrow")));  // before it began: that clock is wrong
}

TEST_CASE("what is to last forever ends by hand only") {
  Isolation i = four_hours();
  i.until.reset();
  i.until_since_boot.reset();
  CHECK_FALSE(is_due(i, moment(1'000'000, 1'000'000)));
  CHECK_FALSE(next_due(std::array{i}, moment(0, 0)));
}

TEST_CASE("what is over is not due") {
  for (const auto state : {IsolationState::kFailed, IsolationState::kRestored, IsolationState::kReleased}) {
    Isolation i = four_hours();
    i.state = state;
    CHECK_FALSE(is_due(i, moment(1000, 1000)));
  }
}

TEST_CASE("a restore that was begun goes on at once, whatever the deadline") {
  Isolation i = four_hours();
  i.state = IsolationState::kRestoring;
  CHECK(is_due(i, moment(1, 1)));
}

TEST_CASE("a restore that failed is tried again, later each time, five minutes at most") {
  CHECK(restore_backoff(1) == 5s);
  CHECK(restore_backoff(2) == 10s);
  CHECK(restore_backoff(3) == 20s);
  CHECK(restore_backoff(7) == 5min);
  CHECK(restore_backoff(4'000'000'000U) == 5min);
  Isolation i = four_hours();
  i.attempts = 3;
  i.next_attempt = at(241) + 20s;
  CHECK_FALSE(is_due(i, moment(241, 241)));
  CHECK(next_due(std::array{i}, moment(241, 241)) == 20s);
  CHECK(is_due(i, moment(242, 242)));
  CHECK(is_due(i, moment(100, 242)));  // the wall clock was put back since: it does not wait for it
}

TEST_CASE("the longest overdue comes first") {
  std::vector<Isolation> all = {four_hours(), four_hours(), four_hours()};
  all[0].id = 1;
  all[1].id = 2;
  all[1].until = at(100);
  all[1].until_since_boot = 24h + 100min;
  all[2].id = 3;
  all[2].until_since_boot = 24h + 900min;
  const auto due = due_restores(all, moment(300, 300));
  REQUIRE(due.size() == 2);
  CHECK(due[0].id == 2);
  CHECK(due[1].id == 1);
}

TEST_CASE("a station that comes back is isolated for twice as long, up to a bound") {
  const MacAddress clock = mac("00:0d:4b:ce:20:cd");
  const auto next = [&](std::vector<Isolation> past, int now) {
    return next_duration(4h, 24h, past, clock, at(now));
  };
  CHECK(next({}, 0) == 4h);
  CHECK(next({ended(0, 240)}, 250) == 8h);
  CHECK(next({ended(250, 250 + 480), ended(0, 240)}, 800) == 16h);
  CHECK(next({ended(0, 240), ended(250, 730), ended(800, 1000)}, 1001) == 24h);
  CHECK(next({ended(0, 240)}, 240 + 24 * 60 + 1) == 4h);  // a day of peace is forgiven
  Isolation other = ended(0, 240);
  other.mac = mac("00:50:56:00:00:01");
  CHECK(next({other}, 250) == 4h);
  Isolation by_hand = ended(0, 240);
  by_hand.state = IsolationState::kReleased;
  CHECK(next({by_hand}, 250) == 4h);
}

TEST_CASE("a process knows itself, a living one, and one that is gone") {
  CHECK(owner_state("") == OwnerState::kNobody);
  CHECK(owner_state(this_process()) == OwnerState::kSelf);
  std::string child;
  child = in_child([] { return this_process(); });
  CHECK(owner_state(child) == OwnerState::kGone);
  const std::string parent = this_process();
  CHECK(in_child([&] { return std::string(owner_state(parent) == OwnerState::kAlive ? "alive" : "no"); }) ==
        "alive");
  std::string rebooted = parent;
  rebooted[0] = rebooted[0] == 'x' ? 'y' : 'x';
  CHECK(owner_state(rebooted) == OwnerState::kGone);
}
