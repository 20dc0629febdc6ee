#include <catch2/catch.hpp>
#include <random>

#include "tests/analysis/story.h"

using namespace lanwarden;
using namespace lanwarden::test;
using analysis::Severity;
using topology::kBroadcast;
using topology::MacAddress;

namespace {

MacAddress host(unsigned n) { return MacAddress(0x0011'2200'0000 + n); }

Octets numbered(unsigned n) {
  Octets octets;
  append(octets, {n >> 24, n >> 16 & 0xff, n >> 8 & 0xff, n & 0xff});
  return octets;
}

// `count` broadcasts spread over `seconds`, of `hosts` stations in turn; no two alike.
void shout(Story& story, double begin, double seconds, unsigned count, unsigned hosts,
           MacAddress to = kBroadcast, std::uint16_t ethertype = 0x8765, const Octets& payload = {}) {
  for (unsigned n = 0; n < count; ++n) {
    story.frame(begin + seconds * n / count,
                ethernet(to, host(n % hosts), ethertype, payload.empty() ? numbered(n) : payload));
  }
}

}  // namespace

TEST_CASE("a station that says a thousand things in a second is told within that second") {
  Story story;
  shout(story, 0, 0.9, 1200, 1);
  const auto found = story.found("broadcast-storm");
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == Severity::kWarning);
  CHECK(found[0].mac == host(0));
  CHECK(evidence<std::int64_t>(found[0], "broadcast") == 1000);
  CHECK(found[0].frames.size() == 8);
}

TEST_CASE("ten thousand in a second are worse, and told again") {
  Story story;
  shout(story, 0, 0.9, 12'000, 1);
  const auto found = story.found("broadcast-storm");
  REQUIRE(found.size() == 2);
  CHECK(found[1].severity == Severity::kCritical);
}

TEST_CASE("a storm of many stations is told when it lasts") {
  Story story;
  shout(story, 0, 5, 7500, 200);
  const auto found = story.found("broadcast-storm");
  REQUIRE(found.size() == 1);
  CHECK(found[0].mac.is_zero());
  CHECK(found[0].time - at(0) < std::chrono::seconds(4));
}

TEST_CASE(
    "a station of whose storm most is not heard is told when it lasts; a scanner of one second is none") {
  Story storm;
  shout(storm, 0, 5, 2500, 1);
  CHECK(storm.found("broadcast-storm").size() == 1);
  Story scan;
  shout(scan, 0, 1, 500, 1);
  shout(scan, 1, 60, 600, 1);
  scan.end();
  CHECK(scan.found("broadcast-storm").empty());
}

TEST_CASE("a building that gets its power back is loud for two seconds, and no storm") {
  Story story;
  shout(story, 0, 2, 3000, 2000);
  shout(story, 2, 60, 6000, 2000);
  story.end();
  CHECK(story.found("broadcast-storm").empty());
}

TEST_CASE("a multicast storm to all hosts is a storm; television is none") {
  // IPv6 echo request to ff02::1
  Octets echo(40);
  echo[0] = 0x60;
  echo[5] = 8;
  echo[6] = 58;
  echo[24] = 0xff;
  echo[25] = 0x02;
  echo[39] = 1;
  append(echo, {128, 0, 0, 0, 0, 1, 0, 1});
  Story smurf;
  shout(smurf, 0, 0.001, 1000, 1, mac("33:33:00:00:00:01"), 0x86dd, echo);
  smurf.end();
  const auto found = smurf.found("broadcast-storm");
  REQUIRE(found.size() == 1);
  CHECK(evidence<std::int64_t>(found[0], "multicast") == 1000);
  CHECK(smurf.found("switching-loop").empty());  // one station that repeats itself

  Octets packet{0x45, 0, 0, 36, 0, 0, 0, 0, 8, 17, 0, 0, 10, 0, 0, 1, 239, 1, 1, 1};
  append(packet, {0x10, 0, 0x10, 0, 0, 16, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8});
  Story television;
  for (unsigned n = 0; n < 20'000; ++n) {
    packet[28] = static_cast<std::uint8_t>(n >> 8);
    packet[29] = static_cast<std::uint8_t>(n);
    television.frame(n * 0.0005, ethernet(mac("01:00:5e:01:01:01"), host(1), 0x0800, packet));
  }
  television.end();
  CHECK(television.found("broadcast-storm").empty());
}

TEST_CASE("each VLAN has its own count") {
  Story story;
  for (unsigned n = 0; n < 4000; ++n)
    story.frame(n * 0.00025,
                ethernet(kBroadcast, host(1), 0x8765, numbered(n), static_cast<std::uint16_t>(1 + n % 8)));
  story.end();
  CHECK(story.found("broadcast-storm").empty());
}
