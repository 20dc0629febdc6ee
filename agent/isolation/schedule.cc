#include "agent/isolation/schedule.h"

#include <algorithm>

namespace lanwarden::agent {
namespace {

using topology::Duration;

/// Until the deadline, or until the next try where one failed; nullopt: it does not end by itself.
std::optional<Duration> remaining(const Isolation& i, const Moment& now) {
  if (!is_open(i.state)) return std::nullopt;
  // Half-done: whoever finds it goes on at once, whatever the deadline.
  std::optional<Duration> left;
  if (i.state == IsolationState::kRestoring) {
    left = Duration{0};
  } else if (i.until_since_boot && !i.boot.empty() && i.boot == now.boot) {
    left = *i.until_since_boot - now.since_boot;
  } else if (i.until) {
    left = now.wall < i.intended ? Duration{0} : *i.until - now.wall;
  }
  if (!left) return std::nullopt;
  left = std::max(*left, Duration{0});
  if (i.next_attempt && i.attempts > 0) {
    const Duration wait = *i.next_attempt - now.wall;
    // Longer than it was set for: the wall clock was put back meanwhile.
    if (wait <= restore_backoff(i.attempts)) left = std::max(*left, wait);
  }
  return std::max(*left, Duration{0});
}

}  // namespace

bool is_due(const Isolation& isolation, const Moment& now) {
  const auto left = remaining(isolation, now);
  return left && left->count() == 0;
}

std::vector<Isolation> due_restores(std::span<const Isolation> isolations, const Moment& now) {
  std::vector<Isolation> due;
  for (const Isolation& i : isolations)
    if (is_due(i, now)) due.push_back(i);
  std::stable_sort(due.begin(), due.end(), [](const Isolation& a, const Isolation& b) {
    return a.until.value_or(a.intended) < b.until.value_or(b.intended);
  });
  return due;
}

std::optional<Duration> next_due(std::span<const Isolation> isolations, const Moment& now) {
  std::optional<Duration> next;
  for (const Isolation& i : isolations)
    if (const auto left = remaining(i, now); left && (!next || *left < *next)) next = left;
  return next;
}

Duration restore_backoff(unsigned failures) {
  constexpr std::chrono::seconds kFirst{5}, kLongest{300};
  const unsigned doublings = std::min(failures == 0 ? 0U : failures - 1, 10U);
  return std::min<Duration>(kFirst * (1U << doublings), kLongest);
}

std::chrono::seconds next_duration(std::chrono::seconds base, std::chrono::seconds longest,
                                   std::span<const Isolation> past, MacAddress mac, Time now) {
  // Counted, not measured: a wall clock that jumped meanwhile would make any length of a past one.
  std::chrono::seconds duration = base;
  for (const Isolation& i : past)
    if (i.mac == mac && i.state == IsolationState::kRestored && i.set_at && i.restored_at &&
        i.way != IsolationWay::kPowerCycle && now - *i.restored_at <= longest && duration < longest)
      duration = std::min(2 * duration, longest);
  return std::max(base, duration);
}

}  // namespace lanwarden::agent
