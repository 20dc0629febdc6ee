// The tables of a poll that no deviation names: VLAN membership, duplex and last change, power, the
// neighbour protocols besides LLDP and CDP, ND of older agents.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/mibs/walker.h"

using namespace lanwarden;
using namespace lanwarden::mibs;
using namespace lanwarden::mibs::testing;
using Names = std::vector<std::string>;
using topology::Completeness;
using topology::Table;

namespace {

std::string numbered(std::string text, std::uint32_t n) {
  text += std::to_string(n);
  return text;
}

/// Ports A1 to A4: bridge ports 1 to 4, ifIndexes 101 to 104.
Agent four_ports(const std::string& object_id = "1.3.6.1.4.1.11.2.3.7.11.1") {
  Agent a;
  a.set_oid("1.3.6.1.2.1.1.2.0", object_id);
  for (std::uint32_t p = 1; p <= 4; ++p) a.interface(100 + p, numbered("A", p)).base_port(p, 100 + p);
  return a;
}

Agent cisco() {
  Agent a;
  a.set_oid("1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.9.1.516");
  for (std::uint32_t p = 1; p <= 4; ++p) a.interface(10100 + p, numbered("Gi1/0/", p));
  return a;
}

void current_vlan(Agent& a, int vid, const std::string& egress, const std::string& untagged) {
  a.set(numbered("1.3.6.1.2.1.17.7.1.4.2.1.4.0.", vid), egress)
      .set(numbered("1.3.6.1.2.1.17.7.1.4.2.1.5.0.", vid), untagged);
}

Names names(const topology::SwitchSnapshot& s, const std::vector<topology::IfIndex>& ports) {
  Names result;
  for (const topology::IfIndex p : ports) result.push_back(s.interface(p) ? s.interface(p)->name : "?");
  return result;
}
const topology::Vlan& vlan(const topology::SwitchSnapshot& s, int vid) {
  const auto it =
      std::find_if(s.vlans.begin(), s.vlans.end(), [&](const auto& v) { return v.id.value == vid; });
  REQUIRE(it != s.vlans.end());
  return *it;
}
Names tagged(const topology::SwitchSnapshot& s, int vid) { return names(s, vlan(s, vid).tagged); }
Names untagged(const topology::SwitchSnapshot& s, int vid) { return names(s, vlan(s, vid).untagged); }

void pse(Agent& a, int group, int port, int detection, int enabled = 1) {
  const std::string index = std::to_string(group) + "." + std::to_string(port);
  a.set("1.3.6.1.2.1.105.1.1.1.3." + index, enabled).set("1.3.6.1.2.1.105.1.1.1.6." + index, detection);
}
Names fed(const topology::SwitchSnapshot& s, topology::Poe poe = topology::Poe::kDelivering) {
  Names result;
  for (const topology::Interface& i : s.interfaces)
    if (i.poe == poe) result.push_back(i.name);
  return result;
}

const topology::Neighbor& only_neighbor(const topology::SwitchSnapshot& s) {
  REQUIRE(s.neighbors.size() == 1);
  return s.neighbors[0];
}

}  // namespace

TEST_CASE("vlan ports: bit 7 of the first octet is port 1; untagged are those of the egress ports") {
  Agent a = four_ports();
  current_vlan(a, 10, "x:d0", "x:40");
  current_vlan(a, 20, "x:10", "x:00");
  const topology::SwitchSnapshot s = poll(a).snapshot;
  CHECK(tagged(s, 10) == Names{"A1", "A4"});
  CHECK(untagged(s, 10) == Names{"A2"});
  CHECK(tagged(s, 20) == Names{"A4"});
}

TEST_CASE("vlan ports: a port listed as untagged that is no member is in neither list") {
  Agent a = four_ports();
  current_vlan(a, 10, "x:80", "x:f0");
  const topology::SwitchSnapshot s = poll(a).snapshot;
  CHECK(untagged(s, 10) == Names{"A1"});
  CHECK(tagged(s, 10).empty());
}

TEST_CASE("vlan ports: the static table is asked only where the current one has no ports") {
  Agent a = four_ports();
  a.set("1.3.6.1.2.1.17.7.1.4.3.1.1.10", std::string("clients"));
  a.set("1.3.6.1.2.1.17.7.1.4.3.1.2.10", std::string("x:c0"));
  a.set("1.3.6.1.2.1.17.7.1.4.3.1.4.10", std::string("x:40"));
  SECTION("without a current table") {
    const Polled p = poll(a);
    CHECK(p.asked("dot1qVlanStaticEgressPorts"));
    CHECK(tagged(p.snapshot, 10) == Names{"A1"});
    CHECK(untagged(p.snapshot, 10) == Names{"A2"});
    CHECK(vlan(p.snapshot, 10).name == "clients");
  }
  SECTION("with one") {
    current_vlan(a, 10, "x:10", "x:10");
    const Polled p = poll(a);
    CHECK_FALSE(p.asked("dot1qVlanStaticEgressPorts"));
    CHECK(untagged(p.snapshot, 10) == Names{"A4"});
  }
}

TEST_CASE("vlan ports: bits that number ifIndexes hit ports only that way") {
  Agent a;
  for (std::uint32_t p = 1; p <= 4; ++p) a.interface(8 + p, numbered("A", p)).base_port(p, 8 + p);
  current_vlan(a, 10, "x:00 c0", "x:00 40");
  const topology::SwitchSnapshot s = poll(a).snapshot;
  CHECK(tagged(s, 10) == Names{"A1"});
  CHECK(untagged(s, 10) == Names{"A2"});
}

TEST_CASE("vlan ports: where the base-port table counts from elsewhere, the bits count from 1") {
  Agent a;
  a.interface(1, "vlan1", true, 136);
  for (std::uint32_t p = 49153; p <= 49156; ++p) a.interface(p, numbered("1/0/", p - 49152)).base_port(p, p);
  current_vlan(a, 10, "x:f0", "x:70");
  const topology::SwitchSnapshot s = poll(a).snapshot;
  CHECK(tagged(s, 10) == Names{"1/0/1"});
  CHECK(untagged(s, 10) == Names{"1/0/2", "1/0/3", "1/0/4"});
}

TEST_CASE("vlan ports: Juniper writes the numbers out") {
  Agent a = four_ports("1.3.6.1.4.1.2636.1.1.1.2.39");
  a.set("1.3.6.1.2.1.17.7.1.4.3.1.1.10", std::string("clients"));
  a.set("1.3.6.1.2.1.17.7.1.4.3.1.2.10", std::string("2,3"));
  a.set("1.3.6.1.2.1.17.7.1.4.3.1.4.10", std::string("3"));
  const topology::SwitchSnapshot s = poll(a).snapshot;
  CHECK(tagged(s, 10) == Names{"A2"});
  CHECK(untagged(s, 10) == Names{"A3"});
}

TEST_CASE("vlan ports: on Cisco, the base ports of a VLAN's context are its ports") {
  Agent a = cisco();
  a.set("1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.10", 1).set("1.3.6.1.4.1.9.9.46.1.3.1.1.3.1.10", 1);
  a.set("1.3.6.1.4.1.9.9.68.1.2.2.1.2.10101", 10).set("1.3.6.1.4.1.9.9.68.1.2.2.1.2.10102", 20);
  a.set("1.3.6.1.4.1.9.9.68.1.5.1.1.1.10102", 10);
  for (int port = 10101; port <= 10104; ++port)
    a.set(numbered("1.3.6.1.4.1.9.9.46.1.6.1.1.14.", static_cast<std::uint32_t>(port)), port > 10102 ? 1 : 2);
  a.set("1.3.6.1.4.1.9.9.46.1.6.1.1.5.10103", 10).set("1.3.6.1.4.1.9.9.46.1.6.1.1.5.10104", 1);
  a.base_port(1, 10101, "10").base_port(3, 10103, "10").base_port(4, 10104, "10");
  SECTION("access, native and tagged") {
    a.base_port(2, 10102, "10");
    const topology::SwitchSnapshot s = poll(a).snapshot;
    CHECK(untagged(s, 10) == Names{"Gi1/0/1", "Gi1/0/3"});
    CHECK(tagged(s, 10) == Names{"Gi1/0/2", "Gi1/0/4"});
  }
  SECTION("a context that lists another VLAN's access port tells nothing of trunks") {
    a.set("1.3.6.1.4.1.9.9.68.1.5.1.1.1.10102", 30).base_port(2, 10102, "10");
    CHECK(tagged(poll(a).snapshot, 10).empty());
  }
}

TEST_CASE("interfaces: duplex and the time of the last change") {
  Agent a = four_ports();
  a.set("1.3.6.1.2.1.10.7.2.1.19.101", 3).set("1.3.6.1.2.1.10.7.2.1.19.102", 2);
  a.set("1.3.6.1.2.1.10.7.2.1.19.999", 3).set("1.3.6.1.2.1.2.2.1.9.101", 4711);
  const topology::SwitchSnapshot s = poll(a).snapshot;
  CHECK(s.interface_named("A1")->duplex == topology::Duplex::kFull);
  CHECK(s.interface_named("A2")->duplex == topology::Duplex::kHalf);
  CHECK(s.interface_named("A3")->duplex == topology::Duplex::kUnknown);
  CHECK(s.interface_named("A1")->last_change_cs == 4711);
  CHECK(s.interfaces.size() == 4);
}

TEST_CASE("interfaces: ports that a Cisco switch itself has shut") {
  Agent a = cisco();
  a.set("1.3.6.1.4.1.9.9.548.1.3.1.1.2.10101.0", 2);    // BPDU guard
  a.set("1.3.6.1.4.1.9.9.548.1.3.1.1.2.10102.30", 10);  // one VLAN of it: the port works
  const topology::SwitchSnapshot s = poll(a).snapshot;
  CHECK(s.interface_named("Gi1/0/1")->error_disabled);
  CHECK_FALSE(s.interface_named("Gi1/0/2")->error_disabled);
  CHECK(s.table(Table::kInterfaces).completeness == Completeness::kComplete);
}

TEST_CASE("poe: bridge ports whose names say the same number") {
  Agent a = four_ports();
  pse(a, 1, 1, 3);
  pse(a, 1, 2, 2);
  pse(a, 1, 3, 1, 2);
  const topology::SwitchSnapshot s = poll(a).snapshot;
  CHECK(fed(s) == Names{"A1"});
  CHECK(fed(s, topology::Poe::kOff) == Names{"A2", "A3"});
  CHECK(fed(s, topology::Poe::kUnknown) == Names{"A4"});
  CHECK(s.table(Table::kPower).completeness == Completeness::kComplete);
}

TEST_CASE("poe: where bridge port and ifIndex are one number, that is the port") {
  Agent a;
  for (std::uint32_t p = 1; p <= 4; ++p)
    a.interface(p, p < 3 ? numbered("A", p) : numbered("B", p - 2)).base_port(p, p);
  pse(a, 1, 3, 3);
  CHECK(fed(poll(a).snapshot) == Names{"B1"});
}

TEST_CASE("poe: a stack numbers its ports anew in each group") {
  Agent a;
  for (std::uint32_t unit = 1; unit <= 2; ++unit)
    for (std::uint32_t p = 1; p <= 3; ++p)
      a.interface(unit * 100 + p, numbered(numbered("Gi", unit) + "/0/", p))
          .base_port(unit * 50 + p, unit * 100 + p);
  for (int unit = 1; unit <= 2; ++unit)
    for (int p = 1; p <= 3; ++p) pse(a, unit, p, unit == 2 && p == 3 ? 3 : 2);
  CHECK(fed(poll(a).snapshot) == Names{"Gi2/0/3"});
}

TEST_CASE("poe: scattered numbers that all are ifIndexes are ifIndexes") {
  Agent a;
  for (std::uint32_t p = 1; p <= 4; ++p) a.interface(4227625 + p * 64, numbered("Te1/0/", p));
  for (int p = 1; p <= 4; ++p) pse(a, 1, 4227625 + p * 64, p == 4 ? 3 : 2);
  CHECK(fed(poll(a).snapshot) == Names{"Te1/0/4"});
}

TEST_CASE("poe: what fits two ways stays unmapped, and is told") {
  // Port 1 is bridge port 1 (ifIndex 2) or ifIndex 1, and the names settle nothing.
  Agent a;
  const char* const port_names[] = {"mgmt", "east", "west", "north"};
  for (std::uint32_t i = 1; i <= 4; ++i) a.interface(i, port_names[i - 1]);
  for (std::uint32_t p = 1; p <= 3; ++p) a.base_port(p, p + 1);
  pse(a, 1, 1, 3);
  const Polled p = poll(a);
  CHECK(fed(p.snapshot).empty());
  CHECK(p.decided("poe-port-unmapped"));
}

TEST_CASE("poe: Cisco names the physical row") {
  Agent a = cisco();
  pse(a, 1, 1, 2);
  pse(a, 1, 2, 3);
  const std::string physical = "1.3.6.1.4.1.9.9.402.1.2.1.11.1.";
  a.set(physical + "1", 1001).set(physical + "2", 1002);
  SECTION("which is an interface's alias") {
    a.set_oid("1.3.6.1.2.1.47.1.3.2.1.2.1002.0", "1.3.6.1.2.1.2.2.1.1.10103");
    CHECK(fed(poll(a).snapshot) == Names{"Gi1/0/3"});
  }
  SECTION("or has an interface's name") {
    a.set("1.3.6.1.2.1.47.1.1.1.1.7.1002", std::string("Gi1/0/4"));
    CHECK(fed(poll(a).snapshot) == Names{"Gi1/0/4"});
  }
}

TEST_CASE("lldp-v2: asked only where the older MIB has no neighbour") {
  Agent a = four_ports();
  const std::string entry = "1.3.111.2.802.1.1.13.1.4.1.1.", index = ".0.102.1.7";
  a.set(entry + "5" + index, 4).set(entry + "6" + index, "x:00 1e 14 00 00 01");
  a.set(entry + "7" + index, 5).set(entry + "8" + index, std::string("Gi0/24"));
  a.set(entry + "10" + index, std::string("core")).set(entry + "13" + index, "x:20");
  a.set("1.3.111.2.802.1.1.13.1.4.2.1.3" + index + ".1.4.10.0.0.1", 2);
  a.set("1.3.111.2.802.1.1.13.1.3.1.0", 4).set("1.3.111.2.802.1.1.13.1.3.2.0", "x:00 1e 14 00 00 99");
  SECTION("with no old neighbour") {
    const topology::SwitchSnapshot s = poll(a).snapshot;
    const topology::Neighbor& n = only_neighbor(s);
    CHECK(n.local_port.value == 102);
    CHECK(n.local_port_text == "A2");
    CHECK(n.chassis_id == "00:1e:14:00:00:01");
    CHECK(n.port_id == "Gi0/24");
    CHECK(n.system_name == "core");
    CHECK(n.capabilities.has(topology::Capability::kBridge));
    CHECK(n.management.at(0).to_string() == "10.0.0.1");
    CHECK(s.lldp_chassis_id == "00:1e:14:00:00:99");
    CHECK(s.table(Table::kLldp).completeness == Completeness::kComplete);
  }
  SECTION("with one") {
    a.set("1.0.8802.1.1.2.1.4.1.1.4.0.1.1", 4).set("1.0.8802.1.1.2.1.4.1.1.5.0.1.1", "x:00 1e 14 00 00 01");
    const Polled p = poll(a);
    CHECK_FALSE(p.asked("lldpV2RemTable"));
    CHECK(only_neighbor(p.snapshot).local_port.value == 101);
  }
}

TEST_CASE("fdp: a Foundry's neighbours, its own kind and those it hears by CDP") {
  Agent a = four_ports("1.3.6.1.4.1.1991.1.3.54.2.4.1.1");
  const std::string entry = "1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.";
  a.set(entry + "3.101.1", std::string("edge7")).set(entry + "5.101.1", "x:0a 00 00 07");
  a.set(entry + "7.101.1", std::string("ethernet1/1/24")).set(entry + "8.101.1", std::string("ICX6610"));
  a.set(entry + "9.101.1", std::string("Router, Switch")).set(entry + "10.101.1", 1);
  SECTION("fdp") {
    const topology::SwitchSnapshot s = poll(a).snapshot;
    const topology::Neighbor& n = only_neighbor(s);
    CHECK(n.protocol == topology::NeighborProtocol::kFdp);
    CHECK(n.local_port_text == "A1");
    CHECK(n.system_name == "edge7");
    CHECK(n.port_id == "ethernet1/1/24");
    CHECK(n.capabilities.has(topology::Capability::kBridge));
    CHECK(n.management.at(0).to_string() == "10.0.0.7");
    CHECK(s.table(Table::kFdp).completeness == Completeness::kComplete);
  }
  SECTION("cdp") {
    a.set(entry + "10.101.1", 2);
    CHECK(only_neighbor(poll(a).snapshot).protocol == topology::NeighborProtocol::kCdp);
  }
}

TEST_CASE("edp: the neighbour's address is in the index, with a length or without") {
  for (const char* const id : {"0.0.0.4.150.32.16.1", "8.0.0.0.4.150.32.16.1"}) {
    Agent a = four_ports("1.3.6.1.4.1.1916.2.71");
    const std::string entry = "1.3.6.1.4.1.1916.1.13.2.1.", index = std::string(".103.") + id;
    a.set(entry + "3" + index, std::string("x450")).set(entry + "4" + index, std::string("12.5.4"));
    a.set(entry + "5" + index, 1).set(entry + "6" + index, 24);
    const topology::SwitchSnapshot s = poll(a).snapshot;
    const topology::Neighbor& n = only_neighbor(s);
    CHECK(n.protocol == topology::NeighborProtocol::kEdp);
    CHECK(n.local_port_text == "A3");
    CHECK(n.chassis_mac->to_string() == "00:04:96:20:10:01");
    CHECK(n.system_name == "x450");
    CHECK(n.port_id == "24");
    CHECK(n.port_descr == "1:24");
  }
}

TEST_CASE("vendors' neighbour tables are not asked for where they cannot be") {
  const Polled p = poll(four_ports());
  CHECK_FALSE(p.asked("snFdpCacheTable"));
  CHECK_FALSE(p.asked("extremeEdpTable"));
  CHECK_FALSE(p.asked("cpeExtPsePortTable"));
  CHECK_FALSE(p.asked("cInetNetToMediaTable"));
  CHECK(p.snapshot.table(Table::kFdp).completeness == Completeness::kNotAsked);
}

TEST_CASE("nd: older agents have their IPv6 neighbours in tables of their own") {
  const std::string mac = "x:02 00 00 00 00 01", address = "254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1";
  Agent a = cisco();
  a.set("1.3.6.1.2.1.4.22.1.2.10101.10.0.0.1", mac);
  SECTION("CISCO-IETF-IP-MIB") { a.set("1.3.6.1.4.1.9.10.86.1.1.3.1.3.10101.2.16." + address, mac); }
  SECTION("IPV6-MIB") { a.set("1.3.6.1.2.1.55.1.12.1.2.10101." + address, mac); }
  SECTION("IPV6-MIB with a length") { a.set("1.3.6.1.2.1.55.1.12.1.2.10101.16." + address, mac); }
  const topology::SwitchSnapshot s = poll(a, Poll::Kind::kAddressesOnly).snapshot;
  REQUIRE(s.addresses.size() == 2);
  CHECK(s.addresses[1].ip.to_string() == "fe80::1");
  CHECK(s.addresses[1].port.value == 10101);
}

TEST_CASE("an ARP entry that was never answered, or is of no Ethernet, is no address of anybody") {
  Agent a = cisco();
  a.set("1.3.6.1.2.1.4.22.1.2.10101.10.0.0.1", "x:00 00 00 00 00 00");
  a.set("1.3.6.1.2.1.4.22.1.2.10101.10.0.0.2", "x:");
  a.set("1.3.6.1.2.1.4.22.1.2.10101.10.0.0.3", "x:02 00 00 00 00 03");
  const topology::SwitchSnapshot s = poll(a, Poll::Kind::kAddressesOnly).snapshot;
  REQUIRE(s.addresses.size() == 1);
  CHECK(s.addresses[0].ip.to_string() == "10.0.0.3");
}

TEST_CASE("nd: where IP-MIB has IPv6 rows, nothing older is asked") {
  Agent a = cisco();
  a.set("1.3.6.1.2.1.4.35.1.4.10101.2.16.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1", "x:02 00 00 00 00 01");
  const Polled p = poll(a, Poll::Kind::kAddressesOnly);
  CHECK(p.snapshot.addresses.size() == 1);
  CHECK_FALSE(p.asked("ipv6NetToMediaTable"));
  CHECK_FALSE(p.asked("cInetNetToMediaTable"));
}

TEST_CASE("cisco-context: native VLANs without trunk states do not mean that nothing trunks") {
  Agent a = cisco();
  for (const std::string vid : {"10", "30"})
    a.set("1.3.6.1.4.1.9.9.46.1.3.1.1.2.1." + vid, 1).set("1.3.6.1.4.1.9.9.46.1.3.1.1.3.1." + vid, 1);
  a.set("1.3.6.1.4.1.9.9.68.1.2.2.1.2.10101", 10).set("1.3.6.1.4.1.9.9.46.1.6.1.1.5.10104", 1);
  CHECK(poll(a).asked("dot1dTpFdbTable", "30"));
}

TEST_CASE("vlan ports: where both readings hit, the forwarding table's is taken") {
  // Bridge ports 0 to 3 are ifIndexes 1 to 4, and the rows number ifIndexes.
  Agent a;
  for (std::uint32_t p = 1; p <= 4; ++p) a.interface(p, numbered("Eth1/", p)).base_port(p - 1, p);
  for (int n = 1; n <= 4; ++n) a.q_row(1, "02:00:00:00:00:0" + std::to_string(n), n);
  SECTION("as bits") { current_vlan(a, 10, "x:c0", "x:40"); }
  SECTION("as bits in text, none being 0") {
    current_vlan(a, 10, "c0 00 00", "40 00 00");
    current_vlan(a, 20, "0", "0");
  }
  const topology::SwitchSnapshot s = poll(a).snapshot;
  CHECK(tagged(s, 10) == Names{"Eth1/1"});
  CHECK(untagged(s, 10) == Names{"Eth1/2"});
  for (const topology::Vlan& v : s.vlans) CHECK((v.id.value == 10 || v.tagged.empty()));
}

TEST_CASE("stp: bridge identifiers as octets and as text, and costs above 65535") {
  const char* const ids[] = {"x:40 00 bc cf 4f 3e 48 2f", "4000bccf4f3e482f", "16384/BC:CF:4F:3E:48:2F"};
  for (const char* const id : ids) {
    Agent a = four_ports();
    a.set("1.3.6.1.2.1.17.2.5.0", std::string(id)).set("1.3.6.1.2.1.17.2.15.1.3.1", 5);
    a.set("1.3.6.1.2.1.17.2.15.1.5.1", 65535).set("1.3.6.1.2.1.17.2.15.1.11.1", 200000);
    a.set("1.3.6.1.2.1.17.2.15.1.8.1", std::string(id));
    a.set("1.3.6.1.2.1.17.2.15.1.9.1", std::string(id[0] == 'x' ? "x:80 09" : "128-9"));
    const topology::SwitchSnapshot s = poll(a).snapshot;
    REQUIRE(s.stp.size() == 1);
    CHECK(s.stp[0].root.priority == 0x4000);
    CHECK(s.stp[0].root.address.to_string() == "bc:cf:4f:3e:48:2f");
    REQUIRE(s.stp_ports.size() == 1);
    CHECK(s.stp_ports[0].designated_bridge == s.stp[0].root);
    CHECK(s.stp_ports[0].designated_port == 0x8009);
    CHECK(s.stp_ports[0].path_cost == 200000);
  }
}

TEST_CASE("scalars: what an agent lacks of a group does not cost the rest of it") {
  Agent a;
  a.set("1.3.6.1.2.1.1.5.0", std::string("floor3")).set("1.3.6.1.2.1.1.3.0", 4711);
  a.set("1.3.6.1.2.1.17.1.1.0", "x:00 1e 14 00 00 01");
  const topology::SwitchSnapshot s = poll(a).snapshot;
  CHECK(s.system_name == "floor3");
  CHECK(s.uptime_cs == 4711);
  CHECK(s.object_id.empty());
  CHECK(s.bridge_address.to_string() == "00:1e:14:00:00:01");
  CHECK(s.stp.empty());
  CHECK(s.table(Table::kSystem).completeness == Completeness::kComplete);
}

TEST_CASE("vlans: a map of every VLAN id there can be tells of none") {
  Agent a = four_ports();
  for (std::uint32_t vid = 1; vid <= 4094; ++vid)
    a.set(numbered("1.3.6.1.2.1.17.7.1.4.2.1.3.0.", vid), static_cast<int>(vid));
  current_vlan(a, 10, "x:80", "x:80");
  const topology::SwitchSnapshot s = poll(a).snapshot;
  REQUIRE(s.vlans.size() == 1);
  CHECK(s.vlans[0].id.value == 10);
}
