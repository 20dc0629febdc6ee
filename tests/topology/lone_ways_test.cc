// A switch with one station whose own address its neighbour has lost, where rows of a former place make one
// witness too few.
#include <catch2/catch.hpp>

#include <algorithm>

#include "tests/topology/drawing.h"
#include "topology/freeze.h"
#include "topology/inference.h"

using namespace lanwarden::topology;

namespace {

constexpr std::uint64_t kUplink = 10'000'000'000, kAccess = 1'000'000'000;

void set_speed(Drawing& lan, const std::string& sw, unsigned port, std::uint64_t speed) {
  for (Interface& i : lan[sw].interfaces)
    if (i.ifindex == Drawing::port(port)) i.speed_bps = speed;
}

/// e has h9 alone, and hangs at this port. h1 was at d before: b's row is old. a has lost e.
Drawing lan_with_lone_switch(const std::string& at = "a.7") {
  Drawing lan(R"(
    h1 --- a.1
    h2 --- a.2
    h9 --- e.1
           a.8 --- b.9
    h3 --- b.1
    h4 --- b.2
           b.8 --- c.9
    h5 --- c.1
    h6 --- c.2
           b.7 --- d.9
    h7 --- d.1
    h8 --- d.2
    )" + at + " --- e.9\n");
  lan.stale("b", "h1", 7).forget("a", "e");
  return lan;
}

bool is_known(const Fabric& fabric) {
  const auto all = links(fabric);
  return std::find(all.begin(), all.end(), "a 7 - e 9") != all.end();
}
bool is_known(const Drawing& lan) { return is_known(lan.fabric()); }

}  // namespace

TEST_CASE("a port that has the one station of a switch leads there when no other port could") {
  const Drawing lan = lan_with_lone_switch();
  const Fabric fabric = lan.fabric();
  CHECK(is_known(lan));
  CHECK(where(fabric, "h9") == "edge e 1");
  for (const Link& link : fabric.links())
    if (link.a == at(fabric, "a", 7)) {
      REQUIRE(link.witnesses.size() == 1);
      CHECK(link.witnesses[0].text.find("a 7 has stations of e, like ") == 0);
      CHECK(link.confidence < 0.95);
    }
}

TEST_CASE("a port with somebody else as well is not taken for the way to a switch") {
  Drawing lan = lan_with_lone_switch();
  lan.row("a", Drawing::mac("stranger"), 7);
  CHECK(is_known(lan));  // whose row e may have lost
  SECTION("when there are more of them than stations of the switch") {
    lan.row("a", Drawing::mac("another"), 7);
    CHECK_FALSE(is_known(lan));
  }
  SECTION("when the switch sees them elsewhere") {
    lan.row("e", Drawing::mac("stranger"), 9);
    CHECK_FALSE(is_known(lan));
  }
}

TEST_CASE("another port with a link and nobody in sight may be the way to a switch") {
  Drawing lan = lan_with_lone_switch();
  lan.row("a", Drawing::mac("gone"), 20).forget("a", "gone");
  CHECK_FALSE(is_known(lan));
  SECTION("unless its cable is too slow") {
    set_speed(lan, "a", 20, kAccess);
    set_speed(lan, "a", 7, kUplink);
    set_speed(lan, "e", 9, kUplink);
    CHECK(is_known(lan));
  }
  SECTION("unless it is down") {
    for (Interface& i : lan["a"].interfaces)
      if (i.ifindex == Drawing::port(20)) i.oper = OperStatus::kDown;
    CHECK(is_known(lan));
  }
}

TEST_CASE("a port of another speed than the uplink of a switch does not lead there") {
  Drawing lan = lan_with_lone_switch();
  set_speed(lan, "a", 7, kAccess);
  set_speed(lan, "e", 9, kUplink);
  CHECK_FALSE(is_known(lan));
}

TEST_CASE("a switch that others see elsewhere is not next to the one that lost it") {
  // h9 was at a before, and the row there is old.
  Drawing lan = lan_with_lone_switch("c.7");
  lan.stale("a", "h9", 7);
  CHECK(links(lan.fabric()) == std::vector<std::string>{"a 8 - b 9", "b 7 - d 9", "b 8 - c 9", "c 7 - e 9"});
}

TEST_CASE("a fabric that follows its polls finds the way to a lone switch, and loses it") {
  Drawing lan = lan_with_lone_switch();
  Inference inference(lan.snapshots());
  const auto poll = [&](const std::string& sw) {
    const auto update = inference.update(*inference.fabric().switch_named(sw), lan[sw]);
    CHECK(freeze(inference.fabric()) == freeze(lan.fabric()));
    return update;
  };
  REQUIRE(is_known(inference.fabric()));
  lan.row("a", Drawing::mac("h3"), 1);  // two rows of h3: no witness any more, which is nothing to e
  CHECK_FALSE(poll("a").whole);
  CHECK(is_known(inference.fabric()));
  lan.stale("a", "h4", 7);
  CHECK(poll("a").why == "one port alone can lead to another switch now, or no longer");
  CHECK_FALSE(is_known(inference.fabric()));
  lan.stale("a", "h4", 8);
  CHECK(poll("a").why == "one port alone can lead to another switch now, or no longer");
  CHECK(is_known(inference.fabric()));
  lan.hears("a", 7, "ap", "eth0", static_cast<std::uint16_t>(Capability::kWlanAccessPoint));
  CHECK(poll("a").whole);
  CHECK_FALSE(is_known(inference.fabric()));
}
