// Whole networks of the kinds that topology discovery is published on, and that it stumbles over.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <sstream>

#include "tests/lab/world/world.h"
#include "tests/topology/drawing.h"
#include "topology/explain.h"
#include "topology/freeze.h"
#include "topology/render.h"

using namespace lanwarden;
using namespace lanwarden::topology;
using Texts = std::vector<std::string>;

TEST_CASE("a router between two LANs joins neither their switches nor their stations") {
  Drawing lan(R"(
    h1 --- a.1
    h2 --- a.2
           a.8 --- b.9
    h3 --- b.1
    h4 --- b.2
    rt --- b.5
    h5 --- c.1
    h6 --- c.2
           c.8 --- d.9
    h7 --- d.1
    h8 --- d.2
    rt --- c.5
  )");
  const Fabric fabric = lan.fabric();
  CHECK(links(fabric) == Texts{"a 8 - b 9", "c 8 - d 9"});
  CHECK(segments(fabric).empty());
  CHECK_FALSE(fabric.direction(*fabric.switch_named("a"), *fabric.switch_named("d")));
  CHECK(where(fabric, "h4") == "edge b 2");
  CHECK(where(fabric, "h5") == "edge c 1");
  // One address in both: no single port is its.
  const std::string router = where(fabric, "rt");
  CHECK(router.substr(0, 4) != "edge");
  CHECK(router.find("b 5") != std::string::npos);
  CHECK(router.find("c 5") != std::string::npos);
}

TEST_CASE("a media converter, or any bridge with two ports and no station, is a cable") {
  const Fabric fabric = Drawing(R"(
    h1 --- a.1
    h2 --- a.2
           a.8 --- hub1
          hub1 --- hub2
          hub2 --- b.9
    h3 --- b.1
    h4 --- b.2
  )")
                            .fabric();
  CHECK(links(fabric) == Texts{"a 8 - b 9"});
  CHECK(where(fabric, "h3") == "edge b 1");
}

TEST_CASE("a switch that nobody polls in the middle is a segment with its stations on it") {
  const Fabric fabric = Drawing(R"(
    h1 --- a.1
    h2 --- a.2
           a.8 --- hub
    x1 --- hub
    x2 --- hub
    x3 --- hub
           hub --- b.9
    h3 --- b.1
    h4 --- b.2
           hub --- c.9
    h5 --- c.1
    h6 --- c.2
  )")
                            .fabric();
  CHECK(fabric.links().empty());
  CHECK(segments(fabric) == Texts{"a 8, b 9, c 9"});
  for (const char* station : {"x1", "x2", "x3"}) CHECK(where(fabric, station) == "segment a 8, b 9, c 9");
  CHECK(where(fabric, "h5") == "edge c 1");
}

TEST_CASE("a switch that nobody polls, named by its neighbours, is an unknown bridge") {
  Drawing lan(R"(
    h1 --- a.1
    h2 --- a.2
           a.8 --- b.9
    h3 --- b.1
    h4 --- b.2
    x1 --- a.5
    x2 --- a.5
  )");
  lan.hears("a", 5, "attic", "1");
  const Fabric fabric = lan.fabric();
  REQUIRE(fabric.unknown_bridges().size() == 1);
  CHECK(fabric.unknown_bridges()[0].port == at(fabric, "a", 5));
  CHECK(where(fabric, "x1") == "beyond a 5");
  CHECK(links(fabric) == Texts{"a 8 - b 9"});
}

TEST_CASE("a chain of three bridges whose middle has no station of its own") {
  const char* chain = R"(
    h1 --- a.1
    h2 --- a.2
           a.8 --- b.1
           b.2 --- c.9
    h3 --- c.1
    h4 --- c.2
  )";
  const Fabric fabric = Drawing(chain).fabric();
  CHECK(links(fabric) == Texts{"a 8 - b 1", "b 2 - c 9"});
  CHECK(where(fabric, "h4") == "edge c 2");
  const Fabric hidden = Drawing(chain, false).fabric();
  CHECK(where(hidden, "h1") == "edge a 1");
  CHECK(where(hidden, "h4") == "edge c 2");
}

TEST_CASE("bridges on one shared segment, where all stations are on it") {
  const Fabric fabric = Drawing(R"(
           a.1 --- hub
           b.1 --- hub
           c.1 --- hub
    s1 --- hub
    s2 --- hub
    s3 --- hub
  )")
                            .fabric();
  CHECK(fabric.links().empty());
  // Nothing is behind any of them: no port of theirs may be called an edge of these stations.
  for (const char* station : {"s1", "s2", "s3"}) {
    INFO(where(fabric, station));
    CHECK(where(fabric, station).substr(0, 4) != "edge");
  }
}

TEST_CASE("bridges whose tables have no entry in common are not resolved, and nothing is made up") {
  Drawing lan(R"(
    h1 --- a.1
    h2 --- a.2
           a.8 --- b.9
    h3 --- b.1
    h4 --- b.2
  )",
              false);
  for (const char* station : {"h3", "h4"}) lan.forget("a", station);
  for (const char* station : {"h1", "h2"}) lan.forget("b", station);
  const Fabric fabric = lan.fabric();
  CHECK(fabric.links().empty());
  CHECK(fabric.segments().empty());
  CHECK_FALSE(fabric.direction(*fabric.switch_named("a"), *fabric.switch_named("b")));
  CHECK(unresolved(fabric) == std::vector{*fabric.switch_named("a"), *fabric.switch_named("b")});
  const std::string text = to_text(fabric);
  CHECK(text.find("a  192.0.2.1  unresolved: ") != std::string::npos);
  CHECK(text.find("b  192.0.2.2  unresolved: ") != std::string::npos);
}

TEST_CASE("a lone switch, and one whose place is known, are not called unresolved") {
  CHECK(unresolved(Drawing("h1 --- a.1\n h2 --- a.2").fabric()).empty());
  CHECK(unresolved(Drawing("h1 --- a.1\n a.8 --- b.9\n h2 --- b.1").fabric()).empty());
}

TEST_CASE("one stack that is configured under two names is nobody's neighbour") {
  Drawing lan(R"(
    h1 --- a.1
    h2 --- a.2
           a.8 --- b.9
    h3 --- b.1
    h4 --- b.2
  )");
  std::vector<SwitchSnapshot> all = lan.snapshots();
  all.push_back(all[1]);
  all.back().name = "b again";
  const Fabric fabric = infer(all);
  CHECK_FALSE(fabric.direction(*fabric.switch_named("b"), *fabric.switch_named("b again")));
  const std::string found = where(fabric, "h3");
  INFO(found);
  CHECK(found.substr(0, 6) != "edge a");
}

TEST_CASE("a stack that answers as one switch with modules is one switch") {
  Drawing lan(R"(
    h1 --- a.1
    h2 --- a.2
    h3 --- a.101
    h4 --- a.201
           a.301 --- b.9
    h5 --- b.1
    h6 --- b.2
  )");
  const Fabric fabric = lan.fabric();
  CHECK(links(fabric) == Texts{"a 301 - b 9"});
  CHECK(where(fabric, "h4") == "edge a 201");
}

namespace {

lab::WorldOptions everything() {
  lab::WorldOptions o;
  o.switches = 30, o.hosts = 500, o.unmanaged_leafs = 4, o.unmanaged_middles = 2, o.access_points = 2;
  o.virtual_hosts = 2, o.phones = 0.2, o.vlans = 4, o.lags = 3, o.rings = 4, o.lldp = o.stp = 0.5;
  o.missing = 0.2, o.stale = 0.02;
  return o;
}

}  // namespace

TEST_CASE("the same tables in any order of rows give the same fabric, octet for octet") {
  for (const unsigned trees : {1U, 2U}) {
    lab::WorldOptions o = everything();
    o.vlan_trees = trees;
    o.mlags = trees == 2 ? 2 : 0;
    auto snapshots = lab::snapshots(lab::generate(o));
    const std::string as_sorted = freeze(infer(snapshots));
    std::mt19937_64 dice(7);
    for (SwitchSnapshot& s : snapshots) std::shuffle(s.fdb.begin(), s.fdb.end(), dice);
    CHECK(freeze(infer(snapshots)) == as_sorted);
  }
}

namespace {

/// Switches are numbered, and so listed, in the order they are given: lines and words in one of our own.
std::string in_any_order(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::vector<std::string> sorted;
    for (std::string word; words >> word;) sorted.push_back(word);
    std::sort(sorted.begin(), sorted.end());
    line.clear();
    for (const std::string& word : sorted) line += word + " ";
    lines.push_back(line);
  }
  std::sort(lines.begin(), lines.end());
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  return all;
}

}  // namespace

TEST_CASE("the same switches in any order give the same drawing and the same answers") {
  lab::WorldOptions o = everything();
  o.vlan_trees = 2, o.mlags = 2;
  const lab::World world = lab::generate(o);
  auto snapshots = lab::snapshots(world);
  const auto told = [&](const Fabric& fabric) {
    std::string text = in_any_order(to_text(fabric));
    for (std::size_t i = 0; i < world.stations.size(); i += 7) {
      const auto rows = stored_rows(fabric, world.stations[i].mac);
      const Location x = locate(fabric, {world.stations[i].mac, rows, {}});
      text += world.stations[i].mac.to_string() + " " + std::string(to_string(x.verdict)) + " " +
              std::to_string(x.confidence) + (x.port ? " " + fabric.describe(*x.port) : "") + "\n";
    }
    return text;
  };
  const std::string first = told(infer(snapshots));
  std::mt19937_64 dice(11);
  for (int i = 0; i < 3; ++i) {
    std::shuffle(snapshots.begin(), snapshots.end(), dice);
    CHECK(told(infer(snapshots)) == first);
  }
}

TEST_CASE("an aggregate of two switches is found although one more branch hangs behind their link") {
  lab::WorldOptions o;
  o.seed = 3000030, o.switches = 50, o.hosts = 1000, o.unmanaged_leafs = 10, o.unmanaged_middles = 4;
  o.lldp = o.stp = 0, o.mlags = 4, o.missing = 0.2, o.stale = 0.02;
  const lab::World world = lab::generate(o);
  const Fabric fabric = infer(lab::snapshots(world));
  const auto at = [&](const lab::End& end) { return PortId{SwitchId{end.node}, end.port}; };
  std::size_t legs = 0;
  for (const lab::Cable& c : world.cables) {
    if (!c.second_leg) continue;
    for (const lab::Cable& leg : world.cables) {
      if (leg.b.node != c.b.node || leg.b.port != c.b.port) continue;
      ++legs;
      CHECK(std::any_of(fabric.links().begin(), fabric.links().end(), [&](const Link& x) {
        return (x.a == at(leg.a) && x.b == at(leg.b)) || (x.a == at(leg.b) && x.b == at(leg.a));
      }));
    }
  }
  CHECK(legs == 2);
}
