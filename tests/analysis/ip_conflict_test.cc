#include <catch2/catch.hpp>

#include "tests/analysis/story.h"

using namespace lanwarden;
using namespace lanwarden::test;

namespace {
const auto kFirst = mac("00:0c:29:00:00:01");
const auto kSecond = mac("00:0c:29:00:00:02");
}  // namespace

TEST_CASE("two stations that announce one address in turn conflict; the later one is named") {
  Story story;
  story.announce(0, kFirst, "172.16.12.2");
  story.announce(3000, kSecond, "172.16.12.2");
  CHECK(story.found().empty());
  story.announce(3000.001, kFirst, "172.16.12.2");
  for (unsigned n = 1; n < 100; ++n) story.announce(3000 + n, n % 2 ? kSecond : kFirst, "172.16.12.2");
  story.end();
  REQUIRE(story.found().size() == 1);
  CHECK(story.found()[0].kind == "ip-conflict");
  CHECK(story.found()[0].mac == kSecond);
  CHECK(story.found()[0].time == at(3000.001));
  CHECK(evidence<std::vector<std::string>>(story.found()[0], "stations") ==
        std::vector<std::string>{"00:0c:29:00:00:01", "00:0c:29:00:00:02"});
  CHECK(story.found()[0].frames.size() == 3);
}

TEST_CASE("an address that moves to another station, and back an hour later, is no conflict") {
  Story story;
  story.announce(0, kFirst, "10.0.0.5");
  story.announce(100, kSecond, "10.0.0.5");
  story.announce(3700, kFirst, "10.0.0.5");
  story.end();
  CHECK(story.found().empty());
}

TEST_CASE("a host with two cards that asks from either is no conflict") {
  Story story;
  for (unsigned n = 0; n < 50; ++n) story.request(n, n % 2 ? kFirst : kSecond, "10.0.0.5", "10.0.0.1");
  story.end();
  CHECK(story.found().empty());
}

TEST_CASE("a virtual router's address may change hands") {
  Story story;
  const auto group = mac("00:00:5e:00:01:0a");
  for (unsigned n = 0; n < 10; ++n) story.announce(n, n % 2 ? group : kFirst, "10.0.0.1");
  story.end();
  CHECK(story.found().empty());
}

TEST_CASE("two hosts that never announce, but ask from one address in turn, conflict") {
  Story story;
  const auto other = mac("00:1c:c4:00:00:02");
  for (unsigned n = 0; n < 10; ++n) story.request(30 * n, n % 2 ? other : kFirst, "10.0.0.5", "10.0.0.1");
  story.end();
  REQUIRE(story.found("ip-conflict").size() == 1);
  CHECK(story.found()[0].severity == analysis::Severity::kWarning);
  CHECK_FALSE(evidence<bool>(story.found()[0], "announced"));
}

TEST_CASE("one host with two cards of different make, each with its own address, is a fact") {
  Story story;
  const auto other = mac("00:1c:c4:00:00:02");
  story.request(0, other, "10.0.0.6", "10.0.0.1");
  for (unsigned n = 1; n < 20; ++n) story.request(30 * n, n % 2 ? other : kFirst, "10.0.0.5", "10.0.0.1");
  story.end();
  for (const auto& finding : story.found()) CHECK(finding.severity == analysis::Severity::kInfo);
}

TEST_CASE("a laptop that goes from the cable to the air takes its address along once") {
  Story story;
  const auto other = mac("00:1c:c4:00:00:02");
  for (unsigned n = 0; n < 20; ++n) story.request(30 * n, n < 10 ? kFirst : other, "10.0.0.5", "10.0.0.1");
  story.end();
  CHECK(story.found().empty());
}
