#include <catch2/catch.hpp>

#include "tests/analysis/story.h"

using namespace lanwarden;
using namespace lanwarden::test;

namespace {
const auto kScanner = mac("c4:2c:03:3b:6c:aa");
}

TEST_CASE("a station that asks for a whole block of addresses sweeps it") {
  Story story;
  for (unsigned n = 1; n < 255; ++n)
    story.request(n * 0.01, kScanner, "10.0.0.255", "10.0.0." + std::to_string(n));
  story.end();
  REQUIRE(story.found().size() == 1);
  CHECK(story.found()[0].kind == "arp-sweep");
  CHECK(story.found()[0].mac == kScanner);
  CHECK(story.found()[0].severity == analysis::Severity::kWarning);
  CHECK(evidence<std::string>(story.found()[0], "range") == "10.0.0.1 to 10.0.0.128");
}

namespace {

// Asks for 110 hosts in order, of which some are away and are asked for three times.
void poll(Story& story, double begin, unsigned away) {
  double when = begin;
  for (unsigned n = 1; n <= 110; ++n)
    for (unsigned tries = 0; tries < (n <= away ? 3U : 1U); ++tries, when += 0.3)
      story.request(when, kScanner, "10.0.0.250", "10.0.0." + std::to_string(n));
}

}  // namespace

TEST_CASE("a monitoring station that asks for its hosts in order every five minutes is a fact, told once") {
  const bool heard = GENERATE(false, true);
  Story story;
  for (unsigned round = 0; round < 12; ++round) {
    for (unsigned n = 1; heard && n <= 110; ++n)
      story.request(round * 300 + n * 0.5, topology::MacAddress(0x0014'2200'0000 + n),
                    "10.0.0." + std::to_string(n), "10.0.0.254");
    poll(story, 100 + round * 300, 4);
  }
  story.end();
  const auto found = story.found("arp-sweep");
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == analysis::Severity::kInfo);
  CHECK(found[0].mac == kScanner);
  CHECK(evidence<std::int64_t>(found[0], "known_in_use") >= (heard ? 100 : 0));
}

TEST_CASE("one that asks again for many who do not answer sweeps") {
  Story story;
  poll(story, 10, 40);
  story.end();
  REQUIRE(story.found("arp-sweep").size() == 1);
  CHECK(story.found("arp-sweep")[0].severity == analysis::Severity::kWarning);
}

TEST_CASE("a scanner of whom one frame in ten is heard is told, when it goes on in order") {
  Story story;
  for (unsigned n = 0; n < 2600; n += 7 + n % 6)  // over and over, 50 addresses a second
    story.request(n * 0.02, kScanner, "10.0.0.255", "10.0.0." + std::to_string(n % 256));
  story.end();
  REQUIRE(story.found("arp-sweep").size() == 1);
  CHECK(story.found("arp-sweep")[0].mac == kScanner);
}

TEST_CASE("one that asks for a hundred hosts in a minute, in no order, does not sweep") {
  Story story;
  for (unsigned n = 0; n < 300; ++n)
    story.request(n * 0.4, kScanner, "10.0.0.1", "10.0.0." + std::to_string(n * 97 % 251));
  story.end();
  CHECK(story.found().empty());
}

TEST_CASE("a gateway that asks all day for two absent hosts does not sweep") {
  Story story;
  for (unsigned n = 0; n < 2000; ++n)
    story.request(n * 0.5, kScanner, "10.0.0.1", n % 2 ? "10.0.0.131" : "10.0.0.120");
  story.end();
  CHECK(story.found().empty());
}

TEST_CASE("a router that looks for hosts all over its networks after a power cut does not sweep") {
  Story story;
  for (unsigned n = 0; n < 2000; ++n)
    story.request(n * 0.005, kScanner, "10.0.0.1",
                  "10.0." + std::to_string(n % 40) + "." + std::to_string(n * 7 % 250));
  story.end();
  CHECK(story.found().empty());
}

TEST_CASE("one that asks for many addresses in the course of an hour does not sweep") {
  Story story;
  for (unsigned n = 0; n < 250; ++n)
    story.request(n * 10.0, kScanner, "10.0.0.7", "10.0.0." + std::to_string(n));
  story.end();
  CHECK(story.found().empty());
}

TEST_CASE("a balancer that announces its 200 addresses after a failover asks for none of them") {
  Story story;
  for (unsigned n = 1; n <= 200; ++n) story.announce(n * 0.01, kScanner, "10.0.0." + std::to_string(n));
  story.end();
  CHECK(story.found("arp-sweep").empty());
}
