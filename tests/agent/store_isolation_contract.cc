// What every back end promises of the journal of isolations and of the audit trail.
#include <array>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/agent/store_contract.h"

namespace lanwarden::agent::testing {
namespace {

using Answer = IsolationClaim::Answer;
using topology::IfIndex;

Isolation intent(int minutes, const char* port = "A1") {
  Isolation i;
  i.switch_name = "floor3";
  i.port = port;
  i.ifindex = IfIndex{1};
  i.mac = mac("00:0d:4b:ce:20:cd");
  i.who = "root";
  i.reason = "answers every probe";
  i.old_admin_status = "up";
  i.changes = {{"1.3.6.1.2.1.2.2.1.7.1", "ifAdminStatus.1", 'i', "1", "2", 0},
               {"1.3.6.1.2.1.17.7.1.4.3.1.2.66", "dot1qVlanStaticEgressPorts.66", 'x', "00", "80", 1}};
  i.intended = at(minutes);
  i.until = at(minutes + 240);
  return i;
}

AuditEntry line(const char* action, int minutes = 0) {
  AuditEntry e;
  e.time = at(minutes);
  e.who = "root";
  e.action = action;
  e.why = "answers every probe";
  e.switch_name = "floor3";
  e.port = "A1";
  e.mac = mac("00:0d:4b:ce:20:cd");
  e.varbinds = "1.3.6.1.2.1.2.2.1.7.1 i 2";
  return e;
}

Isolation claimed(Store& store, Isolation entry) {
  const auto claim = must(store.claim_isolation(entry, {}));
  REQUIRE(claim.answer == Answer::kClaimed);
  return *must(store.isolation(claim.id));
}

void whole(StoreWorkshop& w) {
  const auto store = w.open();
  Incident incident;
  incident.kind = "arp-bogus-responder";
  incident.opened = incident.updated = at(0);
  Isolation i = intent(0);
  i.incident = must(store->open_incident(incident));
  i.way = IsolationWay::kQuarantine;
  i.forced = {"protected-port", "too-many-stations"};
  i.boot = "b00t";
  i.until_since_boot = std::chrono::hours{9};
  i.owner = "a process";
  const auto claim = must(store->claim_isolation(i, {}));
  const auto other = w.open();  // another process sees the intent at once
  auto seen = must(other->isolation(claim.id));
  REQUIRE(seen);
  CHECK(seen->state == IsolationState::kIntended);
  CHECK(seen->way == IsolationWay::kQuarantine);
  CHECK(seen->incident == i.incident);
  CHECK(seen->switch_name == "floor3");
  CHECK(seen->port == "A1");
  CHECK(seen->ifindex == IfIndex{1});
  CHECK(seen->mac == i.mac);
  CHECK(seen->who == "root");
  CHECK(seen->reason == "answers every probe");
  CHECK(seen->old_admin_status == "up");
  CHECK(seen->changes == i.changes);
  CHECK(seen->forced == i.forced);
  CHECK(seen->intended == at(0));
  CHECK_FALSE(seen->set_at);
  CHECK_FALSE(seen->restored_at);
  CHECK(seen->until == at(240));
  CHECK(seen->boot == "b00t");
  CHECK(seen->until_since_boot == std::chrono::hours{9});
  CHECK(seen->owner == "a process");
  CHECK(seen->attempts == 0);
  CHECK_FALSE(seen->next_attempt);

  Isolation shut = *seen;
  shut.state = IsolationState::kActive;
  shut.set_at = at(1);
  shut.until.reset();
  shut.until_since_boot.reset();
  shut.note = "down, read back";
  shut.attempts = 3;
  shut.next_attempt = at(5);
  shut.owner.clear();
  shut.changes.pop_back();
  CHECK(must(store->update_isolation(shut)));
  seen = must(other->isolation(claim.id));
  CHECK(seen->state == IsolationState::kActive);
  CHECK(seen->set_at == at(1));
  CHECK_FALSE(seen->until);
  CHECK_FALSE(seen->until_since_boot);
  CHECK(seen->note == "down, read back");
  CHECK(seen->attempts == 3);
  CHECK(seen->next_attempt == at(5));
  CHECK(seen->owner.empty());
  CHECK(seen->changes == shut.changes);
  CHECK(seen->revision == shut.revision);
}

void open_ones(StoreWorkshop& w) {
  const auto store = w.open();
  constexpr std::array kStates = {IsolationState::kIntended,  IsolationState::kActive,
                                  IsolationState::kRestoring, IsolationState::kFailed,
                                  IsolationState::kRestored,  IsolationState::kReleased};
  for (int n = 0; n < 6; ++n) {
    Isolation i = intent(n, std::array{"A1", "A2", "A3", "A4", "A5", "A6"}[static_cast<std::size_t>(n)]);
    i.state = kStates[static_cast<std::size_t>(n)];
    claimed(*store, i);
  }
  const auto open = must(store->isolations(true));
  REQUIRE(open.size() == 3);
  CHECK(open[0].port == "A3");  // newest first
  CHECK(open[1].port == "A2");
  CHECK(open[2].port == "A1");
  CHECK(must(store->isolations(false)).size() == 6);
  CHECK(must(store->count_isolations(at(2))).recent == 4);
  CHECK(must(store->count_isolations(at(6))).recent == 0);
  CHECK(must(store->count_isolations(at(6))).open == 3);
}

void limits_hold(StoreWorkshop& w) {
  const auto store = w.open();
  IsolationLimits limits;
  limits.since = at(-60);
  limits.per_hour = 2;
  const AuditEntry audit = line("intend");
  CHECK(must(store->claim_isolation(intent(0, "A1"), limits, {&audit, 1})).answer == Answer::kClaimed);
  Isolation failed = intent(1, "A2");
  failed.state = IsolationState::kFailed;  // an attempt counts, whatever became of it
  claimed(*store, failed);
  auto no = must(store->claim_isolation(intent(2, "A3"), limits, {&audit, 1}));
  CHECK(no.answer == Answer::kTooManyInAnHour);
  CHECK(no.counted == 2);
  limits.since = at(1);
  limits.at_once = 1;
  no = must(store->claim_isolation(intent(2, "A3"), limits, {&audit, 1}));
  CHECK(no.answer == Answer::kTooManyAtOnce);
  CHECK(no.counted == 1);
  CHECK(must(store->isolations(false)).size() == 2);
  CHECK(must(store->audit({})).size() == 1);  // what was not claimed leaves no line
  limits.at_once = 2;
  CHECK(must(store->claim_isolation(intent(2, "A3"), limits)).answer == Answer::kClaimed);
}

void one_a_port(StoreWorkshop& w) {
  const auto store = w.open();
  const Isolation first = claimed(*store, intent(0));
  const auto second = must(store->claim_isolation(intent(1), {}));
  CHECK(second.answer == Answer::kPortIsTaken);
  CHECK(second.id == first.id);
  CHECK(must(store->claim_isolation(intent(1, "A2"), {})).answer == Answer::kClaimed);
  Isolation over = first;
  over.state = IsolationState::kRestored;
  CHECK(must(store->update_isolation(over)));
  CHECK(must(store->claim_isolation(intent(2), {})).answer == Answer::kClaimed);
}

void many_at_once(StoreWorkshop& w) {
  constexpr int kProcesses = 6, kLimit = 4;
  std::vector<std::unique_ptr<Store>> stores;
  for (int n = 0; n < kProcesses; ++n) stores.push_back(w.open());
  std::array<int, kProcesses> won{};
  std::vector<std::thread> threads;
  for (int n = 0; n < kProcesses; ++n)
    threads.emplace_back([&, n] {
      for (int port = 0; port < 3; ++port) {
        const std::string name = std::to_string(n) + "/" + std::to_string(port);
        const auto claim = stores[static_cast<std::size_t>(n)]->claim_isolation(intent(0, name.c_str()),
                                                                                {kLimit, at(-60), {}});
        if (claim && claim->answer == Answer::kClaimed) ++won[static_cast<std::size_t>(n)];
      }
    });
  for (std::thread& t : threads) t.join();
  int all = 0;
  for (const int n : won) all += n;
  CHECK(all == kLimit);
  CHECK(must(stores[0]->isolations(true)).size() == kLimit);
}

void late_update(StoreWorkshop& w) {
  const auto store = w.open();
  const auto other = w.open();
  const Isolation first = claimed(*store, intent(0));
  Isolation theirs = *must(other->isolation(first.id)), ours = first;
  theirs.note = "theirs";
  ours.note = "ours";
  const AuditEntry audit = line("answer");
  CHECK(must(other->update_isolation(theirs)));
  CHECK_FALSE(must(store->update_isolation(ours, {&audit, 1})));
  CHECK(must(store->isolation(first.id))->note == "theirs");
  CHECK(must(store->audit({})).empty());
  theirs.note = "theirs again";
  CHECK(must(other->update_isolation(theirs)));  // the revision went with it
}

void unknown_ids(StoreWorkshop& w) {
  const auto store = w.open();
  Isolation i = intent(0);
  i.id = 7;
  CHECK_FALSE(store->update_isolation(i));
  CHECK_FALSE(must(store->isolation(7)));
  i.incident = 99;
  CHECK_FALSE(store->claim_isolation(i, {}));
  CHECK(must(store->isolations(false)).empty());
}

void the_trail(StoreWorkshop& w) {
  const auto store = w.open();
  const AuditEntry intend = line("intend", 0);
  const auto claim = must(store->claim_isolation(intent(0), {}, {&intend, 1}));
  AuditEntry answer = line("answer", 1);
  answer.answer = "noError";
  Isolation entry = *must(store->isolation(claim.id));
  CHECK(must(store->update_isolation(entry, {&answer, 1})));
  AuditEntry refuse = line("refuse", 2);
  refuse.incident = 12;
  must(store->append_audit(refuse));
  const auto all = must(w.open()->audit({}));
  REQUIRE(all.size() == 3);
  CHECK(all[0].action == "intend");
  CHECK(all[0].isolation == claim.id);
  CHECK(all[0].varbinds == intend.varbinds);
  CHECK(all[0].who == "root");
  CHECK(all[0].why == "answers every probe");
  CHECK(all[0].switch_name == "floor3");
  CHECK(all[0].port == "A1");
  CHECK(all[0].mac == intend.mac);
  CHECK(all[0].time == at(0));
  CHECK(all[1].answer == "noError");
  CHECK(all[1].isolation == claim.id);
  CHECK(all[2].incident == 12);
  CHECK_FALSE(all[2].isolation);
  CHECK(must(store->audit({claim.id, {}, 1000})).size() == 2);
  CHECK(must(store->audit({{}, 12, 1000})).size() == 1);
  const auto newest = must(store->audit({{}, {}, 2}));
  REQUIRE(newest.size() == 2);
  CHECK(newest[0].action == "answer");
}

constexpr ContractCase kCases[] = {
    {"an entry is there for everybody, whole, and changes whole", whole},
    {"open isolations are those that may have shut a port", open_ones},
    {"limits are counted over all, and what they refuse leaves nothing", limits_hold},
    {"one open isolation a port", one_a_port},
    {"many at the same time do not pass a limit together", many_at_once},
    {"an update of what has changed meanwhile is noticed", late_update},
    {"what does not exist cannot be changed", unknown_ids},
    {"the audit trail keeps who, when, why, what and the answer", the_trail},
};

}  // namespace

std::span<const ContractCase> isolation_contract() { return kCases; }

}  // namespace lanwarden::agent::testing
