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
  CHECK(evidence<std::string>(story.found()[0], "range") == "10.0.0.1 to 10.0.0.100");
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
