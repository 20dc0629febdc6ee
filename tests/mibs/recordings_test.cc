// All recordings of real switches through a poll, compared with what independent
// systems and our own reading extracted. Differences are told in mibs/README.md.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/mibs/recordings.h"

using namespace lanwarden;
using namespace lanwarden::mibs;
using namespace lanwarden::mibs::testing;
using nlohmann::json;

namespace {

std::optional<std::filesystem::path> walks() {
  const auto folder = recordings_folder();
  if (!folder) WARN("SKIPPED: no recordings of real switches; LANWARDEN_SHARED names their folder");
  return folder;
}

json read(const std::filesystem::path& file) {
  std::ifstream in(file);
  return json::parse(in);
}

topology::SwitchSnapshot polled(const std::filesystem::path& file) {
  const auto agents = recorded_agents(file);
  REQUIRE(agents.size() == 1);
  return poll(agents[0].agent).snapshot;
}

bool has(const topology::SwitchSnapshot& s, const std::string& mac, std::uint32_t ifindex,
         std::optional<unsigned> vlan) {
  const auto parsed = topology::MacAddress::parse(mac);
  return parsed && std::any_of(s.fdb.begin(), s.fdb.end(), [&](const topology::FdbEntry& e) {
           return e.mac == *parsed && e.port.value == ifindex && (!vlan || e.vlan.value == *vlan);
         });
}

}  // namespace

TEST_CASE("every recording is polled without an error that is not its own") {
  const auto folder = walks();
  if (!folder) return;
  std::vector<std::filesystem::path> folders = {*folder / "devices"};
  for (const auto& entry : std::filesystem::directory_iterator(*folder / "networks"))
    folders.push_back(entry.path());
  std::size_t polled_agents = 0;
  for (const auto& f : folders)
    for (const RecordedAgent& r : recorded_agents(f)) {
      INFO(f.filename().string() << "/" << r.name);
      const topology::SwitchSnapshot s = poll(r.agent).snapshot;
      CHECK(s.answered);
      CHECK(s.problems.empty());
      for (const topology::TableState& t : s.tables)
        CHECK(t.completeness != topology::Completeness::kPartial);
      std::set<topology::MacAddress> stations;
      for (const topology::FdbEntry& e : s.fdb) stations.insert(e.mac);
      // A targeted question finds every station at the places the walk has it at.
      std::size_t asked = 0;
      for (const topology::MacAddress mac : stations) {
        if (s.databases.empty() || ++asked > 40) break;
        const auto rows = where(r.agent, s, mac.to_string());
        for (const topology::FdbEntry& e : s.fdb)
          if (e.mac == mac && e.port != topology::kNoInterface &&
              s.table(topology::Table::kVendorFdb).rows == 0)
            CHECK(std::any_of(rows.begin(), rows.end(),
                              [&](const topology::MacRow& m) { return m.port == e.port; }));
      }
      ++polled_agents;
    }
  CHECK(polled_agents >= 90);
}

TEST_CASE("the forwarding tables are what LibreNMS extracted") {
  const auto folder = walks();
  if (!folder) return;
  std::size_t rows = 0;
  for (const char* const name :
       {"ciscosb_cbs220-48t-4x", "jetstream_sg2218p", "procurve_2520", "timos_fdb-table"}) {
    INFO(name);
    const topology::SwitchSnapshot s = polled(*folder / "devices" / (std::string(name) + ".snmprec"));
    const json expected = read(*folder / "devices" / (std::string(name) + ".expected.json"));
    for (const json& row : expected["expected"]["ports_fdb"]) {
      INFO(row.dump());
      std::optional<unsigned> vlan;
      if (row["vlan_vlan"].is_number()) vlan = row["vlan_vlan"].get<unsigned>();
      const std::uint32_t ifindex = row["ifIndex"].is_number() ? row["ifIndex"].get<std::uint32_t>() : 0;
      CHECK(has(s, row["mac_address"].get<std::string>(), ifindex, vlan));
      ++rows;
    }
  }
  CHECK(rows == 832);
}

TEST_CASE("forwarding tables that deviate are read as decoded by hand") {
  const auto folder = walks();
  if (!folder) return;
  const json expected = read(*folder / "devices" / "quirks_expected.json");
  CHECK(expected["recordings"].size() >= 10);
  for (const json& recording : expected["recordings"]) {
    const std::string name = recording["recording"];
    // Explained row by row in mibs/README.md.
    if (name == "routeros.snmprec") continue;
    INFO(name);
    const topology::SwitchSnapshot s = polled(*folder / "devices" / name);
    std::size_t missing = 0;
    for (const json& row : recording["decoded"])
      if (!has(s, row["mac"], row.value("ifindex", 0U), std::nullopt)) ++missing;
    // One FortiSwitch address is garbled in the recording itself.
    CHECK(missing == (name == "fortiswitch_148f-fpoe.snmprec" ? 1U : 0U));
  }
}

TEST_CASE(
    "MikroTik's recording: three ports that are ifIndexes beside a base-port map that has one of them") {
  const auto folder = walks();
  if (!folder) return;
  const topology::SwitchSnapshot s = polled(*folder / "devices" / "routeros.snmprec");
  std::map<std::string, int> on;
  for (const topology::FdbEntry& e : s.fdb)
    if (const topology::Interface* const i = s.interface(e.port)) ++on[i->name];
  CHECK(on["wlan1"] >= 491);
  CHECK(on["wlan2"] >= 154);
}

TEST_CASE("stations of real networks stand at the edge ports their expectations name") {
  const auto folder = walks();
  if (!folder) return;
  std::size_t edges = 0;
  for (const char* const network :
       {"dlink_campus", "ciscosb_school", "swos_pair", "nms4930", "nms0002ciscoalcatel"}) {
    std::map<std::string, topology::SwitchSnapshot> switches;
    for (const RecordedAgent& r : recorded_agents(*folder / "networks" / network))
      switches[r.name] = poll(r.agent).snapshot;
    const json expected = read(*folder / "networks" / network / "expected.json");
    std::map<std::string, std::string>
        recording_of;  // where the expectation names a device otherwise than its file
    for (const json& device : expected["devices"])
      recording_of[device["name"]] = std::filesystem::path(device["file"].get<std::string>()).stem();
    for (const json& edge : expected["expected_edges"]) {
      const std::string bridge = edge["bridge"];
      auto s = switches.find(bridge);
      if (s == switches.end()) s = switches.find(recording_of[bridge]);
      REQUIRE(s != switches.end());
      INFO(network << " " << edge.dump());
      const auto mac = topology::MacAddress::parse(edge["mac"].get<std::string>());
      if (!mac) continue;
      const auto port = edge["port"].get<std::uint32_t>();
      CHECK(std::any_of(s->second.fdb.begin(), s->second.fdb.end(), [&](const topology::FdbEntry& e) {
        const topology::Interface* const i = s->second.interface(e.port);
        return e.mac == *mac && i != nullptr &&
               (i->bridge_port.value == port || i->ifindex.value == port || e.bridge_port.value == port);
      }));
      ++edges;
    }
  }
  CHECK(edges == 1294);
}

TEST_CASE("a Cisco stack's 36 contexts come from its logical entities") {
  const auto folder = walks();
  if (!folder) return;
  for (const RecordedAgent& r : recorded_agents(*folder / "networks" / "nms0002ciscoalcatel")) {
    if (r.name != "r-se-malm-nobe-013") continue;
    const Polled p = poll(r.agent);
    std::size_t rows = 0;
    for (const auto& [context, variables] : r.agent.contexts)
      if (!context.empty()) {
        const Oid port{1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 2}, next{1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 3};
        rows +=
            static_cast<std::size_t>(std::distance(variables.lower_bound(port), variables.lower_bound(next)));
      }
    CHECK(rows == p.snapshot.fdb.size());
    CHECK(std::none_of(p.snapshot.fdb.begin(), p.snapshot.fdb.end(),
                       [](const auto& e) { return e.vlan == topology::kNoVlan; }));
    CHECK(std::none_of(p.snapshot.fdb.begin(), p.snapshot.fdb.end(), [](const auto& e) {
      return e.status == topology::FdbStatus::kLearned && e.port == topology::kNoInterface;
    }));
  }
}
