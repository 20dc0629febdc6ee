#include <algorithm>

#include "tests/lab/world/world.h"

namespace lanwarden::lab {
namespace {

using topology::Completeness;
using topology::FdbEntry;
using topology::Interface;
using topology::OperStatus;
using topology::SwitchSnapshot;
using topology::Table;

void complete(SwitchSnapshot& s, Table table, std::size_t rows) {
  s.table(table) = {Completeness::kComplete, static_cast<std::uint32_t>(rows), ""};
}
void absent(SwitchSnapshot& s, Table table) { s.table(table) = {Completeness::kAbsent, 0, ""}; }

Interface interface_of(const Switch& sw, const Port& p) {
  Interface i;
  i.ifindex = p.ifindex;
  i.name = p.name;
  i.descr = p.descr;
  i.alias = p.alias;
  i.physical = physical_name(sw, p);
  i.type = p.type;
  i.speed_bps = p.speed_bps;
  i.admin = OperStatus::kUp;
  i.oper = p.link ? OperStatus::kUp : OperStatus::kDown;
  i.address = p.address;
  if (p.bridge_port.value != 0) i.pvid = p.pvid;
  i.aggregate = p.aggregate;
  i.bridge_port = p.bridge_port;
  return i;
}

void add_forwarding(const World& world, const Switch& sw, SwitchSnapshot& s) {
  const bool contexts = sw.vendor == Vendor::kCisco;
  s.fdb.reserve(sw.fdb.size());
  for (const LearnedRow& row : sw.fdb) {
    const Station& station = world.stations[row.station];
    FdbEntry e;
    e.mac = station.mac;
    e.port = row.port;
    if (const Port* p = sw.port(row.port)) e.bridge_port = p->bridge_port;
    e.vlan = station.vlan;
    e.status = row.status;
    s.fdb.push_back(e);
  }
  for (const topology::VlanId vlan : world.vlans) {
    const topology::FdbId fid = fdb_id(world, sw, vlan);
    s.fdb_ids.push_back(fid);
    s.fdb_vlans.emplace_back(fid, vlan);
    s.vlans.push_back({vlan, "vlan" + std::to_string(vlan.value), {}, {}});
    topology::FdbDatabase database;
    database.table = contexts ? Table::kBridgeFdb : Table::kQBridgeFdb;
    database.id = contexts ? topology::FdbId{0} : fid;
    database.vlan = vlan;
    database.context = contexts ? vlan : topology::kNoVlan;
    s.databases.push_back(database);
  }
  for (const Port& p : sw.ports)
    if (p.bridge_port.value != 0) s.base_ports.push_back({topology::kNoVlan, p.bridge_port, p.ifindex});
  std::sort(s.base_ports.begin(), s.base_ports.end());
  if (contexts)
    absent(s, Table::kQBridgeFdb);
  else
    complete(s, Table::kQBridgeFdb, sw.fdb.size());
  if (contexts || sw.vendor == Vendor::kGeneric)
    complete(s, Table::kBridgeFdb, sw.fdb.size());
  else
    absent(s, Table::kBridgeFdb);
  complete(s, Table::kVlans, world.vlans.size());
}

void add_addresses(const World& world, const Switch& sw, SwitchSnapshot& s) {
  s.own_addresses.push_back(sw.bridge_address);
  for (const Port& p : sw.ports) s.own_addresses.push_back(p.address);
  std::sort(s.own_addresses.begin(), s.own_addresses.end());
  s.own_addresses.erase(std::unique(s.own_addresses.begin(), s.own_addresses.end()), s.own_addresses.end());
  s.own_ips = {sw.ip};
  if (!sw.router) {
    complete(s, Table::kAddresses, 0);
    return;
  }
  for (const Station& station : world.stations) {
    if (station.mac == sw.bridge_address) continue;
    s.addresses.push_back({station.ip, station.mac, topology::IfIndex{16'777'216U + station.vlan.value}});
  }
  complete(s, Table::kAddresses, s.addresses.size());
}

/// Of every tree, in the order of their numbers.
std::vector<SpanningTree> spanning_trees(const World& world) {
  std::vector<SpanningTree> trees;
  for (unsigned tree = 0; tree < world.trees(); ++tree) trees.push_back(spanning_tree(world, tree));
  return trees;
}

void add_spanning_trees(const World& world, const std::vector<SpanningTree>& trees, std::size_t self,
                        SwitchSnapshot& s) {
  const topology::BridgeId root{world.switches[0].stp_priority, world.switches[0].bridge_address};
  const auto add = [&](topology::VlanId vlan, const SpanningTree& tree, std::vector<topology::StpPort> rows) {
    s.stp.push_back({vlan, root, tree.root_cost[self], tree.root_port[self]});
    s.stp_ports.insert(s.stp_ports.end(), rows.begin(), rows.end());
  };
  if (trees.size() == 1)
    add(topology::kNoVlan, trees[0], stp_ports(world, trees[0], self));
  else
    for (const topology::VlanId vlan : world.vlans)
      add(vlan, trees[world.tree_of(vlan)], stp_ports_of(world, trees[world.tree_of(vlan)], self, vlan));
  complete(s, Table::kStp, s.stp_ports.size());
}

SwitchSnapshot snapshot(const World& world, const std::vector<SpanningTree>& trees, std::size_t self,
                        topology::Time now) {
  const Switch& sw = world.switches[self];
  SwitchSnapshot s;
  s.name = sw.name;
  s.address = sw.address;
  s.time = now;
  s.answered = true;
  s.system_name = sw.name;
  s.system_descr = sw.descr;
  s.location = sw.location;
  s.object_id = sw.object_id;
  s.uptime_cs = 100ULL * 86'400 * 30;
  s.bridge_address = sw.bridge_address;
  complete(s, Table::kSystem, 6);
  std::size_t bridge_ports = 0, members = 0;
  for (const Port& p : sw.ports) {
    s.interfaces.push_back(interface_of(sw, p));
    bridge_ports += p.bridge_port.value != 0 ? 1 : 0;
    members += p.aggregate != topology::kNoInterface ? 1 : 0;
  }
  complete(s, Table::kInterfaces, s.interfaces.size());
  complete(s, Table::kBasePorts, bridge_ports);
  if (members > 0)
    complete(s, Table::kLag, members);
  else
    absent(s, Table::kLag);
  add_forwarding(world, sw, s);
  add_addresses(world, sw, s);
  if (sw.stp) {
    add_spanning_trees(world, trees, self, s);
  } else {
    absent(s, Table::kStp);
  }
  if (sw.lldp) {
    s.lldp_chassis_id = sw.bridge_address.to_string();
    s.neighbors = lldp_neighbors(world, self);
    complete(s, Table::kLldp, s.neighbors.size());
  } else {
    absent(s, Table::kLldp);
  }
  absent(s, Table::kCdp);
  absent(s, Table::kVendorFdb);
  if (sw.vendor == Vendor::kProcurve)
    complete(s, Table::kEntity, sw.ports.size());
  else
    absent(s, Table::kEntity);
  return s;
}

}  // namespace

topology::FdbId fdb_id(const World& world, const Switch& sw, topology::VlanId vlan) {
  if (sw.vendor != Vendor::kProcurve) return topology::FdbId{vlan.value};
  const auto place = std::lower_bound(world.vlans.begin(), world.vlans.end(), vlan) - world.vlans.begin();
  return topology::FdbId{static_cast<std::uint32_t>(place + 1)};
}

std::string physical_name(const Switch& sw, const Port& port) {
  if (sw.vendor != Vendor::kProcurve || port.module == 0) return "";
  const std::string letter = port.name.substr(0, port.name.find_first_of("0123456789"));
  return "module " + letter + " port " + std::to_string(port.position);
}

std::vector<SwitchSnapshot> snapshots(const World& world, topology::Time now) {
  const auto trees = spanning_trees(world);
  std::vector<SwitchSnapshot> all;
  all.reserve(world.switches.size());
  for (std::size_t i = 0; i < world.switches.size(); ++i) all.push_back(snapshot(world, trees, i, now));
  return all;
}

SwitchSnapshot snapshot_of(const World& world, std::size_t sw, topology::Time now) {
  return snapshot(world, spanning_trees(world), sw, now);
}

}  // namespace lanwarden::lab
