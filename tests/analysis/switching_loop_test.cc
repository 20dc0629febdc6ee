#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/analysis/story.h"

using namespace lanwarden;
using namespace lanwarden::test;
using topology::kBroadcast;
using topology::MacAddress;

namespace {

MacAddress host(unsigned n) { return MacAddress(0x0011'2200'0000 + n * 7919); }

Octets request(unsigned n) {
  return ethernet(
      kBroadcast, host(n), 0x0806,
      arp(1, host(n), topology::IpAddress::v4(0x0a00'0000 + n), {}, topology::IpAddress::v4(0x0a00'00fe)));
}

struct Said {
  double seconds;
  Octets octets;
};

// Every frame of `hosts` stations circles: it comes back each `round_trip`, so many times.
std::vector<Said> circling(unsigned hosts, double round_trip, unsigned times) {
  std::vector<Said> said;
  for (unsigned n = 0; n < hosts; ++n)
    for (unsigned copy = 0; copy < times; ++copy) said.push_back({n * 0.5 + copy * round_trip, request(n)});
  std::stable_sort(said.begin(), said.end(),
                   [](const Said& a, const Said& b) { return a.seconds < b.seconds; });
  return said;
}

std::vector<analysis::Finding> loops(const std::vector<Said>& said) {
  Story story;
  for (const Said& s : said) story.frame(s.seconds, s.octets);
  story.end();
  return story.found("switching-loop");
}

}  // namespace

TEST_CASE("frames that come back again and again are a loop, told once, with their stations") {
  const auto found = loops(circling(3, 0.002, 500));
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == analysis::Severity::kCritical);
  CHECK(found[0].mac.is_zero());
  CHECK(found[0].time - at(0) < std::chrono::milliseconds(540));  // the second station's twelfth copy
  CHECK(evidence<std::int64_t>(found[0], "copies") == 12);
  CHECK(evidence<double>(found[0], "round_trip_ms") == Approx(2).epsilon(0.01));
  CHECK(evidence<std::vector<std::string>>(found[0], "stations").size() == 2);
}

TEST_CASE("a slow loop, and one of which the sniffer hears every third frame, are loops, too") {
  CHECK(loops(circling(2, 0.05, 40)).size() == 1);
  auto heard = circling(2, 0.005, 100);
  for (std::size_t i = 0; i < heard.size(); ++i)
    if (i % 3 != 0) heard[i].octets.clear();
  std::erase_if(heard, [](const Said& s) { return s.octets.empty(); });
  CHECK(loops(heard).size() == 1);
}

TEST_CASE("a mirror port that delivers every frame three times is no loop") {
  CHECK(loops(circling(50, 0.0002, 3)).empty());
}

TEST_CASE("hosts that ask for the same absent address once a second are no loop") {
  std::vector<Said> said;
  for (unsigned second = 0; second < 100; ++second)
    for (unsigned n = 0; n < 30; ++n) said.push_back({second + n * 0.01, request(n)});
  CHECK(loops(said).empty());
}

TEST_CASE("heartbeats ten times a second, always the same, of two routers are no loop") {
  std::vector<Said> said;
  for (unsigned n = 0; n < 600; ++n)
    for (unsigned router = 0; router < 2; ++router)
      said.push_back(
          {n * 0.1 + router * 0.03,
           ethernet(mac("01:00:5e:00:00:12"), MacAddress(0x0000'5e00'0101 + router), 0x8765, {1, 2, 3})});
  CHECK(loops(said).empty());
}

TEST_CASE("one station that sends the same frame as fast as it can is no loop") {
  CHECK(loops(circling(1, 0.0001, 5000)).empty());
}

TEST_CASE("keepalives that two routers send to themselves are no loop to a station between them") {
  std::vector<Said> said;
  for (unsigned n = 0; n < 100; ++n)
    for (unsigned router = 1; router <= 2; ++router)
      said.push_back({n * 10.0 + router, ethernet(host(router), host(router), 0x9000, {0, 0, 1, 0})});
  CHECK(loops(said).empty());
}
