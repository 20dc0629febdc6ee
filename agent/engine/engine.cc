#include "agent/engine/engine.h"

#include <fmt/format.h>

#include <algorithm>

namespace lanwarden::agent {

using analysis::Finding;
using topology::Time;

namespace {

double seconds_of(topology::Duration d) { return std::chrono::duration<double>(d).count(); }

std::string join(const std::vector<Refusal>& refusals) {
  std::string text;
  for (const Refusal& r : refusals) text += (text.empty() ? "" : "; ") + r.to_string();
  return text;
}

// The culprit is not known: the station that suffers is located, and never isolated.
bool names_the_victim(const Finding& finding) { return finding.kind == "dad-denied"; }

}  // namespace

StepCommand Engine::step(CaseId id, IncidentState state, std::string text, Time now, std::string data) const {
  return {id, {now, state, std::move(text), std::move(data)}, {}, {}};
}

std::pair<CaseId, Commands> Engine::on_finding(const Finding& finding, Time now) {
  // For the record only, as a router's heartbeat: nobody is hunted for it, let alone shut.
  if (finding.severity == analysis::Severity::kInfo) return {next_++, {}};
  const auto key = std::make_pair(std::string(finding.kind), finding.mac);
  if (const auto known = by_culprit_.find(key); known != by_culprit_.end()) return {known->second, {}};
  const CaseId id = next_++;
  by_culprit_.emplace(key, id);
  Case& c = cases_[id];
  c.finding = finding;

  Incident incident;
  incident.kind = finding.kind;
  incident.severity = to_string(finding.severity);
  incident.mac = finding.mac;
  incident.summary = finding.summary;
  incident.opened = incident.updated = now;
  Commands commands;
  commands.emplace_back(OpenCommand{id, std::move(incident)});
  commands.emplace_back(step(id, IncidentState::kOpen, finding.summary, now));
  const bool has_culprit = !finding.mac.is_zero() && !finding.mac.is_group();
  if (policy_.locate && has_culprit) {
    c.stage = Stage::kLocating;
    commands.emplace_back(LocateCommand{id, finding.mac});
  } else {
    c.stage = Stage::kEnded;
  }
  return {id, std::move(commands)};
}

Commands Engine::on_located(CaseId id, const Located& located, const std::string& place, Time now) {
  Case& c = cases_.at(id);
  const topology::Location& l = located.location;
  Commands commands;
  c.stage = Stage::kEnded;
  if (located.asked.nothing_answered()) {
    commands.emplace_back(step(id, IncidentState::kOpen,
                               fmt::format("not located: none of {} switches answered", located.asked.asked),
                               now));
    return commands;
  }
  if (!located.found()) {
    commands.emplace_back(
        step(id, IncidentState::kOpen,
             fmt::format("not located: {} is in no forwarding table of {} switches that answered",
                         l.mac.to_string(), located.asked.answered),
             now));
    return commands;
  }
  auto found =
      step(id, IncidentState::kLocated,
           fmt::format("{} ({}, confidence {:.2f})", place, to_string(l.verdict), l.confidence), now);
  for (const std::string& reason : l.evidence) found.event.text += "; " + reason;
  if (const auto space = place.find(' '); space != std::string::npos && l.port) {
    found.switch_name = place.substr(0, space);
    found.port = place.substr(space + 1);
  }
  commands.emplace_back(std::move(found));
  if (!policy_.isolate || names_the_victim(c.finding)) return commands;
  IsolationRequest request;
  request.mac = l.mac;
  request.duration = policy_.duration;
  request.dry_run = policy_.dry_run;
  request.who = policy_.who;
  request.reason = std::string(c.finding.kind) + ": " + c.finding.summary;
  c.stage = Stage::kIsolating;
  commands.emplace_back(IsolateCommand{id, std::move(request)});
  return commands;
}

Commands Engine::on_isolated(CaseId id, const IsolationOutcome& outcome, std::optional<Time> capture_now,
                             Time now) {
  Case& c = cases_.at(id);
  c.stage = Stage::kEnded;
  const std::string where = outcome.switch_name + " " + outcome.port;
  Commands commands;
  switch (outcome.result) {
    case IsolationResult::kRefused:
      commands.emplace_back(
          step(id, IncidentState::kRefused, "not isolated: " + join(outcome.refusals), now));
      break;
    case IsolationResult::kWouldIsolate:
      commands.emplace_back(step(id, IncidentState::kDryRun, "dry run: would shut " + where, now));
      break;
    case IsolationResult::kFailed:
      commands.emplace_back(step(id, IncidentState::kLocated, "not isolated: " + outcome.failure, now));
      break;
    case IsolationResult::kIsolated: {
      for (const std::string& s : outcome.steps)
        commands.emplace_back(step(id, IncidentState::kLocated, s, now));
      commands.emplace_back(step(id, IncidentState::kIsolated,
                                 fmt::format("{} is shut: isolation {}", where, outcome.id.value_or(0)),
                                 now));
      if (capture_now) {
        c.stage = Stage::kWatching;
        c.shut = *capture_now;
        c.watch.emplace(c.finding.mac, *capture_now + policy_.grace);
        ++watched_;
      } else {
        commands.emplace_back(step(id, IncidentState::kIsolated,
                                   "what followed on the wire is not known: the frames are a recording",
                                   now));
      }
      break;
    }
  }
  return commands;
}

void Engine::on_frame(const analysis::Frame& frame) {
  if (watched_ == 0) return;
  for (auto& [_, c] : cases_)
    if (c.watch) c.watch->on_frame(frame);
}

bool Engine::seen_enough(const Case& c, Time capture_now) const {
  const auto& w = c.watch->counts();
  if (w.culprit_frames > 0) return false;
  if (w.probes >= policy_.probes_unanswered && w.answered == 0) return true;
  return capture_now - c.shut >= policy_.silence;
}

std::string Engine::watch_text(const Case& c, Time capture_now) const {
  const auto& w = c.watch->counts();
  std::string text = fmt::format("in {:.1f} s since the port was shut: ", seconds_of(capture_now - c.shut));
  text += w.culprit_frames == 0
              ? fmt::format("no frame of {}", c.finding.mac.to_string())
              : fmt::format("still {} frames of {}", w.culprit_frames, c.finding.mac.to_string());
  if (w.probes > 0) text += fmt::format(", {} address probes, {} answered by it", w.probes, w.answered);
  if (w.announcers > 0) text += fmt::format(", {} hosts came up with their address", w.announcers);
  return text;
}

Commands Engine::on_tick(Time capture_now, Time now) {
  Commands commands;
  for (auto& [id, c] : cases_) {
    if (c.stage != Stage::kWatching) continue;
    const bool still = c.watch->counts().culprit_frames > 0 && capture_now - c.shut > 2 * policy_.grace;
    if (!still && !seen_enough(c, capture_now)) continue;
    const std::string text = watch_text(c, capture_now);
    commands.emplace_back(step(id, still ? IncidentState::kIsolated : IncidentState::kVerified,
                               (still ? "the trouble did NOT end: " : "the trouble ended: ") + text, now));
    commands.emplace_back(VerifiedCommand{id, !still, text});
    c.stage = Stage::kEnded;
    c.watch.reset();
    --watched_;
  }
  return commands;
}

Commands Engine::on_end(Time now) {
  Commands commands;
  for (auto& [id, c] : cases_) {
    if (c.stage != Stage::kWatching) continue;
    commands.emplace_back(step(id, IncidentState::kIsolated,
                               "the capture ended before it was known whether the trouble did", now));
    c.stage = Stage::kEnded;
    c.watch.reset();
    --watched_;
  }
  return commands;
}

bool Engine::waiting() const {
  return std::any_of(cases_.begin(), cases_.end(), [](const auto& entry) {
    return entry.second.stage == Stage::kLocating || entry.second.stage == Stage::kIsolating;
  });
}

}  // namespace lanwarden::agent
