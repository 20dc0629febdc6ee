// What exactly is written to a port, and what takes it back.
#include <catch2/catch.hpp>

#include "agent/isolation/plan.h"

using namespace lanwarden::agent;
using lanwarden::snmp::PsePlace;
using lanwarden::topology::BridgePort;
using lanwarden::topology::IfIndex;
using lanwarden::topology::VlanId;

namespace {

using Lines = std::vector<std::string>;
using Values = std::vector<std::optional<std::string>>;

/// Port 3 of a switch: ifIndex 103, bridge port 3.
PlanQuestion question(IsolationWay way) {
  PlanQuestion q;
  q.way = way;
  q.port = {IfIndex{103}, BridgePort{3}, PsePlace{1, 3}};
  q.vlans = {VlanId{10}, VlanId{20}, VlanId{66}};
  q.quarantine = VlanId{66};
  return q;
}

Lines names(const std::vector<lanwarden::snmp::Variable>& variables) {
  Lines all;
  for (const auto& v : variables) all.push_back(v.name);
  return all;
}

Lines sets(const std::vector<VariableChange>& changes, Towards towards = Towards::kAfter) {
  Lines all;
  for (const VariableChange& c : changes)
    if (const auto v = write_for(c, towards, towards == Towards::kAfter ? c.before : c.after))
      all.push_back(v->variable.name + " " + v->variable.syntax + " " + v->value);
  return all;
}

}  // namespace

TEST_CASE("admin-down is one variable, and up takes it back") {
  const auto q = question(IsolationWay::kAdminDown);
  CHECK(names(readings_for(q)) == Lines{"ifAdminStatus.103"});
  const auto changes = plan(q, {"1"}).value();
  CHECK(sets(changes) == Lines{"ifAdminStatus.103 i 2"});
  CHECK(sets(changes, Towards::kBefore) == Lines{"ifAdminStatus.103 i 1"});
  CHECK(describe(changes[0]) == "ifAdminStatus.103 = down(2), was up(1)");
  CHECK(to_string(*write_for(changes[0], Towards::kAfter, "1")) == "1.3.6.1.2.1.2.2.1.7.103 i 2");
}

TEST_CASE("a port that somebody else has shut, or that tells nothing, has no plan") {
  const auto q = question(IsolationWay::kAdminDown);
  CHECK(plan(q, {"2"}).error() == "its ifAdminStatus is not up(1) but 2");
  CHECK(plan(q, {"3"}).error() == "its ifAdminStatus is not up(1) but 3");
  CHECK(plan(q, {std::nullopt}).error() == "the switch has no ifAdminStatus for it");
}

TEST_CASE("a mark comes last, and the old text comes back") {
  auto q = question(IsolationWay::kAdminDown);
  q.mark = true;
  q.mark_text = "lanwarden: 00:0d:4b:ce:20:cd";
  const auto changes = plan(q, {"desk 7", "1"}).value();
  CHECK(sets(changes) == Lines{"ifAdminStatus.103 i 2", "ifAlias.103 s lanwarden: 00:0d:4b:ce:20:cd"});
  CHECK(changes[1].before == "desk 7");
  CHECK(sets(plan(q, {std::nullopt, "1"}).value()) == Lines{"ifAdminStatus.103 i 2"});  // no ifAlias there
}

TEST_CASE("quarantine: into the new VLAN, the PVID, out of the old ones") {
  const auto q = question(IsolationWay::kQuarantine);
  CHECK(names(readings_for(q)) == Lines{"dot1dBasePortIfIndex.3", "dot1qPvid.3",
                                        "dot1qVlanStaticEgressPorts.10", "dot1qVlanStaticUntaggedPorts.10",
                                        "dot1qVlanStaticEgressPorts.20", "dot1qVlanStaticUntaggedPorts.20",
                                        "dot1qVlanStaticEgressPorts.66", "dot1qVlanStaticUntaggedPorts.66"});
  // Ports 1 to 4 are in VLAN 10, untagged; 3 is in 20, tagged, for a phone; 8 is in 66.
  const auto changes = plan(q, {"103", "10", "f0", "f0", "21", "00", "01", "01"}).value();
  CHECK(sets(changes) == Lines{"dot1qVlanStaticEgressPorts.66 x 21", "dot1qVlanStaticUntaggedPorts.66 x 21",
                               "dot1qPvid.3 u 66", "dot1qVlanStaticUntaggedPorts.10 x d0",
                               "dot1qVlanStaticEgressPorts.10 x d0", "dot1qVlanStaticEgressPorts.20 x 01"});
  CHECK(sets(changes, Towards::kBefore) ==
        Lines{"dot1qVlanStaticEgressPorts.66 x 01", "dot1qVlanStaticUntaggedPorts.66 x 01",
              "dot1qPvid.3 u 10", "dot1qVlanStaticUntaggedPorts.10 x f0",
              "dot1qVlanStaticEgressPorts.10 x f0", "dot1qVlanStaticEgressPorts.20 x 21"});
}

TEST_CASE("quarantine: what others did to the same list meanwhile stays theirs") {
  const auto changes =
      plan(question(IsolationWay::kQuarantine), {"103", "10", "f0", "f0", "00", "00", "01", "01"}).value();
  const VariableChange& left = changes[4];
  REQUIRE(left.name == "dot1qVlanStaticEgressPorts.10");
  // Since then port 1 was taken out and port 9 put in.
  CHECK(standing(left, "5080") == Standing::kAfter);
  CHECK(write_for(left, Towards::kBefore, "5080")->value == "7080");
  CHECK(standing(left, "7080") == Standing::kBefore);
  CHECK_FALSE(write_for(left, Towards::kBefore, "7080"));
}

TEST_CASE("quarantine is refused where it cannot be, with the reason") {
  auto q = question(IsolationWay::kQuarantine);
  CHECK(plan(q, {"107", "10", "f0", "f0", "00", "00", "01", "01"}).error() ==
        "bridge port 3 is ifIndex 107 now, not ifIndex 103");
  CHECK(plan(q, {std::nullopt, "10", "f0", "f0", "00", "00", "01", "01"}).error() ==
        "bridge port 3 is nothing now, not ifIndex 103");
  CHECK(plan(q, {"103", std::nullopt, "f0", "f0", "00", "00", "01", "01"}).error() ==
        "the switch has no dot1qPvid for it");
  CHECK(plan(q, {"103", "66", "f0", "f0", "00", "00", "01", "01"}).error() == "it is in VLAN 66 already");
  CHECK(plan(q, {"103", "10", "f0", "f0", "00", "00", std::nullopt, std::nullopt}).error() ==
        "the switch has no VLAN 66; make it there first");
  q.quarantine.reset();
  CHECK(plan(q, {"103", "10", "f0", "f0", "00", "00", "01", "01"}).error() ==
        "isolation.quarantine_vlan is not set");
  q = question(IsolationWay::kQuarantine);
  q.port.bridge_port = BridgePort{0};
  CHECK(plan(q, {"103", "10", "f0", "f0", "00", "00", "01", "01"}).error() ==
        "the port's number as a bridge port is not known");
}

TEST_CASE("power-cycle is pethPsePortAdminEnable, where the port feeds something") {
  const auto q = question(IsolationWay::kPowerCycle);
  CHECK(sets(plan(q, {"1"}).value()) == Lines{"pethPsePortAdminEnable.1.3 i 2"});
  CHECK(plan(q, {"2"}).error() == "its power is switched off already");
  CHECK(plan(q, {std::nullopt}).error() == "the switch has no pethPsePortAdminEnable for it");
}

TEST_CASE("a value that is neither the old nor the new one is somebody else's") {
  const auto changes =
      plan(question(IsolationWay::kQuarantine), {"103", "10", "f0", "f0", "00", "00", "01", "01"}).value();
  const VariableChange& pvid = changes[2];
  REQUIRE(pvid.name == "dot1qPvid.3");
  CHECK(standing(pvid, "66") == Standing::kAfter);
  CHECK(standing(pvid, "10") == Standing::kBefore);
  CHECK(standing(pvid, "30") == Standing::kForeign);
  CHECK(standing(pvid, std::nullopt) == Standing::kUnknown);
}

TEST_CASE("after a renumbering the same changes are meant for the port's new numbers") {
  const PortNumbers now{IfIndex{205}, BridgePort{9}, PsePlace{2, 5}};
  const auto quarantine =
      plan(question(IsolationWay::kQuarantine), {"103", "10", "f0", "f0", "00", "00", "01", "01"}).value();
  const auto moved = renumbered(quarantine, now).value();
  CHECK(moved[2].name == "dot1qPvid.9");
  CHECK(moved[4].name == "dot1qVlanStaticEgressPorts.10");
  CHECK(moved[4].bit == 9);
  CHECK(standing(moved[4], "7000") == Standing::kAfter);
  CHECK(write_for(moved[4], Towards::kBefore, "7000")->value == "7080");
  const auto power = plan(question(IsolationWay::kPowerCycle), {"1"}).value();
  CHECK(renumbered(power, now).value()[0].name == "pethPsePortAdminEnable.2.5");
  CHECK_FALSE(renumbered(power, {IfIndex{205}, BridgePort{9}, {}}));
  CHECK_FALSE(renumbered(quarantine, {IfIndex{205}, BridgePort{0}, {}}));
}

TEST_CASE("port lists: bit 7 of octet 0 is port 1, whatever the length") {
  CHECK(port_in("80", 1));
  CHECK(port_in("01", 8));
  CHECK(port_in("0080", 9));
  CHECK_FALSE(port_in("80", 9));
  CHECK_FALSE(port_in("", 1));
  CHECK_FALSE(port_in("ff", 0));
  CHECK(with_port("", 1, true) == "80");
  CHECK(with_port("ff", 12, true) == "ff10");
  CHECK(with_port("ff", 4, false) == "ef");
  CHECK(with_port("ff", 12, false) == "ff");
}
