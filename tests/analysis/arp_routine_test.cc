// What is passed by as routine changes no finding: each trouble is told alike with and without.
#include "analysis/arp_routine.h"

#include <catch2/catch.hpp>

#include "tests/analysis/story.h"

using namespace lanwarden;
using namespace lanwarden::test;
using analysis::ArpRoutine;
using topology::MacAddress;

namespace {

const auto kGateway = mac("00:1b:17:00:01:01");
MacAddress host(unsigned n) { return MacAddress(0x0021'7000'0000 + 0x111U * n); }

struct Listener {
  ArpRoutine routine;
  analysis::Frame frame;
  std::uint64_t number = 0;
  Octets octets;

  void decode(double seconds, const Octets& said) {
    octets = said;
    analysis::DecodeFault fault;
    REQUIRE(analysis::decode_into(raw(octets, at(seconds), ++number), frame, fault));
  }
  bool passes(double seconds, const Octets& said) {
    decode(seconds, said);
    if (routine.passes(frame, *frame.arp())) return true;
    routine.examine(frame, *frame.arp());
    return false;
  }
  ArpRoutine::PassedBy examine(double seconds, const Octets& said) {
    decode(seconds, said);
    REQUIRE_FALSE(routine.passes(frame, *frame.arp()));
    return routine.examine(frame, *frame.arp());
  }
};

Octets question(MacAddress from, const char* own, const char* other) {
  return ethernet(topology::kBroadcast, from, 0x0806, arp(1, from, ip(own), MacAddress{}, ip(other)));
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

TEST_CASE("a probe, another claimant or a lease opens an address, and tells what was passed by") {
  Listener heard;
  const double now = settle(heard);
  heard.passes(now + 30, question(host(1), "10.0.0.5", "10.0.0.1"));
  const auto passed = heard.examine(now + 40, probe(host(7), "10.0.0.5"));
  REQUIRE(passed.size == 1);
  CHECK(passed.of[0].user == host(1));
  CHECK(passed.of[0].spoken == 2);
  CHECK(passed.of[0].since == at(0));
  CHECK(passed.of[0].last.time == at(now + 30));
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
