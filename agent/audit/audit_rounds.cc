#include "agent/audit/audit_rounds.h"

#include <utility>

namespace lanwarden::agent {
namespace {

/// After a failure (a full disk, another process that came between).
constexpr topology::Duration kAgain = std::chrono::minutes(1);

}  // namespace

AuditRounds::AuditRounds(const Config& config, std::unique_ptr<Store> store, Tell tell)
    : store_(std::move(store)),
      every_(*config.audit.every),
      tell_(std::move(tell)),
      auditor_(config, *store_),
      thread_([this] { run(); }) {}

AuditRounds::~AuditRounds() {
  {
    const std::lock_guard lock(mutex_);
    stage_ = Stage::kEnd;
  }
  work_.notify_all();
  thread_.join();
}

bool AuditRounds::due(topology::Time now) const {
  const std::lock_guard lock(mutex_);
  if (stage_ != Stage::kIdle) return false;
  // A clock that was set back must not put it off, nor make it due again and again.
  return !state_.next || now >= *state_.next || *state_.next - now > every_;
}

void AuditRounds::look(const AuditedNetwork& network, topology::Time now) {
  {
    const std::lock_guard lock(mutex_);
    if (stage_ != Stage::kIdle) return;
  }
  auditor_.look(network, now, &watch_);
  watch_.forget();
  {
    const std::lock_guard lock(mutex_);
    if (stage_ == Stage::kIdle) stage_ = Stage::kLooked;
    state_.next = now + every_;
  }
  work_.notify_all();
}

AuditState AuditRounds::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void AuditRounds::run() {
  load();
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [this] { return stage_ == Stage::kLooked || stage_ == Stage::kEnd; });
    if (stage_ == Stage::kEnd) return;
    lock.unlock();
    finish();
    lock.lock();
  }
}

/// What is known, and when the next audit is due.
void AuditRounds::load() {
  auto loaded = auditor_.load();
  const auto last = wiring_log(*store_).audits(1);
  {
    const std::lock_guard lock(mutex_);
    if (last && !last->empty()) {
      state_.last = last->front().time;
      state_.next = *state_.last + every_;
      state_.fresh = last->front().fresh;
      state_.standing = last->front().standing;
    }
    if (!loaded) state_.error = loaded.error().message;
    if (stage_ == Stage::kLoading) stage_ = Stage::kIdle;
  }
  if (!loaded) tell_(tl::make_unexpected(loaded.error()));
}

void AuditRounds::finish() {
  const auto saved = auditor_.save();
  StoreResult<AuditReport> report = tl::make_unexpected(StoreError{});
  bool come_between = false;
  if (!saved) {
    report = tl::make_unexpected(saved.error());
  } else if (*saved) {
    report = auditor_.audit(Auditor::SinceLast{}, "schedule");
  } else {
    come_between = true;  // what another process kept is the newer: next time on top of that
  }
  const bool done = !come_between && report.has_value();
  StoreResult<void> loaded;
  if (!done) loaded = auditor_.load();
  {
    const std::lock_guard lock(mutex_);
    if (done) {
      state_.last = report->time;
      state_.fresh = report->fresh.size();
      state_.standing = report->standing.size();
      state_.error.clear();
    } else {
      if (state_.next) state_.next = *state_.next - every_ + std::min(every_, kAgain);
      if (!come_between) state_.error = report.error().message;
    }
    if (stage_ == Stage::kLooked) stage_ = Stage::kIdle;
  }
  if (!come_between) tell_(std::move(report));
}

}  // namespace lanwarden::agent
