// arp-spoof, arp-sender-mismatch, arp-flood, arp-bogon.
#include <catch2/catch.hpp>

#include "tests/analysis/packet_builder.h"
#include "tests/analysis/story.h"

using namespace lanwarden;
using namespace lanwarden::test;
using analysis::Severity;
using topology::MacAddress;

namespace {

const auto kGateway = mac("00:1b:0d:00:00:01");
const auto kIntruder = mac("f0:de:f1:00:00:66");
const std::string kGatewayIp = "10.0.0.1";

MacAddress host(unsigned n) { return MacAddress(0x0021'7000'0000 + 0x100U * n); }
std::string address(unsigned n) { return "10.0.0." + std::to_string(10 + n); }

// Hosts ask for their gateway, and it answers.
void ordinary_life(Story& story, double when, unsigned hosts = 6) {
  for (unsigned n = 0; n < hosts; ++n) {
    story.request(when + n, host(n), address(n), kGatewayIp);
    story.reply(when + n + 0.001, kGateway, kGatewayIp, host(n), address(n));
  }
}

void no_alarm(const Story& story) {
  for (const auto& finding : story.found()) {
    INFO(finding.kind << ": " << finding.summary);
    CHECK(finding.severity == Severity::kInfo);
  }
}

}  // namespace

TEST_CASE("one that claims the gateway's address beside the gateway spoofs it") {
  Story story;
  ordinary_life(story, 0);
  for (unsigned n = 0; n < 3; ++n) {
    story.announce(20 + 10 * n, kIntruder, kGatewayIp);
    story.request(25 + 10 * n, kGateway, kGatewayIp, address(2));
  }
  const auto spoof = story.found("arp-spoof");
  REQUIRE(spoof.size() == 1);
  CHECK(spoof[0].severity == Severity::kCritical);
  CHECK(spoof[0].mac == kIntruder);
  CHECK(evidence<std::string>(spoof[0], "holder") == kGateway.to_string());
  CHECK(evidence<bool>(spoof[0], "holder_still_speaks"));
}

TEST_CASE("one that tells a host again and again, unasked, that it is the gateway spoofs it") {
  Story story;
  ordinary_life(story, 0);
  for (unsigned n = 0; n < 10; ++n) story.reply(20 + n, kIntruder, kGatewayIp, host(3), address(3));
  const auto spoof = story.found("arp-spoof");
  REQUIRE(spoof.size() == 1);
  CHECK(spoof[0].mac == kIntruder);
  CHECK(spoof[0].time == at(24));
}

TEST_CASE("one that puts itself between two stations is told at the second address") {
  Story story;
  ordinary_life(story, 0, 4);
  story.request(5, host(0), address(0), address(1));
  story.request(6, host(1), address(1), address(0));
  story.reply(20, kIntruder, address(0), host(1), address(1));
  CHECK(story.found().empty());
  story.reply(20.01, kIntruder, address(1), host(0), address(0));
  const auto spoof = story.found("arp-spoof");
  REQUIRE(spoof.size() == 1);
  CHECK(spoof[0].mac == kIntruder);
  CHECK(evidence<std::vector<std::string>>(spoof[0], "addresses").size() == 2);
}

TEST_CASE("a gateway that is replaced, or fails over to another address, is no spoofing") {
  Story story;
  ordinary_life(story, 0);
  for (unsigned n = 0; n < 5; ++n) story.announce(60 + n, kIntruder, kGatewayIp);
  for (unsigned n = 0; n < 20; ++n) {
    story.request(80 + 10 * n, host(n), address(n), kGatewayIp);
    story.reply(80.001 + 10 * n, kIntruder, kGatewayIp, host(n), address(n));
  }
  story.end();
  no_alarm(story);
}

TEST_CASE("a virtual router's address moves with its virtual station") {
  Story story;
  const auto vrrp = mac("00:00:5e:00:01:0a");
  ordinary_life(story, 0);
  for (unsigned n = 0; n < 6; ++n) {
    story.frame(20 + n, ethernet(topology::kBroadcast, vrrp, 0x0806,
                                 arp(1, vrrp, ip(kGatewayIp), MacAddress{}, ip(kGatewayIp))));
    story.request(20.5 + n, kGateway, kGatewayIp, address(1));
  }
  story.end();
  no_alarm(story);
}

TEST_CASE("a proxy that answers for a host when asked is no spoofing") {
  Story story;
  ordinary_life(story, 0);
  for (unsigned n = 0; n < 6; ++n) {
    story.request(30 + n, host(0), address(0), address(n + 1));
    story.reply(30.001 + n, kGateway, address(n + 1), host(0), address(0));
  }
  story.end();
  no_alarm(story);
}

namespace {

// Hosts ask each other, and answer; every second question goes unheard.
void half_heard_life(Story& story, double when, unsigned hosts = 12) {
  for (unsigned n = 0; n < hosts; ++n) {
    const unsigned other = (n + 1) % hosts;
    if (n % 2 == 0) story.request(when + 3 * n, host(n), address(n), address(other));
    story.reply(when + 3 * n + 0.001, host(other), address(other), host(n), address(n));
    if (n % 3 == 0) story.request(when + 3 * n + 1.5, host(n), address(n), kGatewayIp);
  }
}

}  // namespace

TEST_CASE("a proxy of whose questions half go unheard is no spoofing") {
  Story story;
  half_heard_life(story, 0);
  half_heard_life(story, 40);
  for (unsigned n = 0; n < 40; ++n) {  // from now on the router answers for all of them
    const unsigned from = n % 12, to = (n + n / 12 * 5 + 3) % 12;
    if (from == to) continue;
    if (n % 4 == 3) story.request(100 + n, host(from), address(from), address(to));
    story.reply(100.001 + n, kGateway, address(to), host(from), address(from));
    story.request(100.5 + n, host(to), address(to), kGatewayIp);  // they live, and are asked for by many
  }
  story.end();
  CHECK(story.found("arp-spoof").empty());
  no_alarm(story);
}

TEST_CASE(
    "one that tells two hosts again and again what nobody asked is told, also where half goes unheard") {
  Story story;
  half_heard_life(story, 0);
  half_heard_life(story, 40);
  for (unsigned n = 0; n < 10; ++n) {
    story.reply(100 + 2 * n, kIntruder, address(1), host(2), address(2));
    story.reply(100.01 + 2 * n, kIntruder, address(2), host(1), address(1));
  }
  const auto spoof = story.found("arp-spoof");
  REQUIRE(spoof.size() >= 1);
  CHECK(spoof[0].mac == kIntruder);
  CHECK(spoof[0].time <= at(103));
}

TEST_CASE("an Ethernet source that is not the ARP sender is told as a fact, once") {
  Story story;
  for (unsigned n = 0; n < 5; ++n)
    story.frame(n, ethernet(topology::kBroadcast, kIntruder, 0x0806,
                            arp(1, host(1), ip(address(1)), MacAddress{}, ip(kGatewayIp))));
  CHECK(story.found().empty());
  story.quiet_until(60);
  const auto mismatch = story.found("arp-sender-mismatch");
  REQUIRE(mismatch.size() == 1);
  CHECK(mismatch[0].severity == Severity::kInfo);
  CHECK(mismatch[0].mac == kIntruder);
  CHECK(evidence<std::vector<std::string>>(mismatch[0], "arp_senders") == std::vector{host(1).to_string()});
}

TEST_CASE("one that speaks for many is said to be an access point or a proxy") {
  Story story;
  for (unsigned n = 0; n < 6; ++n)
    story.frame(n, ethernet(topology::kBroadcast, kIntruder, 0x0806,
                            arp(1, host(n), ip(address(n)), MacAddress{}, ip(kGatewayIp))));
  story.end();
  REQUIRE(story.found("arp-sender-mismatch").size() == 1);
  CHECK(story.found()[0].summary.find("access point") != std::string::npos);
}

TEST_CASE("redundancy and bonds speak in other names, and nothing is told") {
  Story story;
  const auto say = [&](double when, MacAddress from, MacAddress sender) {
    story.frame(when, ethernet(topology::kBroadcast, from, 0x0806,
                               arp(2, sender, ip(kGatewayIp), MacAddress{}, ip(kGatewayIp))));
  };
  say(1, kGateway, mac("00:00:5e:00:01:0a"));
  say(2, mac("00:00:0c:07:ac:0a"), kGateway);
  say(3, mac("02:01:0a:00:00:05"), mac("02:bf:0a:00:00:05"));
  say(4, kGateway, mac("03:bf:0a:00:00:05"));
  say(5, mac("00:1b:0d:00:00:02"), kGateway);
  story.end();
  CHECK(story.found("arp-sender-mismatch").empty());
}

TEST_CASE("a sender that is a group address is an alarm") {
  Story story;
  story.frame(0, ethernet(topology::kBroadcast, kIntruder, 0x0806,
                          arp(2, topology::kBroadcast, ip(kGatewayIp), host(1), ip(address(1)))));
  REQUIRE(story.found("arp-sender-mismatch").size() == 1);
  CHECK(story.found()[0].severity == Severity::kWarning);
}

TEST_CASE("a flood of ARP goes on, second after second") {
  Story story;
  for (unsigned n = 0; n < 5000; ++n) story.request(n * 0.001, kIntruder, address(1), address(n % 20));
  story.end();
  const auto flood = story.found("arp-flood");
  REQUIRE(flood.size() == 1);
  CHECK(flood[0].severity == Severity::kWarning);
  CHECK(flood[0].mac == kIntruder);
  CHECK(evidence<std::int64_t>(flood[0], "packets_per_second") == Approx(1000).margin(10));
}

TEST_CASE("where the questions of several stations circle, none of them is blamed for a flood") {
  Story story;
  for (unsigned n = 0; n < 1000; ++n)
    for (unsigned of = 1; of < 4; ++of)
      story.request(n * 0.01 + of * 0.001, host(of), address(of), kGatewayIp);
  story.end();
  CHECK(story.found("switching-loop").size() == 1);
  CHECK(story.found("arp-flood").empty());
}

TEST_CASE("one station that repeats one question without end is a flood") {
  Story story;
  for (unsigned n = 0; n < 500; ++n) story.request(n * 0.01, host(1), address(1), kGatewayIp);
  story.end();
  CHECK(story.found("arp-flood").size() == 1);
}

TEST_CASE("a burst of ARP that ends is no flood; nor is a busy router") {
  Story story;
  for (unsigned n = 0; n < 1500; ++n)
    story.request(n * 0.001, kGateway, kGatewayIp, "10.0." + std::to_string(n % 250) + ".7");
  for (unsigned n = 0; n < 4000; ++n)
    story.request(10 + n * 0.005, kGateway, kGatewayIp, "10." + std::to_string(n % 100) + ".3.7");
  story.end();
  CHECK(story.found("arp-flood").empty());
}

TEST_CASE("an address that cannot be one is told at once") {
  for (const char* bad : {"127.0.0.1", "224.0.0.5", "255.255.255.255", "0.1.2.3", "240.0.0.1"}) {
    Story story;
    story.request(0, kIntruder, bad, kGatewayIp);
    INFO(bad);
    REQUIRE(story.found("arp-bogon").size() == 1);
    CHECK(story.found()[0].severity == Severity::kWarning);
    CHECK(story.found()[0].mac == kIntruder);
  }
}

TEST_CASE("an address foreign to the LAN is a fact") {
  Story story;
  SECTION("DHCP says what is at home") {
    story.frame(0, dhcp_from_server(kGateway, kGatewayIp,
                                    {.type = 5,
                                     .client = host(1),
                                     .your_ip = "10.0.0.11",
                                     .server_id = kGatewayIp,
                                     .subnet_mask = "255.255.255.0",
                                     .router = kGatewayIp}));
    story.request(1, kIntruder, "10.0.7.9", "10.0.7.1");
    story.request(2, host(1), address(1), kGatewayIp);
    story.end();
    REQUIRE(story.found("arp-bogon").size() == 1);
    CHECK(evidence<std::string>(story.found("arp-bogon")[0], "at_home_here") ==
          "10.0.0.0 mask 255.255.255.0");
  }
  SECTION("the others say") {
    ordinary_life(story, 0, 12);
    story.request(20, kIntruder, "192.168.1.1", "192.168.1.254");
    story.end();
    REQUIRE(story.found("arp-bogon").size() == 1);
  }
  CHECK(story.found("arp-bogon")[0].severity == Severity::kInfo);
  CHECK(story.found("arp-bogon")[0].mac == kIntruder);
}

TEST_CASE("two networks on one cable, link-local addresses and proxied replies are at home") {
  Story story;
  ordinary_life(story, 0, 12);
  for (unsigned n = 0; n < 3; ++n)
    story.request(20 + n, host(40 + n), "192.168.7." + std::to_string(n + 2), "192.168.7.1");
  story.request(30, host(50), "169.254.3.4", "169.254.3.5");
  story.reply(31, kGateway, "172.16.0.9", host(1), address(1));
  story.end();
  CHECK(story.found("arp-bogon").empty());
}
