// Small synthetic networks of the field (OpenNMS's, as facts), read from the
// shared folder and never copied into this repository.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "tests/topology/drawing.h"

using namespace lanwarden::topology;

namespace {

std::filesystem::path shared() {
  if (const char* folder = std::getenv("LANWARDEN_SHARED")) return folder;
  return std::filesystem::path(LANWARDEN_SOURCE_DIR).parent_path() / "shared";
}

MacAddress mac(const nlohmann::json& text) { return *MacAddress::parse(text.get<std::string>()); }

Fabric fabric_of(const nlohmann::json& network) {
  std::vector<SwitchSnapshot> snapshots;
  for (const auto& device : network.at("devices")) {
    SwitchSnapshot s;
    s.name = device.at("name");
    s.answered = true;
    s.bridge_address = mac(device.at("bridge_address"));
    s.own_addresses = {s.bridge_address};
    for (const auto& row : device.at("fdb"))
      s.fdb.push_back({mac(row.at("mac")),
                       IfIndex{row.at("port").get<std::uint32_t>()},
                       {},
                       kNoVlan,
                       FdbStatus::kLearned});
    std::sort(s.fdb.begin(), s.fdb.end(), [](const FdbEntry& a, const FdbEntry& b) { return a.mac < b.mac; });
    snapshots.push_back(std::move(s));
  }
  return infer(std::move(snapshots));
}

}  // namespace

TEST_CASE("published networks: no wrong edge, no false link, and what can be known is known") {
  const auto folder = shared() / "walks" / "topologies";
  if (!std::filesystem::is_directory(folder)) {
    std::cerr << "SKIPPED: published networks: no " << folder << " (set LANWARDEN_SHARED)\n";
    WARN("SKIPPED: no " << folder.string());
    return;
  }
  std::size_t networks = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".json") continue;
    ++networks;
    std::ifstream in(file.path());
    const auto network = nlohmann::json::parse(in);
    const std::string name = network.at("network");
    INFO(name);
    const Fabric fabric = fabric_of(network);
    INFO(lanwarden::topology::links(fabric).size() << " links, " << fabric.segments().size() << " segments");
    const auto port = [&](const std::string& sw, std::uint32_t number) {
      return PortId{fabric.switch_named(sw).value(), IfIndex{number}};
    };
    for (const auto& edge : network.at("expected_edges")) {
      const auto rows = stored_rows(fabric, mac(edge.at("mac")));
      const Location found = locate(fabric, {mac(edge.at("mac")), rows, {}});
      INFO(edge.at("mac").get<std::string>() << ": " << where(fabric, mac(edge.at("mac"))));
      const PortId expected = port(edge.at("bridge"), edge.at("port").get<std::uint32_t>());
      if (found.verdict == Verdict::kEdge || found.verdict == Verdict::kShared)
        CHECK(found.port == expected);
      else
        CHECK(std::find(found.ports.begin(), found.ports.end(), expected) != found.ports.end());
    }
    std::vector<std::pair<PortId, PortId>> expected;
    for (const auto& link : network.at("expected_links")) {
      const PortId a = port(link.at("a"), link.at("aport").get<std::uint32_t>()),
                   b = port(link.at("b"), link.at("bport").get<std::uint32_t>());
      expected.emplace_back(std::min(a, b), std::max(a, b));
      CHECK(fabric.direction(a.sw, b.sw) == a.ifindex);
      CHECK(fabric.direction(b.sw, a.sw) == b.ifindex);
    }
    for (const Link& link : fabric.links())
      CHECK(std::find(expected.begin(), expected.end(), std::pair{link.a, link.b}) != expected.end());
  }
  CHECK(networks >= 9);
}
