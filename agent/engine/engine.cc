#include "agent/engine/engine.h"

#include <fmt/format.h>

#include <algorithm>

namespace lanwarden::agent {

using analysis::Finding;
using topology::Time;

namespace {

std::string join(const std::vector<Refusal>& refusals) {
  std::string text;
  for (const Refusal& r : refusals) text += (text.empty() ? "" : "; ") + r.to_string();
  return text;
}

std::string for_how_long(const std::optional<std::chrono::seconds>& duration) {
  return duration ? "for " + format_duration(*duration) : "until it is restored";
}

}  // namespace

Engine::Case* Engine::find(CaseId id) {
  const auto it = cases_.find(id);
  return it == cases_.end() ? nullptr : &it->second;
}

StepCommand Engine::step(CaseId id, Case& c, IncidentState state, std::string text, Time now,
                         std::string data) {
  c.state = state;
  c.told = text;
  return {id, {now, state, std::move(text), std::move(data)}, {}, {}};
}

void Engine::step_once(CaseId id, Case& c, IncidentState state, std::string text, Time now,
                       Commands& commands) {
  if (c.told == text && c.state == state) return;
  commands.emplace_back(step(id, c, state, std::move(text), now));
}

void Engine::locate(CaseId id, Case& c, Time now, Commands& commands) {
  c.stage = Stage::kLocating;
  c.looked = now;
  c.retry_at.reset();
  c.heard_now = false;
  commands.emplace_back(LocateCommand{id, c.mac});
}

void Engine::try_again(Case& c, Time now) {
  const auto factor = std::int64_t{1} << std::min(c.tries, 16U);
  c.retry_at = now + std::min(policy_.retry * factor, policy_.longest_retry);
  ++c.tries;
  // A port that is shut stays what the case is about, whatever became of following the device.
  c.stage = c.isolation ? Stage::kHeld : Stage::kOpen;
}

std::pair<CaseId, Commands> Engine::on_finding(const Finding& finding, Time now, std::string data) {
  const std::string kind(finding.kind);
  const bool station = !finding.mac.is_zero() && !finding.mac.is_group();
  const bool culprit = station && !names_the_victim(kind);
  const auto key = std::make_pair(culprit ? std::string() : kind, station ? finding.mac : MacAddress{});
  if (const auto known = by_culprit_.find(key); known != by_culprit_.end()) {
    const CaseId id = known->second;
    return {id, joins(id, cases_.at(id), finding, now, std::move(data))};
  }
  if (finding.severity < policy_.open_at || cases_.size() >= kMostCases) return {0, {}};

  const CaseId id = next_++;
  by_culprit_.emplace(key, id);
  Case& c = cases_[id];
  c.mac = finding.mac;
  c.kinds.insert(kind);
  c.severity = finding.severity;
  c.why = kind + ": " + finding.summary;
  c.victim = station && !culprit;
  c.trouble = now;

  Incident incident;
  incident.kind = kind;
  incident.severity = to_string(finding.severity);
  incident.mac = finding.mac;
  incident.summary = finding.summary;
  incident.opened = incident.updated = now;
  Commands commands;
  commands.emplace_back(OpenCommand{id, std::move(incident)});
  commands.emplace_back(step(id, c, IncidentState::kOpen, finding.summary, now, std::move(data)));
  if (policy_.locate && station)
    locate(id, c, now, commands);
  else
    c.stage = Stage::kRecorded;
  return {id, std::move(commands)};
}

Commands Engine::joins(CaseId id, Case& c, const Finding& finding, Time now, std::string data) {
  const std::string kind(finding.kind);
  Commands commands;
  c.trouble = now;
  if (c.kinds.insert(kind).second)
    commands.emplace_back(
        step(id, c, c.state, fmt::format("also {}: {}", kind, finding.summary), now, std::move(data)));
  if (finding.severity > c.severity) {
    c.severity = finding.severity;
    c.why = kind + ": " + finding.summary;
    commands.emplace_back(WorsenCommand{id, kind, std::string(to_string(c.severity)), finding.summary});
  }
  if (c.stage == Stage::kFree) comes_back(id, c, kind + ": " + finding.summary, now, commands);
  if (c.stage == Stage::kHeld) c.heard_now = true;
  return commands;
}

void Engine::comes_back(CaseId id, Case& c, const std::string& how, Time now, Commands& commands) {
  c.returned = true;
  c.watch.reset();
  c.isolation.reset();
  c.trouble = now;
  c.tries = 0;
  commands.emplace_back(step(id, c, IncidentState::kOpen, "the trouble is back: " + how, now));
  locate(id, c, now, commands);
}

Commands Engine::on_located(CaseId id, const Located& located, const Place& place, Time now,
                            std::string data) {
  Commands commands;
  Case* const known = find(id);
  if (known == nullptr || known->stage != Stage::kLocating) return commands;  // closed or isolated meanwhile
  Case& c = *known;
  const topology::Location& l = located.location;
  if (located.asked.nothing_answered()) {
    step_once(id, c, c.isolation ? c.state : IncidentState::kOpen,
              fmt::format("not located: none of {} switches answered", located.asked.asked), now, commands);
    try_again(c, now);
    return commands;
  }
  if (!located.found()) {
    step_once(id, c, c.isolation ? c.state : IncidentState::kOpen,
              fmt::format("not located: {} is in no forwarding table of {} switches that answered",
                          l.mac.to_string(), located.asked.answered),
              now, commands);
    try_again(c, now);
    return commands;
  }
  if (c.isolation && place == c.place) {
    // Ours is shut; a person may have opened it, or the row in the table is old.
    step_once(id, c, c.state,
              fmt::format("{} is heard although {} was shut: was the port opened by hand?", c.mac.to_string(),
                          place.text),
              now, commands);
    try_again(c, now);
    return commands;
  }
  std::string text =
      fmt::format("{} ({}, confidence {:.2f})", place.text, to_string(l.verdict), l.confidence);
  for (const std::string& reason : l.evidence) text += "; " + reason;
  const bool moved = !c.place.text.empty() && place != c.place;
  if (moved) text = fmt::format("it moved from {} to {}", c.place.text, text);
  if (moved || c.state != IncidentState::kLocated || c.place.text.empty()) {
    auto found = step(id, c, IncidentState::kLocated, std::move(text), now, std::move(data));
    found.switch_name = place.switch_name;
    found.port = place.port;
    commands.emplace_back(std::move(found));
  }
  c.place = place;
  decide_on(id, c, l.confidence, now, commands);
  return commands;
}

void Engine::decide_on(CaseId id, Case& c, double confidence, Time now, Commands& commands) {
  const Decision decision = decide(policy_, c.kinds, confidence, c.hands_off);
  if (c.victim || decision.action == Action::kNothing) {
    // Looked for again only to notice that it moved.
    c.stage = c.isolation ? Stage::kHeld : Stage::kOpen;
    c.retry_at = now + policy_.longest_retry;
    return;
  }
  IsolationRequest request;
  request.mac = c.mac;
  request.duration = duration_after(policy_, c.returns + (c.returned ? 1U : 0U));
  request.dry_run = policy_.dry_run || decision.action == Action::kAsk;
  request.who = policy_.who;
  request.reason = c.why;
  request.way = policy_.way;
  request.mark = policy_.mark;
  request.rollback = policy_.rollback;
  c.stage = decision.action == Action::kAct || policy_.dry_run ? Stage::kIsolating : Stage::kJudging;
  c.ask_because = decision.why;
  c.duration = request.duration;
  commands.emplace_back(IsolateCommand{id, std::move(request)});
}

Commands Engine::on_isolated(CaseId id, const IsolationOutcome& outcome, std::optional<Time> capture_now,
                             Time now, std::string data) {
  Commands commands;
  Case* const known = find(id);
  if (known == nullptr) return commands;
  Case& c = *known;
  const bool judging = c.stage == Stage::kJudging;
  const std::string where = outcome.switch_name + " " + outcome.port;
  switch (outcome.result) {
    case IsolationResult::kRefused:
      step_once(id, c, c.isolation ? c.state : IncidentState::kRefused,
                "not isolated: " + join(outcome.refusals), now, commands);
      try_again(c, now);
      break;
    case IsolationResult::kWouldIsolate:
      if (judging) {
        c.stage = Stage::kAsked;
        commands.emplace_back(step(id, c, IncidentState::kAsked,
                                   fmt::format("every guard rail agrees to shut {} {}; a person is asked: {}",
                                               where, for_how_long(c.duration), c.ask_because),
                                   now, std::move(data)));
      } else {
        step_once(id, c, IncidentState::kDryRun, "dry run: would shut " + where, now, commands);
        try_again(c, now);
        c.retry_at = now + policy_.longest_retry;
      }
      break;
    case IsolationResult::kFailed:
      for (const std::string& s : outcome.steps) commands.emplace_back(step(id, c, c.state, s, now));
      step_once(id, c, c.isolation ? c.state : IncidentState::kLocated, "not isolated: " + outcome.failure,
                now, commands);
      try_again(c, now);
      break;
    case IsolationResult::kIsolated: {
      for (const std::string& s : outcome.steps)
        commands.emplace_back(step(id, c, IncidentState::kLocated, s, now));
      std::string text = fmt::format("{} is shut: isolation {}", where, outcome.id.value_or(0));
      if (c.returned) text += ", longer than before: " + for_how_long(c.duration);
      commands.emplace_back(step(id, c, IncidentState::kIsolated, std::move(text), now, std::move(data)));
      if (c.isolation && c.isolation != outcome.id)
        commands.emplace_back(RestoreCommand{id, *c.isolation, "the device moved to " + where});
      c.isolation = outcome.id;
      c.place = {where, outcome.switch_name, outcome.port};
      if (c.returned) ++c.returns;
      c.returned = false;
      c.tries = 0;
      c.retry_at.reset();
      if (outcome.over) {  // a power-cycle, or undone because it did not help
        commands.emplace_back(step(id, c, IncidentState::kRestored, where + " is as it was before", now));
        set_free(c, false, capture_now, now);
      } else if (capture_now) {
        c.stage = Stage::kWatching;
        begin_watch(c, *capture_now);
      } else {
        c.stage = Stage::kHeld;
        commands.emplace_back(step(id, c, IncidentState::kIsolated,
                                   "what followed on the wire is not known: the frames are a recording",
                                   now));
      }
      break;
    }
  }
  return commands;
}

Commands Engine::on_restored(CaseId id, const RestoreOutcome& outcome, bool by_hand,
                             std::optional<Time> capture_now, Time now) {
  Commands commands;
  Case* const known = find(id);
  if (known == nullptr) return commands;
  Case& c = *known;
  const Isolation& i = outcome.isolation;
  const std::string where = i.switch_name + " " + i.port;
  if (!outcome.restored) {
    step_once(id, c, c.state, fmt::format("{} could not be opened: {}", where, outcome.failure), now,
              commands);
    return commands;
  }
  const bool the_one = !c.isolation || *c.isolation == i.id;
  commands.emplace_back(step(id, c, the_one ? IncidentState::kRestored : c.state,
                             fmt::format("{} is open again{}: isolation {}", where,
                                         i.until && now >= *i.until ? ", its time was over" : "", i.id),
                             now));
  if (the_one) set_free(c, by_hand, capture_now, now);
  return commands;
}

Commands Engine::on_recovered(CaseId id, const Recovered& recovered, std::optional<Time> capture_now,
                              Time now) {
  Commands commands;
  Case* const known = find(id);
  if (known == nullptr) return commands;
  Case& c = *known;
  const Isolation& i = recovered.isolation;
  if (!recovered.settled || i.state == recovered.before) {
    step_once(id, c, c.state, recovered.text, now, commands);
    return commands;
  }
  switch (i.state) {
    case IsolationState::kActive:
      commands.emplace_back(step(id, c, IncidentState::kIsolated, recovered.text, now));
      c.isolation = i.id;
      c.stage = Stage::kHeld;
      if (capture_now) {
        c.stage = Stage::kWatching;
        begin_watch(c, *capture_now);
      }
      break;
    case IsolationState::kRestored:
    case IsolationState::kReleased:
      if (c.isolation && *c.isolation != i.id) break;  // of a place it has left
      commands.emplace_back(step(id, c, IncidentState::kRestored, recovered.text, now));
      set_free(c, i.state == IsolationState::kReleased, capture_now, now);
      break;
    case IsolationState::kFailed:
      commands.emplace_back(step(id, c, IncidentState::kLocated, recovered.text, now));
      c.isolation.reset();
      c.stage = Stage::kOpen;
      c.retry_at = now;
      c.heard_now = true;
      break;
    case IsolationState::kIntended:
    case IsolationState::kRestoring:
      step_once(id, c, c.state, recovered.text, now, commands);
      break;
  }
  return commands;
}

Commands Engine::on_failed(CaseId id, const std::string& why, Time now) {
  Commands commands;
  Case* const known = find(id);
  if (known == nullptr) return commands;
  Case& c = *known;
  step_once(id, c, c.state, "not done: " + why, now, commands);
  if (c.stage == Stage::kLocating || c.stage == Stage::kJudging || c.stage == Stage::kIsolating)
    try_again(c, now);
  return commands;
}

}  // namespace lanwarden::agent
