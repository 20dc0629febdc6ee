// The one who asks: real Net-SNMP sessions, many switches at once, one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "snmp/target.h"
#include "snmp/variable.h"
#include "topology/locate.h"
#include "topology/result.h"
#include "topology/switch_snapshot.h"

namespace lanwarden::snmp {

using topology::IfIndex;
using topology::MacAddress;
using topology::Result;
using topology::SwitchId;
using topology::SwitchSnapshot;

/// Why a switch gave no answer. Closed; to_string gives the contract's short word.
enum class Cause : std::uint8_t {
  kTimeout,              ///< "timeout": silence: dead, filtered, or a wrong community
  kUnreachable,          ///< "unreachable": ICMP said so, or there is no route
  kBadAddress,           ///< "bad-address": the name does not resolve
  kUnknownUser,          ///< "unknown-user" (usmStatsUnknownUserNames)
  kWrongDigest,          ///< "wrong-digest": authentication password or protocol
  kDecryption,           ///< "decryption-error": privacy password or protocol
  kNotInTimeWindow,      ///< "not-in-time-window", after one resynchronisation
  kUnsupportedSecurity,  ///< "unsupported-security-level"
  kAuthorization,        ///< "authorization-error", noAccess
  kRefused,              ///< "refused": notWritable, inconsistentValue, …: `detail` names it
  kWrongAnswer,          ///< "wrong-answer": it answered, but with something else
  kLocal,                ///< "local-error": no descriptors, no memory: `detail` says
};
std::string_view to_string(Cause cause);

struct Failure {
  Cause cause;
  /// One sentence for people: what happened, where, what to try next. Without secrets.
  std::string detail;
};

struct Progress {
  std::size_t switches_done = 0, switches = 0;
  std::uint64_t rows = 0, requests = 0;
};
using ProgressFn = std::function<void(const Progress&)>;

struct Limits {
  unsigned concurrency = 1024;  ///< requests at once in all
  std::chrono::seconds table_deadline{60};
  std::chrono::seconds switch_deadline{180};
  std::uint32_t table_rows = 1'000'000;  ///< an endless table ends here
};

struct WhereAnswer {
  std::vector<topology::MacRow> rows;                ///< of every switch that answered
  std::vector<std::pair<SwitchId, Failure>> failed;  ///< the others
  std::size_t asked = 0;
};

/// What was read, in the notation of each variable's syntax; nullopt: the agent has no such instance.
using Values = std::vector<std::optional<std::string>>;

/// What `check` wants to know of a switch.
struct CheckResult {
  SwitchSnapshot snapshot;         ///< with tables' completeness and row counts
  std::optional<Failure> failure;  ///< when it gave no answer
  std::chrono::milliseconds round_trip{0};
  /// nullopt: no write credential configured; else whether the write credential
  /// is accepted (tested by reading with it; nothing is changed).
  std::optional<bool> write_credential_answers;
};

/// Who answers, as `Collector::hello` asks.
struct Hello {
  std::string system_name;  ///< empty when it has none
  std::uint64_t uptime_cs = 0;
};

/// One variable of a targeted question, for people: `check --explain`.
struct WhereQuestion {
  std::string oid;      ///< dotted
  std::string context;  ///< the VLAN whose context is asked; empty: the default one
};
/// What where() would GET of a switch for `mac`, given its last snapshot.
std::vector<WhereQuestion> where_questions(const SwitchSnapshot& known, MacAddress mac);

/// What `record` saves of a switch; mibs/recording.h says what it never saves.
struct RecordOptions {
  std::vector<std::string> more_roots;  ///< dotted; besides what lanwarden reads
  bool anonymize = false;
  bool keep_vendors = false;        ///< of anonymised addresses: the first three octets stay
  std::uint64_t key[2] = {0, 0};    ///< for anonymising: random, thrown away afterwards
  std::vector<Credential> secrets;  ///< a value that holds one of their secrets is left out
  std::uint32_t rows = 1'000'000;   ///< of each subtree at most
  std::chrono::seconds deadline{600};
};
/// What one VLAN context of a switch said, in snmpsim's format, sorted by OID.
struct RecordedContext {
  std::string context;  ///< a VLAN; empty: the default one
  std::string text;
  std::size_t variables = 0;
  std::size_t left_out = 0;      ///< variables that were sent and are not in `text`
  std::vector<std::string> cut;  ///< subtrees of which something was lost, with the cause
};

/// Owns all of Net-SNMP. Not thread-safe: one thread owns it and calls it; every
/// call runs the event loop until its work has ended, deadlines included.
class Collector {
 public:
  explicit Collector(std::vector<Target> targets, Limits limits = {});
  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  std::span<const Target> targets() const;

  /// While any call of this runs, `serve` is called whenever `fd` is readable: what cannot wait until a walk
  /// has ended. `serve` takes what makes it readable; it may use another Collector, never this one.
  void meanwhile(int fd, std::function<void()> serve);
  /// What another collector found: where() asks a switch that is supposed to be silent once, and waits for it
  /// no longer than half a second. Its own questions teach it the same.
  void suppose_silent(SwitchId sw, bool silent);
  /// From within `serve` or progress: what is under way ends at once, as if no switch answered any more, and
  /// so does whatever is asked of this afterwards. A SET is not given up: somebody has to know what came of
  /// it.
  void abandon();
  bool abandoned() const;

  /// Walks `which` (all when empty): one snapshot each, in the same order, with
  /// `answered` false and the cause in `problems` for those that gave nothing. `last[i]`, where given and not
  /// null, is targets()[i]'s snapshot before: what it tells of the agent's manners makes this poll faster,
  /// and it completes a base-port table that is cut off this time.
  std::vector<SwitchSnapshot> poll(std::span<const SwitchId> which, const ProgressFn& progress = {},
                                   std::span<const SwitchSnapshot* const> last = {});
  /// The failure of each switch of the last poll() that did not answer.
  std::span<const std::pair<SwitchId, Failure>> failures() const;

  /// One round trip: is `mac` in any forwarding database of any switch? Targeted
  /// GETs, all switches at once. `known[i]` is targets()[i]'s last snapshot (may be empty: then
  /// its filtering databases and base ports are read first, which costs round trips). Decodes by the same
  /// rules as poll().
  WhereAnswer where(MacAddress mac, std::span<const SwitchSnapshot> known);
  /// The same for many stations, all in one go: one answer each, in their order. `which`: only these switches
  /// are asked (all when empty).
  std::vector<WhereAnswer> where(std::span<const MacAddress> macs, std::span<const SwitchSnapshot> known,
                                 std::span<const SwitchId> which = {});

  /// GETs these of one switch, now, with the reading credential; in their order.
  Result<Values, Failure> read(SwitchId sw, std::span<const Variable> variables);
  /// One SET of all of them, with the write credential. RFC 3416 §4.2.5: all or nothing, as if at once.
  /// kRefused, kAuthorization: the agent said no, nothing was changed. kTimeout, kUnreachable: silence; it
  /// may have been carried out. Success means only that the agent said noError: read back.
  Result<void, Failure> set(SwitchId sw, std::span<const Varbind> varbinds);

  std::vector<CheckResult> check(std::span<const SwitchId> which, const ProgressFn& progress = {});

  /// Is anybody there who knows the credential? One GET of sysUpTime and sysName
  /// each, all at once, with the target's timeout and retries; in the order of `which`.
  std::vector<Result<Hello, Failure>> hello(std::span<const SwitchId> which, const ProgressFn& progress = {});
  /// Walks the subtrees that lanwarden reads, in each VLAN context that a poll asks. The default context
  /// comes first. kLocal: a root is no OID.
  Result<std::vector<RecordedContext>, Failure> record(SwitchId sw, const RecordOptions& options,
                                                       const ProgressFn& progress = {});
  /// A poll of what `discover` needs: system, addresses, ports, LLDP and CDP. No forwarding table.
  std::vector<SwitchSnapshot> neighbors(std::span<const SwitchId> which, const ProgressFn& progress = {});

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace lanwarden::snmp
