#include "agent/watch/warden.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/isolation/own_addresses.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"
#include "agent/watch/evidence_file.h"
#include "agent/watch/passed.h"

namespace lanwarden::agent {

using topology::Duration;
using topology::Time;

namespace {

constexpr std::chrono::milliseconds kTick{250};
constexpr std::chrono::seconds kSync{2};
constexpr std::chrono::seconds kWriteAgain{3};
/// So long a frame proves where its station is: tables remember it for longer (300 s), but in that time the
/// station may have moved on without a word.
constexpr std::chrono::seconds kProves{30};

}  // namespace

Warden::Warden(App& app, EnginePolicy policy, SnmpDuties duties, Teller& teller)
    : app_(app),
      teller_(teller),
      duties_(std::move(duties)),
      engine_(std::move(policy)),
      queues_(make_queues()) {}

Warden::~Warden() {
  queues_->heard.close();
  queues_->answers.close();
}

void Warden::listen(std::vector<std::unique_ptr<FrameSource>> sources) {
  const std::uint32_t first = next_source();
  for (const auto& source : sources) {
    names_.push_back(source->name());
    deaf_.emplace_back();
    ears_.push_back(source->live() ? own_mac_address(source->name()) : std::nullopt);
  }
  listening_ += sources.size();
  listeners_.push_back(std::make_unique<Listener>(std::move(sources), first,
                                                  engine_.policy().locate || keep_frames_,
                                                  engine_.policy().locate, known_, *queues_, attention_));
}

void Warden::stop_listening(const std::string& name) {
  for (const auto& listener : listeners_)
    if (names_[listener->first_number()] == name) listener->stop();
}

void Warden::start() {
  if (!recorder_) recorder_ = std::make_unique<Recorder>(app_.another_store());
  if (!known_) know();
  if (duties_.restore_due) sync();  // before the first finding: its incident may be there already
  worker_ = std::make_unique<SnmpWorker>(app_, *queues_, attention_, duties_);
}

// Before the first poll nothing is known, and everybody would be new.
void Warden::know() {
  constexpr std::size_t kMost = 1'000'000;
  auto stations = app_.need(app_.store().stations(topology::MacPattern{}, kMost));
  if (!stations.empty()) known_ = std::make_shared<const analysis::KnownStations>(std::move(stations));
}

void Warden::stop_snmp() { worker_.reset(); }

void Warden::turn(std::chrono::milliseconds wait) {
  if (queues_->heard.empty() && queues_->answers.empty()) queues_->engine.wait(wait);
  take_heard();
  take_answers();
  tick();
}

void Warden::take_heard() {
  for (Heard& heard : queues_->heard.take())
    std::visit([&](auto& what) { take(heard.source, what); }, heard.what);
}

void Warden::take(std::uint32_t source, FoundTrouble& found) {
  const analysis::Finding& finding = found.finding;
  ++findings_[std::string(finding.kind)];
  if (!engine_.policy().locate) {
    teller_.on_finding(0, found, false);
    return;
  }
  auto [id, commands] = engine_.on_finding(
      finding, wall_clock(), dump(to_json(finding, std::string(app_.vendors().lookup(finding.mac)), names_)));
  heard_on_.try_emplace(id, source);
  if (id != 0) heard_now(source, finding.mac, finding.time);
  const bool located = std::any_of(commands.begin(), commands.end(),
                                   [](const Command& c) { return std::holds_alternative<LocateCommand>(c); });
  teller_.on_finding(id, found, located);
  carry_out(std::move(commands));
  if (id != 0 && recorder_) {
    comment(found.frames, finding);
    recorder_->evidence(id, std::move(found.frames));
  }
}

void Warden::take(std::uint32_t source, ObservedFrame& observed) {
  if (std::binary_search(wanted_.stations.begin(), wanted_.stations.end(), observed.frame.src))
    heard_now(source, observed.frame.src, observed.frame.time);
  engine_.on_frame(observed.frame);
}

void Warden::take(std::uint32_t, HeardStations& heard) {
  if (recorder_) recorder_->stations(std::move(heard.news));
}

void Warden::heard_now(std::uint32_t source, topology::MacAddress mac, Time time) {
  if (!ears_[source]) return;
  if (last_heard_.size() > Engine::kMostCases)
    std::erase_if(last_heard_, [&](const auto& heard) { return time - heard.second.time >= kProves; });
  last_heard_[mac] = {time, *ears_[source]};
}

void Warden::take(std::uint32_t source, SourceNotice& notice) {
  if (notice.what == SourceNotice::What::kLost) deaf_[source] = notice.text;
  if (notice.what == SourceNotice::What::kBack) deaf_[source].reset();
  teller_.on_notice(source, notice);
}

void Warden::take(std::uint32_t source, SourceEnded& ended) {
  --listening_;
  deaf_[source] = ended.error;
  teller_.on_source_ended(source, ended.error);
}

void Warden::take_answers() {
  for (Answer& answer : queues_->answers.take()) std::visit([this](auto& a) { take(a); }, answer);
  if (worker_) queues_->snmp.ring();  // it may wait for room
}

void Warden::take(LocatedAnswer& a) {
  auto commands = engine_.on_located(a.id, a.located, a.place, wall_clock(), a.location_json);
  const bool goes_on = std::any_of(commands.begin(), commands.end(), [](const Command& c) {
    return std::holds_alternative<IsolateCommand>(c);
  });
  teller_.on_located(a, goes_on);
  carry_out(std::move(commands));
}

void Warden::take(IsolatedAnswer& a) {
  std::optional<Time> shut;
  const auto on = heard_on_.find(a.id);
  if (on == heard_on_.end() || counts(on->second).present) shut = capture_now();
  teller_.on_isolated(a);
  carry_out(engine_.on_isolated(a.id, a.outcome, shut, wall_clock(), dump(to_json(a.outcome))));
}

void Warden::take(RestoredAnswer& a) {
  teller_.on_restored(a);
  if (!a.outcome.isolation.incident || !recorder_) return;
  const CaseId id = recorder_->case_of(*a.outcome.isolation.incident);
  if (id != 0) carry_out(engine_.on_restored(id, a.outcome, false, capture_now(), wall_clock()));
}

void Warden::take(RecoveredAnswer& a) {
  teller_.on_recovered(a.recovered);
  const auto incident = a.recovered.isolation.incident;
  if (!incident || !recorder_) return;
  if (const CaseId id = recorder_->case_of(*incident); id != 0)
    carry_out(engine_.on_recovered(id, a.recovered, capture_now(), wall_clock()));
}

void Warden::take(NoticedAnswer& a) { engine_.on_noticed(a.mac); }

void Warden::take(PolledAnswer& a) { teller_.on_polled(a.asked); }

void Warden::take(AuditedAnswer& a) { teller_.on_audited(a.report); }

void Warden::take(FailedAnswer& a) {
  teller_.on_failed(a.id, a.error.message);
  if (a.id != 0) carry_out(engine_.on_failed(a.id, a.error.message, wall_clock()));
}

void Warden::carry_out(Commands commands) {
  for (Command& command : commands) std::visit([this](auto& c) { carry(c); }, command);
  if (!commands.empty()) write();
}

void Warden::carry(OpenCommand& c) {
  if (!recorder_) return;
  recorder_->open(c.id, std::move(c.incident));
  write();  // a person who is told of it wants its number
}

void Warden::carry(StepCommand& c) {
  teller_.on_step(c.id, c.event);
  if (recorder_) recorder_->step(c.id, std::move(c.event), std::move(c.switch_name), std::move(c.port));
}

void Warden::carry(WorsenCommand& c) {
  if (recorder_) recorder_->worsen(c);
}

void Warden::carry(LocateCommand& c) { ask(c.id, c, c.mac.to_string() + " is not located"); }

void Warden::carry(IsolateCommand& c) {
  c.request.incident = incident_of(c.id);
  if (const auto heard = last_heard_.find(*c.request.mac); heard != last_heard_.end()) {
    const Duration ago = wall_clock() - heard->second.time;
    if (ago >= Duration::zero() && ago < kProves) {  // not when the clock was set back
      c.request.sighting = heard->second.time;
      c.request.heard_by = heard->second.by;
    }
  }
  ask(c.id, c, c.request.mac->to_string() + " is not isolated");
}

void Warden::carry(RestoreCommand& c) {
  ask(c.id, c, fmt::format("isolation {} is not restored", c.isolation));
}

void Warden::carry(VerifiedCommand& c) { teller_.on_verified(c.id, c); }

void Warden::ask(CaseId id, Question question, const std::string& what) {
  if (worker_ && queues_->questions.try_push(std::move(question))) return;
  const std::string why = "too many questions at once: " + what;
  teller_.on_failed(id, why);
  carry_out(engine_.on_failed(id, why, wall_clock()));
}

std::optional<Time> Warden::capture_now() const {
  std::optional<Time> latest;
  for (const auto& listener : listeners_)
    for (std::size_t i = 0; i < listener->size(); ++i)
      if (listener->counts(i).present)
        latest = std::max(latest.value_or(wall_clock()), listener->counts(i).last.load());
  return latest;
}

const SourceCounts& Warden::counts(std::uint32_t source) const {
  for (const auto& listener : listeners_)
    if (source >= listener->first_number() && source < listener->first_number() + listener->size())
      return listener->counts(source - listener->first_number());
  static const SourceCounts kNone;
  return kNone;
}

bool Warden::deaf_to(CaseId id) const {
  const auto on = heard_on_.find(id);
  bool live = false;
  for (const auto& listener : listeners_) {
    const std::uint32_t n = listener->first_number();
    if (!listener->live() || (on != heard_on_.end() && names_[n] != names_[on->second])) continue;
    live = true;
    if (!deaf_[n]) return false;
  }
  return live;
}

void Warden::tick() {
  const Time now = wall_clock();
  if (!engine_.policy().locate || !passed(ticked_, now, kTick)) return;
  for (const CaseId id : engine_.watched())
    if (deaf_to(id)) carry_out(engine_.on_deaf(id, capture_now().value_or(now), now));
  carry_out(engine_.on_tick(capture_now().value_or(now), now));
  Attention::Wanted wanted{engine_.culprits(), engine_.wants_arp()};
  if (wanted.stations != wanted_.stations || wanted.arp != wanted_.arp) {
    wanted_ = wanted;
    attention_.set(std::move(wanted));
  }
  if (recorder_ && recorder_->waiting() > 0) write();
  if (duties_.restore_due && passed(synced_, now, kSync)) sync();
}

void Warden::sync() {
  if (!recorder_ || recorder_->waiting() > 0) return;  // the store does not know yet what the engine does
  auto open = recorder_->store().incidents(false, true);
  if (!open) return teller_.on_failed(0, open.error().message);
  auto isolations = recorder_->store().isolations(false);
  if (!isolations) return teller_.on_failed(0, isolations.error().message);
  std::set<std::int64_t> still_open;
  for (const Incident& incident : *open) {
    still_open.insert(incident.id);
    std::vector<Isolation> its;
    for (const Isolation& i : *isolations)
      if (i.incident == incident.id) its.push_back(i);
    const CaseId known = recorder_->case_of(incident.id);
    auto [id, commands] = engine_.on_stored(known, incident, its, capture_now(), wall_clock());
    if (known == 0 && id != 0) recorder_->bind(id, incident.id);
    carry_out(std::move(commands));
  }
}

void Warden::write() {
  if (!recorder_) return;
  if (store_failed_ && !passed(write_tried_, wall_clock(), kWriteAgain)) return;
  const auto error = recorder_->flush();
  const std::size_t lost = recorder_->take_lost();
  steps_lost_ += lost;
  store_error_ = error ? error->message : "";
  if (error && (!store_failed_ || lost > 0)) teller_.on_store(&*error, recorder_->waiting(), lost);
  if (!error && store_failed_) teller_.on_store(nullptr, 0, lost);
  store_failed_ = error.has_value();
}

// Written with the next tick, together with what comes until then.
void Warden::notice(Notice notice) { recorder_->notice(std::move(notice)); }

std::optional<std::int64_t> Warden::incident_of(CaseId id) const {
  return recorder_ ? recorder_->incident_of(id) : std::nullopt;
}

void Warden::finish(bool hurry) {
  for (const auto& listener : listeners_) listener->stop();
  while (listening_ > 0) {
    queues_->engine.wait(std::chrono::milliseconds{20});
    take_heard();
  }
  while (!hurry && worker_ && engine_.waiting()) turn(std::chrono::milliseconds{100});
  worker_.reset();
  take_answers();
  if (engine_.policy().locate && !hurry) carry_out(engine_.on_end(wall_clock()));
  write_tried_ = Time{};
  write();
}

std::vector<InterfaceState> Warden::interfaces() const {
  std::vector<InterfaceState> all;  // an interface that came back is one, though it was several sources
  for (const auto& listener : listeners_)
    for (std::size_t i = 0; i < listener->size(); ++i) {
      const std::uint32_t number = listener->first_number() + static_cast<std::uint32_t>(i);
      const std::string& name = names_[number];
      auto one =
          std::find_if(all.begin(), all.end(), [&](const InterfaceState& s) { return s.name == name; });
      if (one == all.end()) {
        one = all.emplace(all.end());
        one->name = name;
      }
      const SourceCounts& c = listener->counts(i);
      one->frames += c.frames;
      one->undecodable += c.undecodable;
      one->dropped += c.dropped;
      one->unseen += c.unseen;
      one->listening = !deaf_[number];
      one->error = deaf_[number].value_or("");
      if (const Time last = c.last; last != Time{}) one->last = last;
    }
  return all;
}

DaemonState Warden::state() {
  DaemonState s;
  s.now = wall_clock();
  s.interfaces = interfaces();
  const auto add = [&](const auto& q) {
    s.queues.push_back({std::string(q.name()), q.size(), q.capacity(), q.most(), q.refused()});
  };
  add(queues_->heard);
  add(queues_->questions);
  add(queues_->answers);
  if (const auto snmp = queues_->snmp_state.get()) s.snmp = *snmp;
  for (const auto& [kind, times] : findings_) s.findings.push_back({kind, times});
  s.store_error = store_error_;
  s.steps_lost = steps_lost_;
  if (!recorder_) return s;
  s.steps_waiting = recorder_->waiting();
  if (auto open = recorder_->store().incidents(false, true)) s.incidents = std::move(*open);
  if (auto shut = recorder_->store().isolations(true)) s.isolations = std::move(*shut);
  return s;
}

Totals Warden::totals() const {
  Totals all;
  for (const auto& listener : listeners_)
    for (std::size_t i = 0; i < listener->size(); ++i) {
      const SourceCounts& c = listener->counts(i);
      all.frames += c.frames;
      all.undecodable += c.undecodable;
      all.dropped += c.dropped;
      all.skipped += c.skipped;
      all.unseen += c.unseen;
    }
  return all;
}

}  // namespace lanwarden::agent
