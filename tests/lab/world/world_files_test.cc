#include "tests/lab/world/world_files.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace lanwarden::lab {
namespace {

using nlohmann::json;

WorldOptions building() {
  WorldOptions o;
  o.switches = 25;
  o.hosts = 250;
  o.vlans = 2;
  o.unmanaged_leafs = 3;
  o.unmanaged_middles = 3;
  o.access_points = 1;
  o.phones = 0.2;
  o.lags = 2;
  o.rings = 2;
  o.stale = 0.02;
  o.missing = 0.1;
  return o;
}

TEST_CASE("a world survives the disk whole", "[lab]") {
  const World world = generate(building());
  const std::string text = world_json(world);
  const auto read = parse_world(text);
  REQUIRE(read.has_value());
  CHECK(world_json(*read) == text);
  const auto before = snapshots(world), after = snapshots(*read);
  REQUIRE(before.size() == after.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    CHECK(before[i].fdb == after[i].fdb);
    CHECK(before[i].neighbors.size() == after[i].neighbors.size());
    CHECK(before[i].own_addresses == after[i].own_addresses);
  }
}

TEST_CASE("the truth names verdict and ports of every station, and every link", "[lab]") {
  const World world = generate(building());
  const json truth = json::parse(truth_json(world));
  CHECK(truth.at("stations").size() == world.stations.size());
  CHECK(truth.at("links").size() == true_links(world).size());
  CHECK(truth.at("segments").size() == true_segments(world).size());
  for (const json& s : truth["stations"]) {
    const std::string verdict = s.at("verdict");
    CHECK(s.contains("port") == (verdict == "edge" || verdict == "shared"));
    if (verdict == "segment") CHECK(s.at("ports").size() > 1);
  }
}

TEST_CASE("a damaged world is refused with a reason, whatever is wrong in it", "[lab]") {
  const std::string text = world_json(generate(building()));
  for (std::size_t cut = 0; cut < text.size(); cut += text.size() / 50 + 1)
    CHECK_FALSE(parse_world(text.substr(0, cut)).has_value());
  json j = json::parse(text);
  j["cables"][0]["a"][0] = 999'999;
  CHECK_FALSE(parse_world(j.dump()).has_value());
  j = json::parse(text);
  j["switches"][0]["fdb"][0][1].push_back(999'999);
  CHECK_FALSE(parse_world(j.dump()).has_value());
  j = json::parse(text);
  j["format"] = 99;
  CHECK(parse_world(j.dump()).error().find("format") != std::string::npos);
}

TEST_CASE("the configuration names every switch with its address", "[lab]") {
  const World world = generate(building());
  const std::string toml = config_toml(world);
  for (const Switch& s : world.switches) {
    CHECK(toml.find("name = \"" + s.name + "\"") != std::string::npos);
    CHECK(toml.find("address = \"" + s.address + "\"") != std::string::npos);
  }
}

}  // namespace
}  // namespace lanwarden::lab
