// What real switches do to VLAN contexts, aggregates, names and neighbours: named
// as in the field's list of deviations.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/mibs/walker.h"

using namespace lanwarden;
using namespace lanwarden::mibs;
using namespace lanwarden::mibs::testing;
using Rows = std::vector<std::string>;

namespace {

const char* const kClock = "00:0d:4b:ce:20:cd";
const char* const kHost = "02:00:00:00:00:01";

std::string numbered(std::string text, std::uint32_t n) {
  text += std::to_string(n);
  return text;
}

Agent cisco() {
  Agent a;
  a.set_oid("1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.9.1.516");
  for (std::uint32_t p = 1; p <= 4; ++p) a.interface(10100 + p, numbered("Gi1/0/", p));
  return a;
}
void vtp_vlan(Agent& a, int vid, int state = 1, int type = 1) {
  a.set("1.3.6.1.4.1.9.9.46.1.3.1.1.2.1." + std::to_string(vid), state);
  a.set("1.3.6.1.4.1.9.9.46.1.3.1.1.3.1." + std::to_string(vid), type);
}
bool asked_context(const Polled& p, const std::string& context) {
  return p.asked("dot1dTpFdbTable", context);
}
std::ptrdiff_t times_asked(const Polled& p, const std::string& context) {
  return std::count_if(p.requests.begin(), p.requests.end(), [&](const Request& r) {
    return r.name == "dot1dTpFdbTable" && r.vlan_context == context;
  });
}

/// One LLDP neighbour with this index after the column.
void remote(Agent& a, const std::string& index, int chassis_subtype, const std::string& chassis) {
  const std::string entry = "1.0.8802.1.1.2.1.4.1.1.";
  a.set(entry + "4." + index, chassis_subtype).set(entry + "5." + index, chassis);
  a.set(entry + "6." + index, 5).set(entry + "7." + index, std::string("Gi0/24"));
  a.set(entry + "9." + index, std::string("core")).set(entry + "12." + index, std::string("x:28 00"));
}
void local(Agent& a, int num, int subtype, const std::string& id, const std::string& descr) {
  const std::string entry = "1.0.8802.1.1.2.1.3.7.1.";
  a.set(numbered(entry + "2.", num), subtype)
      .set(numbered(entry + "3.", num), id)
      .set(numbered(entry + "4.", num), descr);
}
std::string port_of_neighbor(const topology::SwitchSnapshot& s) {
  REQUIRE(s.neighbors.size() == 1);
  const topology::Interface* const i = s.interface(s.neighbors[0].local_port);
  return i == nullptr ? "none" : i->name;
}

}  // namespace

TEST_CASE("cisco-context: every operational VLAN's context is asked, with its own base ports") {
  Agent a = cisco();
  for (const int vid : {1, 10, 20, 1002, 1003, 1004, 1005}) vtp_vlan(a, vid);
  vtp_vlan(a, 30, 2);
  vtp_vlan(a, 40, 1, 3);
  // The same bridge port is another interface in another VLAN.
  a.base_port(1, 10101).base_port(1, 10102, "10").base_port(1, 10103, "20");
  a.bridge_row(kClock, 1, 3, "10").bridge_row(kHost, 1, 3, "20");
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, kClock) == Rows{"Gi1/0/2 vlan 10 learned"});
  CHECK(rows_of(p.snapshot, kHost) == Rows{"Gi1/0/3 vlan 20 learned"});
  CHECK(asked_context(p, "1"));
  for (const char* const vid : {"1002", "1003", "1004", "1005", "30", "40"})
    CHECK_FALSE(asked_context(p, vid));
  const auto rows = where(a, p.snapshot, kClock);
  REQUIRE(rows.size() == 1);
  CHECK(row_text(p.snapshot, rows[0].port, rows[0].vlan, rows[0].status) == "Gi1/0/2 vlan 10 learned");
}

TEST_CASE("cisco-context: the default context's rows are not counted beside their VLAN's") {
  Agent a = cisco();
  vtp_vlan(a, 1);
  a.base_port(1, 10101).base_port(1, 10101, "1").bridge_row(kClock, 1).bridge_row(kClock, 1, 3, "1");
  CHECK(rows_of(poll(a).snapshot, kClock) == Rows{"Gi1/0/1 vlan 1 learned"});
}

TEST_CASE("cisco-context: without a trunk, VLANs that no port is in are not asked for") {
  Agent a = cisco();
  for (const int vid : {10, 20, 30}) vtp_vlan(a, vid);
  a.set("1.3.6.1.4.1.9.9.68.1.2.2.1.2.10101", 10).set("1.3.6.1.4.1.9.9.68.1.5.1.1.1.10101", 20);
  const Polled p = poll(a);
  CHECK(asked_context(p, "10"));
  CHECK(asked_context(p, "20"));
  CHECK_FALSE(asked_context(p, "30"));
}

TEST_CASE("cisco-context: a trunk may carry every VLAN") {
  Agent a = cisco();
  for (const int vid : {10, 30}) vtp_vlan(a, vid);
  a.set("1.3.6.1.4.1.9.9.68.1.2.2.1.2.10101", 10).set("1.3.6.1.4.1.9.9.46.1.6.1.1.14.10104", 1);
  CHECK(asked_context(poll(a), "30"));
}

TEST_CASE("cisco-context: without VTP the logical entities name the contexts") {
  Agent a = cisco();
  a.bridge_row(kHost, 1).base_port(1, 10101).base_port(2, 10102, "357").bridge_row(kClock, 2, 3, "357");
  a.set("1.3.6.1.2.1.47.1.2.1.1.4.1", std::string("secret@1002"))
      .set("1.3.6.1.2.1.47.1.2.1.1.4.2", std::string("secret@357"));
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, kClock) == Rows{"Gi1/0/2 vlan 357 learned"});
  CHECK_FALSE(asked_context(p, "1002"));
}

TEST_CASE("cisco-context: spanning tree is one per VLAN") {
  Agent a = cisco();
  vtp_vlan(a, 10);
  a.base_port(4, 10104, "10").set("1.3.6.1.2.1.17.2.5.0", std::string("x:80 0a 00 1e 14 00 00 01"), "10");
  a.set("1.3.6.1.2.1.17.2.7.0", 4, "10").set("1.3.6.1.2.1.17.2.15.1.3.4", 5, "10");
  const topology::SwitchSnapshot s = poll(a).snapshot;
  REQUIRE(s.stp.size() == 1);
  CHECK(s.stp[0].vlan.value == 10);
  CHECK(s.stp[0].root.priority == 0x800a);
  CHECK(s.stp[0].root_port.value == 10104);
  REQUIRE(s.stp_ports.size() == 1);
  CHECK(s.stp_ports[0].state == topology::StpState::kForwarding);
}

TEST_CASE("cisco-context: one context that is silent makes the forwarding table partial") {
  Agent a = cisco();
  for (const int vid : {10, 20}) vtp_vlan(a, vid);
  a.base_port(1, 10101).bridge_row(kClock, 1, 3, "10");
  CHECK(poll(a).snapshot.fdb_complete());
  a.cut["dot1dTpFdbTable@20"] = {0, "no answer in the VLAN's context"};
  const Polled p = poll(a);
  CHECK_FALSE(p.snapshot.fdb_complete());
  CHECK(p.snapshot.problems == Rows{"dot1dTpFdbTable is incomplete: no answer in the VLAN's context"});
}

TEST_CASE("cisco-context: a list of VLANs that was cut leaves contexts unasked, and the table partial") {
  Agent a = cisco();
  for (const int vid : {10, 20}) vtp_vlan(a, vid);
  a.base_port(1, 10101).bridge_row(kClock, 1, 3, "10");
  a.cut["vtpVlanTable"] = {1, "not finished in 60 s"};
  const Polled p = poll(a);
  CHECK_FALSE(asked_context(p, "20"));
  CHECK_FALSE(p.snapshot.fdb_complete());
}

TEST_CASE("nexus-repeats-contexts: contexts that return one table are one table") {
  Agent a = cisco();
  for (std::uint32_t p = 1; p <= 4; ++p) a.base_port(p, 10100 + p);
  for (int vid = 10; vid <= 60; vid += 10) vtp_vlan(a, vid);
  for (const std::string context : {"", "10", "20", "30", "40", "50", "60"})
    for (int n = 1; n <= 4; ++n) a.bridge_row("02:00:00:00:00:0" + std::to_string(n), n, 3, context);
  SECTION("with VLANs in Q-BRIDGE, two contexts show it and the others are not asked") {
    for (int n = 1; n <= 4; ++n) a.q_row(10, "02:00:00:00:00:0" + std::to_string(n), n);
    const Polled p = poll(a);
    CHECK(rows_of(p.snapshot, kHost) == Rows{"Gi1/0/1 vlan 10 learned"});
    CHECK(p.snapshot.fdb.size() == 4);
    CHECK(asked_context(p, "20"));
    CHECK_FALSE(asked_context(p, "30"));
    CHECK(p.decided("nexus-repeats-contexts"));
  }
  SECTION("without, the VLAN is unknown") {
    const Polled p = poll(a);
    CHECK(rows_of(p.snapshot, kHost) == Rows{"Gi1/0/1 learned"});
    CHECK(p.snapshot.fdb.size() == 4);
  }
}

TEST_CASE("nexus-repeats-contexts: one router on a trunk in two VLANs is no copy") {
  Agent a = cisco();
  for (const int vid : {10, 20, 30}) vtp_vlan(a, vid);
  a.base_port(4, 10104).bridge_row(kHost, 4, 3, "10").bridge_row(kHost, 4, 3, "20");
  a.bridge_row(kHost, 4, 3, "30").bridge_row(kClock, 4, 3, "30");
  CHECK(rows_of(poll(a).snapshot, kHost) ==
        Rows{"Gi1/0/4 vlan 10 learned", "Gi1/0/4 vlan 20 learned", "Gi1/0/4 vlan 30 learned"});
}

TEST_CASE("aruba-logical-communities: duplicates that are no VLANs are asked once or not at all") {
  Agent a;
  a.set_oid("1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.14823.1.2.59");
  const char* const communities[] = {"public",    "public",      "public@10",
                                     "public@10", "public@ssid", "public@10"};
  for (std::uint32_t n = 0; n < 6; ++n)
    a.set(numbered("1.3.6.1.2.1.47.1.2.1.1.4.", n + 1), std::string(communities[n]));
  const Polled p = poll(a);
  CHECK(times_asked(p, "10") == 1);
  CHECK(times_asked(p, "") == 1);
  CHECK(std::all_of(p.requests.begin(), p.requests.end(),
                    [](const Request& r) { return r.vlan_context.empty() || r.vlan_context == "10"; }));
}

TEST_CASE("lag-member: attached, stacked or PAgP, a member knows its aggregate, and a down member none") {
  Agent a = cisco();
  a.interface(5001, "Po1", true, 161);
  SECTION("dot3adAggPortAttachedAggID") { a.set("1.2.840.10006.300.43.1.2.1.1.13.10101", 5001); }
  SECTION("ifStackTable") { a.set("1.3.6.1.2.1.31.1.2.1.3.5001.10101", 1); }
  SECTION("PAgP") { a.set("1.3.6.1.4.1.9.9.98.1.1.1.1.8.10101", 5001); }
  a.set("1.2.840.10006.300.43.1.2.1.1.13.10102", 0);
  const topology::SwitchSnapshot s = poll(a).snapshot;
  CHECK(s.interface_named("Gi1/0/1")->aggregate.value == 5001);
  CHECK(s.interface_named("Gi1/0/2")->aggregate == topology::kNoInterface);
  CHECK(s.interface_named("Po1")->aggregate == topology::kNoInterface);
}

TEST_CASE("lag-member: an aggregator of its own that is no interface makes no aggregate") {
  Agent a = cisco();
  a.set("1.2.840.10006.300.43.1.2.1.1.13.10101", 10101).set("1.2.840.10006.300.43.1.2.1.1.13.10102", 99);
  for (const topology::Interface& i : poll(a).snapshot.interfaces)
    CHECK(i.aggregate == topology::kNoInterface);
}

TEST_CASE("names-disagree: ifName, else ifDescr, else a number: a name is never empty") {
  Agent a;
  a.interface(1, "Gi0/1").set("1.3.6.1.2.1.2.2.1.2.2", std::string("Port 2")).set("1.3.6.1.2.1.2.2.1.3.3", 6);
  a.set("1.3.6.1.2.1.31.1.1.1.1.2", std::string("x:00"));
  const topology::SwitchSnapshot s = poll(a).snapshot;
  REQUIRE(s.interfaces.size() == 3);
  CHECK(s.interfaces[0].name == "Gi0/1");
  CHECK(s.interfaces[1].name == "Port 2");
  CHECK(s.interfaces[2].name == "port 3");
}

TEST_CASE("lldp-local-port: the number is neither ifIndex nor bridge port, its id names the port") {
  Agent a = cisco();
  a.base_port(7, 10101);
  remote(a, "0.7.1", 4, "x:00 1e 14 00 00 01");
  SECTION("by id") { local(a, 7, 5, "Gi1/0/3", "whatever"); }
  SECTION("by description when the id names nothing") { local(a, 7, 7, "x-17", "Gi1/0/3"); }
  SECTION("a local id that is a bare number is an ifIndex") { local(a, 7, 7, "10103", ""); }
  CHECK(port_of_neighbor(poll(a).snapshot) == "Gi1/0/3");
}

TEST_CASE("lldp-local-port: by a port's own address, unless every port has the same") {
  Agent a = cisco();
  a.set("1.3.6.1.2.1.2.2.1.6.10103", std::string("x:00 1e 14 00 00 03"));
  local(a, 7, 3, "x:00 1e 14 00 00 03", "");
  remote(a, "0.7.1", 4, "x:00 1e 14 00 00 99");
  SECTION("unique") { CHECK(port_of_neighbor(poll(a).snapshot) == "Gi1/0/3"); }
  SECTION("shared") {
    a.set("1.3.6.1.2.1.2.2.1.6.10104", std::string("x:00 1e 14 00 00 03"));
    CHECK(port_of_neighbor(poll(a).snapshot) == "none");
  }
}

TEST_CASE("lldp-local-port: without lldpLocPortTable the number is a bridge port, else an ifIndex") {
  Agent a = cisco();
  a.base_port(7, 10102);
  SECTION("bridge port") {
    remote(a, "0.7.1", 4, "x:00 1e 14 00 00 01");
    CHECK(port_of_neighbor(poll(a).snapshot) == "Gi1/0/2");
  }
  SECTION("ifIndex") {
    remote(a, "0.10104.1", 4, "x:00 1e 14 00 00 01");
    CHECK(port_of_neighbor(poll(a).snapshot) == "Gi1/0/4");
  }
}

TEST_CASE("lldp-odd-index: a TimeMark that is zero, huge or missing") {
  for (const char* const index : {"0.10104.1", "27540388.10104.1", "10104.1"}) {
    Agent a = cisco();
    remote(a, index, 4, "x:00 1e 14 00 00 01");
    a.set("1.0.8802.1.1.2.1.4.2.1.3." + std::string(index) + ".1.4.10.0.0.1", 2);
    const topology::SwitchSnapshot s = poll(a).snapshot;
    CHECK(port_of_neighbor(s) == "Gi1/0/4");
    REQUIRE(s.neighbors[0].management.size() == 1);
    CHECK(s.neighbors[0].management[0].to_string() == "10.0.0.1");
    CHECK(s.neighbors[0].system_name == "core");
    CHECK(s.neighbors[0].capabilities.has(topology::Capability::kBridge));
    CHECK(s.neighbors[0].capabilities.has(topology::Capability::kRouter));
  }
}

TEST_CASE("lldp-odd-index: a chassis id with a trailing NUL, or a MAC as text") {
  for (const char* const chassis :
       {"x:00 1e 14 00 00 01", "x:00 1e 14 00 00 01 00", "00:1E:14:00:00:01", "001e.1400.0001"}) {
    Agent a = cisco();
    remote(a, "0.10104.1", 4, chassis);
    const topology::SwitchSnapshot s = poll(a).snapshot;
    REQUIRE(s.neighbors.size() == 1);
    CHECK(s.neighbors[0].chassis_id == "00:1e:14:00:00:01");
    CHECK(s.neighbors[0].chassis_mac == topology::MacAddress::parse("00:1e:14:00:00:01").value());
  }
}

TEST_CASE("lldp-odd-index: a port id with a trailing NUL, and a name of six letters, stay text") {
  Agent a = cisco();
  remote(a, "0.10104.1", 7, "SW-1.x");
  a.set("1.0.8802.1.1.2.1.4.1.1.7.0.10104.1", std::string("x:31 2f 32 35 00"));
  const topology::SwitchSnapshot s = poll(a).snapshot;
  REQUIRE(s.neighbors.size() == 1);
  CHECK(s.neighbors[0].chassis_id == "SW-1.x");
  CHECK_FALSE(s.neighbors[0].chassis_mac);
  CHECK(s.neighbors[0].port_id == "1/25");
}

TEST_CASE("cdp: what the neighbour is, and that an access point is one") {
  Agent a = cisco();
  const std::string entry = "1.3.6.1.4.1.9.9.23.1.2.1.1.";
  a.set(entry + "4.10101.1", std::string("x:0a 00 00 07")).set(entry + "6.10101.1", std::string("ap7"));
  a.set(entry + "7.10101.1", std::string("GigabitEthernet0"))
      .set(entry + "8.10101.1", std::string("cisco AIR-CAP2702I"));
  a.set(entry + "9.10101.1", std::string("x:00 00 00 03"));
  const topology::SwitchSnapshot s = poll(a).snapshot;
  CHECK(port_of_neighbor(s) == "Gi1/0/1");
  const topology::Neighbor& n = s.neighbors[0];
  CHECK(n.protocol == topology::NeighborProtocol::kCdp);
  CHECK(n.capabilities.has(topology::Capability::kWlanAccessPoint));
  CHECK(n.management.at(0).to_string() == "10.0.0.7");
}

TEST_CASE("stack-and-module: where a port physically is") {
  Agent a;
  a.interface(1, "A1").set_oid("1.3.6.1.2.1.47.1.3.2.1.2.30.0", "1.3.6.1.2.1.2.2.1.1.1");
  const auto physical = [&](int index, int in, int kind, int position, const std::string& name) {
    const std::string i = std::to_string(index), entry = "1.3.6.1.2.1.47.1.1.1.1.";
    a.set(entry + "4." + i, in).set(entry + "5." + i, kind).set(entry + "6." + i, position);
    if (!name.empty()) a.set(entry + "7." + i, name);
  };
  physical(1, 0, 3, 0, "chassis");
  physical(20, 1, 9, 1, "module A");
  physical(30, 20, 10, 1, "");
  CHECK(poll(a).snapshot.interfaces.at(0).physical == "module A port 1");
}

TEST_CASE("stack-and-module: a module called A and its port called A1 are module A port 1") {
  Agent a;
  a.interface(1, "A1").set_oid("1.3.6.1.2.1.47.1.3.2.1.2.30.0", "1.3.6.1.2.1.2.2.1.1.1");
  const std::string entry = "1.3.6.1.2.1.47.1.1.1.1.";
  a.set(entry + "4.20", 0)
      .set(entry + "5.20", 9)
      .set(entry + "6.20", 1)
      .set(entry + "7.20", std::string("A"));
  a.set(entry + "4.30", 20)
      .set(entry + "5.30", 10)
      .set(entry + "6.30", 1)
      .set(entry + "7.30", std::string("A1"));
  CHECK(poll(a).snapshot.interfaces.at(0).physical == "module A port 1");
}

TEST_CASE("stack-and-module: a containment that goes in a circle ends") {
  Agent a;
  a.interface(1, "A1").set_oid("1.3.6.1.2.1.47.1.3.2.1.2.30.0", "1.3.6.1.2.1.2.2.1.1.1");
  a.set("1.3.6.1.2.1.47.1.1.1.1.4.30", 31)
      .set("1.3.6.1.2.1.47.1.1.1.1.4.31", 30)
      .set("1.3.6.1.2.1.47.1.1.1.1.7.30", std::string("p"));
  CHECK(poll(a).snapshot.interfaces.at(0).physical == "p");
}

TEST_CASE("a router is asked for its interfaces and for ARP and ND, and for nothing else") {
  Agent a = cisco();
  a.set("1.3.6.1.2.1.4.22.1.2.10101.192.168.0.77", std::string("x:00 0d 4b ce 20 cd"));
  a.set("1.3.6.1.2.1.4.35.1.4.10101.1.4.192.168.0.77", std::string("x:00 0d 4b ce 20 cd"));
  a.set("1.3.6.1.2.1.4.35.1.4.10101.4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.2",
        std::string("x:02 00 00 00 00 01"));
  const Polled p = poll(a, Poll::Kind::kAddressesOnly);
  REQUIRE(p.snapshot.addresses.size() == 2);
  CHECK(p.snapshot.addresses[0].ip.to_string() == "192.168.0.77");
  CHECK(p.snapshot.addresses[1].ip.to_string() == "fe80::1");
  CHECK_FALSE(p.asked("dot1dTpFdbTable"));
}

TEST_CASE("an agent that answers nothing gives an empty snapshot that says so") {
  const Polled p = poll(Agent{});
  CHECK_FALSE(p.snapshot.answered);
  CHECK_FALSE(p.snapshot.fdb_complete());
  CHECK(p.snapshot.table(topology::Table::kQBridgeFdb).completeness == topology::Completeness::kAbsent);
  CHECK(where_request(p.snapshot, topology::MacAddress{1}).empty());
}

TEST_CASE("an empty bridge knows no station, completely, and can be asked for one later") {
  Agent a;
  a.interface(1, "p1").base_port(1, 1);
  const Polled p = poll(a);
  CHECK(p.snapshot.fdb_complete());
  a.bridge_row(kClock, 1);
  CHECK(where(a, p.snapshot, kClock).size() == 1);
}
