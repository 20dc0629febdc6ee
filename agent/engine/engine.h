// The life of an incident as a sans-I/O state machine: events and time in,
// commands out. Whoever drives it does the asking, the writing and the telling.
//
//   finding -> open -> Locate -> located -> Isolate -> isolated | refused | dry-run
//                                        -> asked -> (a person approves) -> isolated
//   isolated -> the symptom is watched -> verified | still there
//            -> heard although its port is shut -> Locate: it moved, and is followed
//            -> restored -> quiet -> closed
//                        -> the trouble returns -> Locate -> isolated for longer
//
// One case is one culprit: every kind of finding about the same station joins it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "agent/engine/policy.h"
#include "agent/isolation/isolator.h"
#include "agent/locate/locator.h"
#include "agent/store/store.h"
#include "analysis/finding.h"
#include "analysis/probe_watch.h"

namespace lanwarden::agent {

/// How the step begins that says that shutting the port did not help.
inline constexpr std::string_view kTroubleGoesOn = "the trouble did NOT end: ";

/// The engine's own number of a case, from 1; the driver knows which incident it is.
using CaseId = std::int64_t;

struct OpenCommand {
  CaseId id;
  Incident incident;
};
struct StepCommand {
  CaseId id;
  IncidentEvent event;
  std::string switch_name, port;
};
/// A worse finding about the same culprit: the incident bears its name from now on.
struct WorsenCommand {
  CaseId id;
  std::string kind, severity, summary;
};
struct LocateCommand {
  CaseId id;
  topology::MacAddress mac;
};
struct IsolateCommand {
  CaseId id;
  IsolationRequest request;
};
/// Open the port of this isolation before its time.
struct RestoreCommand {
  CaseId id;
  std::int64_t isolation;
  std::string why;
};
/// The symptom ended, or did not: the driver tells people.
struct VerifiedCommand {
  CaseId id;
  bool ended;
  std::string text;
};
using Command = std::variant<OpenCommand, StepCommand, WorsenCommand, LocateCommand, IsolateCommand,
                             RestoreCommand, VerifiedCommand>;
using Commands = std::vector<Command>;

/// Where a station is, in the words of its switch; empty when it is on no one port.
struct Place {
  std::string text;  ///< "floor3 A1"; "core 1 or floor3 2"
  std::string switch_name, port;
  bool operator==(const Place&) const = default;
};

/// `data` of an event is written with its first step as it is: the facts as JSON.
class Engine {
 public:
  /// More open cases than this are not begun: an attacker's made-up addresses must not fill the store.
  static constexpr std::size_t kMostCases = 1000;
  /// A culprit that a case follows is asked for again no more often than this.
  static constexpr topology::Duration kBetweenLooks = std::chrono::seconds{10};

  explicit Engine(EnginePolicy policy) : policy_(std::move(policy)) {}
  void set_policy(EnginePolicy policy) { policy_ = std::move(policy); }
  const EnginePolicy& policy() const { return policy_; }

  /// Returns the case and what to do. 0: none was begun, because the finding is not
  /// severe enough (EnginePolicy::open_at) or because there are kMostCases.
  std::pair<CaseId, Commands> on_finding(const analysis::Finding& finding, topology::Time now,
                                         std::string data = {});
  Commands on_located(CaseId id, const Located& located, const Place& place, topology::Time now,
                      std::string data = {});
  /// `capture_now`: the capture time at which the port was shut; nullopt when the
  /// frames are a recording, which cannot show what happened afterwards.
  Commands on_isolated(CaseId id, const IsolationOutcome& outcome, std::optional<topology::Time> capture_now,
                       topology::Time now, std::string data = {});
  /// Its port is open again, or could not be opened. `by_hand`: a person did it before its time.
  Commands on_restored(CaseId id, const RestoreOutcome& outcome, bool by_hand,
                       std::optional<topology::Time> capture_now, topology::Time now);
  /// What a killed process had left half-done was finished or undone, or somebody else opened its port.
  Commands on_recovered(CaseId id, const Recovered& recovered, std::optional<topology::Time> capture_now,
                        topology::Time now);
  /// A question could not be asked or answered (a full queue, a store that cannot be written).
  Commands on_failed(CaseId id, const std::string& why, topology::Time now);
  /// The store holds this incident, begun before the engine was, or with steps that
  /// another process wrote: takes up what it says. `isolations` of this incident only.
  /// Returns its case; 0 when it is closed.
  std::pair<CaseId, Commands> on_stored(CaseId known, const Incident& incident,
                                        std::span<const Isolation> isolations,
                                        std::optional<topology::Time> capture_now, topology::Time now);

  /// Decoded frames of culprits() and, when wants_arp(), every ARP frame.
  void on_frame(const analysis::Frame& frame);
  /// A switch says that it has learned this station just now.
  void on_noticed(topology::MacAddress mac);
  /// Nobody listens just now where this case's trouble was heard: that nothing is heard proves nothing.
  /// Before each on_tick() while it is so.
  Commands on_deaf(CaseId id, topology::Time capture_now, topology::Time now);
  /// At least once a second; `capture_now` as time goes in the capture.
  Commands on_tick(topology::Time capture_now, topology::Time now);
  /// The capture has ended: what could not be verified is said.
  Commands on_end(topology::Time now);

  bool waiting() const;                 ///< a case waits for an answer (locate, isolate)
  bool watching() const;                ///< a symptom is being watched after a port was shut
  std::vector<CaseId> watched() const;  ///< those cases
  std::size_t cases() const { return cases_.size(); }
  /// Stations whose frames matter, sorted.
  std::vector<topology::MacAddress> culprits() const;
  bool wants_arp() const;

 private:
  enum class Stage {
    kOpen,       ///< nothing is under way; `retry_at` says when it is tried again
    kLocating,   ///< asked where it is
    kJudging,    ///< asked whether it may be shut, before a person is
    kAsked,      ///< waits for a person
    kIsolating,  ///< asked to be shut
    kWatching,   ///< shut; has the symptom ended?
    kHeld,       ///< shut; that was answered
    kFree,       ///< open again: does it return?
    kRecorded,   ///< names no station, or is not to be located
  };
  struct Case {
    topology::MacAddress mac;
    std::set<std::string> kinds;
    analysis::Severity severity{};
    std::string why;  ///< "arp-bogus-responder: answers every address probe": the reason of an isolation
    Stage stage = Stage::kOpen;
    IncidentState state = IncidentState::kOpen;
    Place place;
    std::optional<std::int64_t> isolation;
    unsigned returns = 0;     ///< how often it was isolated again after its port was opened
    bool returned = false;    ///< the next isolation is one of those
    bool victim = false;      ///< `mac` suffers: it is located, and never shut
    bool hands_off = false;   ///< a person opened its port before its time
    std::string ask_because;  ///< why a person is asked, while it is judged
    std::optional<std::chrono::seconds> duration;  ///< of the isolation asked for
    std::string told;  ///< the last step: what is tried again and again is written once
    std::optional<analysis::ProbeWatch> watch;
    topology::Time shut{};     ///< capture time of the read-back, or of the opening in kFree; later when
                               ///< nobody listened then
    bool was_deaf = false;     ///< so it is
    topology::Time trouble{};  ///< the last finding or symptom
    topology::Time looked{};   ///< when it was last asked for
    std::optional<topology::Time> retry_at;
    unsigned tries = 0;
    bool heard_now = false;  ///< a frame of it since the last tick
  };

  Case* find(CaseId id);
  StepCommand step(CaseId id, Case& c, IncidentState state, std::string text, topology::Time now,
                   std::string data = {});
  void step_once(CaseId id, Case& c, IncidentState state, std::string text, topology::Time now,
                 Commands& commands);
  Commands joins(CaseId id, Case& c, const analysis::Finding& finding, topology::Time now, std::string data);
  void set_free(Case& c, bool by_hand, std::optional<topology::Time> capture_now, topology::Time now);
  bool has_culprit(const Case& c) const { return !c.mac.is_zero() && !c.mac.is_group(); }
  void locate(CaseId id, Case& c, topology::Time now, Commands& commands);
  void decide_on(CaseId id, Case& c, double confidence, topology::Time now, Commands& commands);
  void try_again(Case& c, topology::Time now);
  void begin_watch(Case& c, topology::Time capture_now);
  void comes_back(CaseId id, Case& c, const std::string& how, topology::Time now, Commands& commands);
  bool seen_enough(const Case& c, topology::Time capture_now) const;
  std::string watch_text(const Case& c, topology::Time capture_now) const;
  void tick(CaseId id, Case& c, topology::Time capture_now, topology::Time now, Commands& commands);
  bool quiet(const Case& c, topology::Time now) const;

  EnginePolicy policy_;
  std::map<CaseId, Case> cases_;
  /// By culprit; those without one by kind.
  std::map<std::pair<std::string, topology::MacAddress>, CaseId> by_culprit_;
  CaseId next_ = 1;
};

}  // namespace lanwarden::agent
