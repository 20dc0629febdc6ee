// What audits keep: the wiring as items that each have an interval, the audits themselves, and what people
// said they accept. A wiring in which nothing has changed costs one row.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/store/store_error.h"
#include "topology/time.h"

namespace lanwarden::agent {

/// One thing known of the wiring: key and value are the writer's (agent/audit/wiring_items.h).
struct WiringItem {
  std::string key, value;
  topology::Time from{};  ///< since when it has this value; ignored when saved
  bool operator==(const WiringItem&) const = default;
};

struct KeptWiring {
  std::vector<WiringItem> items;  ///< sorted by key
  topology::Time time{};          ///< when it was last brought up to date
  std::int64_t revision = 0;      ///< 0: none was ever kept
};

/// One audit, as it was told.
struct AuditRecord {
  std::int64_t id = 0;
  topology::Time time{};  ///< of the wiring it looked at: wiring(time) is what the next one compares with
  std::string by;         ///< "anna", "schedule"
  std::uint32_t fresh = 0, standing = 0;
  std::string report_json;  ///< the findings, as `audit --json` prints them
};

/// Somebody accepts a finding.
struct Acknowledgement {
  std::string fingerprint;                       ///< of the finding (topology/audit/finding.h)
  std::string kind, switch_name, port, summary;  ///< what it was, for people
  std::string who, reason;
  topology::Time time{};
  std::optional<topology::Time> until;  ///< nullopt: for good
};

/// Every mutator is one transaction, as of all of the store.
class WiringLog {
 public:
  virtual ~WiringLog() = default;
  /// As it is known now, or was at that time; empty items and time when nothing was kept by then.
  virtual StoreResult<KeptWiring> wiring(std::optional<topology::Time> at = std::nullopt) = 0;
  /// When it was first kept; nullopt: never.
  virtual StoreResult<std::optional<topology::Time>> wiring_begins() = 0;
  /// These items are what is known from `now` on. False, and nothing written, when somebody else has written
  /// since `revision` was read.
  virtual StoreResult<bool> save_wiring(std::span<const WiringItem> items, topology::Time now,
                                        std::int64_t revision) = 0;
  virtual StoreResult<std::int64_t> add_audit(const AuditRecord& audit) = 0;
  virtual StoreResult<std::vector<AuditRecord>> audits(std::size_t limit) = 0;  ///< newest first

  /// Takes the place of an earlier one of the same finding.
  virtual StoreResult<void> acknowledge(const Acknowledgement& acknowledgement) = 0;
  virtual StoreResult<bool> withdraw_acknowledgement(
      const std::string& fingerprint) = 0;                                   ///< false: there was none
  virtual StoreResult<std::vector<Acknowledgement>> acknowledgements() = 0;  ///< oldest first
};

class Store;
/// What this store keeps of them: part of it, with the same lifetime and threads. Every back end has one.
WiringLog& wiring_log(Store& store);

}  // namespace lanwarden::agent
