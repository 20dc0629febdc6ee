#include "agent/watch/snmp_worker.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <random>

#include "agent/output/time_text.h"
#include "agent/output/views.h"
#include "agent/watch/passed.h"
#include "topology/render.h"

namespace lanwarden::agent {
namespace {

constexpr std::chrono::milliseconds kIdle{500};
constexpr std::chrono::seconds kBetweenRestores{1};
constexpr std::chrono::minutes kBetweenRecoveries{1};  ///< each reads every port that is held
constexpr topology::Duration kBetweenCaches = std::chrono::seconds{2};
constexpr int kCacheShare = 20;
constexpr std::chrono::seconds kBetweenPublications{1};
constexpr std::chrono::hours kBetweenForgetting{1};

/// The switches on the way to the station, with the ports the way goes through.
Json way_json(const topology::Location& location, const topology::Fabric& fabric) {
  Json way = Json::array();
  const auto name = [&](topology::SwitchId sw, std::optional<topology::IfIndex> port) -> std::string {
    const auto* i = port ? fabric.snapshot(sw).interface(*port) : nullptr;
    return i != nullptr ? i->name : "";
  };
  const auto& passed = topology::highlight(fabric, location).way;
  for (std::size_t i = 0; i < passed.size(); ++i) {
    Json hop;
    hop["switch"] = fabric.snapshot(passed[i]).name;
    if (i > 0)
      if (auto in = name(passed[i], fabric.direction(passed[i], passed[i - 1])); !in.empty()) hop["in"] = in;
    if (i + 1 < passed.size()) {
      if (auto out = name(passed[i], fabric.direction(passed[i], passed[i + 1])); !out.empty())
        hop["out"] = out;
    } else if (location.port && location.port->sw == passed[i]) {
      if (auto out = name(passed[i], location.port->ifindex); !out.empty()) hop["out"] = out;
    }
    way.push_back(std::move(hop));
  }
  return way;
}

}  // namespace

SnmpWorker::SnmpWorker(App& app, Queues& queues, const Attention& attention, SnmpDuties duties)
    : app_(app),
      queues_(queues),
      attention_(attention),
      duties_(std::move(duties)),
      isolator_(app.config(), app.store(), app.switches()) {
  if (duties_.poll) {
    app.locator().keep_up();
    std::vector<std::optional<topology::Time>> polled;
    const auto add = [&](const SwitchSnapshot& s) {
      polled.push_back(s.time == topology::Time{} ? std::nullopt : std::optional(s.time));
      SwitchState& state = state_.switches.emplace_back();
      state.name = s.name;
      state.address = s.address;
      state.answered = polled.back();
    };
    for (const SwitchSnapshot& s : app.locator().fabric().snapshots()) add(s);
    for (const SwitchSnapshot& s : app.locator().routers()) {
      add(s);
      state_.switches.back().router = true;
    }
    schedule_.emplace(*duties_.poll, polled, wall_clock(), std::random_device{}());
    if (const auto before = queues_.snmp_state.get()) go_on_from(*before);
    if (duties_.audit && app.config().audit.every)
      audits_ =
          std::make_unique<AuditRounds>(app.config(), app.another_store(),
                                        [this](StoreResult<AuditReport> r) { tell_of_audit(std::move(r)); });
    walker_ = app.another_collector();
    walker_->meanwhile(queues_.snmp.fd(), [this] { meanwhile(); });
    if (duties_.notifications != nullptr) {
      know_senders();
      walker_->meanwhile(duties_.notifications->fd(), [this] { read_notifications(); });
    }
  }
  if (!app.config().switches.empty())
    app.collector().meanwhile(stopped_.fd(), [this] {
      stopped_.answer();
      if (locating_) app_.collector().abandon();
    });
  if (duties_.outward != nullptr) {
    const auto serve = [this] { duties_.outward->serve(); };
    if (walker_) walker_->meanwhile(duties_.outward->fd(), serve);
    if (!app.config().switches.empty()) app.collector().meanwhile(duties_.outward->fd(), serve);
  }
  thread_ = std::thread([this] { run(); });
}

void SnmpWorker::go_on_from(const SnmpState& before) {
  std::vector<SwitchState> switches = std::move(state_.switches);
  state_ = before;
  state_.walking = 0;
  for (std::uint32_t i = 0; i < switches.size(); ++i) {
    const auto was = std::find_if(before.switches.begin(), before.switches.end(), [&](const SwitchState& s) {
      return s.name == switches[i].name && s.address == switches[i].address;
    });
    if (was == before.switches.end()) continue;
    if (was->next) schedule_->resume(topology::SwitchId{i}, *was->next, was->every);
    switches[i] = *was;
  }
  state_.switches = std::move(switches);
  late_before_ = before.late;
}

SnmpWorker::~SnmpWorker() {
  stop_ = true;
  stopped_.ring();
  queues_.snmp.ring();
  thread_.join();
  audits_.reset();
}

void SnmpWorker::run() {
  // First what an earlier process left, and switches that nobody knows yet: a hunt needs them.
  if (duties_.restore_due) restore_due();
  if (schedule_) poll_due();
  while (!stop_) {
    ++pulse_;
    if (passed(published_, wall_clock(), kBetweenPublications)) publish();
    answer_questions();
    if (duties_.restore_due) restore_due();
    if (duties_.notifications != nullptr) {
      read_notifications();
      ask_again();
    }
    if (duties_.outward != nullptr) duties_.outward->serve();
    if (schedule_) poll_due();
    if (!queues_.questions.empty() || stop_) continue;
    audit_due();
    save_cache();
    forget();
    wait();
  }
}

void SnmpWorker::answer_questions() {
  Question question;
  while (!stop_ && queues_.questions.pop(question)) {
    ++pulse_;
    Answer given = std::visit([this](const auto& command) { return answer(command); }, question);
    if (stop_ && std::holds_alternative<LocatedAnswer>(given)) {
      // Given up half-way: whoever comes after this worker asks it again, or the next start does.
      static_cast<void>(queues_.questions.try_push(std::move(question)));
      return;
    }
    tell(std::move(given));
    // Hunt after hunt must not fill the kernel's buffer.
    if (schedule_ && duties_.notifications != nullptr) read_notifications();
  }
}

void SnmpWorker::wait() {
  std::array<pollfd, 3> all{{{queues_.snmp.fd(), POLLIN, 0}, {-1, POLLIN, 0}, {-1, POLLIN, 0}}};
  if (duties_.notifications != nullptr) all[1].fd = duties_.notifications->fd();
  if (duties_.outward != nullptr) all[2].fd = duties_.outward->fd();
  ::poll(all.data(), all.size(), static_cast<int>(kIdle.count()));
  queues_.snmp.answer();
}

void SnmpWorker::meanwhile() {
  ++pulse_;
  queues_.snmp.answer();
  if (stop_) return walker_->abandon();
  if (!first_walk_) answer_questions();
  if (duties_.restore_due) restore_due();
  if (stop_) walker_->abandon();
}

void SnmpWorker::tell(Answer answer) {
  // The engine may have left its loop: then nobody makes room any more.
  while (!queues_.answers.try_push(std::move(answer)) && !stop_) queues_.snmp.wait(kIdle);
}

// On the audit's thread: the bell of this one is not its to answer.
void SnmpWorker::tell_of_audit(StoreResult<AuditReport> report) {
  Answer answer =
      report ? Answer{AuditedAnswer{std::move(*report)}} : Answer{FailedAnswer{0, report.error()}};
  while (!queues_.answers.try_push(std::move(answer)) && !stop_) std::this_thread::sleep_for(kIdle);
}

Answer SnmpWorker::answer(const LocateCommand& command) {
  WhereResult result;
  result.mac = command.mac;
  const topology::Time began = wall_clock();
  locating_ = true;
  result.located = app_.locator().live(command.mac);
  locating_ = false;
  ++state_.hunts;
  state_.last_hunt = wall_clock() - began;
  publish();
  result.vendor = app_.vendors().lookup(command.mac);
  result.ips = app_.locator().ips_of(command.mac);
  const topology::Fabric& fabric = app_.locator().fabric();
  const topology::Location& location = result.located.location;
  Place where{place(location, fabric), "", ""};
  if (location.port) {
    where.switch_name = fabric.snapshot(location.port->sw).name;
    if (const auto* i = fabric.snapshot(location.port->sw).interface(location.port->ifindex))
      where.port = i->name;
  }
  Json json = to_json(result, fabric);
  if (location.port || !location.ports.empty()) json["way"] = way_json(location, fabric);
  return LocatedAnswer{command.id, result.located, std::move(where), dump(json),
                       to_text(result, fabric, app_.console, app_.console.verbosity() > 0)};
}

Answer SnmpWorker::answer(const IsolateCommand& command) {
  auto outcome = isolator_.isolate(command.request);
  if (!outcome) return FailedAnswer{command.id, outcome.error()};
  return IsolatedAnswer{command.id, std::move(*outcome)};
}

Answer SnmpWorker::answer(const RestoreCommand& command) {
  auto isolation = app_.store().isolation(command.isolation);
  if (!isolation) return FailedAnswer{command.id, isolation.error()};
  if (!*isolation)
    return FailedAnswer{
        command.id,
        {StoreCause::kOther, fmt::format("there is no isolation {} in the store", command.isolation)}};
  return RestoredAnswer{isolator_.restore(**isolation, "lanwarden run"), command.why};
}

void SnmpWorker::restore_due() {
  const topology::Time now = wall_clock();
  if (passed(recovered_at_, now, kBetweenRecoveries)) {
    auto recovered = isolator_.recover("lanwarden run");
    if (!recovered) return tell(FailedAnswer{0, recovered.error()});
    for (Recovered& r : *recovered) tell(RecoveredAnswer{std::move(r)});
  }
  if (!passed(restored_at_, now, kBetweenRestores)) return;
  auto restored = isolator_.restore_due("lanwarden run");
  if (!restored) return tell(FailedAnswer{0, restored.error()});
  for (RestoreOutcome& outcome : *restored) tell(RestoredAnswer{std::move(outcome), "its time was over"});
}

void SnmpWorker::poll_due() {
  const topology::Time began = wall_clock();
  const auto ids = schedule_->due(began);
  if (ids.empty() || stop_) return;
  state_.walking = ids.size();
  // Where a station is cannot be told before anybody knows what is connected to what: a hunt waits for that.
  first_walk_ = std::any_of(ids.begin(), ids.end(), [&](topology::SwitchId id) {
    return !state_.switches[id.value].answered && !state_.switches[id.value].asked;
  });
  publish();
  auto asked = app_.locator().poll(
      ids, [this](const snmp::Progress&) { meanwhile(); }, walker_.get());
  state_.walking = 0;
  first_walk_ = false;
  if (stop_) return;
  const topology::Time now = wall_clock();
  if (!asked) {
    schedule_->again(ids, now);
    publish();
    return tell(FailedAnswer{0, asked.error()});
  }
  schedule_->walked(asked->walks, now);
  note_walks(*asked, began);
  if (duties_.notifications != nullptr) know_senders();
  publish();
  const auto snapshots = app_.locator().fabric().snapshots();  // inferred now, not when it is urgent
  if (audits_)
    for (const Walked& walk : asked->walks)
      if (walk.sw.value < snapshots.size()) audits_->polled(snapshots[walk.sw.value]);
  tell(PolledAnswer{std::move(*asked)});
}

/// Once every switch has been asked: one that was not would seem to have changed nothing.
void SnmpWorker::audit_due() {
  if (!audits_ || !audits_->due(wall_clock())) return;
  AuditedNetwork network{app_.locator().fabric(), app_.locator().routers(), {}};
  for (const SwitchState& sw : state_.switches) {
    if (sw.router) continue;
    if (!sw.asked && !sw.answered) return;
    if (sw.silent_since) network.silent.push_back(sw.name);
  }
  audits_->look(network, wall_clock());
}

/// For commands beside the daemon. The cache of a large network takes a second or more: never so often that
/// it takes a part of the thread's time that matters.
void SnmpWorker::save_cache() {
  const topology::Time began = wall_clock();
  if (!schedule_ || !passed(cache_tried_, began, std::max(kBetweenCaches, cache_took_ * kCacheShare))) return;
  app_.locator().save_cache();
  cache_took_ = wall_clock() - began;
}

/// A step whenever nothing else is to be done, once an hour until there is nothing left.
void SnmpWorker::forget() {
  if (!schedule_) return;
  const topology::Time now = wall_clock();
  if (passed(forgot_, now, kBetweenForgetting)) forgetting_ = true;
  if (!forgetting_) return;
  Retention retention;
  const HistoryConfig& history = app_.config().history;
  if (history.keep) retention.before = now - *history.keep;
  retention.most_octets = std::uint64_t{history.most_megabytes} << 20;
  retention.station = forget_from_;
  auto forgotten = app_.store().forget(retention);
  if (!forgotten) {  // a full disk: what needs room is told elsewhere; this is tried again in an hour
    forgetting_ = false;
    return;
  }
  forget_from_ = forgotten->station;
  forgetting_ = forgotten->more;
}

void SnmpWorker::note_walks(const Asked& asked, topology::Time when) {
  for (const Walked& walk : asked.walks) {
    SwitchState& sw = state_.switches[walk.sw.value];
    sw.asked = when;
    app_.collector().suppose_silent(walk.sw, !walk.answered);
    ++sw.walks;
    ++state_.walks;
    if (walk.answered) {
      sw.answered = when;
      sw.silent_since.reset();
      sw.failure.clear();
      sw.detail.clear();
      continue;
    }
    ++sw.failed_walks;
    if (!sw.silent_since) sw.silent_since = when;
    for (const Asked::Failed& failed : asked.failed)
      if (failed.switch_name == sw.name) sw.failure = failed.error, sw.detail = failed.detail;
  }
}

void SnmpWorker::publish() {
  if (!schedule_) return;
  state_.late = late_before_ + schedule_->late();
  for (std::uint32_t i = 0; i < state_.switches.size(); ++i) {
    state_.switches[i].next = schedule_->next(topology::SwitchId{i});
    state_.switches[i].every = schedule_->every(topology::SwitchId{i}).value_or(topology::Duration{});
  }
  if (audits_) state_.audit = audits_->state();
  queues_.snmp_state.put(state_);
}

}  // namespace lanwarden::agent
