// Takes a station off an edge port, and lets it in again. The order is the safety: look anew, judge, write
// the intent to the journal, look once more, SET, read back, write what happened. Killed anywhere, the next
// start knows from the journal what may be shut, and finishes or undoes it: recover().
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "agent/isolation/clock.h"
#include "agent/isolation/guard.h"
#include "agent/isolation/plan.h"
#include "agent/isolation/switches.h"
#include "agent/locate/locator.h"
#include "agent/store/isolation_journal.h"

namespace lanwarden::agent {

struct IsolationRequest {
  std::optional<topology::MacAddress> mac;       ///< this station's port; or else
  std::string switch_name, port;                 ///< this port
  std::optional<std::chrono::seconds> duration;  ///< nullopt: forever
  bool dry_run = true;
  std::string who, reason;
  std::optional<std::int64_t> incident;
  IsolationWay way = IsolationWay::kAdminDown;
  /// Longer each time the station comes back (schedule.h: next_duration).
  bool longer_each_time = false;
  /// When the station was last heard of; tables must be newer. nullopt: now.
  std::optional<topology::Time> sighting;
  /// The address of this machine's interface at which that frame of the station itself arrived: the switches
  /// between the two have learned from it. nullopt: it was not heard here.
  std::optional<topology::MacAddress> heard_by;
  bool mark = false;      ///< write into ifAlias who holds the port
  bool rollback = false;  ///< undo it when the link stays up or the station stays in the tables
  /// Guard rails to lift, by their names. Heeded only `by_hand` and with a reason, and only those that
  /// may_be_forced.
  std::vector<std::string> force;
  bool by_hand = false;
};

enum class IsolationResult { kIsolated, kWouldIsolate, kRefused, kFailed };
std::string_view to_string(IsolationResult result);  ///< "isolated" "would-isolate" "refused" "failed"

/// A port before and after a SET.
struct ReadBack {
  topology::OperStatus admin_before = topology::OperStatus::kUnknown;
  topology::OperStatus admin_after = topology::OperStatus::kUnknown;
  topology::OperStatus oper_after = topology::OperStatus::kUnknown;
};

struct IsolationOutcome {
  IsolationResult result = IsolationResult::kRefused;
  IsolationWay way = IsolationWay::kAdminDown;
  std::string switch_name, port;  ///< empty when not located
  topology::IfIndex ifindex;
  topology::MacAddress mac;        ///< zero when a port was named
  std::optional<std::int64_t> id;  ///< of the journal entry
  std::vector<Refusal> refusals;
  std::vector<Refusal> forced;  ///< those that were lifted
  std::optional<Located> located;
  std::string failure;  ///< for kFailed: the sentence
  std::optional<ReadBack> verified;
  std::optional<topology::Time> until;
  std::vector<std::string> steps;       ///< what was done and seen, in order, for the incident's timeline
  std::vector<VariableChange> changes;  ///< what is or would be written
  std::vector<std::string> doubts;      ///< "the link is still up": what the watch after the SET did not like
  std::optional<bool> gone;  ///< whether the station left the tables of its switch; nullopt: not known
  bool over = false;         ///< power-cycle, rollback: the port is as before
};

struct RestoreOutcome {
  bool restored = false;
  Isolation isolation;
  std::string failure;
  std::optional<ReadBack> verified;
  bool by_others = false;          ///< it was open already: nothing was written
  std::vector<std::string> notes;  ///< what a person should know besides
};

/// What recover() found and did with one entry of the journal.
struct Recovered {
  Isolation isolation;  ///< as it stands now
  IsolationState before;
  std::string text;     ///< one sentence: "isolation 7 (floor3 A1): the SET was never sent; nothing is shut"
  bool settled = true;  ///< false: its switch could not be asked; it stays as it was
};

struct IsolatorOptions {
  topology::Duration settle =
      std::chrono::seconds{5};  ///< how long a switch may take to show what it was told
  topology::Duration between_reads = std::chrono::milliseconds{200};
};

/// Not thread-safe; on the thread that owns the switches. Borrows everything.
class Isolator {
 public:
  Isolator(const Config& config, IsolationJournal& journal, Switches& switches, Clock& clock = system_clock(),
           IsolatorOptions options = {});

  /// All steps. A journal that cannot be written forbids the SET: without it nobody could undo it.
  StoreResult<IsolationOutcome> isolate(const IsolationRequest& request);

  /// Opens the port of an isolation again, unless somebody else did. Follows the port's name when its ifIndex
  /// moved. What fails is tried again when it is due. Goes on when the journal cannot be written: a full disk
  /// keeps no port shut.
  RestoreOutcome restore(const Isolation& isolation, const std::string& who);

  /// Opens what is due (schedule.h), failed tries included. Call it when next_due() says so.
  StoreResult<std::vector<RestoreOutcome>> restore_due(const std::string& who);

  /// Reads every port that the journal calls open: finishes or undoes what a process left half-done, and
  /// notices what others have opened. One entry for whatever changed or could not be settled. At the start of
  /// every command that touches isolations, and now and then in the daemon. Entries that a living process
  /// works on are left alone.
  StoreResult<std::vector<Recovered>> recover(const std::string& who);

 private:
  struct Attempt;
  struct Port;
  StoreResult<void> look(Attempt& a);
  StoreResult<void> judge_limits(Attempt& a, GuardInput& facts);
  void force(Attempt& a);
  bool make_plan(Attempt& a);
  StoreResult<bool> claim(Attempt& a);
  std::optional<Refusal> second_look(Attempt& a);
  StoreResult<void> tell_new_intent(Attempt& a);
  void act(Attempt& a);
  void announce_undo(const Attempt& a, const std::vector<snmp::Varbind>& varbinds);
  void watch(Attempt& a);
  void follow(const Attempt& a);
  void give_up(Attempt& a, const std::string& why);
  void write(Attempt& a, std::string action, std::string answer);

  /// One SET of all of them, or, when the switch refuses that, one after the other.
  topology::Result<void, snmp::Failure> set(topology::SwitchId sw,
                                            const std::vector<snmp::Varbind>& varbinds);
  topology::Result<Port, snmp::Failure> read_port(topology::SwitchId sw, topology::IfIndex ifindex,
                                                  const std::vector<VariableChange>& changes);
  /// Reads until every change stands where it shall and the link follows, or patience ends.
  topology::Result<Port, snmp::Failure> settle(topology::SwitchId sw, topology::IfIndex ifindex,
                                               const std::vector<VariableChange>& changes, Towards towards,
                                               bool link_follows);
  topology::Result<Port, snmp::Failure> find_port(topology::SwitchId sw, Isolation& entry);
  topology::Result<void, snmp::Failure> withdraw(topology::SwitchId sw, const Isolation& entry,
                                                 const std::string& who);
  AuditEntry line(const Isolation& i, const std::string& who, std::string action, std::string why) const;
  void fail_restore(RestoreOutcome& outcome, const std::string& who, std::string why);
  void save(RestoreOutcome& outcome, const AuditEntry& audit);
  StoreResult<Recovered> settle_entry(const Isolation& entry, const std::string& who);

  const Config& config_;
  IsolationJournal& journal_;
  Switches& switches_;
  Clock& clock_;
  IsolatorOptions options_;
  std::string self_;
};

}  // namespace lanwarden::agent
