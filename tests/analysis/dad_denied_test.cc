#include <catch2/catch.hpp>

#include "tests/analysis/packet_builder.h"
#include "tests/analysis/story.h"

using namespace lanwarden;
using namespace lanwarden::test;
using analysis::Severity;
using topology::MacAddress;

namespace {

const auto kOnes = topology::kBroadcast;
const auto kSwitch = mac("00:11:21:bf:b5:80");

MacAddress server(unsigned n) { return MacAddress(0x000c'2911'0000 + 0x111U * n); }
std::string address(unsigned n) { return "192.168.0." + std::to_string(10 + n); }

// A host that comes up: three probes, two announcements, and its question for the gateway.
void boot(Story& story, double when, unsigned n) {
  for (unsigned i = 0; i < 3; ++i) story.probe(when + i, server(n), address(n));
  for (unsigned i = 0; i < 2; ++i) story.announce(when + 4 + 2 * i, server(n), address(n));
  story.request(when + 8, server(n), address(n), "192.168.0.1");
}

}  // namespace

TEST_CASE("a host that probes again and again and never announces is a victim") {
  Story story;
  for (unsigned i = 0; i < 3; ++i) story.probe(100 * i + 17 * i * i, server(1), address(1), kOnes);
  CHECK(story.found().empty());
  story.quiet_until(400);
  const auto denied = story.found("dad-denied");
  REQUIRE(denied.size() == 1);
  CHECK(denied[0].severity == Severity::kWarning);
  CHECK(denied[0].mac == server(1));
  CHECK(evidence<std::string>(denied[0], "victim") == server(1).to_string());
  CHECK(evidence<std::int64_t>(denied[0], "attempts") == 3);
  CHECK(evidence<std::vector<std::string>>(denied[0], "probed_addresses") == std::vector{address(1)});
  CHECK(evidence<std::string>(denied[0], "next").find("lanwarden probe") != std::string::npos);
  CHECK(denied[0].frames.size() == 3);
}

TEST_CASE("Windows that goes to a link-local address after its probes was denied, and once is enough") {
  Story story;
  for (unsigned i = 0; i < 3; ++i) story.probe(i, server(1), address(1));
  for (unsigned i = 0; i < 3; ++i) story.probe(4 + i, server(1), "169.254.33.7");
  story.announce(8, server(1), "169.254.33.7");
  const auto denied = story.found("dad-denied");
  REQUIRE(denied.size() == 1);
  CHECK(denied[0].time == at(4));
  CHECK(evidence<std::string>(denied[0], "fell_back_to") == "169.254.33.7");
}

TEST_CASE("a client that declines lease after lease is a victim") {
  Story story;
  for (unsigned n = 0; n < 2; ++n) {
    story.probe(12 * n, server(1), address(n));
    const std::string declined = address(n);
    story.frame(12 * n + 0.5, dhcp_from_client({.type = 4, .client = server(1), .requested_ip = declined}));
  }
  const auto denied = story.found("dad-denied");
  REQUIRE(denied.size() == 1);
  CHECK(evidence<std::int64_t>(denied[0], "dhcp_declines") == 2);
}

TEST_CASE("many hosts that cannot come up are critical, each after two tries") {
  Story story;
  for (unsigned round = 0; round < 2; ++round)
    for (unsigned n = 1; n < 20; ++n)
      for (unsigned i = 0; i < 2; ++i) story.probe(round * 100 + n * 3 + i, server(n), address(n), kOnes);
  story.quiet_until(300);
  const auto denied = story.found("dad-denied");
  CHECK(denied.size() == 19);
  CHECK(denied.back().severity == Severity::kCritical);
}

TEST_CASE("one that is denied once, and then comes up, is no victim") {
  Story story;
  story.probe(0, server(1), address(1));
  story.probe(60, server(1), address(1));
  boot(story, 130, 1);
  story.probe(200, server(1), address(1));
  story.probe(270, server(1), address(1));
  story.quiet_until(400);
  story.end();
  CHECK(story.found("dad-denied").empty());
}

TEST_CASE("hosts that come up are no victims, whether they announce or only ask") {
  Story story;
  for (unsigned n = 1; n < 60; ++n) boot(story, 20 * n, n);
  for (unsigned n = 60; n < 90; ++n) {
    story.probe(20 * n, server(n), address(n));
    story.request(20 * n + 3, server(n), address(n), "192.168.0.1");
  }
  story.end();
  CHECK(story.found().empty());
}

TEST_CASE("a link that flaps makes its host probe anew each time, which is no denial") {
  Story story;
  for (unsigned n = 0; n < 12; ++n) boot(story, 15 * n, 1);
  story.end();
  CHECK(story.found().empty());
}

TEST_CASE("one that chooses link-local addresses, and drops them when a lease comes, is no victim") {
  Story story;
  for (unsigned n = 0; n < 8; ++n)
    for (unsigned i = 0; i < 3; ++i)
      story.probe(36 * n + 1.5 * i, server(1), "169.254.7." + std::to_string(3 * n));
  story.quiet_until(600);
  story.end();
  CHECK(story.found().empty());
}

TEST_CASE("a switch that tracks its devices is no victim") {
  SECTION("whose devices are heard") {
    Story story;
    for (unsigned round = 0; round < 10; ++round)
      for (unsigned n = 1; n < 5; ++n) {
        story.probe(30 * round + 0.1 * n, kSwitch, address(n));
        story.request(30 * round + 5 * n, server(n), address(n), "192.168.0.1");
      }
    story.end();
    CHECK(story.found().empty());
  }
  SECTION("whose devices are silent: it returns to the first after the last") {
    Story story;
    for (unsigned round = 0; round < 10; ++round)
      for (unsigned n = 1; n < 3; ++n) story.probe(30 * round + 10 * n, kSwitch, address(n));
    story.end();
    CHECK(story.found().empty());
  }
  SECTION("that has a single, silent one: it asks as regularly as a clock") {
    Story story;
    for (unsigned round = 0; round < 100; ++round) story.probe(30 * round, kSwitch, address(1));
    story.end();
    CHECK(story.found().empty());
  }
}

TEST_CASE("a switch that tracks its devices is no victim, though most of it goes unheard") {
  Story story;
  const auto tracker = mac("00:1e:49:c0:00:01");
  const auto probe = [&](double when, MacAddress to, unsigned host) {
    story.frame(when,
                ethernet(to, tracker, 0x0806,
                         arp(1, tracker, ip("0.0.0.0"), MacAddress{}, ip("10.0.0." + std::to_string(host)))));
  };
  probe(2, mac("00:21:70:00:00:07"), 7);
  for (unsigned n = 0; n < 8; ++n) probe(30 * n + 5 + n % 3, topology::kBroadcast, 10 + n);
  story.quiet_until(600);
  CHECK(story.found("dad-denied").empty());
}

TEST_CASE("a scanner that asks from nobody's address is no victim") {
  Story story;
  for (unsigned n = 0; n < 250; ++n) story.probe(0.02 * n, server(1), "10.0.0." + std::to_string(n));
  story.quiet_until(100);
  story.end();
  CHECK(story.found("dad-denied").empty());
}

TEST_CASE("when the answer was heard, it is not for this detector to tell") {
  Story story;
  for (unsigned i = 0; i < 4; ++i) {
    story.probe(70 * i * (i + 1), server(1), address(1), kOnes);
    story.reply(70 * i * (i + 1) + 0.001, server(9), address(1), server(1));
  }
  story.end();
  CHECK(story.found("dad-denied").empty());
  CHECK(story.found("arp-probe-conflict").size() == 1);
}

TEST_CASE("device tracking that probes while Windows does is named, and not its victim") {
  Story story;
  for (unsigned round = 0; round < 3; ++round) {  // two devices it tracks already
    story.probe(30 * round, kSwitch, address(7));
    story.probe(30 * round + 0.1, kSwitch, address(8));
    story.request(30 * round + 3, server(7), address(7), "192.168.0.1");
    story.request(30 * round + 4, server(8), address(8), "192.168.0.1");
  }
  story.probe(100, server(1), address(1));
  story.probe(100.5, kSwitch, address(1));
  for (unsigned i = 1; i < 3; ++i) story.probe(100 + i, server(1), address(1));
  for (unsigned i = 0; i < 3; ++i) story.probe(104 + i, server(1), "169.254.1.2");
  story.quiet_until(200);
  CHECK(story.found("dad-denied").empty());
  const auto conflict = story.found("arp-probe-conflict");
  REQUIRE(conflict.size() == 1);
  CHECK(conflict[0].mac == kSwitch);
  CHECK(conflict[0].severity == Severity::kWarning);
  CHECK(evidence<bool>(conflict[0], "device_tracking"));
  CHECK(evidence<std::string>(conflict[0], "victim") == server(1).to_string());
}

TEST_CASE(
    "who probes address after address that others use, and takes none, tracks devices: a fact, told once") {
  Story story;
  for (unsigned round = 0; round < 5; ++round)
    for (unsigned n = 1; n < 9; ++n) {
      story.request(120 * round + 12 * n, server(n), address(n), "192.168.0.1");
      story.probe(120 * round + 12 * n + 6, kSwitch, address(n));
    }
  story.quiet_until(800);
  REQUIRE(story.found().size() == 1);
  CHECK(story.found()[0].kind == "arp-probe-conflict");
  CHECK(story.found()[0].severity == Severity::kInfo);
  CHECK(story.found()[0].mac == kSwitch);
  CHECK(evidence<std::vector<std::string>>(story.found()[0], "probed_addresses").size() == 6);
}

TEST_CASE("device tracking that disturbs hosts which come up nevertheless is a fact") {
  Story story;
  for (unsigned n = 1; n < 10; ++n) {
    story.probe(40 * n - 0.5, server(n), address(n));
    story.probe(40 * n - 0.4, kSwitch, address(n));
    boot(story, 40 * n, n);
  }
  story.end();
  REQUIRE(story.found().size() == 1);
  CHECK(story.found()[0].kind == "arp-probe-conflict");
  CHECK(story.found()[0].severity == Severity::kInfo);
  CHECK(story.found()[0].mac == kSwitch);
}
