#include <catch2/catch.hpp>

#include "tests/analysis/story.h"

using namespace lanwarden;
using namespace lanwarden::test;
using analysis::Severity;
using topology::kBroadcast;
using topology::MacAddress;

namespace {

constexpr double kHour = 3600;
const MacAddress kNew(0x0014'2200'0001), kOld(0x0014'2200'0002);

void speak(Story& story, double when, MacAddress from, std::uint16_t vlan = 0) {
  story.frame(when, ethernet(kBroadcast, from, 0x8765, {1}, vlan));
}

Octets udp(unsigned port, const Octets& payload) {
  const unsigned length = 28 + static_cast<unsigned>(payload.size());
  Octets packet;
  append(packet,
         {0x45, 0, length >> 8, length & 0xff, 0, 0, 0, 0, 255, 17, 0, 0, 10, 0, 0, 7, 224, 0, 0, 251});
  append(packet, {port >> 8U, port & 0xffU, port >> 8U, port & 0xffU, (length - 20) >> 8,
                  (length - 20) & 0xff, 0, 0});
  append(packet, payload);
  return packet;
}

Octets mdns_announcement(std::string_view host) {
  Octets message{0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0};
  append(message, {static_cast<unsigned>(host.size())});
  for (const char c : host) append(message, {static_cast<unsigned char>(c)});
  append(message, {5, 'l', 'o', 'c', 'a', 'l', 0, 0, 1, 0x80, 1, 0, 0, 0, 120, 0, 4, 10, 0, 0, 7});
  return udp(5353, message);
}

}  // namespace

TEST_CASE("who is remembered from before is no newcomer, and who is not, is one from the first minute on") {
  Story story;
  story.know({kOld});
  speak(story, 1, kOld);
  speak(story, 2, kNew);
  story.quiet_until(20);
  const auto found = story.found("new-station");
  REQUIRE(found.size() == 1);
  CHECK(found[0].mac == kNew);
}

TEST_CASE("a station that asks its questions at home all the while has not moved") {
  Story story;
  const auto question = [&](double when, const char* from, std::uint16_t vlan) {
    story.frame(
        when, ethernet(kBroadcast, kOld, 0x0806, arp(1, kOld, ip(from), MacAddress{}, ip("10.0.0.1")), vlan));
  };
  for (unsigned n = 0; n < 40; ++n) question(30 * n, "10.0.0.5", 0);
  for (unsigned n = 40; n < 60; ++n) {
    question(30 * n, "10.0.0.5", 0);  // routine by now
    if (n >= 45) speak(story, 30 * n + 5, kOld, 20);
  }
  CHECK(story.found("station-moved").empty());
  for (unsigned n = 60; n < 70; ++n) speak(story, 30 * n, kNew, 0);
  for (unsigned n = 70; n < 80; ++n) speak(story, 30 * n, kNew, 20);
  CHECK(story.found("station-moved").size() == 1);
}

TEST_CASE("a station never heard in the first hour is told, with the address and name it gives") {
  Story story;
  for (unsigned n = 0; n < 130; ++n) speak(story, n * 60, kOld);
  speak(story, 2 * kHour + 0.1, kNew);
  story.announce(2 * kHour + 1, kNew, "10.0.0.7");
  story.frame(2 * kHour + 2,
              ethernet(mac("01:00:5e:00:00:fb"), kNew, 0x0800, mdns_announcement("annas-laptop")));
  story.quiet_until(2 * kHour + 20);
  const auto found = story.found("new-station");
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == Severity::kInfo);
  CHECK(found[0].mac == kNew);
  CHECK(evidence<std::string>(found[0], "address") == "10.0.0.7");
  CHECK(evidence<std::string>(found[0], "name") == "annas-laptop");
  CHECK(found[0].time == at(2 * kHour + 0.1));
}

TEST_CASE("a bridge that speaks from an address of its own is no new station; a telephone is one") {
  const MacAddress bridge(0x001b'0d00'0001), telephone(0x001b'0d00'0002), both(0x001b'0d00'0003);
  const auto lldp = [](MacAddress from, unsigned enabled) {
    return ethernet(mac("01:80:c2:00:00:0e"), from, 0x88cc,
                    {0x0e, 4, 0, 0x3c, 0, static_cast<std::uint8_t>(enabled), 0, 0});
  };
  Story story;
  story.know({kOld});
  story.frame(1, lldp(bridge, 0x04));
  story.frame(2, lldp(telephone, 0x24));
  speak(story, 3, both);  // before it says what it is
  Octets bpdu{0x42, 0x42, 3, 0, 0, 0, 0, 0, 0x80, 0};
  append(bpdu, bridge);
  append(bpdu, {0, 0, 0, 0, 0x80, 0});
  append(bpdu, bridge);
  append(bpdu, {0x80, 1, 0, 0, 20, 0, 2, 0, 15, 0});
  story.frame(4, ethernet(mac("01:80:c2:00:00:00"), both, 38, bpdu));
  story.quiet_until(60);
  const auto found = story.found("new-station");
  REQUIRE(found.size() == 1);
  CHECK(found[0].mac == telephone);
}

TEST_CASE("who is heard in the first hour is no news") {
  Story story;
  for (unsigned n = 0; n < 500; ++n) speak(story, n * 7, MacAddress(0x0014'2200'0000 + n));
  story.end();
  CHECK(story.found().empty());
}

TEST_CASE("ten thousand newcomers at once do not flood the list, and those left out are counted") {
  Story story;
  speak(story, 0, kOld);
  for (unsigned n = 0; n < 10'000; ++n) speak(story, 2 * kHour + n * 0.01, MacAddress(0x0014'2300'0000 + n));
  story.quiet_until(3 * kHour);
  speak(story, 3 * kHour + 120, kNew);
  story.quiet_until(3 * kHour + 150);
  const auto found = story.found("new-station");
  CHECK(found.size() < 80);
  CHECK(found.back().mac == kNew);
  std::int64_t untold = 0;
  for (const auto& finding : found)
    if (has_evidence(finding, "others_not_told"))
      untold += evidence<std::int64_t>(finding, "others_not_told");
  CHECK(untold + static_cast<std::int64_t>(found.size()) == 10'001);
}

TEST_CASE("a station that falls silent in one VLAN and speaks in another has moved") {
  Story story;
  for (unsigned n = 0; n < 20; ++n) speak(story, n * 10, kOld, 10);
  for (unsigned n = 0; n < 20; ++n) speak(story, 300 + n * 10, kOld, 20);
  story.end();
  const auto found = story.found("station-moved");
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == Severity::kInfo);
  CHECK(evidence<std::string>(found[0], "from") == "VLAN 10");
  CHECK(evidence<std::string>(found[0], "to") == "VLAN 20");
}

TEST_CASE("a router that speaks in all VLANs, and redundant routers' addresses, do not move") {
  Story story;
  for (unsigned n = 0; n < 400; ++n)
    for (std::uint16_t vlan = 1; vlan <= 5; ++vlan)
      speak(story, n * 10 + vlan, mac("00:1b:0d:00:00:01"), vlan);
  for (unsigned n = 0; n < 40; ++n) speak(story, 4000 + n * 10, mac("00:00:5e:00:01:01"), n < 20 ? 10 : 20);
  story.end();
  CHECK(story.found("station-moved").empty());
}

TEST_CASE("a station that moves again and again is a warning") {
  Story story;
  for (unsigned round = 0; round < 8; ++round)
    for (unsigned n = 0; n < 20; ++n) speak(story, round * 200 + n * 10, kOld, round % 2 ? 20 : 10);
  story.end();
  const auto found = story.found("station-moved");
  REQUIRE(found.size() >= 4);
  CHECK(found[0].severity == Severity::kInfo);
  CHECK(found[3].severity == Severity::kWarning);
}
