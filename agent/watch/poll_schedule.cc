#include "agent/watch/poll_schedule.h"

#include <algorithm>

namespace lanwarden::agent {

using topology::Duration;
using topology::SwitchId;
using topology::Time;

namespace {

// After each slice the fabric is inferred anew: a few large slices, not one for each switch.
constexpr std::size_t kSwitchesInSlice = 16;
constexpr std::size_t kMostSlices = 8;

}  // namespace

PollSchedule::PollSchedule(const PollConfig& config, std::span<const std::optional<Time>> polled, Time now,
                           std::uint32_t seed)
    : every_(config.every), jitter_(config.jitter), random_(seed) {
  for (std::uint32_t i = 0; i < polled.size(); ++i) {
    const bool old = polled[i] && every_ && (now - *polled[i] >= *every_ || *polled[i] > now);
    if (!polled[i] || old) at_once_.emplace_back(i);
  }
  if (!every_ || polled.empty()) return;
  slices_.resize(std::clamp<std::size_t>(polled.size() / kSwitchesInSlice, 1, kMostSlices));
  for (std::uint32_t i = 0; i < polled.size(); ++i) slices_[i % slices_.size()].switches.emplace_back(i);
  const auto parts = static_cast<Duration::rep>(slices_.size());
  for (std::size_t i = 0; i < slices_.size(); ++i)
    slices_[i].next = now + *every_ * static_cast<Duration::rep>(i + 1) / parts;
}

Duration PollSchedule::jittered() {
  std::uniform_real_distribution<double> part(1 - jitter_, 1 + jitter_);
  return Duration{static_cast<Duration::rep>(static_cast<double>(every_->count()) * part(random_))};
}

std::vector<SwitchId> PollSchedule::due(Time now) {
  std::vector<SwitchId> all;
  if (now >= at_once_from_ || at_once_from_ - now > kAgain) all.swap(at_once_);
  for (Slice& slice : slices_) {
    // A clock that was set back must not stop the walks.
    if (slice.next - now > 2 * *every_) slice.next = now + *every_;
    if (slice.next > now) continue;
    all.insert(all.end(), slice.switches.begin(), slice.switches.end());
    // From its turn, not from now, so that the slices stay apart; unless it is late by whole turns.
    const Duration turn = jittered();
    slice.next = slice.next + turn > now ? slice.next + turn : now + turn;
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

void PollSchedule::again(std::span<const SwitchId> switches, Time now) {
  at_once_.insert(at_once_.end(), switches.begin(), switches.end());
  at_once_from_ = now + kAgain;
}

std::optional<Time> PollSchedule::next() const {
  std::optional<Time> first;
  if (!at_once_.empty()) first = at_once_from_;
  for (const Slice& slice : slices_) first = std::min(first.value_or(slice.next), slice.next);
  return first;
}

}  // namespace lanwarden::agent
