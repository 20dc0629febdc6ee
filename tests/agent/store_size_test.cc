// Campus size. Times are printed, not judged: `store_test "[size]"`.
#include <catch2/catch.hpp>
#include <chrono>
#include <iostream>

#include "tests/agent/store_scratch.h"

using namespace lanwarden;
using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;

namespace {

std::vector<SwitchSnapshot> campus(unsigned switches, unsigned rows, int minute) {
  std::vector<SwitchSnapshot> all;
  for (unsigned s = 0; s < switches; ++s) {
    SwitchSnapshot one = polled_switch(("sw" + std::to_string(s)).c_str(), at(minute));
    for (unsigned i = 0; i < rows; ++i)
      one.fdb.push_back({MacAddress{0x001000000000U + std::uint64_t{i} * 977},
                         topology::IfIndex{1 + (i + s) % 8},
                         {},
                         VlanId{1}});
    all.push_back(std::move(one));
  }
  return all;
}

template <class F>
void timed(const char* what, F&& f) {
  const auto begin = std::chrono::steady_clock::now();
  f();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::cout << "  " << what << ": " << took.count() << " s\n";
}

/// Sizes of file and log: what a poll wrote.
std::uintmax_t log_size(const ScratchFolder& folder) {
  std::error_code ec;
  const auto size = std::filesystem::file_size(folder.store().string() + "-wal", ec);
  return ec ? 0 : size;
}

}  // namespace

TEST_CASE("a poll in which nothing changed writes a page for many switches") {
  ScratchFolder folder;
  {
    const auto store = must(open_sqlite_store(folder.store(), false));
    must(store->save_poll(campus(300, 50, 0)));
  }
  const auto store = must(open_sqlite_store(folder.store(), false));  // with an empty log
  CHECK(must(store->save_poll(campus(300, 50, 10))).rows == 0);
  CHECK(log_size(folder) / 4096 < 30);
  CHECK(must(store->snapshots()).size() == 300);
}

namespace {
/// Pages that were written since the log was empty: each frame has 24 octets before its page.
std::uintmax_t pages_in_log(const ScratchFolder& folder) {
  const auto size = log_size(folder);
  return size < 32 ? 0 : (size - 32) / (4096 + 24);
}

/// As switches of a campus are: every table answered, neighbours with names, and each tenth routes.
std::vector<SwitchSnapshot> talkative_campus(unsigned switches, int minute) {
  using topology::Completeness;
  auto all = campus(switches, 100, minute);
  for (unsigned n = 0; n < switches; ++n) {
    SwitchSnapshot& s = all[n];
    for (auto& t : s.tables) t = {Completeness::kComplete, 1234, ""};
    for (unsigned i = 0; i < 4; ++i) {
      topology::Neighbor phone;
      phone.local_port = topology::IfIndex{1 + i};
      phone.chassis_mac = phone.port_mac = MacAddress{0x0004f2000000U + n * 16 + i};
      phone.system_name = "phone-" + std::to_string(n) + "-" + std::to_string(i);
      s.neighbors.push_back(phone);
    }
    if (n % 10 == 0)
      for (unsigned i = 0; i < 200; ++i)
        s.addresses.push_back({IpAddress::v4(0x0a000000U + n * 256 + i),
                               MacAddress{0x001000000000U + std::uint64_t{i} * 977}, topology::IfIndex{1}});
  }
  return all;
}
}  // namespace

TEST_CASE("an unchanged poll with addresses and names writes fewer than a tenth of a page for a switch") {
  ScratchFolder folder;
  {
    const auto store = must(open_sqlite_store(folder.store(), false));
    must(store->save_poll(talkative_campus(200, 0)));
    must(store->save_poll(talkative_campus(200, 10)));
  }
  const auto store = must(open_sqlite_store(folder.store(), false));  // with an empty log
  CHECK(must(store->save_poll(talkative_campus(200, 20))).rows == 0);
  INFO(pages_in_log(folder) << " pages");
  CHECK(pages_in_log(folder) > 0);
  CHECK(pages_in_log(folder) < 20);
  // And the memory knows that all of it was seen again.
  CHECK(must(store->names(MacAddress{0x0004f2000000U})).at(0).last_seen == at(20));
  CHECK(must(store->bindings(IpAddress::v4(0x0a000000U))).at(0).last_seen == at(20));
}

TEST_CASE("a thousand switches of a thousand rows", "[.][size]") {
  ScratchFolder folder;
  const auto store = must(open_sqlite_store(folder.store(), false));
  auto polls = campus(1'000, 1'000, 0);
  timed("first poll, 1,000,000 rows", [&] { CHECK(must(store->save_poll(polls)).rows == 1'000'000); });
  for (auto& s : polls) s.time = at(10);
  timed("nothing changed", [&] { CHECK(must(store->save_poll(polls)).rows == 0); });
  for (auto& s : polls) {
    s.time = at(20);
    for (std::size_t i = 0; i < s.fdb.size(); i += 100)
      s.fdb[i].port = topology::IfIndex{1 + s.fdb[i].port.value % 8};
  }
  timed("one row in a hundred moved", [&] { CHECK(must(store->save_poll(polls)).rows == 20'000); });
  timed("all snapshots", [&] { CHECK(must(store->snapshots()).size() == 1'000); });
  timed("one station, now",
        [&] { CHECK(must(store->sightings(pattern("00:10:00:00:07:a2"), {}, 5'000)).size() == 1'000); });
  timed("stations by their end", [&] { CHECK(must(store->stations(pattern("07:a2"), 100)).size() >= 1); });
  std::cout << "  file: " << std::filesystem::file_size(folder.store()) / 1'000'000 << " MB\n";
}
