#include "agent/watch/poll_schedule.h"

#include <algorithm>
#include <utility>

namespace lanwarden::agent {

using topology::Duration;
using topology::SwitchId;
using topology::Time;

namespace {

constexpr Duration kLongestRound = std::chrono::minutes{1};
constexpr int kRoundsInInterval = 8;
/// Of the rows: more change than this is much, less than that is none to speak of.
constexpr std::size_t kMuch = 10, kLittle = 100;  // one row in …
constexpr std::size_t kFewRows = 8;               // a small table always changes by much

std::optional<Time> earlier(std::optional<Time> a, std::optional<Time> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace

PollSchedule::PollSchedule(const PollConfig& config, std::span<const std::optional<Time>> polled, Time now,
                           std::uint32_t seed)
    : every_(config.every), jitter_(config.jitter), random_(seed), turns_(polled.size()) {
  if (every_) {
    fastest_ = std::min<Duration>(*every_, config.fastest ? Duration(*config.fastest) : *every_ / 4);
    slowest_ = std::max<Duration>(*every_, config.slowest ? Duration(*config.slowest) : *every_ * 2);
  }
  const auto count = static_cast<Duration::rep>(polled.size());
  for (std::size_t i = 0; i < polled.size(); ++i) {
    Turn& turn = turns_[i];
    const bool old = polled[i] && every_ && (now - *polled[i] >= *every_ || *polled[i] > now);
    if (!polled[i] || old) turn.sooner = now;
    turn.known = polled[i].has_value();
    if (!every_) continue;
    turn.every = *every_;
    turn.next = now + *every_ * static_cast<Duration::rep>(i + 1) / count;
  }
}

void PollSchedule::resume(SwitchId sw, Time next, Duration every) {
  Turn& turn = turns_[sw.value];
  if (!every_ || every == Duration{}) return;
  turn.every = std::clamp(every, fastest_, slowest_);
  turn.next = std::min(next, *turn.next);
}

Duration PollSchedule::jittered(Duration interval) {
  std::uniform_real_distribution<double> part(1 - jitter_, 1 + jitter_);
  return Duration{static_cast<Duration::rep>(static_cast<double>(interval.count()) * part(random_))};
}

Duration PollSchedule::round() const { return std::min(kLongestRound, *every_ / kRoundsInInterval); }

std::vector<SwitchId> PollSchedule::due(Time now) {
  std::vector<SwitchId> all;
  const bool round_now = every_ && (now >= next_round_ || next_round_ - now > round());
  if (round_now) next_round_ = now + round();
  for (std::uint32_t i = 0; i < turns_.size(); ++i) {
    Turn& turn = turns_[i];
    // A clock that was set back must not stop the walks.
    if (turn.sooner && *turn.sooner - now > slowest_ + kAgain) turn.sooner = now + kAgain;
    if (turn.next && *turn.next - now > 2 * slowest_) turn.next = now + turn.every;
    const bool by_the_clock = round_now && turn.next && *turn.next <= now;
    if (!by_the_clock && !(turn.sooner && *turn.sooner <= now)) continue;
    all.emplace_back(i);
    turn.sooner.reset();
    if (!by_the_clock) continue;
    if (now - *turn.next >= turn.every) ++late_;
    // From its turn, not from now, so that the turns stay apart; unless it is late by whole turns.
    const Duration interval = jittered(turn.every);
    turn.next = *turn.next + interval > now ? *turn.next + interval : now + interval;
  }
  return all;
}

void PollSchedule::walked(std::span<const Walked> walks, Time now) {
  for (const Walked& walk : walks) {
    Turn& turn = turns_[walk.sw.value];
    if (!every_) continue;
    if (!walk.answered) {
      // Soon, because it may only be restarting; then ever later, because it may be gone for good.
      const Duration wait = std::min<Duration>(kAgain * (1 << std::min(turn.silent, 10U)), turn.every);
      turn.silent = std::min(turn.silent + 1, 1000U);
      if (!turn.next || now + wait < *turn.next) turn.sooner = earlier(turn.sooner, now + jittered(wait));
      continue;
    }
    turn.silent = 0;
    if (!std::exchange(turn.known, true)) continue;  // all of its rows are new
    Duration interval = turn.every;
    if (walk.changed > kFewRows && walk.changed * kMuch > walk.rows)
      interval = std::max(fastest_, interval / 2);
    else if (walk.changed * kLittle <= walk.rows)
      interval = std::min(slowest_, interval + interval / 4);
    else if (interval > *every_)
      interval = std::max(*every_, interval - interval / 4);
    if (interval == turn.every) continue;
    turn.every = interval;
    turn.next = now + jittered(interval);
  }
}

void PollSchedule::again(std::span<const SwitchId> switches, Time now) {
  for (const SwitchId sw : switches) turns_[sw.value].sooner = earlier(turns_[sw.value].sooner, now + kAgain);
}

bool PollSchedule::hasten(SwitchId sw, Time now) {
  Turn& turn = turns_[sw.value];
  Time when = now + kSettle;
  const bool set_back = turn.hastened && *turn.hastened - now > kBetweenHastened;
  if (turn.hastened && !set_back) when = std::max(when, *turn.hastened + kBetweenHastened);
  if (turn.sooner && *turn.sooner <= when) return false;
  turn.sooner = when;
  turn.hastened = when;
  return true;
}

std::optional<Time> PollSchedule::next(SwitchId sw) const {
  return earlier(turns_[sw.value].next, turns_[sw.value].sooner);
}

std::optional<Time> PollSchedule::next() const {
  std::optional<Time> first;
  for (std::uint32_t i = 0; i < turns_.size(); ++i) first = earlier(first, next(SwitchId{i}));
  return first;
}

std::optional<Duration> PollSchedule::every(SwitchId sw) const {
  return every_ ? std::optional(turns_[sw.value].every) : std::nullopt;
}

}  // namespace lanwarden::agent
