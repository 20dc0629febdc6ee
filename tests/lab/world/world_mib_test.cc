// A switch of the building, asked as an SNMP manager would, without any UDP.
#include "tests/lab/world/world_mib.h"

#include <catch2/catch.hpp>

#include <algorithm>

#include "tests/lab/agent/ber.h"

namespace lanwarden::lab {
namespace {

const Oid kQBridgePort{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 2};
const Oid kBridgePort{1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 2};
const Oid kAdminStatus{1, 3, 6, 1, 2, 1, 2, 2, 1, 7};
const Oid kOperStatus{1, 3, 6, 1, 2, 1, 2, 2, 1, 8};

using Rows = std::vector<ber::VarBind>;

Rows decode(const VarBindSink& sink) {
  Rows rows;
  for (std::size_t i = 0; i < sink.count(); ++i) rows.push_back(ber::read_varbind(sink[i]).value());
  return rows;
}

struct Lab {
  World world;
  LiveWorld live{world};
  SpanningTree tree{spanning_tree(world)};

  explicit Lab(const WorldOptions& options) : world(generate(options)) {}
  WorldMib agent(NodeId sw) { return {live, tree, sw}; }
  NodeId first(Vendor vendor) const {
    for (NodeId i = 0; i < world.switches.size(); ++i)
      if (world.switches[i].vendor == vendor) return i;
    FAIL("no such switch in this world");
    return 0;
  }
};

WorldOptions building() {
  WorldOptions o;
  o.seed = 3;
  o.switches = 30;
  o.hosts = 300;
  o.vlans = 3;
  o.lags = 5;
  return o;
}

Rows walk(MibView& view, const Oid& below, std::size_t at_once, std::string_view context = {}) {
  Rows all;
  VarBindSink sink(1 << 16);
  Oid after = below;
  for (;;) {
    sink.reset(1 << 16);
    view.next({context}, after, at_once, sink);
    const Rows rows = decode(sink);
    if (rows.empty()) return all;
    for (const auto& row : rows) {
      if (!starts_with(row.name, below)) return all;
      REQUIRE((compare(all.empty() ? Oid{} : all.back().name, row.name) < 0));
      all.push_back(row);
    }
    after = rows.back().name;
  }
}

Value get(MibView& view, const Oid& name, std::string_view context = {}) {
  VarBindSink sink(1 << 16);
  view.get({context}, name, sink);
  const Rows rows = decode(sink);
  REQUIRE(rows.size() == 1);
  return rows[0].value;
}

Oid index_of(topology::MacAddress mac) {
  const auto o = mac.octets();
  return {o.begin(), o.end()};
}

Oid q_bridge_name(const Lab& lab, NodeId sw, std::uint32_t station) {
  const Station& s = lab.world.stations[station];
  return kQBridgePort + fdb_id(lab.world, lab.world.switches[sw], s.vlan).value + OidView(index_of(s.mac));
}

std::uint32_t some_edge_station(const World& world) {
  for (std::uint32_t i = 0; i < world.stations.size(); ++i)
    if (truth_of(world, i).verdict == topology::Verdict::kEdge) return i;
  FAIL("no edge");
  return 0;
}

TEST_CASE("every name a walk gives is in order and can be asked for by itself", "[lab][mib]") {
  Lab lab(building());
  for (const Vendor vendor : {Vendor::kCisco, Vendor::kProcurve, Vendor::kAruba, Vendor::kGeneric}) {
    WorldMib agent = lab.agent(lab.first(vendor));
    const Rows rows = walk(agent, Oid{1}, 1);
    CHECK(rows.size() > 500);
    for (const auto& row : rows) REQUIRE(get(agent, row.name) == row.value);
    const Rows bulk = walk(agent, Oid{1}, 37);
    REQUIRE(bulk.size() == rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) REQUIRE(bulk[i].name == rows[i].name);
  }
}

TEST_CASE("the forwarding table says what the world's rows say, through base ports and FdbIds",
          "[lab][mib]") {
  Lab lab(building());
  for (const Vendor vendor : {Vendor::kProcurve, Vendor::kAruba, Vendor::kGeneric}) {
    const NodeId sw = lab.first(vendor);
    WorldMib agent = lab.agent(sw);
    CHECK(walk(agent, kQBridgePort, 50).size() == lab.world.switches[sw].fdb.size());
    for (const LearnedRow& row : lab.world.switches[sw].fdb) {
      const Value port = get(agent, q_bridge_name(lab, sw, row.station));
      REQUIRE(port.tag == Tag::kInteger);
      if (row.port == topology::kNoInterface) {
        REQUIRE(port.integer == 0);
        continue;
      }
      const Oid base_port = Oid{1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2} + static_cast<std::uint32_t>(port.integer);
      REQUIRE(get(agent, base_port).integer == row.port.value);
    }
  }
}

TEST_CASE("on a switch with VLAN contexts each station is in its VLAN's context only", "[lab][mib]") {
  Lab lab(building());
  const NodeId sw = lab.first(Vendor::kCisco);
  WorldMib agent = lab.agent(sw);
  std::size_t rows = 0;
  for (const topology::VlanId vlan : lab.world.vlans) {
    const std::string context = std::to_string(vlan.value);
    REQUIRE(agent.has_context(context));
    for (const auto& row : walk(agent, kBridgePort, 20, context)) {
      const Oid base_port =
          Oid{1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2} + static_cast<std::uint32_t>(row.value.integer);
      if (row.value.integer != 0) CHECK(get(agent, base_port, context).tag == Tag::kInteger);
      ++rows;
    }
  }
  CHECK(rows == lab.world.switches[sw].fdb.size());
  CHECK(walk(agent, Oid{1, 3, 6, 1, 2, 1, 17, 7}, 20).empty());
  CHECK_FALSE(agent.has_context("77"));
  CHECK_FALSE(agent.has_context("10x"));
}

TEST_CASE(
    "a SET that shuts an edge port takes its station out of every switch's table, and up brings it back",
    "[lab][mib]") {
  Lab lab(building());
  const std::uint32_t station = some_edge_station(lab.world);
  const topology::PortId port = truth_of(lab.world, station).ports.front();
  WorldMib edge = lab.agent(port.sw.value);
  const auto known = [&] {
    std::size_t n = 0;
    for (NodeId s = 0; s < lab.world.switches.size(); ++s)
      for (const LearnedRow& row : lab.world.switches[s].fdb)
        if (row.station == station && lab.live.row_visible(s, row)) ++n;
    return n;
  };
  const NodeId other = lab.first(Vendor::kGeneric);
  WorldMib far = lab.agent(other);
  CHECK(known() == lab.world.switches.size());
  const std::size_t before = walk(far, kQBridgePort, 50).size();

  CHECK(edge.set({}, std::vector<Assignment>{{kAdminStatus + port.ifindex.value, Value::of_integer(2)}})
            .status == ErrorStatus::kNoError);
  CHECK(get(edge, kAdminStatus + port.ifindex.value).integer == 2);
  CHECK(get(edge, kOperStatus + port.ifindex.value).integer == 2);
  CHECK(known() == 0);
  CHECK(walk(far, kQBridgePort, 50).size() == before - 1);
  CHECK(get(far, q_bridge_name(lab, other, station)).tag == Tag::kNoSuchInstance);

  edge.set({}, std::vector<Assignment>{{kAdminStatus + port.ifindex.value, Value::of_integer(1)}});
  CHECK(known() == lab.world.switches.size());
  CHECK(get(edge, kOperStatus + port.ifindex.value).integer == 1);
}

TEST_CASE("a shut uplink loses its neighbour at both ends, and what lies behind it", "[lab][mib]") {
  Lab lab(building());
  const auto cable = std::find_if(lab.world.cables.begin(), lab.world.cables.end(), [&](const Cable& c) {
    return lab.world.is_switch(c.b.node) && lab.world.is_switch(c.a.node) && !c.blocked &&
           lab.world.switches[c.a.node].port(c.a.port)->type == 6;
  });
  REQUIRE(cable != lab.world.cables.end());
  WorldMib upper = lab.agent(cable->a.node), lower = lab.agent(cable->b.node);
  const Oid names{1, 0, 8802, 1, 1, 2, 1, 4, 1, 1, 9};
  const std::size_t above = walk(upper, names, 9).size(), below = walk(lower, names, 9).size();
  lower.set({}, std::vector<Assignment>{{kAdminStatus + cable->b.port.value, Value::of_integer(2)}});
  CHECK(walk(upper, names, 9).size() == above - 1);
  CHECK(walk(lower, names, 9).size() == below - 1);
  CHECK(get(upper, kOperStatus + cable->a.port.value).integer == 2);
  for (const LearnedRow& row : lab.world.switches[cable->b.node].fdb)
    if (row.port == cable->b.port) CHECK_FALSE(lab.live.row_visible(cable->b.node, row));
}

TEST_CASE("an aggregate lives as long as one of its members", "[lab][mib]") {
  Lab lab(building());
  for (NodeId s = 0; s < lab.world.switches.size(); ++s) {
    std::vector<topology::PortId> members;
    topology::IfIndex aggregate;
    for (const Port& p : lab.world.switches[s].ports) {
      if (p.aggregate == topology::kNoInterface || (!members.empty() && p.aggregate != aggregate)) continue;
      aggregate = p.aggregate;
      members.push_back({topology::SwitchId{s}, p.ifindex});
    }
    if (members.empty()) continue;
    REQUIRE(members.size() == 2);
    const topology::PortId bundle{topology::SwitchId{s}, aggregate};
    lab.live.set_admin(members[0], false);
    CHECK(lab.live.oper_up(bundle));
    lab.live.set_admin(members[1], false);
    CHECK_FALSE(lab.live.oper_up(bundle));
    lab.live.set_admin(members[0], true);
    CHECK(lab.live.oper_up(bundle));
    return;
  }
  FAIL("no aggregate in this world");
}

TEST_CASE("what cannot be set is refused by its name, and nothing changes", "[lab][mib]") {
  Lab lab(building());
  const NodeId sw = lab.first(Vendor::kProcurve);
  WorldMib agent = lab.agent(sw);
  const auto ifindex = lab.world.switches[sw].ports.front().ifindex.value;
  const auto status = [&](const Oid& name, const Value& value) {
    return agent.set({},
                     std::vector<Assignment>{{kAdminStatus + ifindex, Value::of_integer(2)}, {name, value}});
  };
  CHECK(status(kOperStatus + ifindex, Value::of_integer(2)) == SetResult{ErrorStatus::kNotWritable, 2});
  CHECK(status(kAdminStatus + ifindex, Value::of_octets("2")) == SetResult{ErrorStatus::kWrongType, 2});
  CHECK(status(kAdminStatus + ifindex, Value::of_integer(7)) == SetResult{ErrorStatus::kWrongValue, 2});
  CHECK(status(kAdminStatus + 999'999, Value::of_integer(2)) == SetResult{ErrorStatus::kNoCreation, 2});
  CHECK(get(agent, kAdminStatus + ifindex).integer == 1);
}

TEST_CASE("sysUpTime runs, and starts again when the switch reboots", "[lab][mib]") {
  using namespace std::chrono_literals;
  Lab lab(building());
  WorldMib agent = lab.agent(0);
  const Oid uptime{1, 3, 6, 1, 2, 1, 1, 3, 0};
  const auto at = [&](std::chrono::nanoseconds now) {
    VarBindSink sink(1 << 16);
    agent.get({"", now}, uptime, sink);
    return decode(sink).at(0).value.number;
  };
  const auto first = at(10s);
  CHECK(at(12s) == first + 200);
  agent.reboot(20s);
  CHECK(at(21s) == 100);
}

}  // namespace
}  // namespace lanwarden::lab
