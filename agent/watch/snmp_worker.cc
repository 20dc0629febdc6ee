#include "agent/watch/snmp_worker.h"

#include <fmt/format.h>

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

SnmpWorker::SnmpWorker(App& app, Queues& queues, SnmpDuties duties)
    : app_(app),
      queues_(queues),
      duties_(std::move(duties)),
      isolator_(app.config(), app.store(), app.switches()) {
  if (duties_.poll) {
    app.locator().keep_up();
    std::vector<std::optional<topology::Time>> polled;
    const auto add = [&](const SwitchSnapshot& s) {
      polled.push_back(s.time == topology::Time{} ? std::nullopt : std::optional(s.time));
    };
    for (const SwitchSnapshot& s : app.locator().fabric().snapshots()) add(s);
    for (const SwitchSnapshot& s : app.locator().routers()) add(s);
    schedule_.emplace(*duties_.poll, polled, wall_clock(), std::random_device{}());
  }
  thread_ = std::thread([this] { run(); });
}

SnmpWorker::~SnmpWorker() {
  stop_ = true;
  queues_.snmp.ring();
  thread_.join();
}

void SnmpWorker::run() {
  // First what an earlier process left, and switches that nobody knows yet: a hunt needs them.
  if (duties_.restore_due) restore_due();
  if (schedule_) poll_due();
  while (!stop_) {
    // A hunt never waits behind a walk that is only due.
    Question question;
    if (queues_.questions.pop(question)) {
      tell(std::visit([this](const auto& command) { return answer(command); }, question));
      continue;
    }
    if (duties_.restore_due) restore_due();
    if (schedule_) poll_due();
    if (queues_.questions.empty() && !stop_) queues_.snmp.wait(kIdle);
  }
}

void SnmpWorker::tell(Answer answer) {
  // The engine may have left its loop: then nobody makes room any more.
  while (!queues_.answers.try_push(std::move(answer)) && !stop_) queues_.snmp.wait(kIdle);
}

Answer SnmpWorker::answer(const LocateCommand& command) {
  WhereResult result;
  result.mac = command.mac;
  result.located = app_.locator().live(command.mac);
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
  const auto ids = schedule_->due(wall_clock());
  if (ids.empty()) return;
  auto asked = app_.locator().poll(ids);
  if (!asked) {
    schedule_->again(ids, wall_clock());
    return tell(FailedAnswer{0, asked.error()});
  }
  app_.locator().fabric();  // inferred now, not when it is urgent
  tell(PolledAnswer{std::move(*asked)});
  app_.locator().save_cache();
}

}  // namespace lanwarden::agent
