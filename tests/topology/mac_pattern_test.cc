#include "topology/mac_pattern.h"

#include <catch2/catch.hpp>

using namespace lanwarden::topology;

namespace {
bool matches(const char* pattern, const char* mac) {
  const auto p = MacPattern::parse(pattern);
  INFO(pattern);
  REQUIRE(p);
  return p->matches(*MacAddress::parse(mac));
}
}  // namespace

TEST_CASE("a part of an address matches its end") {
  for (const char* p : {"xx:ce:20:cd", "ce:20:cd", "*ce20cd", "*:ce:20:cd", "CE-20-CD", "ce20cd", "20cd"}) {
    CHECK(matches(p, "00:0d:4b:ce:20:cd"));
    CHECK_FALSE(matches(p, "ce:20:cd:00:0d:4b"));
  }
}

TEST_CASE("with a separator last, or an asterisk, it matches the beginning") {
  for (const char* p : {"00:0d:4b:", "00-0d-4b-", "000d4b*", "00:0d:4b:*", "0:d:4b:"}) {
    CHECK(matches(p, "00:0d:4b:ce:20:cd"));
    CHECK_FALSE(matches(p, "11:00:0d:4b:20:cd"));
  }
}

TEST_CASE("an x stands for anything, anywhere") {
  CHECK(matches("00:0d:4b:xx:xx:cd", "00:0d:4b:ce:20:cd"));
  CHECK_FALSE(matches("00:0d:4b:xx:xx:cd", "00:0d:4b:ce:20:ce"));
  CHECK(matches("00:??:4b:*:20:cd", "00:0d:4b:ce:20:cd"));
  CHECK(matches("00:00:5e:00:01:*", "00:00:5e:00:01:17"));
  CHECK_FALSE(matches("00:00:5e:00:01:*", "00:00:5e:00:02:17"));
}

TEST_CASE("a whole address is exact, in any notation") {
  for (const char* p : {"00:0d:4b:ce:20:cd", "000d.4bce.20cd", "000d4bce20cd", "00-0D-4B-CE-20-CD"})
    CHECK(MacPattern::parse(p)->exact() == *MacAddress::parse("00:0d:4b:ce:20:cd"));
  CHECK_FALSE(MacPattern::parse("ce:20:cd")->exact());
}

TEST_CASE("what is no pattern is refused") {
  for (const char* p : {"", "xx", "zz:20", "ce::20", "00:0d:4b:ce:20:cd:ef", "ce-20:cd", "*20*", "cee:20"})
    CHECK_FALSE(MacPattern::parse(p));
}
