// The life of an incident as a sans-I/O state machine: events and time in,
// commands out. Whoever drives it does the asking, the writing and the telling.
//
//   finding -> open -> Locate -> located -> Isolate -> isolated | refused | dry-run
//           -> the symptom is watched -> verified | still there
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "agent/isolation/isolator.h"
#include "agent/locate/locator.h"
#include "agent/store/store.h"
#include "analysis/finding.h"
#include "analysis/probe_watch.h"

namespace lanwarden::agent {

struct EnginePolicy {
  bool locate = false;
  bool isolate = false;
  bool dry_run = true;
  std::optional<std::chrono::seconds> duration;  ///< of an isolation; nullopt: forever
  std::string who;
  /// The symptom has ended when so many probes went unanswered, or the culprit
  /// was silent for so long, both counted from the read-back.
  std::uint64_t probes_unanswered = 3;
  topology::Duration silence = std::chrono::seconds{10};
  /// Frames already under way when the port closes are no contradiction.
  topology::Duration grace = std::chrono::milliseconds{500};
};

/// The engine's own number of a case; the driver knows which incident it is.
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
struct LocateCommand {
  CaseId id;
  topology::MacAddress mac;
};
struct IsolateCommand {
  CaseId id;
  IsolationRequest request;
};
/// The symptom ended, or did not: the driver tells people.
struct VerifiedCommand {
  CaseId id;
  bool ended;
  std::string text;
};
using Command = std::variant<OpenCommand, StepCommand, LocateCommand, IsolateCommand, VerifiedCommand>;
using Commands = std::vector<Command>;

class Engine {
 public:
  explicit Engine(EnginePolicy policy) : policy_(std::move(policy)) {}

  /// Findings of one kind about one culprit are one case. Returns the case, and
  /// what to do; a finding that names no station is only recorded.
  std::pair<CaseId, Commands> on_finding(const analysis::Finding& finding, topology::Time now);
  Commands on_located(CaseId id, const Located& located, const std::string& place, topology::Time now);
  /// `capture_now`: the capture time at which the port was shut; nullopt when the
  /// frames are a recording, which cannot show what happened afterwards.
  Commands on_isolated(CaseId id, const IsolationOutcome& outcome, std::optional<topology::Time> capture_now,
                       topology::Time now);
  /// Every decoded frame, for the cases whose symptom is watched.
  void on_frame(const analysis::Frame& frame);
  /// At least once a second; `capture_now` as time goes in the capture.
  Commands on_tick(topology::Time capture_now, topology::Time now);
  /// The capture has ended: what could not be verified is said.
  Commands on_end(topology::Time now);

  bool waiting() const;  ///< a case waits for an answer (locate, isolate)
  bool watching() const { return watched_ > 0; }

 private:
  enum class Stage { kOpen, kLocating, kIsolating, kWatching, kEnded };
  struct Case {
    analysis::Finding finding;
    Stage stage = Stage::kOpen;
    std::optional<analysis::ProbeWatch> watch;
    topology::Time shut{};
  };
  StepCommand step(CaseId id, IncidentState state, std::string text, topology::Time now,
                   std::string data = {}) const;
  bool seen_enough(const Case& c, topology::Time capture_now) const;
  std::string watch_text(const Case& c, topology::Time capture_now) const;

  EnginePolicy policy_;
  std::map<CaseId, Case> cases_;
  std::map<std::pair<std::string, topology::MacAddress>, CaseId> by_culprit_;
  CaseId next_ = 1;
  std::size_t watched_ = 0;
};

}  // namespace lanwarden::agent
