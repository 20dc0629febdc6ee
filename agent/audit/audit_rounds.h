// Audits by the clock. Looking at the network takes a moment of the thread that owns it; keeping, comparing
// and telling is a thread's of its own, with its own connection to the store: a hunt never waits for an
// audit.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "agent/audit/audit_state.h"
#include "agent/audit/auditor.h"
#include "topology/audit/wiring.h"

namespace lanwarden::agent {

class AuditRounds {
 public:
  /// What came of one; called on the audit's own thread.
  using Tell = std::function<void(StoreResult<AuditReport>)>;
  /// `store`: a connection of its own. [audit] every is not "never".
  AuditRounds(const Config& config, std::unique_ptr<Store> store, Tell tell);
  ~AuditRounds();
  AuditRounds(const AuditRounds&) = delete;
  AuditRounds& operator=(const AuditRounds&) = delete;

  /// Whether its time has come and the audit before is done. The owner's thread, as the next two.
  bool due(topology::Time now) const;
  void look(const AuditedNetwork& network, topology::Time now);
  /// Each poll of a switch: what its ports do between two audits.
  void polled(const topology::SwitchSnapshot& sw) { watch_.see(sw); }

  AuditState state() const;

 private:
  enum class Stage { kLoading, kIdle, kLooked, kEnd };
  void run();
  void load();
  void finish();

  const std::unique_ptr<Store> store_;
  const topology::Duration every_;
  const Tell tell_;
  topology::audit::PortWatch watch_;
  mutable std::mutex mutex_;
  std::condition_variable work_;
  Stage stage_ = Stage::kLoading;  ///< whose auditor_ is: the owner's in kIdle, else the audit thread's
  Auditor auditor_;
  AuditState state_;
  std::thread thread_;
};

}  // namespace lanwarden::agent
