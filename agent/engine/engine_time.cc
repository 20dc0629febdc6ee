// What time and the wire bring: symptoms that end or return, quiet, other processes' steps.
#include <fmt/format.h>

#include <algorithm>

#include "agent/engine/engine.h"

namespace lanwarden::agent {

using topology::Time;

namespace {

/// A device that takes so many probed addresses anew has not mended its ways.
constexpr std::uint64_t kTakenAgain = 2;

double seconds_of(topology::Duration d) { return std::chrono::duration<double>(d).count(); }

analysis::Severity severity_of(std::string_view word) {
  for (const auto s : {analysis::Severity::kCritical, analysis::Severity::kWarning})
    if (to_string(s) == word) return s;
  return analysis::Severity::kInfo;
}

}  // namespace

void Engine::begin_watch(Case& c, Time capture_now) {
  c.shut = capture_now;
  c.was_deaf = false;
  c.heard_now = false;
  c.watch.emplace(c.mac, capture_now + policy_.grace);
}

void Engine::set_free(Case& c, bool by_hand, std::optional<Time> capture_now, Time now) {
  c.stage = Stage::kFree;
  c.isolation.reset();
  c.hands_off = c.hands_off || by_hand;
  c.trouble = now;  // quiet is counted from here
  c.retry_at.reset();
  c.tries = 0;
  c.watch.reset();
  if (capture_now && has_culprit(c)) begin_watch(c, *capture_now);
}

void Engine::on_frame(const analysis::Frame& frame) {
  if (const auto it = by_culprit_.find({std::string(), frame.src}); it != by_culprit_.end()) {
    Case& c = cases_.at(it->second);
    if (frame.time >= c.shut + policy_.grace) c.heard_now = true;
    if (c.watch) c.watch->on_frame(frame);
  }
  if (frame.arp() == nullptr) return;
  for (auto& [_, c] : cases_)
    if (c.watch && c.mac != frame.src) c.watch->on_frame(frame);
}

void Engine::on_noticed(topology::MacAddress mac) {
  const auto it = by_culprit_.find({std::string(), mac});
  if (it == by_culprit_.end()) return;
  Case& c = cases_.at(it->second);
  // Elsewhere its own port learns it again, too: what is watched there is watched on the wire.
  if (c.stage == Stage::kHeld || c.stage == Stage::kOpen) c.heard_now = true;
}

bool Engine::seen_enough(const Case& c, Time capture_now) const {
  const auto& w = c.watch->counts();
  if (w.culprit_frames > 0) return false;
  if (w.probes >= policy_.probes_unanswered && w.answered == 0) return true;
  return capture_now - c.shut >= policy_.silence;
}

std::string Engine::watch_text(const Case& c, Time capture_now) const {
  const auto& w = c.watch->counts();
  std::string text = fmt::format("in {:.1f} s since {}: ", seconds_of(capture_now - c.shut),
                                 c.was_deaf ? "somebody listens again" : "the port was shut");
  text += w.culprit_frames == 0 ? fmt::format("no frame of {}", c.mac.to_string())
                                : fmt::format("still {} frames of {}", w.culprit_frames, c.mac.to_string());
  if (w.probes > 0) text += fmt::format(", {} address probes, {} answered by it", w.probes, w.answered);
  if (w.announcers > 0)
    text +=
        fmt::format(", {} {} came up with their address", w.announcers, w.announcers == 1 ? "host" : "hosts");
  return text;
}

std::vector<CaseId> Engine::watched() const {
  std::vector<CaseId> all;
  for (const auto& [id, c] : cases_)
    if (c.stage == Stage::kWatching) all.push_back(id);
  return all;
}

Commands Engine::on_deaf(CaseId id, Time capture_now, Time now) {
  Commands commands;
  Case* const c = find(id);
  if (c == nullptr || c->stage != Stage::kWatching) return commands;
  step_once(
      id, *c, c->state,
      "whether the trouble ended cannot be said: nobody listens where it was heard; it is watched as soon "
      "as somebody does",
      now, commands);
  begin_watch(*c, capture_now);
  c->was_deaf = true;
  return commands;
}

void Engine::tick(CaseId id, Case& c, Time capture_now, Time now, Commands& commands) {
  switch (c.stage) {
    case Stage::kOpen:
      if (c.retry_at && now >= *c.retry_at && (c.heard_now || c.trouble >= c.looked))
        locate(id, c, now, commands);
      break;
    case Stage::kWatching: {
      const bool still = c.watch->counts().culprit_frames > 0 && capture_now - c.shut > 2 * policy_.grace;
      if (!still && !seen_enough(c, capture_now)) break;
      const std::string text = watch_text(c, capture_now);
      commands.emplace_back(step(id, c, still ? IncidentState::kIsolated : IncidentState::kVerified,
                                 std::string(still ? kTroubleGoesOn : "the trouble ended: ") + text, now));
      commands.emplace_back(VerifiedCommand{id, !still, text});
      c.stage = Stage::kHeld;
      c.watch.reset();
      c.heard_now = still;
      if (still && policy_.rollback && c.isolation)
        commands.emplace_back(RestoreCommand{id, *c.isolation, "shutting it did not end the trouble"});
      break;
    }
    case Stage::kHeld:
      // Its port is shut and yet it is heard: it is somewhere else.
      if (c.heard_now && now - c.looked >= kBetweenLooks && (!c.retry_at || now >= *c.retry_at))
        locate(id, c, now, commands);
      break;
    case Stage::kFree:
      if (c.watch && c.watch->counts().taken >= kTakenAgain)
        comes_back(id, c, fmt::format("it took {} addresses that were probed for", c.watch->counts().taken),
                   now, commands);
      break;
    case Stage::kLocating:
    case Stage::kJudging:
    case Stage::kAsked:
    case Stage::kIsolating:
    case Stage::kRecorded:
      break;
  }
}

bool Engine::quiet(const Case& c, Time now) const {
  switch (c.stage) {
    case Stage::kOpen:
    case Stage::kAsked:
    case Stage::kFree:
    case Stage::kRecorded:
      return policy_.close_after && now - c.trouble >= *policy_.close_after;
    default:
      return false;
  }
}

Commands Engine::on_tick(Time capture_now, Time now) {
  Commands commands;
  for (auto it = cases_.begin(); it != cases_.end();) {
    auto& [id, c] = *it;
    tick(id, c, capture_now, now, commands);
    if (!quiet(c, now)) {
      ++it;
      continue;
    }
    commands.emplace_back(
        step(id, c, IncidentState::kClosed,
             "closed: quiet for " +
                 format_duration(std::chrono::duration_cast<std::chrono::milliseconds>(*policy_.close_after)),
             now));
    std::erase_if(by_culprit_, [&, closed = id](const auto& entry) { return entry.second == closed; });
    it = cases_.erase(it);
  }
  return commands;
}

Commands Engine::on_end(Time now) {
  Commands commands;
  for (auto& [id, c] : cases_) {
    if (c.stage != Stage::kWatching) continue;
    commands.emplace_back(step(id, c, IncidentState::kIsolated,
                               "the capture ended before it was known whether the trouble did", now));
    c.stage = Stage::kHeld;
    c.watch.reset();
  }
  return commands;
}

std::pair<CaseId, Commands> Engine::on_stored(CaseId known, const Incident& incident,
                                              std::span<const Isolation> isolations,
                                              std::optional<Time> capture_now, Time now) {
  const bool station = !incident.mac.is_zero() && !incident.mac.is_group();
  const bool culprit = station && !names_the_victim(incident.kind);
  const auto key =
      std::make_pair(culprit ? std::string() : incident.kind, station ? incident.mac : MacAddress{});
  if (incident.state == IncidentState::kClosed) {
    if (known != 0) {
      std::erase_if(by_culprit_, [&](const auto& entry) { return entry.second == known; });
      cases_.erase(known);
    }
    return {0, {}};
  }
  Commands commands;
  Case* found = find(known);
  const bool is_new = found == nullptr;
  if (is_new) {
    if (const auto same = by_culprit_.find(key); same != by_culprit_.end()) return {same->second, {}};
    known = next_++;
    by_culprit_.emplace(key, known);
    found = &cases_[known];
    found->mac = incident.mac;
    found->severity = severity_of(incident.severity);
    found->why = incident.kind + ": " + incident.summary;
    found->victim = station && !culprit;
    found->trouble = incident.updated;
    found->stage = policy_.locate && station ? Stage::kOpen : Stage::kRecorded;
    for (const IncidentEvent& e : incident.events) found->told = e.text;
  }
  Case& c = *found;
  // An answer is under way: what the store says now is older than what it will say.
  if (c.stage == Stage::kLocating || c.stage == Stage::kJudging || c.stage == Stage::kIsolating)
    return {known, std::move(commands)};
  c.kinds.insert(incident.kind);
  c.state = incident.state;
  if (!incident.switch_name.empty())
    c.place = {incident.switch_name + " " + incident.port, incident.switch_name, incident.port};
  const Isolation* shut = nullptr;   // the newest that holds
  const Isolation* ended = nullptr;  // the newest that was opened
  unsigned were_shut = 0;
  for (const Isolation& i : isolations) {
    if (is_open(i.state) && (shut == nullptr || i.id > shut->id)) shut = &i;
    const bool opened = i.state == IsolationState::kRestored || i.state == IsolationState::kReleased;
    if (opened && (ended == nullptr || i.id > ended->id)) ended = &i;
    if (i.set_at) ++were_shut;
  }
  if (is_new && were_shut > 0) c.returns = were_shut - 1;
  if (shut != nullptr) {
    if (c.isolation == shut->id) return {known, std::move(commands)};
    c.isolation = shut->id;
    c.stage = Stage::kHeld;
    if (capture_now && c.state == IncidentState::kIsolated) {
      c.stage = Stage::kWatching;
      begin_watch(c, *capture_now);
    }
  } else if (ended != nullptr && (c.isolation || is_new) && c.state != IncidentState::kOpen) {
    const bool early = ended->state == IsolationState::kReleased || !ended->until ||
                       (ended->restored_at && *ended->restored_at < *ended->until);
    set_free(c, early, capture_now, now);
    if (is_new) c.trouble = incident.updated;
  } else if (c.state == IncidentState::kAsked) {
    c.stage = Stage::kAsked;
  } else if (is_new && c.stage == Stage::kOpen) {
    c.retry_at = now;  // whatever was under way when it stopped is begun anew
    c.heard_now = true;
  }
  return {known, std::move(commands)};
}

bool Engine::waiting() const {
  return std::any_of(cases_.begin(), cases_.end(), [](const auto& entry) {
    const Stage s = entry.second.stage;
    return s == Stage::kLocating || s == Stage::kJudging || s == Stage::kIsolating;
  });
}

bool Engine::watching() const {
  return std::any_of(cases_.begin(), cases_.end(),
                     [](const auto& entry) { return entry.second.stage == Stage::kWatching; });
}

std::vector<topology::MacAddress> Engine::culprits() const {
  std::vector<topology::MacAddress> all;
  for (const auto& [_, c] : cases_)
    if (has_culprit(c)) all.push_back(c.mac);
  std::sort(all.begin(), all.end());
  return all;
}

bool Engine::wants_arp() const {
  return std::any_of(cases_.begin(), cases_.end(),
                     [](const auto& entry) { return entry.second.watch.has_value(); });
}

}  // namespace lanwarden::agent
