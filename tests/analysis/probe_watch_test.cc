#include "analysis/probe_watch.h"

#include <catch2/catch.hpp>

#include "tests/analysis/frame_builder.h"

using namespace lanwarden;
using namespace lanwarden::test;

namespace {

const auto kClock = mac("00:0d:4b:ce:20:cd");
const auto kServer = mac("00:0c:29:11:22:33");

void say(analysis::ProbeWatch& watch, double when, topology::MacAddress from, const Octets& packet) {
  const Octets octets = ethernet(topology::kBroadcast, from, 0x0806, packet);
  const auto frame = analysis::decode(raw(octets, at(when)));
  REQUIRE(frame);
  watch.on_frame(*frame);
}
Octets probe(const char* address) { return arp(1, kServer, ip("0.0.0.0"), {}, ip(address)); }
Octets announcement(const char* address) { return arp(1, kServer, ip(address), {}, ip(address)); }
Octets answer(const char* address) { return arp(2, kClock, ip(address), kServer, ip("0.0.0.0")); }

}  // namespace

TEST_CASE("after the port was shut, probes go unanswered and hosts come up") {
  analysis::ProbeWatch watch(kClock, at(100));
  say(watch, 99, kServer, probe("10.0.0.1"));
  say(watch, 99.1, kClock, answer("10.0.0.1"));
  CHECK(watch.counts().probes == 0);
  CHECK(watch.counts().culprit_frames == 0);

  say(watch, 101, kServer, probe("10.0.0.1"));
  say(watch, 102, kServer, probe("10.0.0.1"));
  say(watch, 103, kServer, probe("10.0.0.2"));
  say(watch, 106, kServer, announcement("10.0.0.1"));
  say(watch, 107, kServer, announcement("10.0.0.1"));
  CHECK(watch.counts().probes == 3);
  CHECK(watch.counts().answered == 0);
  CHECK(watch.counts().announcers == 1);
  CHECK(watch.counts().culprit_frames == 0);
}

TEST_CASE("a culprit that still answers is seen") {
  analysis::ProbeWatch watch(kClock, at(0));
  say(watch, 1, kServer, probe("10.0.0.1"));
  say(watch, 1.001, kClock, answer("10.0.0.1"));
  CHECK(watch.counts().answered == 1);
  CHECK(watch.counts().culprit_frames == 1);
}

TEST_CASE("one address defended twice is one address, a second one taken is a second") {
  analysis::ProbeWatch watch(kClock, at(0));
  for (const double when : {1.0, 2.0}) {
    say(watch, when, kServer, probe("10.0.0.1"));
    say(watch, when + 0.001, kClock, answer("10.0.0.1"));
  }
  CHECK(watch.counts().answered == 2);
  CHECK(watch.counts().taken == 1);
  say(watch, 3, kClock, answer("10.0.0.9"));  // nobody had asked whether that one is free
  CHECK(watch.counts().taken == 1);
  say(watch, 4, kServer, probe("10.0.0.2"));
  say(watch, 4.001, kClock, answer("10.0.0.2"));
  CHECK(watch.counts().taken == 2);
}
