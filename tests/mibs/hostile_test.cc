// Agents lie, and garbage arrives: nothing that is sent may crash a poll, make it
// ask for ever, or break the order its snapshot promises.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "mibs/poll.h"

using namespace lanwarden;
using namespace lanwarden::mibs;

namespace {

using Random = std::mt19937;

std::uint32_t below(Random& random, std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); }

/// Small numbers, so that rows meet; octets; and the extremes.
std::uint32_t sub_identifier(Random& random) {
  switch (below(random, 8)) {
    case 0:
      return 0xffff'ffffU;
    case 1:
      return 0x7fff'ffffU;
    case 2:
      return 256 + below(random, 5000);
    case 3:
      return 0;
    case 4:
      return below(random, 256);
    default:
      return below(random, 8);
  }
}

struct Anything {
  std::vector<std::uint8_t> octets;
  std::vector<std::uint32_t> oid;
  Value value;
};
Anything anything(Random& random) {
  Anything a;
  a.value.type = static_cast<Value::Type>(below(random, 8));
  a.value.integer =
      below(random, 3) == 0 ? static_cast<std::int64_t>(random()) - 0x7fff'ffff : below(random, 12);
  a.value.number = below(random, 3) == 0 ? (std::uint64_t{random()} << 32 | random()) : below(random, 12);
  const std::uint32_t sizes[] = {0, 1, 2, 4, 5, 6, 6, 7, 8, 16, 17, 40};
  for (std::uint32_t n = sizes[below(random, 12)]; n > 0; --n)
    a.octets.push_back(
        static_cast<std::uint8_t>(below(random, 4) == 0 ? below(random, 256) : '0' + below(random, 12)));
  for (std::uint32_t n = below(random, 13); n > 0; --n) a.oid.push_back(sub_identifier(random));
  if (below(random, 3) == 0) a.oid = {1, 3, 6, 1, 2, 1, 2, 2, 1, 1, sub_identifier(random)};
  if (below(random, 3) == 0)
    a.oid = {1,
             3,
             6,
             1,
             4,
             1,
             std::vector<std::uint32_t>{9, 2636, 6527, 6486, 11, 1991, 1916, 2011}[below(random, 8)],
             1};
  return a;
}

topology::SwitchSnapshot poll_garbage(std::uint32_t seed, std::size_t& requests) {
  Random random(seed);
  Poll poll("sw", "192.0.2.1", below(random, 8) == 0 ? Poll::Kind::kAddressesOnly : Poll::Kind::kSwitch);
  requests = 0;
  for (;;) {
    const auto round = poll.next();
    if (round.empty()) break;
    for (const Request& r : round) {
      ++requests;
      for (std::uint32_t n = below(random, 60); n > 0; --n) {
        std::vector<std::uint32_t> index;
        const std::uint32_t sizes[] = {0, 1, 1, 1, 2, 2, 3, 4, 5, 6, 6, 7, 7, 8, 9, 14, 23, 60};
        for (std::uint32_t k = sizes[below(random, 18)]; k > 0; --k) index.push_back(sub_identifier(random));
        Anything a = anything(random);
        a.value.octets = a.octets;
        a.value.oid = a.oid;
        poll.add(r.id, below(random, static_cast<std::uint32_t>(r.oids.size()) + 2), index, a.value);
      }
      if (below(random, 4) == 0) poll.add(r.id + 1000, 0, {}, Value{});
      poll.ended(r.id, {static_cast<topology::Completeness>(below(random, 4)), "garbage"});
      poll.ended(r.id, {});
    }
  }
  CHECK(poll.done());
  return poll.finish(topology::Time{});
}

}  // namespace

TEST_CASE("random indexes and values never crash a poll, and its snapshot keeps its promises") {
  for (std::uint32_t seed = 1; seed <= 400; ++seed) {
    INFO("seed " << seed);
    std::size_t requests = 0;
    const topology::SwitchSnapshot s = poll_garbage(seed, requests);
    CHECK(requests < 20000);
    const auto by_index = [](const auto& a, const auto& b) { return a.ifindex < b.ifindex; };
    CHECK(std::is_sorted(s.interfaces.begin(), s.interfaces.end(), by_index));
    CHECK(std::adjacent_find(s.interfaces.begin(), s.interfaces.end(), [](const auto& a, const auto& b) {
            return a.ifindex == b.ifindex;
          }) == s.interfaces.end());
    for (const topology::Interface& i : s.interfaces) CHECK_FALSE(i.name.empty());
    const auto key = [](const topology::FdbEntry& e) { return std::tuple(e.mac, e.vlan, e.port); };
    CHECK(std::adjacent_find(s.fdb.begin(), s.fdb.end(), [&](const auto& a, const auto& b) {
            return !(key(a) < key(b));
          }) == s.fdb.end());
    for (const topology::FdbEntry& e : s.fdb) {
      CHECK((e.port == topology::kNoInterface || s.interface(e.port) != nullptr));
      CHECK(e.vlan.value <= 4094);
    }
    for (const topology::Vlan& v : s.vlans)
      for (const auto* ports : {&v.tagged, &v.untagged}) {
        CHECK(std::is_sorted(ports->begin(), ports->end()));
        CHECK(std::adjacent_find(ports->begin(), ports->end()) == ports->end());
        for (const topology::IfIndex port : *ports) {
          CHECK(s.interface(port) != nullptr);
          CHECK((ports == &v.untagged || !std::binary_search(v.untagged.begin(), v.untagged.end(), port)));
        }
      }
    for (const topology::Neighbor& n : s.neighbors)
      CHECK((n.local_port == topology::kNoInterface || s.interface(n.local_port) != nullptr));
    CHECK(std::is_sorted(s.base_ports.begin(), s.base_ports.end()));
    CHECK(std::is_sorted(s.own_addresses.begin(), s.own_addresses.end()));
  }
}

TEST_CASE("the same answers give the same snapshot") {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    std::size_t requests = 0;
    const auto a = poll_garbage(seed, requests);
    const auto b = poll_garbage(seed, requests);
    CHECK(a.fdb == b.fdb);
    CHECK(a.problems == b.problems);
    CHECK(a.decisions == b.decisions);
    CHECK(a.databases == b.databases);
  }
}

TEST_CASE("random answers to a targeted question never crash, and name only ports that exist") {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    std::size_t requests = 0;
    const topology::SwitchSnapshot s = poll_garbage(seed, requests);
    Random random(seed + 5000);
    const topology::MacAddress mac{std::uint64_t{random()} << 16};
    const auto asked = where_request(s, mac);
    std::vector<Anything> values(asked.size());
    std::vector<WhereValue> answers;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      values[i] = anything(random);
      values[i].value.octets = values[i].octets;
      values[i].value.oid = values[i].oid;
      answers.push_back({i + below(random, 3), values[i].value});
    }
    for (const topology::MacRow& r :
         where_rows(s, topology::SwitchId{3}, mac, asked, answers, topology::Time{})) {
      CHECK(r.sw == topology::SwitchId{3});
      CHECK((r.port == topology::kNoInterface || s.interface(r.port) != nullptr));
    }
  }
}

TEST_CASE("a poll that is finished while requests are open says that they are incomplete") {
  Poll poll("sw", "192.0.2.1");
  CHECK_FALSE(poll.next().empty());
  CHECK_FALSE(poll.done());
  const topology::SwitchSnapshot s = poll.finish(topology::Time{});
  CHECK_FALSE(s.answered);
  CHECK(s.table(topology::Table::kQBridgeFdb).completeness == topology::Completeness::kPartial);
  CHECK_FALSE(s.fdb_complete());
}
