#include <catch2/catch.hpp>
#include <random>

#include "tests/analysis/story.h"

using namespace lanwarden;
using namespace lanwarden::test;
using analysis::Severity;
using topology::MacAddress;

namespace {

void say(Story& story, double when, MacAddress from) {
  story.frame(when, ethernet(mac("00:0c:29:00:00:01"), from, 0x0800, {0x45}));
}

// Real cards: a few makers, many numbers.
MacAddress card(unsigned n) {
  return MacAddress(std::uint64_t{0x001b00U + (n * n) % 61} << 24 | n * 2654435 % 0xffffff);
}

}  // namespace

TEST_CASE("a flood of invented addresses is told after some hundred of them") {
  Story story;
  std::mt19937_64 random(1);
  for (unsigned n = 0; n < 3000; ++n) say(story, n * 0.001, MacAddress(random()));
  const auto found = story.found("mac-flood");
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == Severity::kWarning);
  CHECK(found[0].time - at(0) < std::chrono::milliseconds(1600));
  CHECK(evidence<std::vector<std::string>>(found[0], "examples").size() == 8);
  CHECK_FALSE(found[0].mac.is_group());
}

TEST_CASE("a flood that fills a switch's table is critical") {
  Story story;
  std::mt19937_64 random(1);
  for (unsigned n = 0; n < 20'000; ++n) say(story, n * 0.0002, MacAddress(random()));
  const auto found = story.found("mac-flood");
  REQUIRE(found.size() == 2);
  CHECK(found[1].severity == Severity::kCritical);
}

TEST_CASE("a flood that keeps to one maker's addresses is told when it has filled a table") {
  Story story;
  for (unsigned n = 0; n < 200; ++n) say(story, n * 0.1, card(n));
  for (unsigned n = 0; n < 12'000; ++n) say(story, 21 + n * 0.0005, MacAddress(0x0011'2200'0000 + n));
  CHECK(story.found("mac-flood").size() == 1);
}

TEST_CASE(
    "five thousand cards at the beginning of a capture are no flood, nor are telephones that come to work") {
  Story story;
  for (unsigned n = 0; n < 5000; ++n) say(story, n * 0.0002, card(n));
  std::mt19937_64 random(1);
  for (unsigned n = 0; n < 6000; ++n)
    say(story, 60 + n * 0.002, MacAddress((random() & 0xfcff'ffff'ffff) | 0x0200'0000'0000));
  story.end();
  CHECK(story.found("mac-flood").empty());
}

TEST_CASE("a flood goes on for long: told once") {
  Story story;
  std::mt19937_64 random(1);
  for (unsigned n = 0; n < 400'000; ++n) say(story, n * 0.0001, MacAddress(random()));
  story.end();
  CHECK(story.found("mac-flood").size() == 2);  // a warning, and that it fills the tables
}
