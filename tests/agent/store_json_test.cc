// The document of a snapshot: whatever a switch said comes back as it was.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "agent/store/snapshot_json.h"

using namespace lanwarden::agent;
using namespace lanwarden::topology;

namespace {

MacAddress mac(const char* text) { return *MacAddress::parse(text); }

/// Every field of every noun is something else than its default.
SwitchSnapshot full_snapshot() {
  SwitchSnapshot s;
  s.address = "10.0.3.2:1161";
  s.answered = true;
  s.system_name = "floor3.example.org";
  s.system_descr = "Switch \"A\"\nVersion 1";
  s.location = "third floor";
  s.object_id = "1.3.6.1.4.1.11.2.3";
  s.bridge_address = mac("00:11:22:33:44:55");
  s.own_addresses = {mac("00:11:22:33:44:55"), mac("00:11:22:33:44:56")};
  s.lldp_chassis_id = "00:11:22:33:44:55";
  s.own_ips = {*IpAddress::parse("10.0.3.2"), *IpAddress::parse("2001:db8::2")};
  s.interfaces.push_back({IfIndex{1}, "A1", "Port A1", "the clock", "module A port 1", 6, 1'000'000'000'000,
                          OperStatus::kUp, OperStatus::kDown, mac("00:11:22:33:44:57"), VlanId{10},
                          IfIndex{100}, BridgePort{7}, Duplex::kFull, Poe::kDelivering, false,
                          4'000'000'000});
  s.interfaces.push_back({});
  s.fdb_ids = {FdbId{1}, FdbId{4'000'000'000}};
  s.fdb_vlans = {{FdbId{1}, VlanId{10}}, {FdbId{2}, VlanId{4094}}};
  s.databases.push_back(
      {Table::kVendorFdb, FdbId{3}, VlanId{10}, VlanId{20}, PortNumbering::kShifted, 2, true, -49152});
  s.base_ports.push_back({VlanId{10}, BridgePort{7}, IfIndex{1}});
  s.vlans.push_back({VlanId{10}, "clients", {IfIndex{48}}, {IfIndex{1}, IfIndex{2}}});
  s.stp.push_back({VlanId{10}, {32768, mac("00:11:22:33:44:58")}, 20'000, IfIndex{1}});
  s.stp_ports.push_back({IfIndex{1},
                         VlanId{10},
                         StpState::kForwarding,
                         true,
                         {4096, mac("00:11:22:33:44:59")},
                         {8192, mac("00:11:22:33:44:5a")},
                         0x8001,
                         19});
  Neighbor n;
  n.protocol = NeighborProtocol::kCdp;
  n.local_port = IfIndex{1};
  n.local_port_text = "GigabitEthernet0/1";
  n.chassis_id = "core";
  n.chassis_mac = mac("00:11:22:33:44:5b");
  n.port_id = "Gi0/2";
  n.port_mac = MacAddress{};  // given, and zero: not the same as absent
  n.port_descr = "to floor3";
  n.system_name = "core.example.org";
  n.system_descr = "Big Switch";
  n.capabilities = {0x14, true};
  n.management = {*IpAddress::parse("10.0.0.1")};
  s.neighbors.push_back(n);
  s.addresses.push_back({*IpAddress::parse("10.0.3.77"), mac("00:0d:4b:ce:20:cd"), IfIndex{1}});
  s.problems = {"q-fdb: no answer after 100 rows"};
  s.decisions = {"port-is-ifindex: 12 of 12 rows hit an interface"};
  s.manners = {64, 128, 8, true, {{"dot1qTpFdbTable", "10", 5000, {{1, 0, 13, 75, 206, 32, 205}}}}};
  return s;
}

}  // namespace

TEST_CASE("every field of a snapshot comes back") {
  const SwitchSnapshot s = full_snapshot();
  const std::string json = snapshot_document(s);
  SwitchSnapshot back;
  REQUIRE(read_snapshot_document(json, back));
  CHECK(snapshot_document(back) == json);
  CHECK(back.address == s.address);
  CHECK(back.answered);
  CHECK(back.system_descr == s.system_descr);
  CHECK(back.location == s.location);
  CHECK(back.own_addresses == s.own_addresses);
  CHECK(back.own_ips == s.own_ips);
  CHECK(back.lldp_chassis_id == s.lldp_chassis_id);
  REQUIRE(back.interfaces.size() == 2);
  CHECK(back.interfaces[0].name == "A1");
  CHECK(back.interfaces[0].alias == "the clock");
  CHECK(back.interfaces[0].physical == "module A port 1");
  CHECK(back.interfaces[0].speed_bps == 1'000'000'000'000);
  CHECK(back.interfaces[0].admin == OperStatus::kUp);
  CHECK(back.interfaces[0].oper == OperStatus::kDown);
  CHECK(back.interfaces[0].pvid == VlanId{10});
  CHECK(back.interfaces[0].aggregate == IfIndex{100});
  CHECK(back.interfaces[0].bridge_port == BridgePort{7});
  CHECK(back.interfaces[0].duplex == Duplex::kFull);
  CHECK(back.interfaces[0].poe == Poe::kDelivering);
  CHECK(back.interfaces[0].last_change_cs == 4'000'000'000);
  CHECK(back.fdb_ids == s.fdb_ids);
  CHECK(back.fdb_vlans == s.fdb_vlans);
  CHECK(back.databases == s.databases);
  CHECK(back.base_ports == s.base_ports);
  CHECK(back.vlans.at(0).name == "clients");
  CHECK(back.vlans.at(0).tagged == s.vlans[0].tagged);
  CHECK(back.vlans.at(0).untagged == s.vlans[0].untagged);
  CHECK(back.stp.at(0).root == s.stp[0].root);
  CHECK(back.stp.at(0).root_cost == 20'000);
  CHECK(back.stp_ports.at(0).state == StpState::kForwarding);
  CHECK(back.stp_ports.at(0).designated_bridge == s.stp_ports[0].designated_bridge);
  CHECK(back.stp_ports.at(0).designated_port == 0x8001);
  const Neighbor& n = back.neighbors.at(0);
  CHECK(n.protocol == NeighborProtocol::kCdp);
  CHECK(n.chassis_mac == s.neighbors[0].chassis_mac);
  CHECK(n.port_mac == MacAddress{});
  CHECK(n.capabilities.known);
  CHECK(n.capabilities.has(Capability::kBridge));
  CHECK(n.management == s.neighbors[0].management);
  CHECK(back.addresses.at(0).ip == s.addresses[0].ip);
  CHECK(back.problems == s.problems);
  CHECK(back.decisions == s.decisions);
  CHECK(back.manners == s.manners);
}

TEST_CASE("a field that somebody adds to a noun must be added to the document") {
  // When one of these fails: list the new field in fields() of snapshot_json.cc,
  // fill it in full_snapshot() above, then correct the number here.
  CHECK(sizeof(Interface) == 192);
  CHECK(sizeof(FdbDatabase) == 20);
  CHECK(sizeof(BasePort) == 12);
  CHECK(sizeof(Vlan) == 88);
  CHECK(sizeof(StpBridge) == 32);
  CHECK(sizeof(StpPort) == 48);
  CHECK(sizeof(Neighbor) == 264);
  CHECK(sizeof(AddressEntry) == 40);
  CHECK(sizeof(AgentManners) == 40);
  CHECK(sizeof(AgentManners::Cuts) == 96);
  CHECK(sizeof(SwitchSnapshot) == 1296);
}

TEST_CASE("the numbers that are stored do not change their meaning") {
  CHECK(static_cast<int>(OperStatus::kDown) == 2);
  CHECK(static_cast<int>(FdbStatus::kSelf) == 1);
  CHECK(static_cast<int>(FdbStatus::kStatic) == 2);
  CHECK(static_cast<int>(FdbStatus::kOther) == 3);
  CHECK(static_cast<int>(StpState::kForwarding) == 5);
  CHECK(static_cast<int>(StpState::kBroken) == 6);
  CHECK(static_cast<int>(NeighborProtocol::kEdp) == 3);
  CHECK(static_cast<int>(Completeness::kPartial) == 3);
  CHECK(static_cast<int>(PortNumbering::kShifted) == 2);
  CHECK(static_cast<int>(Table::kBridgeFdb) == 3);
  CHECK(static_cast<int>(Table::kVendorFdb) == 12);
  CHECK(static_cast<int>(Table::kEdp) == 15);
  CHECK(static_cast<int>(Duplex::kFull) == 2);
  CHECK(static_cast<int>(Poe::kDelivering) == 2);
}

TEST_CASE("tables come back with completeness, rows and cause") {
  SwitchSnapshot s;
  s.table(Table::kSystem) = {Completeness::kComplete, 1, ""};
  s.table(Table::kBridgeFdb) = {Completeness::kAbsent, 0, ""};
  s.table(Table::kVendorFdb) = {Completeness::kPartial, 4'000'000'000, "silence"};
  SwitchSnapshot back;
  REQUIRE(read_tables_document(tables_document(s), back));
  for (std::size_t i = 0; i < kTableCount; ++i) {
    CHECK(back.tables[i].completeness == s.tables[i].completeness);
    CHECK(back.tables[i].rows == s.tables[i].rows);
    CHECK(back.tables[i].cause == s.tables[i].cause);
  }
  CHECK(tables_document(s).size() < 100);  // one of it is written per switch and poll
}

TEST_CASE("an empty snapshot is an empty document") { CHECK(snapshot_document({}) == "{}"); }

TEST_CASE("keys of a newer lanwarden are passed over") {
  SwitchSnapshot back;
  REQUIRE(read_snapshot_document(R"({"hologram": [1], "system_name": "x"})", back));
  CHECK(back.system_name == "x");
}

TEST_CASE("a damaged document says where") {
  SwitchSnapshot back;
  CHECK(read_snapshot_document("{", back).error() == "not JSON");
  CHECK(read_snapshot_document("[]", back).error() == "not an object");
  CHECK(read_snapshot_document(R"({"interfaces": [{"pvid": 70000}]})", back).error() ==
        "interfaces: pvid: not a number of its range");
  CHECK(read_snapshot_document(R"({"bridge_address": "rubbish"})", back).error() ==
        "bridge_address: not an address");
  CHECK(read_snapshot_document(R"({"fdb_vlans": [[1]]})", back).error() == "fdb_vlans: not a pair");
  CHECK(read_tables_document(R"([[1]])", back).error() == "not the state of a table");
  CHECK(read_text_list(R"([1])").error() == "not a text");
}

TEST_CASE("texts of any bytes come back as they were") {
  std::mt19937 random(1);
  for (int round = 0; round < 2'000; ++round) {
    std::string text;
    for (std::size_t n = random() % 12; n > 0; --n) text.push_back(static_cast<char>(random() % 256));
    const auto back = read_text_list(text_list({text}));
    REQUIRE(back);
    REQUIRE(back->at(0) == text);
  }
  for (const std::string text : {"Gr\xc3\xbc\xc3\x9f", "\xe2\x82\xac", "\xf0\x9f\x94\x8c", "\xed\xa0\x80",
                                 "\xc0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\xff"}) {
    const auto back = read_text_list(text_list({text}));
    REQUIRE(back);
    CHECK(back->at(0) == text);
  }
}

TEST_CASE("damaged bytes in a document never do harm") {
  const std::string good = snapshot_document(full_snapshot());
  std::mt19937 random(2);
  for (int round = 0; round < 2'000; ++round) {
    std::string bad = good;
    for (int k = 0; k < 3; ++k) bad[random() % bad.size()] = static_cast<char>(random() % 256);
    SwitchSnapshot back;
    (void)read_snapshot_document(bad, back);
  }
}
