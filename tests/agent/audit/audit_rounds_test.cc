// Audits by the clock.
#include "agent/audit/audit_rounds.h"

#include <catch2/catch.hpp>
#include <mutex>

#include "tests/agent/store_scratch.h"
#include "tests/lab/world/world.h"

using namespace lanwarden;
using namespace lanwarden::agent;
using namespace std::chrono_literals;
using agent::testing::must;

namespace {

constexpr topology::Time kNoon{std::chrono::seconds{1'800'000'000}};

/// What the rounds tell, for who waits for it.
class Told {
 public:
  void take(StoreResult<AuditReport> report) {
    const std::lock_guard lock(mutex_);
    reports_.push_back(std::move(report));
    there_.notify_all();
  }
  /// The next one.
  StoreResult<AuditReport> next() {
    std::unique_lock lock(mutex_);
    there_.wait(lock, [&] { return reports_.size() > taken_; });
    return reports_[taken_++];
  }

 private:
  std::mutex mutex_;
  std::condition_variable there_;
  std::vector<StoreResult<AuditReport>> reports_;
  std::size_t taken_ = 0;
};

void wait_until_due(const AuditRounds& rounds, topology::Time now) {
  while (!rounds.due(now)) std::this_thread::yield();  // what is known is being read
}

struct Network {
  lab::World world = lab::generate([] {
    lab::WorldOptions o;
    o.switches = 10, o.hosts = 100;
    return o;
  }());
  topology::Fabric at(topology::Time now) const {
    auto all = lab::snapshots(world, now);
    for (auto& s : all) s.uptime_cs += static_cast<std::uint64_t>((now - kNoon) / 10ms);
    return topology::infer(std::move(all));
  }
};

/// A daemon's audits of the network as it always is.
struct Hourly {
  static Config every_hour() {
    Config config;
    config.audit.every = 1h;
    return config;
  }
  StoreResult<AuditReport> at(topology::Time now) {
    wait_until_due(rounds, now);
    rounds.look({network.at(now), {}, {}}, now);
    return told.next();
  }
  agent::testing::ScratchFolder folder;
  Config config = every_hour();
  Network network;
  Told told;
  AuditRounds rounds{config, must(open_sqlite_store(folder.store(), {})),
                     [this](auto r) { told.take(std::move(r)); }};
};

}  // namespace

TEST_CASE("the daemon audits when its time has come, and tells only what is new") {
  agent::testing::ScratchFolder folder;
  Config config;
  config.audit.every = 1h;
  const Network network;
  Told told;
  {
    AuditRounds rounds(config, must(open_sqlite_store(folder.store(), {})),
                       [&](auto r) { told.take(std::move(r)); });
    wait_until_due(rounds, kNoon);
    CHECK_FALSE(rounds.state().last);
    rounds.look({network.at(kNoon), {}, {"floor3"}}, kNoon);
    const auto first = told.next();
    REQUIRE(first);
    CHECK(first->first);
    CHECK(first->switches == 10);
    REQUIRE_FALSE(first->fresh.empty());
    CHECK(first->fresh[0].kind == "switch-silent");
    while (rounds.state().last != kNoon) std::this_thread::yield();
    CHECK(rounds.state().next == kNoon + 1h);
    CHECK_FALSE(rounds.due(kNoon + 59min));
    CHECK(rounds.due(kNoon + 1h));
    CHECK(rounds.due(kNoon - 1min));  // the clock was set back: not a year without audits
    rounds.look({network.at(kNoon + 1h), {}, {"floor3"}}, kNoon + 1h);
    const auto second = told.next();
    REQUIRE(second);
    CHECK_FALSE(second->first);
    CHECK(second->fresh.empty());
    CHECK(second->standing.size() == first->fresh.size());
  }
  // A daemon that begins anew goes on where the last one was.
  AuditRounds rounds(config, must(open_sqlite_store(folder.store(), {})),
                     [&](auto r) { told.take(std::move(r)); });
  wait_until_due(rounds, kNoon + 2h);
  CHECK_FALSE(rounds.due(kNoon + 2h - 1s));
  CHECK(rounds.state().last == kNoon + 1h);
  rounds.look({network.at(kNoon + 2h), {}, {}}, kNoon + 2h);
  const auto third = told.next();
  REQUIRE(third);
  REQUIRE(third->ended.size() == 1);
  CHECK(third->ended[0].kind == "switch-silent");
  // The clock goes back by two hours: one audit at once, the next by the clock as it is now.
  const auto back = kNoon;
  wait_until_due(rounds, back);
  rounds.look({network.at(kNoon + 2h), {}, {}}, back);
  REQUIRE(told.next());
  wait_until_due(rounds, back + 1h);
  CHECK_FALSE(rounds.due(back + 1s));
}

TEST_CASE("an audit by hand that comes between is the newer: the daemon looks again on top of it") {
  agent::testing::ScratchFolder folder;
  Config config;
  config.audit.every = 1h;
  const Network network;
  const auto by_hand = must(open_sqlite_store(folder.store(), {}));
  Told told;
  AuditRounds rounds(config, must(open_sqlite_store(folder.store(), {})),
                     [&](auto r) { told.take(std::move(r)); });
  wait_until_due(rounds, kNoon);
  const topology::Fabric fabric = network.at(kNoon);
  {
    Auditor auditor(config, *by_hand);
    must(auditor.remember({fabric, {}, {"floor2"}}, kNoon));
    must(auditor.audit(Auditor::SinceLast{}, "anna"));
  }
  rounds.look({fabric, {}, {}}, kNoon);
  wait_until_due(rounds, kNoon + 1min);
  CHECK_FALSE(rounds.due(kNoon + 59s));
  rounds.look({network.at(kNoon + 1min), {}, {}}, kNoon + 1min);
  const auto report = told.next();
  REQUIRE(report);
  CHECK_FALSE(report->first);
  REQUIRE(report->ended.size() == 1);
  CHECK(report->ended[0].at.sw == "floor2");
}

TEST_CASE("what a port did between two audits is counted, though each audit finds it up") {
  Hourly audits;
  REQUIRE(audits.at(kNoon));
  std::string sw, port;
  for (int poll = 0; poll <= 6; ++poll) {
    const topology::Time now = kNoon + poll * 8min;
    topology::Fabric fabric = audits.network.at(now);
    auto snapshot = fabric.snapshots()[3];
    const auto up = std::find_if(snapshot.interfaces.begin(), snapshot.interfaces.end(), [](const auto& i) {
      return i.oper == topology::OperStatus::kUp && i.last_change_cs == 0;
    });
    REQUIRE(up != snapshot.interfaces.end());
    if (poll % 2 == 1) up->oper = topology::OperStatus::kDown;
    sw = snapshot.name, port = up->name;
    audits.rounds.polled(snapshot);
  }
  const auto report = audits.at(kNoon + 1h);
  REQUIRE(report);
  REQUIRE(report->fresh.size() == 1);
  CHECK(report->fresh[0].kind == "port-flapping");
  CHECK(report->fresh[0].at.sw == sw);
  CHECK(report->fresh[0].at.port == port);
}
