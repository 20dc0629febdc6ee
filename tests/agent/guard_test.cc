// May this port be shut? One small building, one rule broken at a time.
#include "agent/isolation/guard.h"

#include <catch2/catch.hpp>
#include <functional>
#include <stdexcept>

#include "tests/topology/drawing.h"

using namespace lanwarden::agent;
using lanwarden::topology::Drawing;
using lanwarden::topology::Fabric;
using lanwarden::topology::Location;
using lanwarden::topology::MacAddress;
using lanwarden::topology::MacPattern;
using lanwarden::topology::PortId;
using lanwarden::topology::Verdict;

namespace {

using Rules = std::vector<std::string>;

constexpr auto kBuilding = R"(
    clock --- floor3.1      # third floor, alone on its port
    mary --- floor3.2
    nic1 --- hub1
    nic2 --- hub1
    hub1 --- floor3.3       # an unmanaged switch under a desk
             floor3.24 --- core.1
    gateway --- core.2
    server --- core.3
    printer --- core.4
)";

/// The building, a configuration that allows to write on the third floor, and the question.
struct Scene {
  Drawing lan{kBuilding};
  Config config;
  std::vector<MacAddress> own, gateways;
  std::vector<MacAddress> dhcp;
  std::vector<std::pair<std::string, MacAddress>> management;
  std::optional<lanwarden::topology::Time> sighting;
  std::optional<MacAddress> heard_by;
  std::size_t last_hour = 0, open = 0;
  std::optional<std::int64_t> already;
  bool live = true;
  /// What location is told about a station, after the truth: for what a test bends.
  std::function<void(Location&)> bend = [](Location&) {};

  Scene() {
    config.switches.resize(2);
    config.switches[0].name = "core";
    config.switches[0].write_credential = "rw";
    config.switches[1].name = "floor3";
    config.switches[1].write_credential = "rw";
  }

  SwitchConfig& floor3() { return config.switches[1]; }
  lanwarden::topology::Interface& port(unsigned number) {
    for (auto& i : lan["floor3"].interfaces)
      if (i.ifindex.value == number) return i;
    throw std::out_of_range("port");
  }

  Rules for_station(const std::string& name) {
    const Fabric fabric = lan.fabric();
    const MacAddress mac = Drawing::mac(name);
    const auto rows = stored_rows(fabric, mac);
    Location location = locate(fabric, {mac, rows, {}});
    bend(location);
    REQUIRE(location.port);
    return rules(fabric, *location.port, &location, rows);
  }
  Rules for_port(const std::string& sw, unsigned number) {
    const Fabric fabric = lan.fabric();
    return rules(fabric, at(fabric, sw, number), nullptr);
  }

  std::vector<Refusal> refusals;  ///< of the last question

 private:
  Rules rules(const Fabric& fabric, PortId port, const Location* location,
              std::span<const lanwarden::topology::MacRow> rows = {}) {
    GuardInput input{.config = config, .fabric = fabric, .port = port, .location = location, .live = live};
    input.rows = rows;
    input.own_macs = own;
    input.gateway_macs = gateways;
    input.isolations_last_hour = last_hour;
    input.already = already;
    input.heard_by = heard_by;
    input.dhcp_macs = dhcp;
    input.management = management;
    input.isolations_open = open;
    input.sighting = sighting;
    refusals = judge(input);
    Rules names;
    for (const Refusal& r : refusals) names.emplace_back(r.rule);
    return names;
  }
};

}  // namespace

TEST_CASE("the clock, alone on its port and seen now, may be shut off") {
  Scene scene;
  CHECK(scene.for_station("clock") == Rules{});
  CHECK(scene.for_port("floor3", 1) == Rules{});
}

TEST_CASE("a switch without a write credential is never written to") {
  Scene scene;
  scene.floor3().write_credential.reset();
  CHECK(scene.for_station("clock") == Rules{"no-write-credential"});
}

TEST_CASE("a switch that left the configuration is not touched") {
  Scene scene;
  scene.config.switches.pop_back();
  CHECK(scene.for_station("clock") == Rules{"unknown-switch"});
}

TEST_CASE("a port that the switch does not report is not touched, whatever else holds") {
  Scene scene;
  CHECK(scene.for_port("floor3", 17) == Rules{"unknown-port"});
}

TEST_CASE("a protected port is protected by name, description and alias") {
  Scene scene;
  scene.port(1).alias = "heart-lung machine";
  for (const char* name : {"1", "port 1", "heart-lung machine"}) {
    scene.floor3().protected_ports = {name};
    CHECK(scene.for_station("clock") == Rules{"protected-port"});
  }
  scene.floor3().protected_ports = {"2"};
  CHECK(scene.for_station("clock") == Rules{});
}

TEST_CASE("half a forwarding table does not tell who else is on the port") {
  using lanwarden::topology::Completeness;
  using lanwarden::topology::Table;
  Scene scene;
  scene.lan["floor3"].table(Table::kBridgeFdb).completeness = Completeness::kPartial;
  CHECK_THAT(scene.for_station("clock"), Catch::VectorContains(std::string("incomplete-tables")));
}

TEST_CASE("a member of a link aggregate is not one station's port") {
  Scene scene;
  lanwarden::topology::Interface trunk = scene.port(1);
  trunk.ifindex = lanwarden::topology::IfIndex{100};
  trunk.name = "Trk1";
  trunk.type = 161;
  scene.port(1).aggregate = trunk.ifindex;
  scene.lan["floor3"].interfaces.push_back(trunk);
  CHECK_THAT(scene.for_port("floor3", 1), Catch::VectorContains(std::string("link-aggregation")));
  CHECK_THAT(scene.for_port("floor3", 100), Catch::VectorContains(std::string("link-aggregation")));
}

TEST_CASE("the uplink is never shut: another switch and its address are behind it") {
  Scene scene;
  const Rules rules = scene.for_port("floor3", 24);
  CHECK_THAT(rules, Catch::VectorContains(std::string("uplink")));
  CHECK_THAT(rules, Catch::VectorContains(std::string("management-path")));
}

TEST_CASE("a bridge that is not polled is a switch too") {
  Scene scene;
  scene.lan.hears("floor3", 1, "attic", "48");
  CHECK_THAT(scene.for_port("floor3", 1), Catch::VectorContains(std::string("trunk")));
}

TEST_CASE("a port that is up and silent may have anything behind it") {
  Scene scene;
  scene.lan.forget("floor3", "mary");
  CHECK(scene.for_port("floor3", 2) == Rules{"role-unknown"});
}

TEST_CASE("where a station was last week is no reason to shut a port today") {
  Scene scene;
  scene.live = false;
  CHECK(scene.for_station("clock") == Rules{"not-seen-now"});
}

TEST_CASE("a station among others is not shut off with them") {
  Scene scene;
  CHECK(scene.for_station("nic1") == Rules{"not-an-edge", "too-many-stations"});
  CHECK(scene.for_port("floor3", 3) == Rules{"too-many-stations"});
}

TEST_CASE("max_macs_on_port allows a shared port, up to that number") {
  Scene scene;
  scene.config.isolation.max_macs_on_port = 2;
  CHECK(scene.for_station("nic1") == Rules{});
  CHECK(scene.for_port("floor3", 3) == Rules{});
}

TEST_CASE("contradicting evidence is never acted upon") {
  Scene scene;
  for (const Verdict verdict : {Verdict::kAmbiguous, Verdict::kSegment, Verdict::kBeyond, Verdict::kUnknown,
                                Verdict::kInfrastructure}) {
    scene.bend = [verdict](Location& l) { l.verdict = verdict; };
    CHECK(scene.for_station("clock") == Rules{"not-an-edge"});
  }
}

TEST_CASE("confidence below min_confidence is not enough, and the refusal says both numbers") {
  Scene scene;
  scene.bend = [](Location& l) { l.confidence = 0.85; };
  CHECK(scene.for_station("clock") == Rules{"not-sure-enough"});
  CHECK(scene.refusals[0].to_string() ==
        "not-sure-enough: confidence 0.85 is below 0.90 (isolation.min_confidence)");
  scene.config.isolation.min_confidence = 0.8;
  CHECK(scene.for_station("clock") == Rules{});
}

TEST_CASE("a protected address is protected as the culprit and as a bystander") {
  Scene scene;
  const std::string text = Drawing::mac("clock").to_string();
  scene.config.isolation.protected_macs_text = {text};
  scene.config.isolation.protected_macs = {*MacPattern::parse(text)};
  CHECK(scene.for_station("clock") == Rules{"protected-mac"});
  CHECK(scene.for_port("floor3", 1) == Rules{"protected-mac"});
  CHECK(scene.for_station("mary") == Rules{});
}

TEST_CASE("lanwarden does not saw off the branch it sits on") {
  Scene scene;
  scene.own = {Drawing::mac("mary")};
  CHECK(scene.for_station("mary") == Rules{"own-port"});
  CHECK(scene.for_port("floor3", 2) == Rules{"own-port"});
  CHECK(scene.for_station("clock") == Rules{});
}

TEST_CASE("the gateway's port stays open") {
  Scene scene;
  scene.gateways = {Drawing::mac("gateway")};
  CHECK(scene.for_station("gateway") == Rules{"gateway"});
  CHECK(scene.for_port("core", 2) == Rules{"gateway"});
  CHECK(scene.for_station("server") == Rules{});
}

TEST_CASE("a port is isolated once, and the refusal names the isolation that holds it") {
  Scene scene;
  scene.already = 7;
  CHECK(scene.for_station("clock") == Rules{"already-isolated"});
  CHECK(scene.refusals[0].lift == "lanwarden restore 7");
}

TEST_CASE("after per_hour isolations somebody has to look") {
  Scene scene;
  scene.last_hour = 2;
  CHECK(scene.for_station("clock") == Rules{});
  scene.last_hour = 3;
  CHECK(scene.for_station("clock") == Rules{"too-many-isolations"});
}

TEST_CASE("every rule that forbids it is named, not only the first") {
  Scene scene;
  scene.floor3().write_credential.reset();
  scene.floor3().protected_ports = {"1"};
  scene.live = false;
  CHECK(scene.for_station("clock") == Rules{"no-write-credential", "protected-port", "not-seen-now"});
}

TEST_CASE("a pattern protects ports by name, description and alias, on one switch or on all") {
  Scene scene;
  scene.port(1).name = "Gi1/0/1";
  scene.port(1).alias = "UPLINK of the lift";
  for (const char* pattern : {"Gi1/0/?", "gi1/*", "*uplink*", "Gi1/0/[1-4]"}) {
    scene.floor3().protected_ports = {pattern};
    CHECK(scene.for_station("clock") == Rules{"protected-port"});
  }
  scene.floor3().protected_ports = {"Gi1/0/2*"};
  CHECK(scene.for_station("clock") == Rules{});
  scene.config.isolation.protected_ports = {"*lift"};
  CHECK(scene.for_station("clock") == Rules{"protected-port"});
}

TEST_CASE("the DHCP server's port stays open") {
  Scene scene;
  scene.dhcp = {Drawing::mac("server")};
  CHECK(scene.for_station("server") == Rules{"dhcp-server"});
  CHECK(scene.for_port("core", 3) == Rules{"dhcp-server"});
  CHECK(scene.for_station("printer") == Rules{});
}

TEST_CASE("what a switch is reached through stays open, though its own address is elsewhere") {
  Scene scene;
  scene.management = {{"floor3", Drawing::mac("server")}};
  CHECK(scene.for_station("server") == Rules{"management-path"});
  CHECK(scene.refusals[0].fact.find("floor3") != std::string::npos);
}

TEST_CASE("a management port is none to shut, by its name") {
  for (const char* name : {"mgmt0", "Management1", "oob", "fxp0", "me0", "Mgmt 1/0"}) {
    Scene scene;
    scene.port(1).name = name;
    CHECK(scene.for_port("floor3", 1) == Rules{"management-path"});
  }
}

TEST_CASE("a stack port is none to shut, by its name") {
  for (const char* name :
       {"StackPort1", "Stack 1/2", "stk-1/1", "VSL1", "irf-port 1/1", "vsf 2", "Stacking3"}) {
    Scene scene;
    scene.port(1).name = name;
    CHECK(scene.for_port("floor3", 1) == Rules{"stack-port"});
  }
  Scene scene;
  scene.port(1).name = "haystack";
  CHECK(scene.for_port("floor3", 1) == Rules{});
}

TEST_CASE("a virtual router's address marks the routers' ports") {
  Scene scene;
  scene.lan.row("core", *MacAddress::parse("00:00:5e:00:01:07"), 3);
  CHECK_THAT(scene.for_port("core", 3), Catch::VectorContains(std::string("gateway")));
  CHECK_THAT(scene.for_station("server"), Catch::VectorContains(std::string("gateway")));
}

TEST_CASE("a protected station protects its neighbours on a shared port") {
  Scene scene;
  scene.config.isolation.max_macs_on_port = 2;
  scene.config.isolation.protected_macs_text = {Drawing::mac("nic2").to_string()};
  scene.config.isolation.protected_macs = {*MacPattern::parse(Drawing::mac("nic2").to_string())};
  CHECK(scene.for_station("nic1") == Rules{"protected-mac"});
}

TEST_CASE("tables older than the sighting prove nothing about it") {
  Scene scene;
  scene.sighting = scene.lan["floor3"].time;
  CHECK(scene.for_station("clock") == Rules{});
  scene.sighting = scene.lan["floor3"].time + std::chrono::seconds{1};
  CHECK(scene.for_station("clock") == Rules{"stale-tables"});
}

TEST_CASE("a port whose neighbouring switch does not point to the station may hold a row of the past") {
  Scene scene;
  scene.lan.forget("core", "clock");
  CHECK(scene.for_station("clock") == Rules{"unconfirmed"});
  CHECK_THAT(scene.refusals[0].fact, Catch::Contains("core, next to floor3, does not point to"));
  CHECK(find_rule("unconfirmed")->may_be_forced);

  SECTION("heard by a machine on that very switch, its table has learned from the frame") {
    scene.heard_by = Drawing::mac("mary");
    CHECK(scene.for_station("clock") == Rules{});
  }
  SECTION("heard beyond the switch that does not point to it: that one should have learned") {
    scene.heard_by = Drawing::mac("printer");
    CHECK(scene.for_station("clock") == Rules{"unconfirmed"});
  }
  SECTION("heard at a port that is no station's, as a mirror port is: nothing follows from it") {
    scene.heard_by = Drawing::mac("sniffer");
    CHECK(scene.for_station("clock") == Rules{"unconfirmed"});
  }
}

TEST_CASE("a port that somebody else has shut is left to them") {
  Scene scene;
  scene.port(1).admin = lanwarden::topology::OperStatus::kDown;
  CHECK_THAT(scene.for_port("floor3", 1), Catch::VectorContains(std::string("already-down")));
}

TEST_CASE("an interface that is no bridge port is not touched") {
  Scene scene;
  lanwarden::topology::Interface vlan = scene.port(1);
  vlan.ifindex = lanwarden::topology::IfIndex{1000};
  vlan.name = "Vlan10";
  scene.lan["floor3"].interfaces.push_back(vlan);
  scene.lan["floor3"].base_ports = {
      {lanwarden::topology::kNoVlan, lanwarden::topology::BridgePort{1}, lanwarden::topology::IfIndex{1}}};
  CHECK_THAT(scene.for_port("floor3", 1000), Catch::VectorContains(std::string("not-a-bridge-port")));
  CHECK(scene.for_port("floor3", 1) == Rules{});
}

TEST_CASE("no more than at_once ports are held") {
  Scene scene;
  scene.config.isolation.at_once = 2;
  scene.open = 1;
  CHECK(scene.for_station("clock") == Rules{});
  scene.open = 2;
  CHECK(scene.for_station("clock") == Rules{"too-many-at-once"});
}

TEST_CASE("every refusal of a rule that stands in the list, and says what would lift it") {
  Scene scene;
  scene.floor3().write_credential.reset();
  scene.floor3().protected_ports = {"*"};
  scene.live = false;
  scene.last_hour = scene.open = 99;
  scene.own = scene.gateways = scene.dhcp = {Drawing::mac("nic1")};
  scene.bend = [](Location& l) { l.verdict = Verdict::kAmbiguous, l.confidence = 0.1; };
  scene.for_station("nic1");
  CHECK(scene.refusals.size() >= 10);
  for (const Refusal& r : scene.refusals) {
    CAPTURE(r.rule);
    CHECK(find_rule(r.rule) != nullptr);
    CHECK_FALSE(r.fact.empty());
    CHECK_FALSE(r.lift.empty());
  }
}

TEST_CASE("the first four rules are lifted by nobody") {
  for (const char* name : {"uplink", "trunk", "segment", "link-aggregation"})
    CHECK_FALSE(find_rule(name)->may_be_forced);
  CHECK(find_rule("protected-port")->may_be_forced);
  CHECK(find_rule("no-such-rule") == nullptr);
}

TEST_CASE("a switch whose place nobody knows may be behind any port") {
  Scene scene;
  // "annex" sees the printer and the server, and nothing tells how it is connected.
  scene.lan = Drawing(std::string(kBuilding) + "\n    desk --- annex.1\n");
  scene.config.switches.resize(3);
  scene.config.switches[2].name = "annex";
  CHECK(scene.for_station("clock") == Rules{});  // it shares no station with floor3: another LAN
  scene.lan.row("annex", Drawing::mac("printer"), 2);
  CHECK_THAT(scene.for_station("clock"), Catch::VectorContains(std::string("unplaced-switch")));
  CHECK(find_rule("unplaced-switch")->may_be_forced);
}
