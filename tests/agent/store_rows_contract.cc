// What every store back end promises of single rows, read between two polls, and of forgetting.
#include <array>
#include <catch2/catch.hpp>

#include "tests/agent/store_contract.h"

namespace lanwarden::agent::testing {
namespace {

constexpr const char* kClock = "00:0d:4b:ce:20:cd";
constexpr const char* kPrinter = "00:11:85:00:00:02";

std::vector<Sighting> all_of(Store& store, const char* station) {
  return must(store.history(mac(station), at(-10'000), 100));
}

topology::FdbEntry row(const char* station, unsigned ifindex) {
  return {mac(station), topology::IfIndex{ifindex}, {}, VlanId{10}, topology::FdbStatus::kLearned};
}

SwitchSnapshot floor3(int minutes, unsigned clock_at) {
  SwitchSnapshot s = polled_switch("floor3", at(minutes));
  if (clock_at != 0) learn(s, kClock, clock_at);
  learn(s, kPrinter, 2);
  return s;
}

void a_new_station(StoreWorkshop& w) {
  const auto store = w.open();
  const SwitchSnapshot sw = floor3(0, 0);
  must(store->save_poll({&sw, 1}));
  const auto told = row(kClock, 5);
  must(store->save_rows(sw, {&told, 1}, at(3)));
  const auto seen = must(store->sightings(pattern(kClock), {}, 10));
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].port == "A5");
  CHECK(seen[0].from == at(3));
  CHECK(seen[0].last_seen == at(3));
  CHECK(must(store->sightings(pattern(kPrinter), {}, 10)).at(0).last_seen == at(0));  // nobody asked about it
}

void a_moved_station(StoreWorkshop& w) {
  const auto store = w.open();
  const SwitchSnapshot sw = floor3(0, 1);
  must(store->save_poll({&sw, 1}));
  const auto told = row(kClock, 5);
  must(store->save_rows(sw, {&told, 1}, at(3)));
  const auto seen = all_of(*store, kClock);
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].port == "A1");
  CHECK(seen[0].last_seen == at(0));
  CHECK(seen[0].until == at(3));
  CHECK(seen[1].port == "A5");
  CHECK_FALSE(seen[1].until);
}

void told_twice(StoreWorkshop& w) {
  const auto store = w.open();
  const SwitchSnapshot sw = floor3(0, 1);
  must(store->save_poll({&sw, 1}));
  const std::array told = {row(kClock, 1), row(kClock, 1)};
  must(store->save_rows(sw, told, at(3)));
  must(store->save_rows(sw, told, at(4)));
  CHECK(all_of(*store, kClock).size() == 1);
}

void the_next_poll(StoreWorkshop& w) {
  const auto store = w.open();
  const SwitchSnapshot sw = floor3(0, 0);
  must(store->save_poll({&sw, 1}));
  const auto told = row(kClock, 5);
  must(store->save_rows(sw, {&told, 1}, at(3)));
  SECTION("has it, too: one interval, from when it was told") {
    const SwitchSnapshot later = floor3(10, 5);
    must(store->save_poll({&later, 1}));
    const auto seen = all_of(*store, kClock);
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].from == at(3));
    CHECK(seen[0].last_seen == at(10));
  }
  SECTION("has it no more: it was seen when it was told") {
    const SwitchSnapshot later = floor3(10, 0);
    must(store->save_poll({&later, 1}));
    const auto seen = all_of(*store, kClock);
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].last_seen == at(3));
    CHECK(seen[0].until == at(10));
  }
}

void a_port_nobody_names(StoreWorkshop& w) {
  const auto store = w.open();
  const SwitchSnapshot sw = floor3(0, 1);
  must(store->save_poll({&sw, 1}));
  const auto told = row(kClock, 99);
  must(store->save_rows(sw, {&told, 1}, at(3)));
  const auto seen = all_of(*store, kClock);
  REQUIRE(seen.size() == 1);  // left for the next walk, which knows the port
  CHECK(seen[0].port == "A1");
}

std::size_t forget_all(Store& store, Retention retention) {
  std::size_t steps = 0;
  for (bool more = true; more; ++steps) {
    const Forgotten f = must(store.forget(retention));
    retention.station = f.station;
    more = f.more;
    REQUIRE(steps < 1000);
  }
  return steps;
}

void old_past_goes(StoreWorkshop& w) {
  const auto store = w.open();
  for (int hour = 0; hour < 10; ++hour) {  // the clock wanders from port to port
    const SwitchSnapshot sw = floor3(60 * hour, 1 + static_cast<unsigned>(hour) % 8);
    must(store->save_poll({&sw, 1}));
  }
  REQUIRE(all_of(*store, kClock).size() == 10);
  Retention retention;
  retention.before = at(60 * 5 + 1);
  retention.rows = 2;
  CHECK(forget_all(*store, retention) > 2);
  const auto left = all_of(*store, kClock);
  REQUIRE(left.size() == 5);
  CHECK(left.front().until == at(60 * 6));
  CHECK_FALSE(left.back().until);
  CHECK(must(store->sightings(pattern(kPrinter), {}, 10)).at(0).from == at(0));  // it never moved: known now
}

void stations_that_nothing_speaks_of(StoreWorkshop& w) {
  const auto store = w.open();
  SwitchSnapshot sw = floor3(0, 1);
  must(store->save_poll({&sw, 1}));
  sw = floor3(10, 0);
  must(store->save_poll({&sw, 1}));
  const IpBinding bound{*IpAddress::parse("10.0.0.9"), mac("00:00:00:00:00:09"), at(0), "gw (ARP)"};
  must(store->save_bindings({&bound, 1}));
  CHECK(must(store->stations(MacPattern{}, 10)).size() == 3);
  Retention retention;
  retention.before = at(60);
  forget_all(*store, retention);
  CHECK(must(store->stations(MacPattern{}, 10)) == std::vector{mac(kPrinter)});
}

void closed_incidents_go(StoreWorkshop& w) {
  const auto store = w.open();
  const auto incident = [&](int minute) {
    Incident i;
    i.kind = "ip-conflict";
    i.severity = "warning";
    i.mac = mac(kClock);
    i.opened = i.updated = at(minute);
    return must(store->open_incident(i));
  };
  const auto open = incident(0), closed = incident(1), isolated = incident(2), late = incident(3);
  Isolation isolation;
  isolation.incident = isolated;
  isolation.switch_name = std::string("floor3");
  isolation.port = std::string("A1");
  isolation.intended = at(2);
  REQUIRE(must(store->claim_isolation(isolation, {}, {})).answer == IsolationClaim::Answer::kClaimed);
  must(store->append_event(closed, {at(5), IncidentState::kClosed, "quiet", ""}));
  must(store->append_event(isolated, {at(5), IncidentState::kClosed, "quiet", ""}));
  must(store->append_event(late, {at(50), IncidentState::kClosed, "quiet", ""}));
  Retention retention;
  retention.before = at(20);
  forget_all(*store, retention);
  CHECK(must(store->incident(open)));
  CHECK_FALSE(must(store->incident(closed)));
  CHECK(must(store->incident(isolated)));  // the journal speaks of it
  CHECK(must(store->incident(late)));
}

void short_of_room(StoreWorkshop& w) {
  const auto store = w.open();
  for (int minute = 0; minute < 50; ++minute) {
    const SwitchSnapshot sw = floor3(minute, 1 + static_cast<unsigned>(minute) % 8);
    must(store->save_poll({&sw, 1}));
  }
  Retention retention;  // nothing is too old
  forget_all(*store, retention);
  CHECK(all_of(*store, kClock).size() == 50);
  retention.most_octets = 1;  // less than anything needs
  forget_all(*store, retention);
  const auto left = all_of(*store, kClock);
  REQUIRE(left.size() == 1);
  CHECK_FALSE(left[0].until);
}

constexpr ContractCase kCases[] = {
    {"forgetting: what ended long ago goes, step by step; what is known now stays", old_past_goes},
    {"forgetting: a station that nothing speaks of any more goes", stations_that_nothing_speaks_of},
    {"forgetting: closed incidents go, but not those that led to an isolation", closed_incidents_go},
    {"forgetting: short of room, the oldest past goes, however young", short_of_room},
    {"a row told between polls: a new station is there from then on", a_new_station},
    {"a row told between polls: a moved station leaves its other port of that switch", a_moved_station},
    {"a row told between polls: told twice it is one interval", told_twice},
    {"a row told between polls: the next poll goes on from it", the_next_poll},
    {"a row told between polls: a port that no table names is left for the walk", a_port_nobody_names},
};

}  // namespace

std::span<const ContractCase> rows_contract() { return kCases; }

}  // namespace lanwarden::agent::testing
