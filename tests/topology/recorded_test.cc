// Recorded networks of several switches, from their variables to their links.
// Read from the shared folder, never copied here. What differs from their
// expectations, and why, stands in topology/README.md.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/mibs/recordings.h"
#include "topology/fabric.h"
#include "topology/locate.h"

using namespace lanwarden;
using namespace lanwarden::topology;
using nlohmann::json;

namespace {

struct Recorded {
  Fabric fabric;
  json expected;
  std::map<std::string, SwitchId> sw;  ///< by the name the expectation uses
};

std::optional<Recorded> recorded(const std::string& network) {
  const auto folder = mibs::testing::recordings_folder();
  if (!folder) {
    std::cerr << "SKIPPED: recorded network " << network << ": no recordings (set LANWARDEN_SHARED)\n";
    WARN("SKIPPED: no recordings of real networks; LANWARDEN_SHARED names their folder");
    return std::nullopt;
  }
  const auto path = *folder / "networks" / network;
  std::vector<SwitchSnapshot> snapshots;
  for (const auto& r : mibs::testing::recorded_agents(path)) {
    snapshots.push_back(mibs::testing::poll(r.agent).snapshot);
    snapshots.back().name = r.name;
  }
  Recorded result{infer(std::move(snapshots)), {}, {}};
  std::ifstream in(path / "expected.json");
  result.expected = json::parse(in);
  for (const json& device : result.expected.at("devices")) {
    // A recording's name is its file's, "switch1-walk.txt" being switch1.
    std::string name = std::filesystem::path(device.at("file").get<std::string>()).stem();
    if (name.ends_with("-walk")) name.resize(name.size() - 5);
    auto id = result.fabric.switch_named(name);
    if (!id) id = result.fabric.switch_named(device.at("name").get<std::string>());
    REQUIRE(id);
    result.sw[device.at("name")] = *id;
  }
  return result;
}

/// Expectations name a port by bridge port, by ifIndex or in words.
bool means(const Fabric& fabric, SwitchId sw, IfIndex found, const json& port) {
  const Interface* i = fabric.snapshot(sw).interface(found);
  if (i == nullptr) return false;
  if (port.is_number()) {
    const auto n = port.get<std::uint32_t>();
    return i->bridge_port.value == n || i->ifindex.value == n;
  }
  return port.get<std::string>().substr(0, i->name.size() + 1) == i->name + " ";
}

struct Edges {
  std::size_t right = 0;    ///< the port, as edge or shared; or as the way to a bridge that is not polled
  std::size_t at_rest = 0;  ///< rows of a port that is down by now: beyond the last port that points there
  std::size_t wrong = 0;
};

Edges edges(const Recorded& r) {
  Edges count;
  for (const json& edge : r.expected.at("expected_edges")) {
    const auto mac = MacAddress::parse(edge.at("mac").get<std::string>());
    REQUIRE(mac);
    const SwitchId sw = r.sw.at(edge.at("bridge"));
    const auto rows = stored_rows(r.fabric, *mac);
    const Location found = locate(r.fabric, {*mac, rows, {}});
    INFO(edge.dump());
    REQUIRE(found.port);
    const bool there = found.port->sw == sw && means(r.fabric, sw, found.port->ifindex, edge.at("port"));
    const bool names_port = found.verdict == Verdict::kEdge || found.verdict == Verdict::kShared;
    const bool leads_on =
        found.verdict == Verdict::kBeyond && r.fabric.unknown_bridge(*found.port) != nullptr;
    if (there && (names_port || leads_on))
      ++count.right;
    else if (found.verdict == Verdict::kBeyond && !leads_on)
      ++count.at_rest;
    else
      ++count.wrong;
  }
  return count;
}

void check_links(const Recorded& r) {
  for (const json& link : r.expected.at("expected_links")) {
    const SwitchId a = r.sw.at(link.at("a")), b = r.sw.at(link.at("b"));
    const auto there = r.fabric.direction(a, b), back = r.fabric.direction(b, a);
    INFO(link.dump());
    REQUIRE(there);
    REQUIRE(back);
    CHECK(means(r.fabric, a, *there, link.at("aport")));
    CHECK(means(r.fabric, b, *back, link.at("bport")));
  }
  for (const Link& x : r.fabric.links()) {
    INFO("shown: " << r.fabric.describe(x.a) << " - " << r.fabric.describe(x.b));
    CHECK(std::any_of(r.expected.at("expected_links").begin(), r.expected.at("expected_links").end(),
                      [&](const json& link) {
                        const SwitchId a = r.sw.at(link.at("a")), b = r.sw.at(link.at("b"));
                        const auto is = [&](PortId p, PortId q) {
                          return p.sw == a && q.sw == b && means(r.fabric, a, p.ifindex, link.at("aport")) &&
                                 means(r.fabric, b, q.ifindex, link.at("bport"));
                        };
                        return is(x.a, x.b) || is(x.b, x.a);
                      }));
  }
}

}  // namespace

TEST_CASE("recorded networks: every expected direction, no false link, no wrong edge") {
  struct Expected {
    const char* network;
    std::size_t right, at_rest;
  };
  for (const Expected& x : {Expected{"dlink_campus", 262, 11},
                            {"ciscosb_school", 310, 0},
                            {"swos_pair", 34, 0},
                            {"nms4930", 639, 0},
                            {"nms0002ciscoalcatel", 38, 0},
                            {"nms003", 0, 0}}) {
    const auto r = recorded(x.network);
    if (!r) return;
    INFO(x.network);
    check_links(*r);
    const Edges found = edges(*r);
    CHECK(found.right == x.right);
    CHECK(found.at_rest == x.at_rest);
    CHECK(found.wrong == 0);
  }
}
