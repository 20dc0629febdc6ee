// The queues between the threads, all made in one place:
//
//   capture (one thread an interface) --heard--> engine --questions--> snmp (one thread)
//                                                engine <--answers---- snmp <--notify-- channels
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/audit/auditor.h"
#include "agent/capture/evidence_frame.h"
#include "agent/capture/frame_source.h"
#include "agent/engine/engine.h"
#include "agent/watch/notification_desk.h"
#include "agent/watch/queue.h"
#include "agent/watch/state.h"
#include "analysis/acquaintances.h"
#include "analysis/finding.h"
#include "analysis/frame.h"

namespace lanwarden::agent {

/// A finding, with the frames that prove it.
struct FoundTrouble {
  analysis::Finding finding;
  std::vector<EvidenceFrame> frames;
};
/// A frame of a culprit, or an ARP frame while a symptom is watched. Without its payload.
struct ObservedFrame {
  analysis::Frame frame;
};
/// Addresses and names that stations told of themselves, for the store.
struct HeardStations {
  analysis::AcquaintanceNews news;
};
/// A file was read to its end, or an interface can no longer be read.
struct SourceEnded {
  std::string error;  ///< empty: its end
};
struct Heard {
  std::uint32_t source = 0;
  std::variant<FoundTrouble, ObservedFrame, HeardStations, SourceNotice, SourceEnded> what;
};

using Question = std::variant<LocateCommand, IsolateCommand, RestoreCommand>;

struct LocatedAnswer {
  CaseId id;
  Located located;
  Place place;
  std::string location_json;  ///< the contract's result object, and the way to it
  std::string text;           ///< the same for people
};
struct IsolatedAnswer {
  CaseId id;
  IsolationOutcome outcome;
};
/// A port was opened again, or could not be: asked for, or because its time was over.
struct RestoredAnswer {
  RestoreOutcome outcome;
  std::string why;
};
/// What a killed process had left was finished or undone, or somebody else opened a port.
struct RecoveredAnswer {
  Recovered recovered;
};
/// A switch says that it has learned a station that the engine follows.
struct NoticedAnswer {
  topology::MacAddress mac;
};
/// An audit by the clock has ended.
struct AuditedAnswer {
  AuditReport report;
};
/// A walk by the clock has ended.
struct PolledAnswer {
  Asked asked;
};
/// The store failed: what was asked for could not be done. `id` 0: nobody had asked.
struct FailedAnswer {
  CaseId id;
  StoreError error;
};
using Answer = std::variant<LocatedAnswer, IsolatedAnswer, RestoredAnswer, RecoveredAnswer, NoticedAnswer,
                            PolledAnswer, AuditedAnswer, FailedAnswer>;

struct Queues {
  Doorbell engine, snmp;
  BoundedQueue<Heard> heard{"capture -> engine", 8192, engine};
  BoundedQueue<Question> questions{"engine -> snmp", 256, snmp};
  BoundedQueue<Answer> answers{"snmp -> engine", 1024, engine};
  /// What the SNMP thread last said of itself.
  Board<SnmpState> snmp_state;
};
std::unique_ptr<Queues> make_queues();
/// "notify -> snmp": it outlives both, so it is not among them.
std::shared_ptr<NotificationDesk> make_desk();

}  // namespace lanwarden::agent
