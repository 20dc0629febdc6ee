#include "tests/lab/world/world.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "tests/lab/world/random.h"
#include "tests/lab/world/tables.h"

namespace lanwarden::lab {
namespace {

using topology::IfIndex;
using topology::kNoInterface;
using topology::MacAddress;
using topology::PortId;
using topology::SwitchId;
using topology::Verdict;

WorldOptions everything() {
  WorldOptions o;
  o.seed = 7;
  o.switches = 40;
  o.hosts = 600;
  o.unmanaged_leafs = 6;
  o.unmanaged_middles = 5;
  o.access_points = 3;
  o.virtual_hosts = 2;
  o.phones = 0.1;
  o.vlans = 3;
  o.lags = 4;
  o.rings = 3;
  return o;
}

std::size_t rows(const World& world) {
  std::size_t n = 0;
  for (const Switch& s : world.switches) n += s.fdb.size();
  return n;
}

/// Follows a station's rows from switch to switch until a port that leads to no other switch.
std::optional<PortId> follow(const World& world, const std::vector<std::vector<Hop>>& hops, NodeId from,
                             std::uint32_t station) {
  NodeId node = from, before = from;
  for (std::size_t steps = 0; steps <= hops.size(); ++steps) {
    const LearnedRow* row = row_of(world.switches[node], station);
    if (row == nullptr || row->port == kNoInterface) return std::nullopt;
    const PortId here{SwitchId{node}, row->port};
    const auto hop =
        std::find_if(hops[node].begin(), hops[node].end(), [&](const Hop& h) { return h.out == row->port; });
    if (hop == hops[node].end()) return here;
    before = node;
    node = hop->to;
    if (world.is_switch(node)) continue;
    if (world.stations[station].at.node == node) return here;
    // Through the box, to the one switch whose row does not point back into it.
    NodeId next = before;
    for (const Hop& out : hops[node]) {
      if (out.to == before) continue;
      const LearnedRow* there = row_of(world.switches[out.to], station);
      const bool back =
          there != nullptr && std::any_of(hops[out.to].begin(), hops[out.to].end(),
                                          [&](const Hop& h) { return h.out == there->port && h.to == node; });
      if (there != nullptr && !back) next = out.to;
    }
    if (next == before) return here;
    node = next;
  }
  return std::nullopt;
}

TEST_CASE("the same options give the same building, another seed another one", "[lab]") {
  const World a = generate(everything()), b = generate(everything());
  WorldOptions other = everything();
  other.seed = 8;
  const World c = generate(other);
  REQUIRE(a.stations.size() == b.stations.size());
  for (std::size_t i = 0; i < a.stations.size(); ++i) {
    CHECK(a.stations[i].mac == b.stations[i].mac);
    CHECK(a.stations[i].at == b.stations[i].at);
  }
  for (std::size_t s = 0; s < a.switches.size(); ++s) {
    REQUIRE(a.switches[s].fdb.size() == b.switches[s].fdb.size());
    for (std::size_t r = 0; r < a.switches[s].fdb.size(); ++r)
      REQUIRE(a.switches[s].fdb[r].port == b.switches[s].fdb[r].port);
  }
  CHECK(a.stations[0].mac != c.stations[0].mac);
}

TEST_CASE("a seed is the same building on every machine", "[lab]") {
  // Changes only when the generator is changed on purpose.
  std::uint64_t fingerprint = 0xcbf29ce484222325ULL;  // FNV-1a
  const auto add = [&](std::uint64_t x) { fingerprint = (fingerprint ^ x) * 0x100000001b3ULL; };
  WorldOptions o = everything();
  o.missing = 0.1;
  o.stale = 0.02;
  const World world = generate(o);
  for (const Station& s : world.stations) add(s.mac.bits());
  for (const Switch& s : world.switches)
    for (const LearnedRow& row : s.fdb) add(std::uint64_t{row.station} << 32U | row.port.value);
  CHECK(fingerprint == 0x813f009d442dbea6ULL);
}

TEST_CASE("every bridge's row for a station points towards the truth", "[lab]") {
  const World world = generate(everything());
  const auto hops = active_hops(world);
  const auto all = truths(world);
  std::set<Verdict> seen;
  for (std::uint32_t i = 0; i < world.stations.size(); ++i) {
    seen.insert(all[i].verdict);
    if (all[i].verdict == Verdict::kInfrastructure) continue;
    for (NodeId s = 0; s < world.switches.size(); ++s) {
      const auto end = follow(world, hops, s, i);
      REQUIRE(end.has_value());
      REQUIRE(std::find(all[i].ports.begin(), all[i].ports.end(), *end) != all[i].ports.end());
    }
  }
  CHECK(seen == std::set{Verdict::kEdge, Verdict::kShared, Verdict::kSegment, Verdict::kInfrastructure});
}

TEST_CASE("complete tables hold every station on every switch", "[lab]") {
  const World world = generate(everything());
  for (const Switch& s : world.switches) CHECK(s.fdb.size() == world.stations.size());
}

TEST_CASE("hidden switch addresses are in no other switch's table", "[lab]") {
  WorldOptions o = everything();
  o.own_visible = false;
  const World world = generate(o);
  for (const Switch& s : world.switches)
    CHECK(s.fdb.size() == world.stations.size() - world.switches.size() + 1);
}

TEST_CASE("missing and stale rows come in the share that was asked for", "[lab]") {
  const World whole = generate(everything());
  WorldOptions o = everything();
  o.missing = 0.2;
  o.stale = 0.05;
  const World holes = generate(o);
  const double left = static_cast<double>(rows(holes)) / static_cast<double>(rows(whole));
  CHECK(left == Approx(0.8).margin(0.01));

  // Every stale row of a station points to its one former place.
  std::size_t stale = 0;
  for (NodeId s = 0; s < holes.switches.size(); ++s) {
    const auto toward = directions(active_hops(holes), s);
    for (const LearnedRow& row : holes.switches[s].fdb) {
      const Station& station = holes.stations[row.station];
      if (row.status == topology::FdbStatus::kSelf) continue;
      const IfIndex right = station.at.node == s ? station.at.port : toward[station.at.node];
      if (row.port == right) continue;
      REQUIRE(station.former.has_value());
      REQUIRE(row.port == (station.former->node == s ? station.former->port : toward[station.former->node]));
      ++stale;
    }
  }
  // Many former places lie in the same direction: such a row is old and right.
  const double share = static_cast<double>(stale) / static_cast<double>(rows(holes));
  CHECK(share > 0.005);
  CHECK(share < 0.05);
}

TEST_CASE("stations that never broadcast are known along the way to their partner only", "[lab]") {
  WorldOptions o = everything();
  o.missing = 0.5;
  o.missing_by = Missing::kByPath;
  const World world = generate(o);
  const auto hops = active_hops(world);
  std::size_t shy = 0;
  for (std::uint32_t i = 0; i < world.stations.size(); ++i) {
    std::size_t known = 0;
    for (const Switch& s : world.switches) known += row_of(s, i) != nullptr ? 1 : 0;
    if (known == world.switches.size() || world.stations[i].kind == StationKind::kSwitch) continue;
    ++shy;
    CHECK(known < world.switches.size() / 2);
    if (world.is_switch(world.stations[i].at.node))
      CHECK(row_of(world.switches[world.stations[i].at.node], i) != nullptr);
  }
  CHECK(shy > world.stations.size() / 3);
}

TEST_CASE("bridge ports, ifIndexes and names are all different numberings", "[lab]") {
  const World world = generate(everything());
  std::set<Vendor> vendors;
  for (const Switch& s : world.switches) {
    vendors.insert(s.vendor);
    std::set<std::uint32_t> bridge_ports;
    std::set<IfIndex> indices;
    std::set<std::string> names;
    for (const Port& p : s.ports) {
      CHECK(p.ifindex.value != p.bridge_port.value);
      CHECK(indices.insert(p.ifindex).second);
      CHECK(names.insert(p.name).second);
      if (p.bridge_port.value != 0) CHECK(bridge_ports.insert(p.bridge_port.value).second);
    }
    CHECK(std::is_sorted(s.ports.begin(), s.ports.end(),
                         [](const Port& a, const Port& b) { return a.ifindex < b.ifindex; }));
  }
  CHECK(vendors.size() == 4);
}

TEST_CASE("a blocked ring link carries no station, and only its lower end is blocked", "[lab]") {
  const World world = generate(everything());
  const SpanningTree tree = spanning_tree(world);
  std::size_t blocked = 0;
  for (const Cable& cable : world.cables) {
    if (!cable.blocked) continue;
    ++blocked;
    for (const End& end : {cable.a, cable.b})
      for (const LearnedRow& row : world.switches[end.node].fdb) CHECK(row.port != end.port);
    const auto state = [&](const End& end) {
      for (const auto& row : stp_ports(world, tree, end.node))
        if (row.port == end.port) return row.state;
      return topology::StpState::kUnknown;
    };
    CHECK(state(cable.a) == topology::StpState::kForwarding);
    CHECK(state(cable.b) == topology::StpState::kBlocking);
  }
  CHECK(blocked == 3);
}

TEST_CASE("a perfect poll is sorted as the snapshot promises, and whole", "[lab]") {
  const World world = generate(everything());
  const auto all = snapshots(world);
  REQUIRE(all.size() == world.switches.size());
  for (const auto& s : all) {
    CHECK(s.answered);
    CHECK(s.fdb_complete());
    CHECK(std::is_sorted(s.fdb.begin(), s.fdb.end(), [](const auto& a, const auto& b) {
      return std::tie(a.mac, a.vlan, a.port) < std::tie(b.mac, b.vlan, b.port);
    }));
    CHECK(std::is_sorted(s.own_addresses.begin(), s.own_addresses.end()));
    for (const auto& i : s.interfaces) CHECK(!i.name.empty());
    for (const auto& n : s.neighbors) CHECK(s.interface(n.local_port) != nullptr);
  }
}

TEST_CASE("LLDP and STP speak on the share of switches that was asked for", "[lab]") {
  WorldOptions o = everything();
  o.lldp = 0.5;
  o.stp = 0.25;
  const auto all = snapshots(generate(o));
  CHECK(std::count_if(all.begin(), all.end(), [](const auto& s) { return !s.lldp_chassis_id.empty(); }) ==
        20);
  CHECK(std::count_if(all.begin(), all.end(), [](const auto& s) { return !s.stp_ports.empty(); }) == 10);
}

TEST_CASE("the clock of the story hangs on floor3, module A, port 1", "[lab]") {
  WorldOptions o;
  o.story = Story::kClock;
  o.vlans = 3;
  const World world = generate(o);
  CHECK(world.switches.size() == 40);
  const auto clock = world.station_with(MacAddress::parse("00:0d:4b:ce:20:cd").value());
  REQUIRE(clock.has_value());
  const Truth truth = truth_of(world, *clock);
  CHECK(truth.verdict == Verdict::kEdge);
  const Switch& floor3 = world.switches[truth.sw.value];
  CHECK(floor3.name == "floor3");
  const Port* port = floor3.port(truth.ports.front().ifindex);
  REQUIRE(port != nullptr);
  CHECK(port->name == "A1");
  CHECK(port->ifindex == IfIndex{1});
  CHECK(physical_name(floor3, *port) == "module A port 1");
  CHECK(std::count_if(world.stations.begin(), world.stations.end(),
                      [](const Station& s) { return s.kind == StationKind::kVirtualMachine; }) == 120);
}

TEST_CASE("wishes that no building can fulfil are cut down", "[lab]") {
  for (const unsigned n : {0U, 1U, 2U, 3U}) {
    WorldOptions o = everything();
    o.switches = n;
    o.rings = o.lags = o.unmanaged_middles = 50;
    o.hosts = 5;
    o.stale = 0.1;
    const World world = generate(o);
    CHECK(world.switches.size() == std::max(1U, n));
    CHECK(snapshots(world).size() == world.switches.size());
  }
}

}  // namespace
}  // namespace lanwarden::lab
