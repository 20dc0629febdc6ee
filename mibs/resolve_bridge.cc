#include <algorithm>
#include <tuple>

#include "mibs/resolve.h"
#include "mibs/vendors.h"

namespace lanwarden::mibs {
namespace {

using topology::IfIndex;
using topology::SwitchSnapshot;
using topology::VlanId;

topology::StpState stp_state(std::uint8_t sent) {
  switch (sent) {
    case 1:
      return topology::StpState::kDisabled;
    case 2:
      return topology::StpState::kBlocking;
    case 3:
      return topology::StpState::kListening;
    case 4:
      return topology::StpState::kLearning;
    case 5:
      return topology::StpState::kForwarding;
    case 6:
      return topology::StpState::kBroken;
    default:
      return topology::StpState::kUnknown;
  }
}

/// A bridge port of a table without forwarding rows: through the base-port table;
/// where there is none, it can only be an ifIndex.
IfIndex port_of(const SwitchSnapshot& s, VlanId context, std::uint32_t port) {
  if (port == 0) return topology::kNoInterface;
  if (const auto found = base_port(s.base_ports, context, port)) return *found;
  return s.base_ports.empty() ? port_of_ifindex(s, port) : topology::kNoInterface;
}

}  // namespace

void resolve_bridge(const Tables& t, SwitchSnapshot& s) {
  for (const auto& [context, scalars] : t.stp) {
    if (!scalars.has_root) continue;
    const VlanId vlan{context};
    topology::StpBridge b;
    b.vlan = vlan;
    b.root = scalars.root;
    b.root_cost = scalars.root_cost;
    b.root_port = port_of(s, vlan, scalars.root_port);
    s.stp.push_back(b);
  }
  for (const auto& [place, row] : t.stp_ports) {
    topology::StpPort p;
    p.vlan = VlanId{place.first};
    p.port = port_of(s, p.vlan, place.second);
    if (p.port == topology::kNoInterface) continue;
    p.state = stp_state(row.state);
    p.enabled = row.enabled;
    p.designated_root = row.designated_root;
    p.designated_bridge = row.designated_bridge;
    p.designated_port = row.designated_port;
    p.path_cost = row.path_cost;
    s.stp_ports.push_back(p);
  }
  std::stable_sort(s.stp_ports.begin(), s.stp_ports.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.vlan, a.port) < std::tuple(b.vlan, b.port);
  });

  const auto set_pvid = [&](IfIndex port, std::uint16_t vid) {
    for (topology::Interface& i : s.interfaces)
      if (i.ifindex == port && i.pvid == topology::kNoVlan) i.pvid = VlanId{vid};
  };
  for (const auto& [port, vid] : t.access_vlans)
    if (!t.trunks.contains(port)) set_pvid(IfIndex{port}, vid);
  for (const auto& [port, vid] : t.native_vlans)
    if (t.trunks.contains(port)) set_pvid(IfIndex{port}, vid);
  // The index of dot1qPortVlanTable is a bridge port; some agents use ifIndexes here as well.
  std::size_t as_bridge_port = 0, as_ifindex = 0;
  for (const auto& [port, vid] : t.pvids) {
    if (base_port(s.base_ports, topology::kNoVlan, port)) ++as_bridge_port;
    if (s.interface(IfIndex{port}) != nullptr) ++as_ifindex;
  }
  for (const auto& [port, vid] : t.pvids) {
    if (as_ifindex > as_bridge_port)
      set_pvid(port_of_ifindex(s, port), vid);
    else
      set_pvid(port_of(s, topology::kNoVlan, port), vid);
  }
}

}  // namespace lanwarden::mibs
