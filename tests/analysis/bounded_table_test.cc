#include "analysis/bounded_table.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>

using namespace lanwarden::analysis;

namespace {

struct Key {
  std::uint64_t number = 0;
  bool operator==(const Key&) const = default;
  std::uint64_t hash() const { return number % 7; }  // as bad as an attacker could make it
};

}  // namespace

TEST_CASE("a bounded table below its bound is a map") {
  BoundedTable<Key, int> table(100);
  std::map<std::uint64_t, int> map;
  std::mt19937 random(7);
  for (int i = 0; i < 5000; ++i) {
    const std::uint64_t number = random() % 100;
    const auto [value, is_new] = table.obtain({number});
    CHECK(is_new == !map.contains(number));
    value = map[number] = i;
  }
  CHECK(table.size() == map.size());
  for (std::uint64_t number = 0; number < 120; ++number) {
    const int* value = table.find({number});
    REQUIRE((value != nullptr) == map.contains(number));
    if (value) CHECK(*value == map[number]);
  }
}

TEST_CASE("a full table forgets what came once, keeps what comes again, and stays consistent") {
  BoundedTable<Key, std::uint64_t> table(64);
  for (std::uint64_t known = 0; known < 8; ++known) table.obtain({known}).first = known;
  for (std::uint64_t stranger = 1000; stranger < 20'000; ++stranger) {
    table.obtain({stranger}).first = stranger;
    for (std::uint64_t known = 0; known < 8; ++known) {
      const std::uint64_t* value = table.find({known});
      REQUIRE(value);
      REQUIRE(*value == known);
    }
  }
  CHECK(table.size() == 64);
  std::size_t visited = 0;
  table.for_each([&](const Key& key, std::uint64_t& value) {
    CHECK(key.number == value);
    CHECK(table.find(key) == &value);
    ++visited;
  });
  CHECK(visited == 64);
}
