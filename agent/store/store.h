// The memory: polls as intervals, incidents, isolations. An interface, with one
// contract suite that every back end passes; sqlite_store.h is the first.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/capture/evidence_frame.h"
#include "agent/store/chronicle.h"
#include "agent/store/isolation_journal.h"
#include "topology/mac_pattern.h"
#include "topology/switch_snapshot.h"
#include "topology/time.h"

namespace lanwarden::agent {

using topology::MacPattern;
using topology::SwitchSnapshot;

enum class IncidentState : std::uint8_t {
  kOpen,
  kLocated,
  kAsked,
  kIsolated,
  kRefused,
  kDryRun,
  kVerified,
  kRestored,
  kClosed,
};
std::string_view to_string(IncidentState state);  ///< "open" "located" "asked" "isolated" "refused" "dry-run"
                                                  ///< "verified" "restored" "closed"
std::optional<IncidentState> incident_state(std::string_view text);

/// What one incident may keep of frames: enough to convince a manufacturer, too little to fill a disk.
inline constexpr std::size_t kMostEvidenceFrames = 200;
inline constexpr std::size_t kMostEvidenceOctets = 256 * 1024;

/// One step in the life of an incident. Append-only.
struct IncidentEvent {
  Time time{};
  IncidentState state;    ///< the state after this step
  std::string text;       ///< one sentence, with the reason
  std::string data_json;  ///< the facts: finding, location, varbinds…; may be empty
};

struct Incident {
  std::int64_t id = 0;
  IncidentState state = IncidentState::kOpen;
  std::string kind;  ///< of the finding
  std::string severity;
  MacAddress mac;
  std::string summary;
  std::string switch_name, port;  ///< once located
  Time opened{}, updated{};
  std::vector<IncidentEvent> events;
};

/// How long the past is kept.
struct Retention {
  Time before{};                  ///< what ended before this goes
  std::uint64_t most_octets = 0;  ///< beyond this the oldest intervals go, however young; 0: no limit
  std::size_t rows = 1000;        ///< of each kind, at most, in one step
  MacAddress station;             ///< where the last step stopped: Forgotten::station
};
struct Forgotten {
  std::size_t intervals = 0, claims = 0, incidents = 0, stations = 0,
              wiring = 0;  ///< claims: addresses, names …
  bool short_of_room = false;
  bool more = false;  ///< another step has something to do
  MacAddress station;
};

/// What a poll has changed, in interval rows written.
struct SavedPoll {
  std::size_t rows = 0;
  std::vector<std::size_t> rows_of;  ///< of each snapshot, in their order
};

/// Thread-compatible: one thread at a time. Every mutator is one transaction:
/// it has happened wholly, durably, or not at all.
class Store : public IsolationJournal, public Chronicle {
 public:
  /// Writes what changed: opens, extends and closes intervals. A table that is
  /// not complete closes no interval.
  virtual StoreResult<SavedPoll> save_poll(std::span<const SwitchSnapshot> snapshots) = 0;
  /// What a switch that was polled before (`sw`: its last snapshot) says of single stations now. Opens
  /// intervals where it has them, and closes those of the same station and VLAN on its other ports.
  virtual StoreResult<void> save_rows(const SwitchSnapshot& sw, std::span<const topology::FdbEntry> rows,
                                      Time now) = 0;
  /// The last known snapshot of every switch ever polled, with its forwarding
  /// rows (open intervals); sorted by name.
  virtual StoreResult<std::vector<SwitchSnapshot>> snapshots() = 0;
  /// The same of these switches alone, those of them that were ever polled.
  virtual StoreResult<std::vector<SwitchSnapshot>> snapshots(std::span<const std::string> names) = 0;
  /// Another text after every poll that was saved: while it is the same, so are the snapshots.
  virtual StoreResult<std::string> revision() = 0;

  /// Intervals of matching stations; at a time, or (nullopt) all open ones. Sorted
  /// by (mac, last_seen descending). At most `limit`.
  virtual StoreResult<std::vector<Sighting>> sightings(const MacPattern& pattern, std::optional<Time> at,
                                                       std::size_t limit) = 0;
  /// Every interval of one station that is open or ended after `since`, in the order in which they began.
  virtual StoreResult<std::vector<Sighting>> history(MacAddress mac, Time since, std::size_t limit) = 0;
  /// Distinct known stations matching (forwarding tables, ARP, sniffed), sorted.
  virtual StoreResult<std::vector<MacAddress>> stations(const MacPattern& pattern, std::size_t limit) = 0;

  /// One step of forgetting: closed intervals, addresses and names not seen since,
  /// links that ended, what was noticed of switches, closed incidents that led to no
  /// isolation, and stations that nothing speaks of any more. Never what is known now, the journal or the
  /// trail.
  virtual StoreResult<Forgotten> forget(const Retention& retention) = 0;

  /// Addresses that were heard, each at its `last_seen`.
  virtual StoreResult<void> save_bindings(std::span<const IpBinding> bindings) = 0;
  /// Those that nobody else has taken since, the newest first.
  virtual StoreResult<std::vector<IpBinding>> bindings(IpAddress ip) = 0;
  virtual StoreResult<std::vector<IpBinding>> bindings(MacAddress mac) = 0;

  /// Returns the new id; `incident.events` are stored too.
  virtual StoreResult<std::int64_t> open_incident(const Incident& incident) = 0;
  /// The newest not yet closed incident of this culprit, to merge into; of this kind only, unless it is
  /// empty.
  virtual StoreResult<std::optional<Incident>> find_open_incident(std::string_view kind, MacAddress mac) = 0;
  /// Appends a step, and sets state and, when not empty, the place.
  virtual StoreResult<void> append_event(std::int64_t incident, const IncidentEvent& event,
                                         const std::string& switch_name = {},
                                         const std::string& port = {}) = 0;
  /// A worse finding about the same culprit: the incident bears its name from now on.
  virtual StoreResult<void> worsen_incident(std::int64_t incident, const std::string& kind,
                                            const std::string& severity, const std::string& summary) = 0;
  virtual StoreResult<std::vector<Incident>> incidents(bool with_events,
                                                       bool open_only = false) = 0;  ///< newest first
  virtual StoreResult<std::optional<Incident>> incident(std::int64_t id) = 0;

  /// Frames that prove an incident, in the order they are given. Bounded for each incident: frames beyond
  /// kMostEvidenceFrames or kMostEvidenceOctets, and those it has already (same interface, number and time),
  /// are left out. Returns how many were kept.
  virtual StoreResult<std::size_t> add_evidence(std::int64_t incident,
                                                std::span<const EvidenceFrame> frames) = 0;
  virtual StoreResult<std::vector<EvidenceFrame>> evidence(std::int64_t incident) = 0;  ///< by time
};

}  // namespace lanwarden::agent
