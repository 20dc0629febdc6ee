#include "topology/fabric.h"

#include <algorithm>
#include <utility>

#include "topology/fabric_impl.h"

namespace lanwarden::topology {

std::string_view to_string(PortRole role) {
  switch (role) {
    case PortRole::kUnused:
      return "unused";
    case PortRole::kEdge:
      return "edge";
    case PortRole::kShared:
      return "shared";
    case PortRole::kUplink:
      return "uplink";
    case PortRole::kSegment:
      return "segment";
    case PortRole::kUnknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view to_string(Source source) {
  switch (source) {
    case Source::kLldp:
      return "lldp";
    case Source::kCdp:
      return "cdp";
    case Source::kStp:
      return "stp";
    case Source::kFdb:
      return "fdb";
  }
  return "fdb";
}

std::string Fabric::Impl::describe(detail::Node n, detail::LocalPort p) const {
  const SwitchSnapshot& s = census.snapshot(n);
  const IfIndex ifindex = census.ifindex(n, p);
  const Interface* i = s.interface(ifindex);
  return s.name + " " +
         (i != nullptr && !i->name.empty() ? i->name : "port " + std::to_string(ifindex.value));
}

Fabric::Fabric() : Fabric(infer({})) {}
Fabric::Fabric(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Fabric::~Fabric() = default;
Fabric::Fabric(Fabric&&) noexcept = default;
Fabric& Fabric::operator=(Fabric&&) noexcept = default;

std::span<const SwitchSnapshot> Fabric::snapshots() const { return impl_->snapshots; }
const SwitchSnapshot& Fabric::snapshot(SwitchId sw) const { return impl_->snapshots[sw.value]; }

std::optional<SwitchId> Fabric::switch_named(std::string_view name) const {
  for (std::uint32_t i = 0; i < impl_->snapshots.size(); ++i)
    if (impl_->snapshots[i].name == name) return SwitchId{i};
  return std::nullopt;
}

std::optional<SwitchId> Fabric::owner_of(MacAddress mac) const {
  const auto& own = impl_->census.own_addresses;
  const auto it = std::lower_bound(own.begin(), own.end(), std::pair{mac, detail::Node{0}});
  if (it == own.end() || it->first != mac) return std::nullopt;
  return impl_->census.id_of[it->second];
}

std::span<const Link> Fabric::links() const { return impl_->links; }
std::span<const Segment> Fabric::segments() const { return impl_->segments; }
std::span<const UnknownBridge> Fabric::unknown_bridges() const { return impl_->unknown_bridges; }
std::span<const std::string> Fabric::contradictions() const { return impl_->contradictions; }

PortId Fabric::port_of(SwitchId sw, IfIndex ifindex) const {
  if (sw.value >= impl_->snapshots.size()) return {sw, ifindex};
  return {sw, impl_->census.folded(impl_->census.node_of[sw.value], ifindex)};
}

namespace {
struct Found {
  detail::Node node = 0;
  detail::LocalPort port = detail::kNoPort;
};
Found find(const Fabric::Impl& f, PortId id) {
  if (id.sw.value >= f.snapshots.size()) return {};
  const detail::Node n = f.census.node_of[id.sw.value];
  return {n, f.census.local(n, id.ifindex)};
}
}  // namespace

PortRole Fabric::role(PortId port) const {
  const auto [n, p] = find(*impl_, port);
  return p == detail::kNoPort ? PortRole::kUnused : impl_->roles[n][p];
}

bool Fabric::faces_switch(PortId port) const {
  const auto [n, p] = find(*impl_, port);
  return p != detail::kNoPort && impl_->faces[n][p] != 0;
}

const UnknownBridge* Fabric::unknown_bridge(PortId port) const {
  const PortId folded = port_of(port.sw, port.ifindex);
  for (const UnknownBridge& x : impl_->unknown_bridges)
    if (x.port == folded) return &x;
  return nullptr;
}

std::optional<IfIndex> Fabric::direction(SwitchId from, SwitchId to) const {
  const auto& node_of = impl_->census.node_of;
  if (from == to || from.value >= node_of.size() || to.value >= node_of.size()) return std::nullopt;
  detail::LocalPort p = detail::kNoPort;
  for (std::size_t k = 0; k <= impl_->other_trees.size() && p < detail::kFirstPort; ++k)
    p = impl_->tree(k).facing.toward(node_of[from.value], node_of[to.value]);
  if (p < detail::kFirstPort) return std::nullopt;
  return impl_->census.ifindex(node_of[from.value], p);
}

std::span<const MacAddress> Fabric::stations(PortId port) const {
  const auto [n, p] = find(*impl_, port);
  if (p == detail::kNoPort) return {};
  const auto& first = impl_->first_station[n];
  return std::span(impl_->stations[n]).subspan(first[p], first[p + 1U] - first[p]);
}

std::vector<Witness> Fabric::explain(PortId port) const {
  const PortId wanted = port_of(port.sw, port.ifindex);
  std::vector<Witness> found;
  const auto add = [&](const std::vector<Witness>& more) {
    found.insert(found.end(), more.begin(), more.end());
  };
  for (const Link& x : impl_->links)
    if (x.a == wanted || x.b == wanted) add(x.witnesses);
  for (const Segment& x : impl_->segments)
    if (std::binary_search(x.ports.begin(), x.ports.end(), wanted)) add(x.witnesses);
  const auto [n, p] = find(*impl_, wanted);
  if (p == detail::kNoPort) return found;
  const detail::PortHints& hints = impl_->hints(n, p);
  const std::string name = impl_->describe(n, p);
  if (!hints.unknown_bridge.empty())
    found.push_back(
        {Source::kLldp, true, name + " has a neighbour that is not polled: " + hints.unknown_bridge});
  if (hints.phone) found.push_back({Source::kLldp, true, name + " has a telephone: no uplink"});
  if (hints.access_point)
    found.push_back({Source::kLldp, true, name + " has an access point: shared by its clients"});
  if (hints.hypervisor)
    found.push_back({Source::kLldp, true, name + " has a host with machines inside: shared"});
  if (const std::uint32_t stations = impl_->located[n][p]; stations > 0 && !impl_->faces[n][p])
    found.push_back(
        {Source::kFdb, true,
         name + " is where " + std::to_string(stations) + (stations == 1 ? " station is" : " stations are")});
  return found;
}

std::string Fabric::describe(PortId port) const {
  const auto [n, p] = find(*impl_, port);
  if (p != detail::kNoPort) return impl_->describe(n, p);
  if (port.sw.value >= impl_->snapshots.size()) return "an unknown port";
  return impl_->snapshots[port.sw.value].name + " port " + std::to_string(port.ifindex.value);
}

}  // namespace lanwarden::topology
