// The product's poll, run in process against the simulated switches: what it
// makes of their tables is what the building's snapshots promise. So tests that
// start from snapshots() test what a poll would have given.
#include <catch2/catch.hpp>

#include <algorithm>

#include "mibs/poll.h"
#include "tests/lab/agent/ber.h"
#include "tests/lab/world/world_mib.h"

namespace lanwarden::lab {
namespace {

using topology::SwitchSnapshot;

/// Hands a decoded variable to the poll in the product's own form.
void pass_on(mibs::Poll& poll, const mibs::Request& request, std::size_t column, OidView index,
             const Value& from) {
  mibs::Value to;
  using Type = mibs::Value::Type;
  const auto* octets = reinterpret_cast<const std::uint8_t*>(from.octets.data());
  switch (from.tag) {
    case Tag::kInteger:
      to.type = Type::kInteger;
      to.integer = from.integer;
      break;
    case Tag::kOctets:
    case Tag::kOpaque:
    case Tag::kIpAddress:
      to.type = Type::kOctets;
      to.octets = {octets, from.octets.size()};
      break;
    case Tag::kOid:
      to.type = Type::kOid;
      to.oid = from.oid;
      break;
    case Tag::kCounter32:
    case Tag::kGauge32:
    case Tag::kTimeTicks:
    case Tag::kCounter64:
      to.type = Type::kUnsigned;
      to.number = from.number;
      break;
    default:
      to.type = Type::kNoSuchInstance;
      break;
  }
  poll.add(request.id, column, index, to);
}

void answer(mibs::Poll& poll, const mibs::Request& request, MibView& agent) {
  const Asked asked{request.vlan_context};
  if (!agent.has_context(request.vlan_context)) {
    poll.ended(request.id, {topology::Completeness::kPartial, "no answer"});
    return;
  }
  VarBindSink sink(1 << 16);
  std::size_t rows = 0;
  for (std::size_t column = 0; column < request.oids.size(); ++column) {
    const OidView below = request.oids[column].view();
    Oid after(below.begin(), below.end());
    for (bool more = true; more;) {
      sink.reset(1 << 16);
      if (request.get)
        agent.get(asked, below, sink);
      else
        agent.next(asked, after, 100, sink);
      more = !request.get && sink.count() > 0;
      for (std::size_t i = 0; i < sink.count(); ++i) {
        const ber::VarBind row = ber::read_varbind(sink[i]).value();
        if (!starts_with(row.name, below)) {
          more = false;
          break;
        }
        ++rows;
        pass_on(poll, request, column, OidView(row.name).subspan(below.size()), row.value);
        after = row.name;
      }
    }
  }
  poll.ended(request.id,
             {rows == 0 ? topology::Completeness::kAbsent : topology::Completeness::kComplete, ""});
}

SwitchSnapshot poll_of(const World& world, LiveWorld& live, const SpanningTree& tree, NodeId sw) {
  WorldMib agent(live, tree, sw);
  mibs::Poll poll(world.switches[sw].name, world.switches[sw].address);
  for (auto requests = poll.next(); !requests.empty(); requests = poll.next())
    for (const mibs::Request& request : requests) answer(poll, request, agent);
  REQUIRE(poll.done());
  return poll.finish({});
}

World building() {
  WorldOptions o;
  o.seed = 11;
  o.switches = 40;
  o.hosts = 400;
  o.vlans = 3;
  o.lags = 6;
  o.rings = 2;
  o.unmanaged_leafs = 3;
  o.unmanaged_middles = 3;
  o.access_points = 2;
  o.phones = 0.1;
  o.lldp = 0.8;
  o.stp = 0.8;
  o.story = Story::kClock;
  return generate(o);
}

TEST_CASE("polling every switch of a building gives the building's snapshots", "[lab][poll]") {
  const World world = building();
  LiveWorld live(world);
  const SpanningTree tree = spanning_tree(world);
  const auto expected = snapshots(world);
  for (NodeId i = 0; i < world.switches.size(); ++i) {
    const SwitchSnapshot got = poll_of(world, live, tree, i);
    const SwitchSnapshot& want = expected[i];
    INFO(want.name << " " << want.system_descr);
    for (const std::string& problem : got.problems) UNSCOPED_INFO(problem);
    CHECK(got.answered);
    CHECK(got.system_name == want.system_name);
    CHECK(got.object_id == want.object_id);
    CHECK(got.bridge_address == want.bridge_address);
    CHECK(got.fdb_complete());
    CHECK(got.problems.empty());

    REQUIRE(got.interfaces.size() == want.interfaces.size());
    for (std::size_t k = 0; k < want.interfaces.size(); ++k) {
      const topology::Interface &a = got.interfaces[k], &b = want.interfaces[k];
      INFO(b.name);
      REQUIRE(a.ifindex == b.ifindex);
      REQUIRE(a.name == b.name);
      REQUIRE(a.alias == b.alias);
      REQUIRE(a.physical == b.physical);
      REQUIRE(a.type == b.type);
      REQUIRE(a.speed_bps == b.speed_bps);
      REQUIRE(a.admin == b.admin);
      REQUIRE(a.oper == b.oper);
      REQUIRE(a.address == b.address);
      REQUIRE(a.aggregate == b.aggregate);
      REQUIRE(a.bridge_port == b.bridge_port);
    }

    REQUIRE(got.fdb.size() == want.fdb.size());
    for (std::size_t k = 0; k < want.fdb.size(); ++k) {
      INFO(want.fdb[k].mac.to_string());
      REQUIRE(got.fdb[k].mac == want.fdb[k].mac);
      REQUIRE(got.fdb[k].vlan == want.fdb[k].vlan);
      REQUIRE(got.fdb[k].port == want.fdb[k].port);
      REQUIRE(got.fdb[k].status == want.fdb[k].status);
    }

    REQUIRE(got.neighbors.size() == want.neighbors.size());
    for (const topology::Neighbor& n : want.neighbors)
      CHECK(std::any_of(got.neighbors.begin(), got.neighbors.end(), [&](const topology::Neighbor& g) {
        return g.local_port == n.local_port && g.chassis_mac == n.chassis_mac && g.port_id == n.port_id &&
               g.system_name == n.system_name && g.capabilities.bits == n.capabilities.bits;
      }));
    for (const topology::MacAddress own : want.own_addresses)
      CHECK(std::binary_search(got.own_addresses.begin(), got.own_addresses.end(), own));

    REQUIRE(got.stp.empty() == want.stp.empty());
    if (!want.stp.empty()) {
      CHECK(got.stp[0].root == want.stp[0].root);
      CHECK(got.stp[0].root_port == want.stp[0].root_port);
      CHECK(got.stp[0].root_cost == want.stp[0].root_cost);
    }
    for (const topology::StpPort& p : want.stp_ports) {
      if (world.switches[i].port(p.port)->pvid != topology::VlanId{1} &&
          !world.switches[i].port(p.port)->trunk)
        continue;  // in its own VLAN's context on a switch that has such
      CHECK(std::any_of(got.stp_ports.begin(), got.stp_ports.end(), [&](const topology::StpPort& g) {
        return g.port == p.port && g.state == p.state && g.designated_bridge == p.designated_bridge &&
               g.designated_port == p.designated_port;
      }));
    }
  }
}

TEST_CASE("the router's ARP table tells every station's address", "[lab][poll]") {
  const World world = building();
  LiveWorld live(world);
  const SwitchSnapshot got = poll_of(world, live, spanning_tree(world), 0);
  for (const Station& s : world.stations) {
    if (s.mac == world.switches[0].bridge_address) continue;
    CHECK(std::any_of(got.addresses.begin(), got.addresses.end(),
                      [&](const topology::AddressEntry& e) { return e.ip == s.ip && e.mac == s.mac; }));
  }
}

TEST_CASE("a targeted question finds a station where the whole walk found it", "[lab][poll]") {
  const World world = building();
  LiveWorld live(world);
  const SpanningTree tree = spanning_tree(world);
  const auto clock = *world.station_of_kind(StationKind::kClock);
  const topology::MacAddress mac = world.stations[clock].mac;
  for (NodeId i = 0; i < world.switches.size(); ++i) {
    const SwitchSnapshot known = poll_of(world, live, tree, i);
    WorldMib agent(live, tree, i);
    const auto asked = mibs::where_request(known, mac);
    REQUIRE_FALSE(asked.empty());
    std::vector<mibs::WhereValue> answers;
    VarBindSink sink(1 << 16);
    for (std::size_t v = 0; v < asked.size(); ++v) {
      sink.reset(1 << 16);
      if (!agent.has_context(asked[v].vlan_context)) continue;
      agent.get({asked[v].vlan_context}, asked[v].oid.view(), sink);
      const ber::VarBind row = ber::read_varbind(sink[0]).value();
      mibs::Value value;
      value.type =
          row.value.tag == Tag::kInteger ? mibs::Value::Type::kInteger : mibs::Value::Type::kNoSuchInstance;
      value.integer = row.value.integer;
      answers.push_back({v, value});
    }
    const auto rows = mibs::where_rows(known, topology::SwitchId{i}, mac, asked, answers, {});
    INFO(known.name);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].port == row_of(world.switches[i], clock)->port);
  }
}

}  // namespace
}  // namespace lanwarden::lab
