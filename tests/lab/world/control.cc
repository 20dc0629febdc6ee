// What the switches tell each other: spanning tree and LLDP.
#include <algorithm>

#include "tests/lab/world/tables.h"
#include "tests/lab/world/world.h"

namespace lanwarden::lab {
namespace {

using topology::BridgeId;
using topology::IfIndex;
using topology::kNoInterface;
using topology::Neighbor;
using topology::StpPort;
using topology::StpState;

constexpr std::uint32_t kHopCost = 4;            // 1 Gbit/s, IEEE 802.1D-1998 table 8-5
constexpr std::uint16_t kPortPriority = 0x8000;  // 128 in the high bits

BridgeId bridge_id(const Switch& sw) { return {sw.stp_priority, sw.bridge_address}; }

std::uint16_t stp_port_number(const Port& port) {
  return static_cast<std::uint16_t>(kPortPriority | (port.bridge_port.value & 0xfffU));
}

/// The switch end of the way towards the root from `cable`'s a side: through a box, the box's upstream
/// switch.
End upstream_end(const World& world, const Cable& cable) {
  if (world.is_switch(cable.a.node)) return cable.a;
  for (const Cable& other : world.cables)
    if (other.b.node == cable.a.node && !other.blocked) return other.a;
  return cable.a;
}

std::uint16_t capability(topology::Capability c) { return static_cast<std::uint16_t>(c); }

Neighbor neighbor_switch(const Switch& other, const Port& their_port) {
  Neighbor n;
  n.chassis_id = other.bridge_address.to_string();
  n.chassis_mac = other.bridge_address;
  n.port_id = their_port.name;
  if (other.vendor == Vendor::kProcurve) n.port_id = std::to_string(their_port.ifindex.value);
  if (other.vendor == Vendor::kGeneric) {
    n.port_id = their_port.address.to_string();
    n.port_mac = their_port.address;
  }
  n.port_descr = other.vendor == Vendor::kCisco ? their_port.descr : their_port.name;
  n.system_name = other.name;
  n.system_descr = other.descr;
  n.capabilities = {capability(topology::Capability::kBridge), true};
  if (other.router) n.capabilities.bits |= capability(topology::Capability::kRouter);
  n.management = {other.ip};
  return n;
}

Neighbor neighbor_box(const World& world, const Box& box) {
  const Station& self = world.stations[*box.station];
  const bool phone = box.kind == BoxKind::kPhone;
  Neighbor n;
  n.chassis_id = self.mac.to_string();
  n.chassis_mac = self.mac;
  n.port_id = self.mac.to_string();
  n.port_mac = self.mac;
  n.port_descr = phone ? "SW port" : "eth0";
  n.system_name = box.name;
  n.system_descr = phone ? "IP phone (simulated)" : "access point (simulated)";
  const auto bridge = capability(topology::Capability::kBridge);  // both say so, and are no uplink
  n.capabilities = {
      static_cast<std::uint16_t>(bridge | capability(phone ? topology::Capability::kTelephone
                                                           : topology::Capability::kWlanAccessPoint)),
      true};
  n.management = {self.ip};
  return n;
}

/// The physical ports behind `port`: the members of an aggregate, else itself.
std::vector<const Port*> physical(const Switch& sw, IfIndex port) {
  std::vector<const Port*> members;
  for (const Port& p : sw.ports)
    if (p.aggregate == port) members.push_back(&p);
  if (members.empty())
    if (const Port* p = sw.port(port)) members.push_back(p);
  return members;
}

}  // namespace

SpanningTree spanning_tree(const World& world, unsigned number) {
  SpanningTree tree{std::vector<std::uint32_t>(world.switches.size(), 0),
                    std::vector<IfIndex>(world.switches.size(), kNoInterface)};
  const auto hops = active_hops(world, number);
  std::vector<bool> seen(hops.size(), false);
  std::vector<std::pair<NodeId, std::uint32_t>> open{{0, 0}};  // node, cost up to here
  seen[0] = true;
  for (std::size_t i = 0; i < open.size(); ++i) {
    const auto [node, cost] = open[i];
    for (const Hop& hop : hops[node]) {
      if (seen[hop.to]) continue;
      seen[hop.to] = true;
      const std::uint32_t next = cost + (world.is_switch(hop.to) ? kHopCost : 0);
      if (world.is_switch(hop.to)) {
        tree.root_cost[hop.to] = next;
        const Cable& cable = world.cables[hop.cable];
        tree.root_port[hop.to] = cable.b.node == hop.to ? cable.b.port : cable.a.port;
      }
      open.emplace_back(hop.to, next);
    }
  }
  return tree;
}

namespace {

/// What every port says of itself: the bridge is the designated one.
std::vector<StpPort> designated_ports(const World& world, std::size_t self) {
  const Switch& sw = world.switches[self];
  std::vector<StpPort> rows;
  for (const Port& p : sw.ports) {
    if (p.bridge_port.value == 0) continue;
    StpPort row;
    row.port = p.ifindex;
    row.enabled = true;
    row.path_cost = kHopCost;
    row.state = p.link ? StpState::kForwarding : StpState::kDisabled;
    row.designated_root = bridge_id(world.switches[0]);
    row.designated_bridge = bridge_id(sw);
    row.designated_port = stp_port_number(p);
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

std::vector<StpPort> stp_ports_of(const World& world, const SpanningTree& tree, std::size_t self,
                                  topology::VlanId vlan) {
  std::vector<StpPort> rows = designated_ports(world, self);
  const auto better = [&](NodeId a, NodeId b) {
    return std::pair{tree.root_cost[a], bridge_id(world.switches[a])} <
           std::pair{tree.root_cost[b], bridge_id(world.switches[b])};
  };
  for (const Cable& cable : world.cables) {
    const bool at_a = cable.a.node == self;
    if ((!at_a && cable.b.node != self) || cable.second_leg) continue;
    const End mine = at_a ? cable.a : cable.b;
    const bool blocked = cable.blocked_in(world.tree_of(vlan));
    if (!blocked && tree.root_port[self] != mine.port) continue;
    End up = at_a ? cable.b : cable.a;
    if (!world.is_switch(up.node)) {  // whoever of those around the box is nearest to the root
      const NodeId box = up.node;
      up = mine;
      for (const Cable& other : world.cables)
        for (const auto& [near, far] : {std::pair{other.a, other.b}, std::pair{other.b, other.a}})
          if (near.node == box && world.is_switch(far.node) && better(far.node, up.node)) up = far;
    }
    if (up.node == self || (blocked && better(static_cast<NodeId>(self), up.node))) continue;
    const Port* their_port = world.switches[up.node].port(up.port);
    const auto it =
        std::find_if(rows.begin(), rows.end(), [&](const StpPort& r) { return r.port == mine.port; });
    if (their_port == nullptr || it == rows.end()) continue;
    it->designated_bridge = bridge_id(world.switches[up.node]);
    it->designated_port = stp_port_number(*their_port);
    if (blocked) it->state = StpState::kBlocking;
  }
  for (StpPort& row : rows) row.vlan = vlan;
  return rows;
}

std::vector<StpPort> stp_ports(const World& world, const SpanningTree& tree, std::size_t self) {
  std::vector<StpPort> rows = designated_ports(world, self);
  for (const Cable& cable : world.cables) {
    if (cable.second_leg || cable.b.node != self || (!cable.blocked && tree.root_port[self] != cable.b.port))
      continue;
    const End up = upstream_end(world, cable);  // the designated bridge of this LAN
    const Port* their_port = world.is_switch(up.node) ? world.switches[up.node].port(up.port) : nullptr;
    const auto it =
        std::find_if(rows.begin(), rows.end(), [&](const StpPort& r) { return r.port == cable.b.port; });
    if (their_port == nullptr || it == rows.end()) continue;
    it->designated_bridge = bridge_id(world.switches[up.node]);
    it->designated_port = stp_port_number(*their_port);
    if (cable.blocked) it->state = StpState::kBlocking;
  }
  return rows;
}

std::vector<Neighbor> lldp_neighbors(const World& world, std::size_t self) {
  const Switch& sw = world.switches[self];
  std::vector<Neighbor> neighbors;
  if (!sw.lldp) return neighbors;
  const auto hear = [&](const Port& mine, Neighbor n) {
    n.local_port = mine.ifindex;
    n.local_port_text = std::to_string(mine.lldp_port);
    neighbors.push_back(std::move(n));
  };
  const auto hear_switch = [&](IfIndex mine, const End& there, bool second_leg = false) {
    const Switch& other = world.switches[there.node];
    if (!other.lldp) return;
    auto my_ports = physical(sw, mine), their_ports = physical(other, there.port);
    if (second_leg)  // the first member goes to the other peer
      for (auto* ports : {&my_ports, &their_ports})
        if (ports->size() > 1) ports->erase(ports->begin());
    for (std::size_t i = 0; i < std::min(my_ports.size(), their_ports.size()); ++i)
      hear(*my_ports[i], neighbor_switch(other, *their_ports[i]));
  };
  for (const Cable& cable : world.cables) {
    if (cable.a.node != self && cable.b.node != self) continue;
    const End mine = cable.a.node == self ? cable.a : cable.b;
    const End there = cable.a.node == self ? cable.b : cable.a;
    if (world.is_switch(there.node)) {
      hear_switch(mine.port, there, cable.second_leg);
      continue;
    }
    const Box& box = world.box(there.node);
    if ((box.kind == BoxKind::kPhone || box.kind == BoxKind::kAccessPoint) && box.station)
      if (const Port* p = sw.port(mine.port)) hear(*p, neighbor_box(world, box));
    if (!box.passes_lldp) continue;
    for (const Cable& other : world.cables) {
      const bool down = other.a.node == there.node, up = other.b.node == there.node;
      const End far = down ? other.b : other.a;
      if ((down || up) && world.is_switch(far.node) && far.node != self) hear_switch(mine.port, far);
    }
  }
  std::sort(neighbors.begin(), neighbors.end(), [](const Neighbor& a, const Neighbor& b) {
    return std::tie(a.local_port, a.chassis_id, a.port_id) < std::tie(b.local_port, b.chassis_id, b.port_id);
  });
  return neighbors;
}

}  // namespace lanwarden::lab
