// What the nouns of a snapshot consist of, once: for every form in which they are written and read again (the
// store's document, the frozen fabric). fields(archive, noun) hands each field to the archive with its key.
// A key never changes its name; enums are stored as their numbers (store_json_test pins them).
#pragma once

#include <concepts>
#include <type_traits>

#include "topology/switch_snapshot.h"

namespace lanwarden::topology {

template <class T, class Wanted>
concept Is = std::same_as<std::remove_const_t<T>, Wanted>;

template <class A, Is<Interface> T>
void fields(A& a, T& x) {
  a("ifindex", x.ifindex);
  a("name", x.name);
  a("descr", x.descr);
  a("alias", x.alias);
  a("physical", x.physical);
  a("type", x.type);
  a("speed", x.speed_bps);
  a("admin", x.admin);
  a("oper", x.oper);
  a("address", x.address);
  a("pvid", x.pvid);
  a("aggregate", x.aggregate);
  a("bridge_port", x.bridge_port);
  a("duplex", x.duplex);
  a("poe", x.poe);
  a("error_disabled", x.error_disabled);
  a("last_change", x.last_change_cs);
}

template <class A, Is<BridgeId> T>
void fields(A& a, T& x) {
  a("priority", x.priority);
  a("address", x.address);
}

template <class A, Is<StpBridge> T>
void fields(A& a, T& x) {
  a("vlan", x.vlan);
  a("root", x.root);
  a("root_cost", x.root_cost);
  a("root_port", x.root_port);
}

template <class A, Is<StpPort> T>
void fields(A& a, T& x) {
  a("port", x.port);
  a("vlan", x.vlan);
  a("state", x.state);
  a("enabled", x.enabled);
  a("root", x.designated_root);
  a("bridge", x.designated_bridge);
  a("designated_port", x.designated_port);
  a("cost", x.path_cost);
}

template <class A, Is<Capabilities> T>
void fields(A& a, T& x) {
  a("bits", x.bits);
  a("known", x.known);
}

template <class A, Is<Neighbor> T>
void fields(A& a, T& x) {
  a("protocol", x.protocol);
  a("port", x.local_port);
  a("port_text", x.local_port_text);
  a("chassis_id", x.chassis_id);
  a("chassis_mac", x.chassis_mac);
  a("port_id", x.port_id);
  a("port_mac", x.port_mac);
  a("port_descr", x.port_descr);
  a("system_name", x.system_name);
  a("system_descr", x.system_descr);
  a("capabilities", x.capabilities);
  a("management", x.management);
}

template <class A, Is<AddressEntry> T>
void fields(A& a, T& x) {
  a("ip", x.ip);
  a("mac", x.mac);
  a("port", x.port);
}

template <class A, Is<Vlan> T>
void fields(A& a, T& x) {
  a("id", x.id);
  a("name", x.name);
  a("tagged", x.tagged);
  a("untagged", x.untagged);
}

template <class A, Is<BasePort> T>
void fields(A& a, T& x) {
  a("context", x.context);
  a("port", x.port);
  a("ifindex", x.ifindex);
}

template <class A, Is<FdbDatabase> T>
void fields(A& a, T& x) {
  a("table", x.table);
  a("id", x.id);
  a("vlan", x.vlan);
  a("context", x.context);
  a("ports", x.ports);
  a("vendor_table", x.vendor_table);
  a("length_byte", x.length_byte);
  a("shift", x.shift);
}

template <class A, Is<AgentManners::Cuts> T>
void fields(A& a, T& x) {
  a("table", x.table);
  a("context", x.context);
  a("rows", x.rows);
  a("indexes", x.indexes);
}

template <class A, Is<AgentManners> T>
void fields(A& a, T& x) {
  a("bulk", x.bulk_variables);
  a("bulk_failed_at", x.bulk_failed_at);
  a("window", x.window);
  a("no_get_bulk", x.no_get_bulk);
  a("cuts", x.cuts);
}

/// Without name, time, uptime, the tables' completeness and the forwarding rows: the store keeps those apart.
template <class A, Is<SwitchSnapshot> T>
void fields(A& a, T& x) {
  a("address", x.address);
  a("answered", x.answered);
  a("system_name", x.system_name);
  a("system_descr", x.system_descr);
  a("location", x.location);
  a("object_id", x.object_id);
  a("bridge_address", x.bridge_address);
  a("own_addresses", x.own_addresses);
  a("lldp_chassis_id", x.lldp_chassis_id);
  a("own_ips", x.own_ips);
  a("interfaces", x.interfaces);
  a("fdb_ids", x.fdb_ids);
  a("fdb_vlans", x.fdb_vlans);
  a("databases", x.databases);
  a("base_ports", x.base_ports);
  a("vlans", x.vlans);
  a("stp", x.stp);
  a("stp_ports", x.stp_ports);
  a("neighbors", x.neighbors);
  a("addresses", x.addresses);
  a("problems", x.problems);
  a("decisions", x.decisions);
  a("manners", x.manners);
}

}  // namespace lanwarden::topology
