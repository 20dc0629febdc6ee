// What a network throws at an agent: no crash, no hang, no answer to garbage.
#include <catch2/catch.hpp>
#include <random>

#include "tests/lab/agent/faulty_view.h"
#include "tests/lab/agent/testing.h"

using namespace lanwarden::lab;
using namespace lanwarden::lab::testing;

namespace {

std::vector<ber::Octets> seeds() {
  std::vector<ber::Octets> all;
  for (const int version : {0, 1, 3}) {
    for (const auto type : {PduType::kGet, PduType::kGetNext, PduType::kGetBulk, PduType::kSet}) {
      all.push_back(encode({.type = type,
                            .names = {kFdbPort, kSysName, kIfAdminStatus + 1U},
                            .values = {Value::of_integer(1), Value::of_octets("x"), Value::of_integer(2)},
                            .version = version,
                            .community = "private",
                            .non_repeaters = 1,
                            .repetitions = 20}));
    }
  }
  return all;
}

}  // namespace

TEST_CASE("no prefix of a request gets an answer") {
  Bench b;
  fill(*b.table);
  for (const ber::Octets& whole : seeds()) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CHECK_FALSE(b.ask(ber::OctetsView(whole).first(size)).came);
    }
  }
}

TEST_CASE("random octets get no answer") {
  Bench b;
  fill(*b.table);
  std::mt19937 random(1);
  for (int i = 0; i < 50'000; ++i) {
    ber::Octets octets(random() % 200);
    for (auto& octet : octets) octet = static_cast<std::uint8_t>(random());
    REQUIRE_FALSE(b.ask(octets).came);
  }
}

TEST_CASE("mutated requests are answered well-formed or not at all, with every fault of the tables on") {
  Bench b;
  fill(*b.table);
  b.table->allow_set(kSysName);
  b.table->table("10").set(kSysName, Value::of_octets("ten"));
  auto faults = Faults::parse("oid-not-increasing,endless-table,partial-then-complete");
  REQUIRE(faults);
  const std::vector<std::shared_ptr<MibView>> views{b.table, std::make_shared<FaultyView>(b.table, *faults)};
  b.identity.max_message = 1472;
  std::mt19937 random(2);
  const auto all = seeds();
  std::size_t answered = 0;
  for (int i = 0; i < 100'000; ++i) {
    ber::Octets octets = all[random() % all.size()];
    for (std::uint32_t n = 1 + random() % 4; n > 0; --n) {
      const std::size_t at = random() % octets.size();
      switch (random() % 4) {
        case 0:
          octets[at] = static_cast<std::uint8_t>(random());
          break;
        case 1:
          octets[at] ^= static_cast<std::uint8_t>(1U << random() % 8);
          break;
        case 2:
          octets.insert(octets.begin() + static_cast<std::ptrdiff_t>(at),
                        static_cast<std::uint8_t>(random()));
          break;
        default:
          if (octets.size() > 1) octets.erase(octets.begin() + static_cast<std::ptrdiff_t>(at));
      }
    }
    b.view = views[random() % views.size()];
    const Answer answer = b.ask(octets);
    if (b.verdict == Verdict::kAnswer) {
      ++answered;
      REQUIRE(answer.came);
      REQUIRE(b.octets <= 1472);
    } else {
      REQUIRE(b.octets == 0);
    }
  }
  CHECK(answered > 1000);
}

TEST_CASE("a datagram that nests or repeats itself without end is read to its end only") {
  Bench b;
  fill(*b.table);
  ber::Octets nested(60'000, 0x30);
  CHECK_FALSE(b.ask(nested).came);
  // As many names as a datagram holds.
  const Answer answer = b.ask(
      {.type = PduType::kGetBulk, .names = std::vector<Oid>(8000, Oid{0, 0}), .repetitions = 2147483647});
  CHECK(answer.came);
}
