// What the nouns of a wiring consist of, once, as snapshot_fields.h: for the items the store keeps and the
// files that baselines are. A key never changes its name; enums are stored as their numbers.
#pragma once

#include "topology/audit/wiring.h"
#include "topology/snapshot_fields.h"

namespace lanwarden::topology::audit {

template <class A, Is<PortName> T>
void fields(A& a, T& x) {
  a("switch", x.sw);
  a("port", x.port);
}

template <class A, Is<WiredSwitch> T>
void fields(A& a, T& x) {
  a("address", x.address);
  a("system_name", x.system_name);
  a("object_id", x.object_id);
  a("bridge", x.bridge);
  a("booted", x.booted);
  a("silent_since", x.silent_since);
  a("roots", x.roots);
  a("vlans", x.vlans);
  a("snmp_version", x.snmp_version);
  a("default_community", x.default_community);
}

template <class A, Is<WiredPort> T>
void fields(A& a, T& x) {
  a("admin", x.admin);
  a("oper", x.oper);
  a("changed", x.changed);
  a("changes", x.changes);
  a("speed", x.speed_bps);
  a("duplex", x.duplex);
  a("pvid", x.pvid);
  a("tagged", x.tagged);
  a("untagged", x.untagged);
  a("vlans_known", x.vlans_known);
  a("error_disabled", x.error_disabled);
  a("aggregate", x.aggregate);
  a("role", x.role);
  a("was_edge", x.was_edge);
  a("bridge", x.bridge);
  a("bridge_unheard", x.bridge_unheard);
  a("stations", x.stations);
  a("first_seen", x.first_seen);
  a("several_since", x.several_since);
  a("several_seen", x.several_seen);
}

template <class A, Is<WiredLink> T>
void fields(A& a, T& x) {
  a("via", x.via);
  a("blocked", x.blocked);
  a("unseen", x.unseen);
  a("tentative", x.tentative);
}

template <class A, class T>
void fields(A& a, Double<T>& x) {
  a("a", x.a);
  a("b", x.b);
  a("first", x.first);
  a("last", x.last);
}
template <class A, class T>
void fields(A& a, const Double<T>& x) {
  a("a", x.a);
  a("b", x.b);
  a("first", x.first);
  a("last", x.last);
}

}  // namespace lanwarden::topology::audit
