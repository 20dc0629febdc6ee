// What every store back end promises of single rows, read between two polls.
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

constexpr ContractCase kCases[] = {
    {"a row told between polls: a new station is there from then on", a_new_station},
    {"a row told between polls: a moved station leaves its other port of that switch", a_moved_station},
    {"a row told between polls: told twice it is one interval", told_twice},
    {"a row told between polls: the next poll goes on from it", the_next_poll},
    {"a row told between polls: a port that no table names is left for the walk", a_port_nobody_names},
};

}  // namespace

std::span<const ContractCase> rows_contract() { return kCases; }

}  // namespace lanwarden::agent::testing
