// The journal of isolations and the audit trail: what was going to be written to a switch, before it was, and
// what came of it. Whoever opens the store next can tell from it which ports may be shut, and undo it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/store/store_error.h"
#include "topology/ids.h"
#include "topology/mac_address.h"
#include "topology/time.h"

namespace lanwarden::agent {

using topology::MacAddress;
using topology::Time;

/// How a station is taken off.
enum class IsolationWay : std::uint8_t {
  kAdminDown,   ///< ifAdminStatus down, until it is restored
  kQuarantine,  ///< the port moves into the quarantine VLAN, until it is restored
  kPowerCycle,  ///< PoE off, a moment, and on again
};
std::string_view to_string(IsolationWay way);  ///< "admin-down" "quarantine" "power-cycle"
std::optional<IsolationWay> isolation_way(std::string_view text);

enum class IsolationState : std::uint8_t {
  kIntended,   ///< written before the first SET: the port may be shut
  kActive,     ///< SET, read back: the port is shut
  kRestoring,  ///< written before the SET that opens it: it may be open again
  kFailed,     ///< the switch refused or ignored it, or it was never sent; nothing is shut
  kRestored,   ///< lanwarden opened it again
  kReleased,   ///< somebody else opened it: respected
};
std::string_view to_string(IsolationState state);  ///< "intended" "active" "restoring" "failed" "restored"
                                                   ///< "released"
std::optional<IsolationState> isolation_state(std::string_view text);
/// Whether something may be shut: intended, active, restoring.
bool is_open(IsolationState state);

/// One variable that an isolation changes. Values in snmpset's notation (snmp/variable.h).
struct VariableChange {
  std::string oid;    ///< dotted instance
  std::string name;   ///< "ifAdminStatus.1"
  char syntax = 'i';  ///< 'i' 'u' 'x' 's'
  std::string before, after;
  /// Of a PortList, the one port (from 1) whose bit is ours: what others do with the rest stays theirs. 0:
  /// the whole value is ours.
  std::uint32_t bit = 0;
  bool operator==(const VariableChange&) const = default;
};

struct Isolation {
  std::int64_t id = 0;
  IsolationState state = IsolationState::kIntended;
  IsolationWay way = IsolationWay::kAdminDown;
  std::optional<std::int64_t> incident;
  std::string switch_name, port;
  topology::IfIndex ifindex;
  MacAddress mac;  ///< zero when a port was named by hand
  std::string who, reason;
  std::string old_admin_status;         ///< "up": as it was before
  std::vector<VariableChange> changes;  ///< in the order of the SETs; undone in the opposite one
  std::vector<std::string> forced;      ///< guard rails that were lifted by hand
  Time intended{};
  std::optional<Time> set_at, restored_at;
  std::optional<Time> until;  ///< nullopt: forever
  /// The deadline by a clock that nobody sets: time since the boot named `boot`. A wall clock that jumps
  /// neither opens a port early nor keeps it shut while that boot lasts.
  std::string boot;
  std::optional<topology::Duration> until_since_boot;
  std::string owner;                 ///< the process that works on it; empty: none
  unsigned attempts = 0;             ///< restores that failed
  std::optional<Time> next_attempt;  ///< after a failed restore
  std::string note;                  ///< last answer of the switch, in words
  std::int64_t revision = 0;         ///< of this entry: an update that comes too late is noticed
};

/// One line of the trail: who did what, when and why, and what the switch said.
struct AuditEntry {
  std::int64_t id = 0;
  Time time{};
  std::string who;
  std::string action;  ///< "intend" "set" "answer" "refuse" "restore" "recover" "release" "force" …
  std::string why;
  std::optional<std::int64_t> isolation, incident;
  std::string switch_name, port;
  MacAddress mac;        ///< zero when none
  std::string varbinds;  ///< as sent, one a line: "1.3.6.1.2.1.2.2.1.7.1 i 2"; empty: nothing was sent
  std::string answer;    ///< of the switch, in words
};
struct AuditFilter {
  std::optional<std::int64_t> isolation, incident;
  std::size_t limit = 1000;  ///< the newest so many
};

/// How many isolations all processes together may begin.
struct IsolationLimits {
  std::optional<std::size_t> per_hour;  ///< of those intended since `since`, whatever became of them
  Time since{};
  std::optional<std::size_t> at_once;  ///< of those that are open
};
struct IsolationClaim {
  enum class Answer : std::uint8_t { kClaimed, kTooManyInAnHour, kTooManyAtOnce, kPortIsTaken };
  Answer answer = Answer::kClaimed;
  std::int64_t id = 0;      ///< kClaimed: the new entry; kPortIsTaken: the open one that holds the port
  std::size_t counted = 0;  ///< how many there are, where a limit says no
};
struct IsolationCounts {
  std::size_t recent = 0, open = 0;
};

/// Every mutator is one transaction: it has happened wholly, durably, or not at all.
class IsolationJournal {
 public:
  virtual ~IsolationJournal() = default;

  /// The journal entry, if the limits allow it and no open one holds the same port: counted and written in
  /// one transaction, so that processes cannot pass a limit together. `audit` is appended with it (isolation
  /// filled in). Durable when this returns.
  virtual StoreResult<IsolationClaim> claim_isolation(const Isolation& isolation,
                                                      const IsolationLimits& limits,
                                                      std::span<const AuditEntry> audit = {}) = 0;
  /// Writes all of it, and appends `audit`. False, and nothing written, when the entry is no longer the one
  /// that `isolation.revision` was read from; else the revision is advanced. An unknown id is an error.
  virtual StoreResult<bool> update_isolation(Isolation& isolation,
                                             std::span<const AuditEntry> audit = {}) = 0;
  virtual StoreResult<std::vector<Isolation>> isolations(bool open_only) = 0;  ///< newest first
  virtual StoreResult<std::optional<Isolation>> isolation(std::int64_t id) = 0;
  virtual StoreResult<IsolationCounts> count_isolations(Time since) = 0;

  /// Append-only: the store itself refuses to change or remove a line.
  virtual StoreResult<void> append_audit(const AuditEntry& entry) = 0;
  virtual StoreResult<std::vector<AuditEntry>> audit(const AuditFilter& filter) = 0;  ///< oldest first
};

}  // namespace lanwarden::agent
