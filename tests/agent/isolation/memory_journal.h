// A journal in memory, for a hundred thousand stories; and one that fails when it is told to.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "agent/store/isolation_journal.h"

namespace lanwarden::agent::testing {

class MemoryJournal final : public IsolationJournal {
 public:
  StoreResult<IsolationClaim> claim_isolation(const Isolation& isolation, const IsolationLimits& limits,
                                              std::span<const AuditEntry> audit) override {
    for (const auto& [id, i] : entries_)
      if (is_open(i.state) && i.switch_name == isolation.switch_name && i.port == isolation.port)
        return IsolationClaim{IsolationClaim::Answer::kPortIsTaken, id, 1};
    const IsolationCounts counts = *count_isolations(limits.since);
    if (limits.per_hour && counts.recent >= *limits.per_hour)
      return IsolationClaim{IsolationClaim::Answer::kTooManyInAnHour, 0, counts.recent};
    if (limits.at_once && counts.open >= *limits.at_once)
      return IsolationClaim{IsolationClaim::Answer::kTooManyAtOnce, 0, counts.open};
    const std::int64_t id = ++last_;
    Isolation& entry = entries_[id] = isolation;
    entry.id = id;
    entry.revision = 0;
    append(audit, id);
    return IsolationClaim{IsolationClaim::Answer::kClaimed, id, 0};
  }
  StoreResult<bool> update_isolation(Isolation& isolation, std::span<const AuditEntry> audit) override {
    const auto it = entries_.find(isolation.id);
    if (it == entries_.end()) return tl::make_unexpected(StoreError{StoreCause::kOther, "no such isolation"});
    if (it->second.revision != isolation.revision) return false;
    ++isolation.revision;
    it->second = isolation;
    append(audit, isolation.id);
    return true;
  }
  StoreResult<std::vector<Isolation>> isolations(bool open_only) override {
    std::vector<Isolation> all;
    for (auto it = entries_.rbegin(); it != entries_.rend(); ++it)
      if (!open_only || is_open(it->second.state)) all.push_back(it->second);
    return all;
  }
  StoreResult<std::optional<Isolation>> isolation(std::int64_t id) override {
    const auto it = entries_.find(id);
    return it == entries_.end() ? std::nullopt : std::optional(it->second);
  }
  StoreResult<IsolationCounts> count_isolations(Time since) override {
    IsolationCounts counts;
    for (const auto& [_, i] : entries_) {
      counts.recent += i.intended >= since ? 1 : 0;
      counts.open += is_open(i.state) ? 1 : 0;
    }
    return counts;
  }
  StoreResult<void> append_audit(const AuditEntry& entry) override {
    append({&entry, 1}, std::nullopt);
    return {};
  }
  StoreResult<std::vector<AuditEntry>> audit(const AuditFilter&) override { return audit_; }

  const std::vector<AuditEntry>& trail() const { return audit_; }

 private:
  void append(std::span<const AuditEntry> audit, std::optional<std::int64_t> isolation) {
    for (AuditEntry e : audit) {
      e.id = static_cast<std::int64_t>(audit_.size() + 1);
      if (!e.isolation) e.isolation = isolation;
      audit_.push_back(std::move(e));
    }
  }
  std::map<std::int64_t, Isolation> entries_;
  std::vector<AuditEntry> audit_;
  std::int64_t last_ = 0;
};

/// Passes everything on to another journal, and tells a hook before and after each write. The hook may say
/// that the disk is full (true: the write fails), or not return at all.
class WatchedJournal final : public IsolationJournal {
 public:
  enum class When { kBefore, kAfter };
  using Hook = std::function<bool(When when, const char* what)>;
  WatchedJournal(IsolationJournal& below, Hook hook) : below_(below), hook_(std::move(hook)) {}

  StoreResult<IsolationClaim> claim_isolation(const Isolation& isolation, const IsolationLimits& limits,
                                              std::span<const AuditEntry> audit) override {
    return around("claim", [&] { return below_.claim_isolation(isolation, limits, audit); });
  }
  StoreResult<bool> update_isolation(Isolation& isolation, std::span<const AuditEntry> audit) override {
    return around("update", [&] { return below_.update_isolation(isolation, audit); });
  }
  StoreResult<void> append_audit(const AuditEntry& entry) override {
    return around("audit", [&] { return below_.append_audit(entry); });
  }
  StoreResult<std::vector<Isolation>> isolations(bool open_only) override {
    return below_.isolations(open_only);
  }
  StoreResult<std::optional<Isolation>> isolation(std::int64_t id) override { return below_.isolation(id); }
  StoreResult<IsolationCounts> count_isolations(Time since) override {
    return below_.count_isolations(since);
  }
  StoreResult<std::vector<AuditEntry>> audit(const AuditFilter& filter) override {
    return below_.audit(filter);
  }

 private:
  template <class Write>
  auto around(const char* what, Write&& write) -> decltype(write()) {
    if (hook_(When::kBefore, what))
      return tl::make_unexpected(StoreError{StoreCause::kFull, "lanwarden.db: the disk is full"});
    auto done = write();
    hook_(When::kAfter, what);
    return done;
  }
  IsolationJournal& below_;
  Hook hook_;
};

}  // namespace lanwarden::agent::testing
