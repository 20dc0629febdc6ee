#include "tests/lab/world/live_world.h"

#include <algorithm>

namespace lanwarden::lab {

using topology::IfIndex;
using topology::kNoInterface;
using topology::PortId;
using topology::SwitchId;

LiveWorld::LiveWorld(const World& world) : world_(world), cable_up_(world.cables.size(), true) {
  for (const Switch& s : world.switches) {
    admin_.emplace_back(s.ports.size(), true);
    cable_.emplace_back(s.ports.size(), kNoCable);
  }
  revisions_.assign(world.switches.size(), 1);
  for (std::uint32_t i = 0; i < world.cables.size(); ++i)
    for (const End& end : {world.cables[i].a, world.cables[i].b}) {
      if (!world.is_switch(end.node)) continue;
      const std::vector<Port>& ports = world.switches[end.node].ports;
      for (std::size_t p = 0; p < ports.size(); ++p)
        if (ports[p].ifindex == end.port || ports[p].aggregate == end.port) cable_[end.node][p] = i;
    }
  follow();
}

std::size_t LiveWorld::place(PortId port) const {
  if (port.sw.value >= world_.switches.size()) return SIZE_MAX;
  const std::vector<Port>& ports = world_.switches[port.sw.value].ports;
  const Port* p = world_.switches[port.sw.value].port(port.ifindex);
  return p == nullptr ? SIZE_MAX : static_cast<std::size_t>(p - ports.data());
}

bool LiveWorld::admin_up(PortId port) const {
  const std::size_t p = place(port);
  return p != SIZE_MAX && admin_[port.sw.value][p];
}

bool LiveWorld::oper_up(PortId port) const {
  const std::size_t p = place(port);
  if (p == SIZE_MAX || !world_.switches[port.sw.value].ports[p].link) return false;
  if (shut_ == 0) return true;
  const std::uint32_t cable = cable_[port.sw.value][p];
  return admin_[port.sw.value][p] && (cable == kNoCable || cable_up_[cable]);
}

bool LiveWorld::set_admin(PortId port, bool up) {
  const std::size_t p = place(port);
  if (p == SIZE_MAX) return false;
  const Port& found = world_.switches[port.sw.value].ports[p];
  if (found.module == 0 && found.bridge_port.value == 0) return false;
  if (admin_[port.sw.value][p] == up) return true;
  admin_[port.sw.value][p] = up;
  shut_ = up ? shut_ - 1 : shut_ + 1;
  ++revisions_[port.sw.value];
  follow();
  return true;
}

// Which cables carry traffic now, and so which nodes reach each other.
void LiveWorld::follow() {
  const auto end_up = [&](const End& end) {
    if (!world_.is_switch(end.node)) return true;
    const std::size_t p = place({SwitchId{end.node}, end.port});
    if (p == SIZE_MAX || !admin_[end.node][p]) return false;
    const std::vector<Port>& ports = world_.switches[end.node].ports;
    bool aggregate = false;
    for (std::size_t m = 0; m < ports.size(); ++m) {
      if (ports[p].type != 161 || ports[m].aggregate != end.port) continue;
      aggregate = true;
      if (admin_[end.node][m]) return true;
    }
    return !aggregate;
  };
  component_.resize(world_.switches.size() + world_.boxes.size());
  for (std::uint32_t n = 0; n < component_.size(); ++n) component_[n] = n;
  const auto root = [&](std::uint32_t n) {
    while (component_[n] != n) n = component_[n] = component_[component_[n]];
    return n;
  };
  for (std::size_t i = 0; i < world_.cables.size(); ++i) {
    const Cable& cable = world_.cables[i];
    const bool up = end_up(cable.a) && end_up(cable.b);
    if (up != cable_up_[i])
      for (const End& end : {cable.a, cable.b})
        if (world_.is_switch(end.node)) ++revisions_[end.node];
    cable_up_[i] = up;
    if (up && !cable.blocked) component_[root(cable.a.node)] = root(cable.b.node);
  }
  for (std::uint32_t n = 0; n < component_.size(); ++n) component_[n] = root(n);
}

bool LiveWorld::attached(std::uint32_t station) const {
  const End& at = world_.stations[station].at;
  return !world_.is_switch(at.node) || at.port == kNoInterface || oper_up({SwitchId{at.node}, at.port});
}

bool LiveWorld::row_visible(NodeId sw, const LearnedRow& row) const {
  if (shut_ == 0 || row.port == kNoInterface) return true;
  return oper_up({SwitchId{sw}, row.port}) && heard_at(sw, row.station);
}

bool LiveWorld::heard_at(NodeId sw, std::uint32_t station) const {
  return attached(station) && component_[world_.stations[station].at.node] == component_[sw];
}

}  // namespace lanwarden::lab
