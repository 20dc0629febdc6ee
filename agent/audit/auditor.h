// An audit: the wiring as it is known brought up to date with the last polls, compared, and what came of it
// kept.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/config/config.h"
#include "agent/locate/locator.h"
#include "agent/store/store.h"
#include "agent/store/wiring_log.h"
#include "topology/audit/finding.h"

namespace lanwarden::agent {

using topology::audit::Finding;

struct AuditReport {
  topology::Time time{};
  bool first = false;              ///< there was nothing to compare with
  topology::Time compared_with{};  ///< of that wiring; nothing when `first`
  std::string baseline;            ///< the file it came from; empty: the store
  std::size_t switches = 0, ports = 0, links = 0, stations = 0;
  std::vector<Finding> fresh, standing;  ///< worst first
  struct Accepted {
    Finding finding;
    Acknowledgement by;
  };
  std::vector<Accepted> accepted;  ///< of both: somebody said so
};

/// Not thread-safe; borrows all of it.
class Auditor {
 public:
  Auditor(const Config& config, Store& store, Locator& locator)
      : config_(config), store_(store), log_(wiring_log(store)), locator_(locator) {}

  /// What is known, brought up to date with the locator's snapshots. `silent`: switches that were asked last
  /// and did not answer. `watch`: what ports did meanwhile; nullptr: nobody watched.
  StoreResult<void> remember(const std::vector<std::string>& silent, topology::Time now,
                             const topology::audit::PortWatch* watch = nullptr);

  struct SinceLast {};
  struct SinceTime {
    topology::Time time;
  };
  struct Baseline {
    std::string name;
    topology::audit::Wiring wiring;
  };
  using Against = std::variant<SinceLast, SinceTime, Baseline>;
  /// After remember(). Against the last audit it is kept as an audit itself, told by `by`; else it is only a
  /// look.
  StoreResult<AuditReport> audit(const Against& against, const std::string& by);
  /// After remember().
  const topology::audit::Wiring& wiring() const { return wiring_; }

 private:
  StoreResult<topology::audit::Wiring> stored(std::optional<topology::Time> at);
  StoreResult<topology::audit::Terms> terms(topology::Time now);
  topology::audit::Circumstances circumstances(const std::vector<std::string>& silent, topology::Time now,
                                               const topology::audit::PortWatch* watch);
  StoreResult<void> set_aside_accepted(AuditReport& report);

  const Config& config_;
  Store& store_;
  WiringLog& log_;
  Locator& locator_;
  topology::audit::Wiring wiring_;
  std::int64_t revision_ = 0;  ///< the store's, of wiring_
};

}  // namespace lanwarden::agent
