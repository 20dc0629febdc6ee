#include "topology/locate.h"

#include <catch2/catch.hpp>

#include "tests/topology/drawing.h"

using namespace lanwarden::topology;

namespace {

constexpr const char* kChain = R"(
    h1 --- a.1
    h2 --- a.2
           a.9 --- b.8
    h3 --- b.1
    h4 --- b.2
           b.9 --- c.8
    h5 --- c.1
    h6 --- c.2
)";

Location ask(const Fabric& fabric, std::string_view station) {
  const auto rows = stored_rows(fabric, Drawing::mac(station));
  return locate(fabric, {Drawing::mac(station), rows, {}});
}

bool says(const Location& found, std::string_view words) {
  for (const std::string& sentence : found.evidence)
    if (sentence.find(words) != std::string::npos) return true;
  return false;
}

}  // namespace

TEST_CASE("a station is at the one port that leads to no other switch") {
  const Fabric fabric = Drawing(kChain).fabric();
  CHECK(where(fabric, "h1") == "edge a 1");
  CHECK(where(fabric, "h4") == "edge b 2");
  CHECK(where(fabric, "h6") == "edge c 2");
  CHECK(ask(fabric, "h1").confidence >= 0.9);
  CHECK(ask(fabric, "h1").stations_on_port == 1);
}

TEST_CASE("it is found as well when the switches hide their own addresses") {
  const Fabric fabric = Drawing(kChain, false).fabric();
  CHECK(where(fabric, "h1") == "edge a 1");
  CHECK(where(fabric, "h5") == "edge c 1");
}

TEST_CASE("a switch's own address is infrastructure") {
  const Fabric fabric = Drawing(kChain).fabric();
  CHECK(where(fabric, "b") == "infrastructure b");
  CHECK_FALSE(ask(fabric, "b").port);
}

TEST_CASE("an address that no switch holds is unknown") {
  const Fabric fabric = Drawing(kChain).fabric();
  CHECK(where(fabric, "nobody") == "unknown");
  CHECK(ask(fabric, "nobody").confidence == 0);
  CHECK(where(fabric, MacAddress{}) == "unknown");
  CHECK(where(fabric, kBroadcast) == "unknown");
}

TEST_CASE("stations behind an unmanaged leaf share its port; one alone has it") {
  const Fabric fabric = Drawing(R"(
    h1 --- hub1
    h2 --- hub1
           hub1 --- a.3
    h3 --- hub2
           hub2 --- a.4
    h4 --- a.1
           a.9 --- b.9
    h5 --- b.1
    h6 --- b.2
  )")
                            .fabric();
  CHECK(where(fabric, "h1") == "shared a 3");
  CHECK(ask(fabric, "h1").stations_on_port == 2);
  CHECK(where(fabric, "h3") == "edge a 4");
  CHECK(fabric.role(at(fabric, "a", 3)) == PortRole::kShared);
  CHECK(fabric.role(at(fabric, "a", 4)) == PortRole::kEdge);
}

TEST_CASE("a station between two switches is on a segment, with every port that faces it") {
  const Fabric fabric = Drawing(R"(
    h1 --- a.1
    h2 --- a.2
           a.9 --- hub
    hm --- hub
           hub --- b.8
    h3 --- b.1
    h4 --- b.2
           hub --- c.8
    h5 --- c.1
    h6 --- c.2
  )")
                            .fabric();
  CHECK(where(fabric, "hm") == "segment a 9, b 8, c 8");
  CHECK(where(fabric, "h1") == "edge a 1");
  CHECK(segments(fabric) == std::vector<std::string>{"a 9, b 8, c 8"});
  CHECK(fabric.role(at(fabric, "b", 8)) == PortRole::kSegment);
}

TEST_CASE("a stale row is an outvoted witness, and named") {
  const Fabric fabric = Drawing(kChain).stale("a", "h6", 2).fabric();
  // a's row speaks for a 2, everybody else for c 2: not sure enough for an edge at a, nor silent about it.
  const Location found = ask(fabric, "h6");
  CHECK(found.verdict != Verdict::kUnknown);
  CHECK(found.ports.front() == at(fabric, "c", 2));
  CHECK(found.confidence < 0.9);
}

TEST_CASE("a place that one switch contradicts is named, and never called as sure as one that none does") {
  std::string cables;
  for (const std::string leaf : {"1", "2", "3", "4", "5", "6", "7", "8", "9"}) {
    cables += "leaf" + leaf + ".9 --- core." + leaf + "\n";
    for (const std::string h : {"1", "2", "3", "4", "5", "6", "7", "8"})
      cables += "h" + leaf + h + " --- leaf" + leaf + "." + h + "\n";
  }
  Drawing lan(cables);
  for (unsigned leaf = 1; leaf <= 9; ++leaf) lan.lldp("core", leaf, "leaf" + std::to_string(leaf), 9);
  lan.stale("leaf4", "h11", 2);
  const Fabric fabric = lan.fabric();
  CHECK(where(fabric, "h11") == "edge leaf1 1");
  CHECK(ask(fabric, "h11").confidence <= 0.85);
  CHECK(where(fabric, "h12") == "edge leaf1 2");
  CHECK(ask(fabric, "h12").confidence >= 0.9);
}

TEST_CASE("a station that is on two ports at once is ambiguous, with both") {
  Drawing lan(kChain);
  lan.row("a", Drawing::mac("h3"), 1);
  lan.stale("a", "h3", 1);
  lan.forget("c", "h3");
  const Fabric fabric = lan.fabric();
  CHECK(where(fabric, "h3") == "ambiguous b 1, a 1");
  CHECK(says(ask(fabric, "h3"), "contradict"));
}

TEST_CASE("a station that aged out at its edge is beyond the last port that holds it") {
  const Fabric fabric = Drawing(kChain).forget("c", "h6").fabric();
  CHECK(where(fabric, "h6") == "beyond b 9");
  CHECK(ask(fabric, "h6").confidence < 0.9);
  CHECK(says(ask(fabric, "h6"), "no longer holds it"));
}

TEST_CASE("behind a switch that did not answer just now is beyond, not at the edge") {
  const Fabric fabric = Drawing(kChain).fabric();
  std::vector<MacRow> rows = stored_rows(fabric, Drawing::mac("h6"));
  const SwitchId c = fabric.switch_named("c").value();
  std::erase_if(rows, [&](const MacRow& r) { return r.sw == c; });
  const std::vector<SwitchId> unanswered{c};
  const Location found = locate(fabric, {Drawing::mac("h6"), rows, unanswered});
  CHECK(found.verdict == Verdict::kBeyond);
  CHECK(found.port == at(fabric, "b", 9));
  CHECK(says(found, "did not answer"));
}

TEST_CASE("a switch that never answered may be behind a port with several stations, hardly behind one") {
  const Fabric fabric = Drawing(kChain).silent("c").fabric();
  CHECK(ask(fabric, "h1").port == at(fabric, "a", 1));
  CHECK(ask(fabric, "h1").confidence >= 0.9);
  const Location found = ask(fabric, "h6");  // c's two stations are all that tells of it
  CHECK(found.port == at(fabric, "b", 9));
  CHECK(found.verdict == Verdict::kShared);
  CHECK(found.confidence < 0.5);
  CHECK(says(found, "did not answer"));
}

TEST_CASE("behind a bridge that is not polled is beyond") {
  Drawing lan(kChain);
  lan.hears("c", 2, "sw-attic", "24");
  const Fabric fabric = lan.fabric();
  CHECK(where(fabric, "h6") == "beyond c 2");
  REQUIRE(fabric.unknown_bridge(at(fabric, "c", 2)) != nullptr);
  CHECK(fabric.unknown_bridge(at(fabric, "c", 2))->description.find("sw-attic") != std::string::npos);
}

TEST_CASE("a phone's LLDP makes no uplink, and phone and PC are one edge") {
  Drawing lan(R"(
    pc --- hub1
 phone --- hub1
           hub1 --- a.1
    h2 --- a.2
           a.9 --- b.9
    h3 --- b.1
  )");
  lan.hears(
      "a", 1, "phone", "1",
      static_cast<std::uint16_t>(Capability::kBridge) | static_cast<std::uint16_t>(Capability::kTelephone));
  const Fabric fabric = lan.fabric();
  CHECK(where(fabric, "pc") == "edge a 1");
  CHECK(where(fabric, "phone") == "edge a 1");
  CHECK(fabric.unknown_bridge(at(fabric, "a", 1)) == nullptr);
  CHECK(fabric.role(at(fabric, "a", 1)) == PortRole::kEdge);
}

TEST_CASE("an access point's port is shared, even with one client in sight") {
  Drawing lan(kChain);
  lan.hears("c", 2, "ap", "eth0",
            static_cast<std::uint16_t>(Capability::kBridge) |
                static_cast<std::uint16_t>(Capability::kWlanAccessPoint));
  const Fabric fabric = lan.fabric();
  CHECK(where(fabric, "h6") == "shared c 2");
  CHECK(fabric.role(at(fabric, "c", 2)) == PortRole::kShared);
}

TEST_CASE("an ESXi host's machines share its port") {
  Drawing lan(kChain);
  lan.hears("c", 2, "esx1", "vmnic0").system_descr = "VMware ESX Releasebuild-12345";
  CHECK(where(lan.fabric(), "h6") == "shared c 2");
}

TEST_CASE("a server behind a port with an LLDP neighbour is still found") {
  Drawing lan(kChain);
  lan.hears("c", 2, "h6", "eth0", static_cast<std::uint16_t>(Capability::kStation));
  CHECK(where(lan.fabric(), "h6") == "edge c 2");
}

TEST_CASE("a static row stays when its port is dead, and proves nothing") {
  Drawing lan(kChain);
  lan.row("a", Drawing::mac("printer"), 2, FdbStatus::kStatic);
  const Fabric fabric = lan.fabric();
  CHECK(where(fabric, "printer") == "ambiguous a 2");
  CHECK(ask(fabric, "printer").confidence < 0.5);
  CHECK(where(fabric, "h2") == "edge a 2");
}

TEST_CASE("rows of a port that is down are of the past") {
  Drawing lan(kChain);
  lan.row("a", Drawing::mac("h6"), 5);
  lan.forget("a", "h6").row("a", Drawing::mac("h6"), 5);
  for (Interface& i : lan["a"].interfaces)
    if (i.ifindex == IfIndex{5}) i.oper = OperStatus::kDown;
  lan.row("c", Drawing::mac("gone"), 30).forget("c", "gone");
  for (Interface& i : lan["c"].interfaces)
    if (i.ifindex == IfIndex{30}) i.oper = OperStatus::kDown;
  const Fabric fabric = lan.fabric();
  CHECK(fabric.stations({SwitchId{0}, IfIndex{5}}).empty());
  // Asked now, such a row may be new: the port came up, and the clock was set back since the poll.
  std::vector<MacRow> rows = stored_rows(fabric, Drawing::mac("h2"));
  rows.push_back({*fabric.switch_named("c"), IfIndex{30}, kNoVlan});
  const Location then = locate(fabric, {Drawing::mac("h2"), rows, {}});
  const Location now = locate(fabric, {Drawing::mac("h2"), rows, {}, true});
  CHECK(then.confidence >= 0.9);
  CHECK(now.port == then.port);
  CHECK(now.confidence < 0.9);
}

TEST_CASE("a virtual router address is named as what it is, and never an edge") {
  Drawing lan(kChain);
  const MacAddress vrrp{0x00005e000117};
  lan.row("a", vrrp, 1).row("b", vrrp, 8).row("c", vrrp, 8);
  const Fabric fabric = lan.fabric();
  const auto rows = stored_rows(fabric, vrrp);
  const Location found = locate(fabric, {vrrp, rows, {}});
  CHECK(found.verdict == Verdict::kShared);
  CHECK(found.confidence < 0.9);
  CHECK(says(found, "VRRP"));
}

TEST_CASE("the evidence speaks as an administrator would") {
  Drawing lan(kChain);
  lan.lldp("b", 9, "c", 8);
  const Fabric fabric = lan.fabric();
  CHECK(says(ask(fabric, "h6"), "c 2 holds it, alone"));
  CHECK(says(ask(fabric, "h6"), "b 9 leads to c (LLDP, FDB)"));
}

TEST_CASE("a lone switch's stations are at its edge") {
  const Fabric fabric = Drawing(R"(
    h1 --- a.1
    h2 --- a.2
  )")
                            .fabric();
  CHECK(where(fabric, "h1") == "edge a 1");
}
