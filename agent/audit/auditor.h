// An audit: the wiring as it is known brought up to date with the last polls, compared, and what came of it
// kept.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "agent/config/config.h"
#include "agent/store/store.h"
#include "agent/store/wiring_log.h"
#include "topology/audit/finding.h"

namespace lanwarden::agent {

using AuditFinding = topology::audit::Finding;

struct AuditReport {
  topology::Time time{};
  bool first = false;              ///< there was nothing to compare with
  topology::Time compared_with{};  ///< of that wiring; nothing when `first`
  std::string baseline;            ///< the file it came from; empty: the store
  std::size_t switches = 0, ports = 0, links = 0, stations = 0;
  std::vector<AuditFinding> ended;            ///< faults that are no longer there
  std::vector<AuditFinding> fresh, standing;  ///< worst first
  struct Acknowledged {
    AuditFinding finding;
    Acknowledgement by;
  };
  std::vector<Acknowledged> acknowledged;  ///< of fresh and standing
};

/// What one look takes from the network, as it was last polled.
struct AuditedNetwork {
  const topology::Fabric& fabric;
  std::span<const topology::SwitchSnapshot> routers;
  std::vector<std::string> silent;  ///< switches that were asked last, and did not answer
};

/// Not thread-safe; borrows the configuration and the store.
class Auditor {
 public:
  Auditor(const Config& config, Store& store) : config_(config), store_(store), log_(wiring_log(store)) {}

  /// What is known, from the store.
  StoreResult<void> load();
  /// Brings it up to date, in memory. `watch`: what ports did meanwhile; nullptr: nobody watched.
  void look(const AuditedNetwork& network, topology::Time now,
            const topology::audit::PortWatch* watch = nullptr);
  /// Keeps it. False: another process has kept its own since load(); that is to be done again then.
  StoreResult<bool> save();
  /// load(), look() and save(), until nobody comes between.
  StoreResult<void> remember(const AuditedNetwork& network, topology::Time now);

  struct SinceLast {};
  struct SinceTime {
    topology::Time time;
  };
  struct Baseline {
    std::string name;
    topology::audit::Wiring wiring;
  };
  using Against = std::variant<SinceLast, SinceTime, Baseline>;
  /// Of what was saved. Against the last audit it is kept as an audit itself, told by `by`; else it is only a
  /// look.
  StoreResult<AuditReport> audit(const Against& against, const std::string& by);
  const topology::audit::Wiring& wiring() const { return wiring_; }

 private:
  StoreResult<topology::audit::Wiring> stored(std::optional<topology::Time> at);
  StoreResult<topology::audit::Terms> terms(topology::Time now);
  StoreResult<void> set_aside_acknowledged(AuditReport& report);

  const Config& config_;
  Store& store_;
  WiringLog& log_;
  topology::audit::Wiring wiring_;
  std::int64_t revision_ = 0;  ///< the store's, of wiring_
};

}  // namespace lanwarden::agent
