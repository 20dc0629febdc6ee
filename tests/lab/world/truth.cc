#include <algorithm>

#include "tests/lab/world/tables.h"
#include "tests/lab/world/world.h"

namespace lanwarden::lab {
namespace {

using topology::PortId;
using topology::SwitchId;
using topology::Verdict;

bool by_ifindex(const Port& p, topology::IfIndex x) { return p.ifindex < x; }

PortId port_id(const End& end) { return {SwitchId{end.node}, end.port}; }

Truth truth_behind(const World& world, const Station& station, const std::vector<PortId>& facing) {
  Truth truth;
  if (station.kind == StationKind::kSwitch) {
    truth.verdict = Verdict::kInfrastructure;
    truth.sw = SwitchId{station.at.node};
    return truth;
  }
  if (world.is_switch(station.at.node)) {
    truth.verdict = Verdict::kEdge;
    truth.ports = {port_id(station.at)};
  } else {
    truth.ports = facing;
    if (facing.empty()) return truth;
    const bool phone = world.box(station.at.node).kind == BoxKind::kPhone;
    truth.verdict = facing.size() > 1 ? Verdict::kSegment : phone ? Verdict::kEdge : Verdict::kShared;
  }
  truth.sw = truth.ports.front().sw;
  return truth;
}

/// Per box: the managed ports that face it, sorted.
std::vector<std::vector<PortId>> facing_ports(const World& world) {
  std::vector<std::vector<PortId>> facing(world.boxes.size());
  for (const Cable& cable : world.cables) {
    if (cable.blocked) continue;
    for (const auto& [here, there] : {std::pair{cable.a, cable.b}, std::pair{cable.b, cable.a}})
      if (world.is_switch(here.node) && !world.is_switch(there.node))
        facing[there.node - world.switches.size()].push_back(port_id(here));
  }
  for (auto& ports : facing) std::sort(ports.begin(), ports.end());
  return facing;
}

std::vector<std::vector<std::uint32_t>> stations_in_boxes(const World& world) {
  std::vector<std::vector<std::uint32_t>> inside(world.boxes.size());
  for (std::uint32_t i = 0; i < world.stations.size(); ++i)
    if (!world.is_switch(world.stations[i].at.node))
      inside[world.stations[i].at.node - world.switches.size()].push_back(i);
  return inside;
}

}  // namespace

const Port* Switch::port(topology::IfIndex ifindex) const {
  const auto it = std::lower_bound(ports.begin(), ports.end(), ifindex, by_ifindex);
  return it != ports.end() && it->ifindex == ifindex ? &*it : nullptr;
}

const Port* Switch::port_named(std::string_view wanted) const {
  const auto it = std::find_if(ports.begin(), ports.end(), [&](const Port& p) { return p.name == wanted; });
  return it != ports.end() ? &*it : nullptr;
}

std::optional<std::uint32_t> World::station_with(topology::MacAddress mac) const {
  const auto it = std::lower_bound(stations.begin(), stations.end(), mac,
                                   [](const Station& s, topology::MacAddress m) { return s.mac < m; });
  if (it == stations.end() || it->mac != mac) return std::nullopt;
  return static_cast<std::uint32_t>(it - stations.begin());
}

std::optional<std::uint32_t> World::station_of_kind(StationKind kind) const {
  const auto it =
      std::find_if(stations.begin(), stations.end(), [&](const Station& s) { return s.kind == kind; });
  if (it == stations.end()) return std::nullopt;
  return static_cast<std::uint32_t>(it - stations.begin());
}

std::optional<SwitchId> World::switch_named(std::string_view wanted) const {
  for (std::uint32_t i = 0; i < switches.size(); ++i)
    if (switches[i].name == wanted) return SwitchId{i};
  return std::nullopt;
}

unsigned World::trees() const { return vlans.size() < 2 ? 1 : std::clamp(options.vlan_trees, 1U, 8U); }

unsigned World::tree_of(topology::VlanId vlan) const {
  const auto place = std::lower_bound(vlans.begin(), vlans.end(), vlan) - vlans.begin();
  return static_cast<unsigned>(place) % trees();
}

std::vector<PortId> World::ports_facing(NodeId node) const {
  std::vector<PortId> ports;
  for (const Cable& cable : cables) {
    if (cable.blocked) continue;
    if (cable.a.node == node && is_switch(cable.b.node)) ports.push_back(port_id(cable.b));
    if (cable.b.node == node && is_switch(cable.a.node)) ports.push_back(port_id(cable.a));
  }
  std::sort(ports.begin(), ports.end());
  return ports;
}

Truth truth_of(const World& world, std::uint32_t station) {
  const Station& s = world.stations[station];
  return truth_behind(world, s,
                      world.is_switch(s.at.node) ? std::vector<PortId>{} : world.ports_facing(s.at.node));
}

std::vector<Truth> truths(const World& world) {
  const auto facing = facing_ports(world);
  std::vector<Truth> all;
  all.reserve(world.stations.size());
  for (const Station& s : world.stations)
    all.push_back(truth_behind(
        world, s,
        world.is_switch(s.at.node) ? std::vector<PortId>{} : facing[s.at.node - world.switches.size()]));
  return all;
}

std::vector<TrueLink> true_links(const World& world) {
  std::vector<TrueLink> links;
  const auto blocked_everywhere = [&](const Cable& cable) {
    for (unsigned tree = 0; tree < world.trees(); ++tree)
      if (!cable.blocked_in(tree)) return false;
    return true;
  };
  const auto add = [&](PortId a, PortId b, bool blocked, bool through_box) {
    links.push_back({std::min(a, b), std::max(a, b), blocked, through_box});
  };
  for (const Cable& cable : world.cables)
    if (world.is_switch(cable.a.node) && world.is_switch(cable.b.node))
      add(port_id(cable.a), port_id(cable.b), blocked_everywhere(cable), false);
  const auto facing = facing_ports(world);
  const auto inside = stations_in_boxes(world);
  for (std::size_t i = 0; i < world.boxes.size(); ++i)
    if (facing[i].size() == 2 && inside[i].empty()) add(facing[i][0], facing[i][1], false, true);
  std::sort(links.begin(), links.end(), [](const TrueLink& x, const TrueLink& y) {
    return std::pair{x.a, x.b} < std::pair{y.a, y.b};
  });
  return links;
}

std::vector<TrueSegment> true_segments(const World& world) {
  std::vector<TrueSegment> segments;
  const auto facing = facing_ports(world);
  const auto inside = stations_in_boxes(world);
  for (std::size_t i = 0; i < world.boxes.size(); ++i)
    if (facing[i].size() > 2 || (facing[i].size() == 2 && !inside[i].empty()))
      segments.push_back({facing[i], inside[i]});
  std::sort(segments.begin(), segments.end(),
            [](const TrueSegment& x, const TrueSegment& y) { return x.ports < y.ports; });
  return segments;
}

const LearnedRow* row_of(const Switch& sw, std::uint32_t station) {
  const auto it = std::lower_bound(sw.fdb.begin(), sw.fdb.end(), station,
                                   [](const LearnedRow& r, std::uint32_t s) { return r.station < s; });
  return it != sw.fdb.end() && it->station == station ? &*it : nullptr;
}

std::string_view to_word(StationKind kind) {
  switch (kind) {
    case StationKind::kHost:
      return "host";
    case StationKind::kServer:
      return "server";
    case StationKind::kVirtualMachine:
      return "virtual-machine";
    case StationKind::kPhone:
      return "phone";
    case StationKind::kAccessPoint:
      return "access-point";
    case StationKind::kVirtualHost:
      return "virtual-host";
    case StationKind::kClock:
      return "clock";
    case StationKind::kCompaq:
      return "compaq";
    case StationKind::kNlb:
      return "nlb";
    case StationKind::kSwitch:
      return "switch";
  }
  return "host";
}

std::string_view to_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::kEdge:
      return "edge";
    case Verdict::kShared:
      return "shared";
    case Verdict::kSegment:
      return "segment";
    case Verdict::kBeyond:
      return "beyond";
    case Verdict::kAmbiguous:
      return "ambiguous";
    case Verdict::kInfrastructure:
      return "infrastructure";
    case Verdict::kUnknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace lanwarden::lab
