// What is passed by as routine changes no finding: each trouble is told alike with and without.
#include "analysis/arp_routine.h"

#include <catch2/catch.hpp>
#include <random>

#include "tests/analysis/story.h"

using namespace lanwarden;
using namespace lanwarden::test;
using analysis::ArpRoutine;
using analysis::PlainArp;
using topology::MacAddress;
using topology::VlanId;

namespace {

const auto kGateway = mac("00:1b:17:00:01:01");
MacAddress host(unsigned n) { return MacAddress(0x0021'7000'0000 + 0x111U * n); }

struct Listener {
  ArpRoutine routine;
  analysis::Frame frame;
  std::uint64_t number = 0;
  Octets octets;

  bool is_routine(double seconds, const Octets& said) {
    octets = said;
    const analysis::RawFrame heard = raw(octets, at(seconds), ++number);
    analysis::DecodeFault fault;
    REQUIRE(analysis::decode_into(heard, frame, fault));
    PlainArp plain;
    return read_plain(heard, plain) && routine.passes(plain, ArpRoutine::places_of(plain));
  }
  bool passes(double seconds, const Octets& said) {
    if (is_routine(seconds, said)) return true;
    routine.examine(frame, *frame.arp());
    return false;
  }
  ArpRoutine::PassedBy examine(double seconds, const Octets& said) {
    REQUIRE_FALSE(is_routine(seconds, said));
    return routine.examine(frame, *frame.arp());
  }
};

Octets question(MacAddress from, const char* own, const char* other) {
  return ethernet(topology::kBroadcast, from, 0x0806, arp(1, from, ip(own), MacAddress{}, ip(other)));
}
Octets answer(MacAddress from, const char* own, MacAddress to, const char* its) {
  return ethernet(to, from, 0x0806, arp(2, from, ip(own), to, ip(its)));
}
Octets probe(MacAddress from, const char* address) { return question(from, "0.0.0.0", address); }

// A host that asks for its gateway every half minute, until it is passed by.
double settle(Listener& heard, double now = 0) {
  for (unsigned n = 0; n < 20; ++n, now += 30)
    if (heard.passes(now, question(host(1), "10.0.0.5", "10.0.0.1"))) return now;
  FAIL("it is never routine");
  return now;
}

}  // namespace

TEST_CASE("what is read as plain ARP is decoded alike, whatever the octets are") {
  std::mt19937 random(1);
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  std::size_t questions = 0, answers = 0;
  for (unsigned n = 0; n < 300'000; ++n) {
    const VlanId vlan{static_cast<std::uint16_t>(below(3) == 0 ? below(4096) : 0)};
    const bool replies = below(3) == 0;
    Octets said = ethernet(
        replies && below(8) > 0 ? host(7) : topology::kBroadcast, host(below(3)), 0x0806,
        arp(replies ? 2 : 1, host(below(3)), ip("10.0.0.5"), replies && below(8) > 0 ? host(7) : MacAddress{},
            ip(below(4) == 0 ? "10.0.0.5" : "10.0.0.1")),
        vlan.value);
    for (unsigned change = below(3); change > 0; --change)
      said[below(static_cast<unsigned>(said.size()))] = static_cast<std::uint8_t>(below(256));
    if (below(8) == 0) said.resize(below(static_cast<unsigned>(said.size()) + 1));
    const analysis::RawFrame heard = raw(said, at(n), n + 1);
    PlainArp plain;
    if (!read_plain(heard, plain)) continue;
    ++(plain.is_answer() ? answers : questions);
    analysis::Frame frame;
    analysis::DecodeFault fault;
    REQUIRE(analysis::decode_into(heard, frame, fault));
    REQUIRE(frame.arp() != nullptr);
    CHECK(frame.arp()->is_request() != plain.is_answer());
    CHECK(frame.arp()->is_reply() == plain.is_answer());
    CHECK(frame.dst == (plain.is_answer() ? plain.asker : topology::kBroadcast));
    if (plain.is_answer()) CHECK(frame.arp()->target_mac == plain.asker);
    CHECK(frame.src == plain.station);
    CHECK(frame.arp()->sender_mac == plain.station);
    CHECK(frame.arp()->sender_ip.v4_bits() == plain.from);
    CHECK(frame.arp()->target_ip.v4_bits() == plain.to);
    CHECK(analysis::lan_of(frame) == plain.lan);
    CHECK(analysis::ref_of(frame) == plain.frame);
  }
  CHECK(questions > 20'000);
  CHECK(answers > 5'000);
}

TEST_CASE("what a host asks again and again is routine after some minutes, and not before") {
  Listener heard;
  const double now = settle(heard);
  CHECK(now >= 120);
  CHECK(now <= 240);
  CHECK(heard.passes(now + 30, question(host(1), "10.0.0.5", "10.0.0.1")));
  CHECK_FALSE(heard.passes(now + 30.05, question(host(1), "10.0.0.5", "10.0.0.1")));  // so soon again
  CHECK_FALSE(heard.passes(now + 60, question(host(1), "10.0.0.5", "10.0.0.9")));     // for another address
  CHECK_FALSE(heard.passes(now + 61, question(host(2), "10.0.0.5", "10.0.0.1")));     // from another station
}

TEST_CASE("the first answer to a routine question is routine, from who asks routinely himself") {
  Listener heard;
  const Octets ask = question(host(1), "10.0.0.5", "10.0.0.1");
  const Octets answered = answer(kGateway, "10.0.0.1", host(1), "10.0.0.5");
  double now = settle(heard);
  CHECK_FALSE(heard.passes(now + 0.001, answered));  // the gateway itself was never heard to ask
  for (unsigned n = 0; n < 20; ++n) {
    now += 30;
    heard.passes(now, question(kGateway, "10.0.0.1", "10.0.0.5"));
    heard.passes(now + 1, ask);
    heard.passes(now + 1.001, answered);
  }
  REQUIRE(heard.passes(now + 31, ask));
  CHECK_FALSE(heard.is_routine(now + 31.001, answer(host(9), "10.0.0.1", host(1), "10.0.0.5")));
  CHECK_FALSE(heard.is_routine(now + 31.001, answer(kGateway, "10.0.0.1", host(2), "10.0.0.5")));
  CHECK_FALSE(heard.is_routine(now + 31.001, answer(kGateway, "10.0.0.7", host(1), "10.0.0.5")));
  CHECK(heard.is_routine(now + 31.001, answered));
  CHECK_FALSE(heard.is_routine(now + 31.002, answered));  // once
  REQUIRE(heard.passes(now + 61, ask));
  CHECK_FALSE(heard.is_routine(now + 62.5, answered));  // so late
  // Whoever claims the address makes every answer worth a look, and what was passed by is told before.
  REQUIRE(heard.passes(now + 91, ask));
  REQUIRE(heard.passes(now + 91.001, answered));
  const auto passed = heard.examine(now + 92, answer(host(9), "10.0.0.1", host(1), "10.0.0.5"));
  REQUIRE(passed.size == 2);
  CHECK(passed.of[0].user == kGateway);
  CHECK(passed.of[0].answers >= 2);
  CHECK(passed.of[0].last_answer.time == at(now + 91.001));
  CHECK(passed.of[0].last_spoken() == passed.of[0].last_answer);
  CHECK_FALSE(heard.passes(now + 93, ask));
  CHECK_FALSE(heard.passes(now + 93.001, answered));
}

TEST_CASE("a probe, another claimant or a lease opens an address, and tells what was passed by") {
  Listener heard;
  const double now = settle(heard);
  heard.passes(now + 30, question(host(1), "10.0.0.5", "10.0.0.1"));
  const auto passed = heard.examine(now + 40, probe(host(7), "10.0.0.5"));
  REQUIRE(passed.size == 1);
  CHECK(passed.of[0].user == host(1));
  CHECK(passed.of[0].questions == 2);
  CHECK(passed.of[0].answers == 0);
  CHECK(passed.of[0].since == at(0));
  CHECK(passed.of[0].last_question.time == at(now + 30));
  CHECK_FALSE(heard.passes(now + 60, question(host(1), "10.0.0.5", "10.0.0.1")));
  // The gateway is claimed by another: who asked for it, and when.
  Listener gateway;
  const double then = settle(gateway);
  const auto claimed = gateway.examine(
      then + 1, ethernet(host(1), host(9), 0x0806, arp(2, host(9), ip("10.0.0.1"), host(1), ip("10.0.0.5"))));
  REQUIRE(claimed.size == 2);
  CHECK(claimed.of[0].asked == at(then));
  CHECK(claimed.of[0].asker_count == 1);
  CHECK_FALSE(gateway.passes(then + 30, question(host(1), "10.0.0.5", "10.0.0.1")));
}

TEST_CASE("a station that probes one address is examined in all of its addresses") {
  Listener heard;
  const double now = settle(heard);
  heard.examine(now + 10, probe(host(1), "10.0.0.77"));
  CHECK_FALSE(heard.passes(now + 30, question(host(1), "10.0.0.5", "10.0.0.1")));
}

TEST_CASE("where it last asked its questions is known of a station") {
  Listener heard;
  const double now = settle(heard);
  const analysis::Lan lan = analysis::lan_of(heard.frame);
  CHECK(heard.routine.last_heard(lan, host(1)).time == at(now));
  CHECK(heard.routine.last_heard(lan, kGateway).time == topology::Time{});
}
