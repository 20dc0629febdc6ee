// Single variables, read and set.
#include <array>
#include <catch2/catch.hpp>

#include "tests/snmp/fleet.h"

using namespace lanwarden::snmp;
using namespace lanwarden::snmp::testing;
using lanwarden::lab::Oid;
using lanwarden::lab::Value;
using lanwarden::topology::BridgePort;
using lanwarden::topology::IfIndex;
using lanwarden::topology::SwitchId;
using lanwarden::topology::VlanId;

namespace {

constexpr SwitchId kFloor3{0};
const Variable kAdmin1 = objects::if_admin_status(IfIndex(1));

std::vector<std::optional<std::string>> read(Collector& collector, std::vector<Variable> variables) {
  return collector.read(kFloor3, variables).value();
}

}  // namespace

TEST_CASE("variables come as they are, and what is not there is nothing") {
  Fleet fleet;
  fleet.add("floor3", plain_switch(4, 4));
  auto collector = fleet.collector();
  const auto values = read(collector, {objects::if_name(IfIndex(2)), objects::if_admin_status(IfIndex(2)),
                                       objects::if_admin_status(IfIndex(99))});
  REQUIRE(values.size() == 3);
  CHECK(values[0] == "A2");
  CHECK(values[1] == "1");
  CHECK_FALSE(values[2]);
}

TEST_CASE("a SET of several variables goes out as one, with each its type") {
  Fleet fleet;
  auto mib = plain_switch(4, 4);
  const Oid pvid{1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 5, 1, 1, 3};
  const Oid egress{1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 3, 1, 2, 66};
  const std::string zeros(2, '\0');
  mib->table().set(pvid, Value::of_gauge32(10));
  mib->table().set(egress, Value::of_octets(zeros));
  mib->allow_set(Oid{1, 3, 6, 1, 2, 1, 17, 7, 1, 4});
  fleet.add("floor3", mib);
  auto collector = fleet.collector();
  const std::array<Varbind, 2> varbinds{Varbind{objects::vlan_egress(VlanId(66)), "20ff"},
                                        Varbind{objects::pvid(BridgePort(3)), "66"}};
  REQUIRE(collector.set(kFloor3, varbinds));
  CHECK(fleet.server.counters().sets == 1);
  const auto values = read(collector, {varbinds[0].variable, varbinds[1].variable});
  CHECK(values[0] == "20ff");
  CHECK(values[1] == "66");
}

TEST_CASE("without a write credential nothing is ever written") {
  Fleet fleet;
  fleet.add("floor3", plain_switch(4, 4));
  fleet.targets[0].write.reset();
  auto collector = fleet.collector();
  const Varbind down{kAdmin1, "2"};
  const auto result = collector.set(kFloor3, std::span(&down, 1));
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().cause == Cause::kRefused);
  CHECK(fleet.server.counters().received == 0);
}

TEST_CASE("a wrong write community is silence, and is named") {
  Fleet fleet;
  fleet.add("floor3", plain_switch(4, 4));
  fleet.targets[0].write = v2c("guess");
  fleet.targets[0].write->name = "rw";
  fleet.targets[0].timeout = 30ms;
  auto collector = fleet.collector();
  const Varbind down{kAdmin1, "2"};
  const auto result = collector.set(kFloor3, std::span(&down, 1));
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().cause == Cause::kTimeout);
  CHECK(result.error().detail.find("credential \"rw\"") != std::string::npos);
  CHECK(result.error().detail.find("guess") == std::string::npos);
}

TEST_CASE("what is no value of its type is not sent") {
  Fleet fleet;
  fleet.add("floor3", plain_switch(4, 4));
  auto collector = fleet.collector();
  for (const Varbind& wrong :
       {Varbind{kAdmin1, "down"}, Varbind{kAdmin1, ""}, Varbind{objects::vlan_egress(VlanId(1)), "f"},
        Varbind{objects::vlan_egress(VlanId(1)), "xy"}, Varbind{{"1.3.x", "x", 'i'}, "1"}}) {
    const auto result = collector.set(kFloor3, std::span(&wrong, 1));
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().cause == Cause::kLocal);
  }
  CHECK(fleet.server.counters().received == 0);
}

TEST_CASE("a refusal names the variable that was refused") {
  Fleet fleet;
  fleet.add("floor3", plain_switch(4, 4));
  auto collector = fleet.collector();
  const Varbind alias{objects::if_name(IfIndex(1)), "B7"};
  const auto result = collector.set(kFloor3, std::span(&alias, 1));
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().detail.find("ifName.1") != std::string::npos);
  CHECK(result.error().detail.find("nothing was changed") != std::string::npos);
}
