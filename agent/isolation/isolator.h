// Shuts an edge port, and opens it again. The order is the safety: look anew,
// judge, write the intent to the store, SET, read back, write what happened.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "agent/isolation/guard.h"
#include "agent/locate/locator.h"
#include "agent/store/store.h"
#include "snmp/collector.h"

namespace lanwarden::agent {

struct IsolationRequest {
  std::optional<topology::MacAddress> mac;       ///< this station's port; or else
  std::string switch_name, port;                 ///< this port
  std::optional<std::chrono::seconds> duration;  ///< nullopt: forever
  bool dry_run = true;
  std::string who, reason;
  std::optional<std::int64_t> incident;
};

enum class IsolationResult { kIsolated, kWouldIsolate, kRefused, kFailed };
std::string_view to_string(IsolationResult result);  ///< "isolated" "would-isolate" "refused" "failed"

struct IsolationOutcome {
  IsolationResult result = IsolationResult::kRefused;
  std::string switch_name, port;  ///< empty when not located
  topology::IfIndex ifindex;
  topology::MacAddress mac;        ///< zero when a port was named
  std::optional<std::int64_t> id;  ///< of the journal entry
  std::vector<Refusal> refusals;
  std::optional<Located> located;
  std::string failure;  ///< for kFailed: the sentence
  std::optional<snmp::AdminResult> verified;
  std::optional<topology::Time> until;
  std::vector<std::string> steps;  ///< what was done and seen, in order, for the incident's timeline
};

struct RestoreOutcome {
  bool restored = false;
  Isolation isolation;
  std::string failure;
  std::optional<snmp::AdminResult> verified;
};

/// Not thread-safe; on the thread that owns the collector.
class Isolator {
 public:
  Isolator(const Config& config, Store& store, Locator& locator, snmp::Collector& collector);

  /// All steps. A store that cannot be written forbids the SET: without the
  /// journal nobody could undo it.
  StoreResult<IsolationOutcome> isolate(const IsolationRequest& request);
  /// Opens the port of an isolation again, unless its ifName moved elsewhere.
  StoreResult<RestoreOutcome> restore(const Isolation& isolation, const std::string& who);

 private:
  StoreResult<IsolationOutcome> look_and_judge(const IsolationRequest& request);

  const Config& config_;
  Store& store_;
  Locator& locator_;
  snmp::Collector& collector_;
};

/// Addresses of this machine's interfaces and of its default gateways (as its ARP table knows them).
std::vector<topology::MacAddress> own_mac_addresses();
std::vector<topology::MacAddress> gateway_mac_addresses();

}  // namespace lanwarden::agent
