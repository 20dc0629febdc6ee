#include <catch2/catch.hpp>

#include "tests/analysis/packet_builder.h"
#include "tests/analysis/story.h"

using namespace lanwarden;
using namespace lanwarden::test;
using analysis::Severity;
using topology::MacAddress;

namespace {

const auto kClock = mac("00:0d:4b:ce:20:cd");
const auto kRouter = mac("00:1b:0d:00:00:01");
const auto kZeros = MacAddress{};
const auto kOnes = topology::kBroadcast;

MacAddress server(unsigned n) { return MacAddress(0x000c'2911'2200 + n); }
std::string address(unsigned n) { return "192.168.0." + std::to_string(10 + n); }

}  // namespace

TEST_CASE("the clock that answers every probe is named before it takes a third address") {
  for (const auto target : {kZeros, kOnes, kRouter}) {
    Story story;
    story.probe(0, server(0), address(0), target);
    story.reply(0.0004, kClock, address(0), server(0));
    CHECK(story.found().empty());
    story.probe(20, server(1), address(1), target);
    story.reply(20.0004, kClock, address(1), server(1));
    story.end();
    REQUIRE(story.found().size() >= 1);
    const auto bogus = story.found("arp-bogus-responder");
    REQUIRE(bogus.size() == 1);
    CHECK(bogus[0].severity == Severity::kCritical);
    CHECK(bogus[0].mac == kClock);
    CHECK(bogus[0].time == at(20.0004));
    CHECK(evidence<std::vector<std::string>>(bogus[0], "probed_addresses") ==
          std::vector{address(0), address(1)});
    CHECK(evidence<double>(bogus[0], "answer_after_ms") == Approx(0.4));
    CHECK(evidence<double>(bogus[0], "share_answered") == 1.0);
    REQUIRE(bogus[0].frames.size() == 4);
    CHECK(bogus[0].frames[3].number == 4);
  }
}

TEST_CASE("one prober that tries address after address is enough") {
  Story story(10);
  for (unsigned n = 0; n < 2; ++n) {
    story.probe(3.0 * n, server(0), address(n), kOnes);
    story.reply(3.0 * n + 0.001, kClock, address(n), server(0));
  }
  const auto bogus = story.found("arp-bogus-responder");
  REQUIRE(bogus.size() == 1);
  CHECK(bogus[0].vlan == topology::VlanId{10});
}

TEST_CASE("the clock answers announcements too, and is named for that") {
  Story story;
  for (unsigned n = 0; n < 2; ++n) {
    story.announce(n, server(n), address(n));
    story.reply(n + 0.001, kClock, address(n), server(n), address(n));
  }
  CHECK(story.found("arp-bogus-responder").size() == 1);
}

TEST_CASE("the culprit is the Ethernet source; the ARP sender is kept beside it") {
  Story story;
  for (unsigned n = 0; n < 2; ++n) {
    story.probe(n, server(n), address(n));
    story.reply(n + 0.001, kClock, address(n), server(n), "0.0.0.0", mac("00:0d:4b:00:00:99"));
  }
  const auto bogus = story.found("arp-bogus-responder");
  REQUIRE(bogus.size() == 1);
  CHECK(bogus[0].mac == kClock);
  CHECK(evidence<std::string>(bogus[0], "arp_sender") == "00:0d:4b:00:00:99");
}

TEST_CASE("the clock's own address, from which it speaks, does not clear it") {
  Story story;
  story.request(0, server(9), address(9), "192.168.0.77");
  story.reply(0.001, kClock, "192.168.0.77", server(9), address(9));
  for (unsigned n = 0; n < 2; ++n) {
    story.probe(5 + n, server(n), address(n));
    story.reply(5.001 + n, kClock, address(n), server(n));
  }
  CHECK(story.found("arp-bogus-responder").size() == 1);
}

TEST_CASE(
    "two hosts that lose their addresses to one station are enough, however many probes went unanswered") {
  Story story;
  story.probe(0, server(0), address(0));
  story.reply(0.001, kClock, address(0), server(0));
  for (unsigned n = 20; n < 30; ++n) story.probe(n, server(n), address(n));  // its answers were not heard
  CHECK(story.found("arp-bogus-responder").empty());
  story.probe(40, server(1), address(1));
  story.reply(40.001, kClock, address(1), server(1));
  CHECK(story.found("arp-bogus-responder").size() == 1);
}

TEST_CASE("of one prober that is seldom answered, the third address decides") {
  Story story;
  const auto boot = [&](double when, unsigned n, bool heard) {
    story.probe(when, server(0), address(n));
    if (heard) story.reply(when + 0.001, kClock, address(n), server(0));
  };
  boot(0, 0, true);
  for (unsigned n = 20; n < 24; ++n) boot(n, n, false);
  boot(40, 1, true);
  CHECK(story.found("arp-bogus-responder").empty());
  boot(50, 2, true);
  CHECK(story.found("arp-bogus-responder").size() == 1);
}

TEST_CASE("what it answers and what it never answers is evidence, form by form") {
  Story story;
  for (unsigned n = 0; n < 3; ++n) {
    story.probe(10 * n, server(n), address(n), kOnes);
    if (n < 2) story.reply(10 * n + 0.001, kClock, address(n), server(n));
    for (unsigned i = 0; i < 2; ++i)
      story.request(10 * n + 3 + i, server(9), address(9), address(0));  // a ping
    story.probe(10 * n + 5, server(30 + n), address(30 + n), kZeros);
    if (n == 1) break;
  }
  const auto bogus = story.found("arp-bogus-responder");
  REQUIRE(bogus.size() == 1);
  CHECK(evidence<std::vector<std::vector<std::string>>>(bogus[0], "asked_and_answered_by_form") ==
        std::vector<std::vector<std::string>>{{"probe, target hardware address zeros", "1", "0"},
                                              {"probe, target hardware address ones", "2", "2"}});
  CHECK(evidence<std::int64_t>(bogus[0], "ordinary_requests_for_claimed") == 2);
  CHECK(evidence<std::int64_t>(bogus[0], "ordinary_requests_answered") == 0);
}

TEST_CASE("one that sends IP packets from the addresses it defends really has them") {
  Story story;
  const auto packet = [&](double when, unsigned n, MacAddress to) {
    story.frame(when, ethernet(to, kClock, 0x0800, ipv4(address(n), "192.168.0.1", 6, Octets(20))));
  };
  const auto boot = [&](double when, unsigned n) {
    story.probe(when, server(n), address(n));
    story.reply(when + 0.001, kClock, address(n), server(n));
  };
  SECTION("to one station, after the first claim") {
    boot(0, 0);
    packet(1, 0, kRouter);
  }
  SECTION("to everybody, before") {
    packet(0, 0, kOnes);
    boot(1, 0);
  }
  SECTION("got by DHCP") {
    const std::string own = address(0);
    story.frame(0, dhcp_from_server(kRouter, "192.168.0.1", {.type = 5, .client = kClock, .your_ip = own}));
    boot(1, 0);
  }
  boot(5, 1);
  story.end();
  CHECK(story.found("arp-bogus-responder").empty());
}

TEST_CASE("a cluster node that takes its services back is told by the other that they are in use, once") {
  Story story;
  for (unsigned n = 0; n < 5; ++n) story.probe(0.01 * n, server(0), address(n));
  for (unsigned n = 0; n < 5; ++n) story.reply(0.1 + 0.01 * n, server(1), address(n), server(0));
  story.end();
  CHECK(story.found("arp-bogus-responder").empty());
}

TEST_CASE("one host tries address after address, ten a second, and the clock takes them all") {
  Story story;
  for (unsigned n = 0; n < 40 && story.found("arp-bogus-responder").empty(); ++n) {
    story.probe(0.1 * n, server(0), address(n % 10), topology::kBroadcast);
    story.reply(0.1 * n + 0.0001, kClock, address(n % 10), server(0));
    if (n == 1) CHECK(story.found("arp-bogus-responder").size() == 1);  // before the third address
  }
  CHECK(story.found("arp-bogus-responder").size() == 1);
}

TEST_CASE("whoever asks all at once, and again when told that all are taken, is no cluster") {
  Story story;
  for (unsigned round = 0; round < 3; ++round)
    for (unsigned n = 0; n < 5; ++n) {
      story.probe(5 * round + 0.01 * n, server(0), address(n));
      story.reply(5 * round + 0.01 * n + 0.001, kClock, address(n), server(0));
    }
  story.end();
  CHECK(story.found("arp-bogus-responder").size() == 1);
}

TEST_CASE("a switch that asks again every half minute whether one host lives is in no conflict with it") {
  Story story;
  for (unsigned n = 0; n < 6; ++n) {
    story.probe(30 * n, kRouter, address(0));
    story.reply(30 * n + 0.001, server(0), address(0), kRouter);
    story.quiet_until(30 * n + 29);
  }
  story.end();
  CHECK(story.found().empty());
}

TEST_CASE("it is told once, and again only when it was silent for long") {
  Story story;
  const auto boot = [&](double when, unsigned n) {
    story.probe(when, server(n), address(n));
    story.reply(when + 0.001, kClock, address(n), server(n));
  };
  for (unsigned n = 0; n < 60; ++n) boot(n, n);
  CHECK(story.found("arp-bogus-responder").size() == 1);
  boot(2000, 70);
  boot(2001, 71);
  story.end();
  CHECK(story.found("arp-bogus-responder").size() == 2);
}

TEST_CASE("one host that defends its address is a conflict, not a thief") {
  Story story;
  story.announce(0, server(0), address(0));
  story.probe(100, server(1), address(0));
  story.reply(100.001, server(0), address(0), server(1));
  CHECK(story.found().empty());
  story.quiet_until(146);  // a lone probe might be device tracking's, which asks again
  REQUIRE(story.found().size() == 1);
  CHECK(story.found()[0].kind == "arp-probe-conflict");
  CHECK(story.found()[0].severity == Severity::kWarning);
  CHECK(story.found()[0].mac == server(0));
  CHECK(evidence<bool>(story.found()[0], "used_by_it_before"));
}

TEST_CASE("a host that really uses three addresses may defend all of them") {
  Story story;
  for (unsigned n = 0; n < 3; ++n) story.announce(n, server(0), address(n));
  for (unsigned n = 0; n < 3; ++n) {
    story.probe(100 + n, server(1 + n), address(n));
    story.reply(100.001 + n, server(0), address(n), server(1 + n));
  }
  story.end();
  CHECK(story.found("arp-bogus-responder").empty());
}

TEST_CASE("a proxy-ARP router is a fact, not an alarm") {
  Story story;
  for (unsigned n = 0; n < 3; ++n) {
    story.request(n, server(9), address(9), "10.9.9." + std::to_string(n + 1));
    story.reply(n + 0.001, kRouter, "10.9.9." + std::to_string(n + 1), server(9), address(9));
  }
  for (unsigned n = 0; n < 5; ++n) {
    story.probe(10 + n, server(n), address(n));
    story.reply(10.001 + n, kRouter, address(n), server(n));
  }
  story.end();
  REQUIRE(story.found().size() == 1);
  CHECK(story.found()[0].kind == "arp-proxy");
  CHECK(story.found()[0].severity == Severity::kInfo);
}

TEST_CASE("an access point that answers for its clients is none") {
  Story story;
  for (unsigned n = 0; n < 4; ++n) {
    story.probe(n, server(20 + n), address(n));
    story.reply(n + 0.001, kRouter, address(n), server(20 + n), "0.0.0.0", server(n));
  }
  CHECK(story.found("arp-bogus-responder").empty());
}

TEST_CASE("a redundancy group's virtual address may be defended on many addresses") {
  Story story;
  const auto virtual_router = mac("00:00:5e:00:01:0a");
  for (unsigned n = 0; n < 4; ++n) {
    story.probe(n, server(n), address(n));
    story.reply(n + 0.001, kRouter, address(n), server(n), "0.0.0.0", virtual_router);
  }
  CHECK(story.found("arp-bogus-responder").empty());
}

TEST_CASE("a switch that tracks its devices by probing them is no victim, and they are no thieves") {
  Story story;
  for (unsigned n = 0; n < 40; ++n) {  // every host answers for itself; one has four addresses
    story.probe(n, kRouter, address(n));
    story.reply(n + 0.001, n % 10 == 3 ? server(3) : server(n), address(n), kRouter);
  }
  story.end();
  CHECK(story.found().empty());
}

TEST_CASE("hosts that come up where nobody answers give no finding") {
  Story story;
  for (unsigned n = 0; n < 100; ++n) {
    for (unsigned i = 0; i < 3; ++i) story.probe(n * 10 + i, server(n), address(n));
    for (unsigned i = 0; i < 2; ++i) story.announce(n * 10 + 4 + 2 * i, server(n), address(n));
    story.request(n * 10 + 8, server(n), address(n), "192.168.0.1");
    story.reply(n * 10 + 8.001, kRouter, "192.168.0.1", server(n), address(n));
  }
  story.end();
  CHECK(story.found().empty());
}

TEST_CASE("an answer that comes late, or in another VLAN, is none") {
  Story story;
  for (unsigned n = 0; n < 4; ++n) {
    story.probe(10 * n, server(n), address(n));
    story.reply(10 * n + 3, kClock, address(n), server(n));
    story.frame(10 * n + 3.1, ethernet(server(n), kClock, 0x0806,
                                       arp(2, kClock, ip(address(n)), server(n), ip("0.0.0.0")), 7));
  }
  CHECK(story.found("arp-bogus-responder").empty());
}

TEST_CASE("a flood of invented addresses does not hide the clock among them") {
  Story story;
  for (unsigned n = 0; n < 50'000; ++n)
    story.request(n * 0.0001, MacAddress(0x0200'0000'0000 + n * 7919ULL), "10.0.0.1",
                  "10.1." + std::to_string(n / 250 % 250) + "." + std::to_string(n % 250));
  for (unsigned n = 0; n < 2; ++n) {
    story.probe(6 + n, server(n), address(n));
    for (unsigned i = 0; i < 500; ++i)
      story.announce(6 + n + 0.0001, MacAddress(0x0400'0000'0000 + i * 7919ULL),
                     "10.2.0." + std::to_string(i % 250));
    story.reply(6 + n + 0.1, kClock, address(n), server(n));
  }
  CHECK(story.found("arp-bogus-responder").size() == 1);
}
