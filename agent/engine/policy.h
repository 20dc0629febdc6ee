// What may be done about a culprit without asking, and for how long. Pure.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/config.h"
#include "analysis/finding.h"
#include "topology/time.h"

namespace lanwarden::agent {

struct EnginePolicy {
  bool locate = false;
  /// A finding less severe than this opens no incident; it joins the one its culprit has already.
  analysis::Severity open_at = analysis::Severity::kWarning;

  IsolationMode mode = IsolationMode::kOff;
  /// With mode auto: kinds that are acted upon without asking; the others are queued for approval. nullopt:
  /// all.
  std::optional<std::vector<std::string>> auto_kinds;
  double min_confidence = 0.9;                    ///< of a location that is acted upon without asking
  std::map<std::string, double> kind_confidence;  ///< the same for one kind, in place of min_confidence
  bool dry_run = false;                           ///< judge only, whatever the mode

  std::optional<std::chrono::seconds> duration;               ///< of an isolation; nullopt: forever
  double longer = 2;                                          ///< each return multiplies it by this …
  std::chrono::seconds longest = std::chrono::hours{24 * 7};  ///< … up to this
  bool rollback = false;  ///< open the port again when the trouble went on although it was shut
  IsolationWay way = IsolationWay::kAdminDown;
  bool mark = false;  ///< write into ifAlias who holds the port
  std::string who;

  /// An incident that nothing is being done about closes after so much quiet; nullopt: never.
  std::optional<topology::Duration> close_after;
  /// The symptom has ended when so many probes went unanswered, or the culprit
  /// was silent for so long, both counted from the read-back.
  std::uint64_t probes_unanswered = 3;
  topology::Duration silence = std::chrono::seconds{10};
  /// Frames already under way when the port closes are no contradiction.
  topology::Duration grace = std::chrono::milliseconds{500};
  /// A culprit that could not be placed, or not be taken off, is tried again after so long, then twice as
  /// long, and so on, as long as it is heard.
  topology::Duration retry = std::chrono::seconds{30};
  topology::Duration longest_retry = std::chrono::minutes{30};
};

/// What `lanwarden run` may do by itself, from [isolation] and [incidents].
EnginePolicy policy_of(const Config& config);

/// The culprit of such a finding is not known: its station is the one that suffers.
bool names_the_victim(std::string_view kind);

enum class Action { kNothing, kAsk, kAct };

struct Decision {
  Action action;
  std::string why;  ///< why it only asks; empty otherwise
};
/// `kinds`: of all findings about this culprit; one that may be acted upon suffices.
/// `hands_off`: a person opened this culprit's port before its time.
Decision decide(const EnginePolicy& policy, const std::set<std::string>& kinds, double confidence,
                bool hands_off);

/// How long the isolation lasts after so many returns; nullopt: forever.
std::optional<std::chrono::seconds> duration_after(const EnginePolicy& policy, unsigned returns);

}  // namespace lanwarden::agent
