#include "topology/explain.h"

#include <algorithm>

#include "topology/fabric_impl.h"
#include "topology/natural_order.h"

namespace lanwarden::topology {
namespace {

std::string counted(std::size_t n, const char* one, const char* many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

const char* meaning(PortRole role) {
  switch (role) {
    case PortRole::kUnused:
      return "is unused: no link, or nothing was ever heard there";
    case PortRole::kEdge:
      return "is an edge port: one device is plugged in";
    case PortRole::kShared:
      return "is shared: several stations are behind it";
    case PortRole::kUplink:
      return "is an uplink: it leads to another bridge";
    case PortRole::kSegment:
      return "faces an unmanaged segment, with other switches on it";
    case PortRole::kUnknown:
      return "has a link, and nobody that is at home there was heard";
  }
  return "";
}

}  // namespace

Explanation explain(const Fabric& fabric, SwitchId sw, IfIndex ifindex) {
  Explanation e;
  e.port = fabric.port_of(sw, ifindex);
  e.role = fabric.role(e.port);
  const std::string name = fabric.describe(e.port);
  e.summary = name + " " + meaning(e.role);
  for (const Witness& w : fabric.explain(e.port)) (w.supports ? e.supports : e.against).push_back(w.text);
  const Fabric::Impl& f = fabric.impl();
  if (sw.value >= f.snapshots.size()) return e;
  const detail::Node n = f.census.node_of[sw.value];
  const detail::LocalPort p = f.census.local(n, ifindex);
  if (p == detail::kNoPort) return e;
  std::vector<std::string> behind;
  for (detail::Node t = 0; t < f.census.size(); ++t)
    if (t != n && f.facing.toward(n, t) == p) behind.push_back(f.census.snapshot(t).name);
  std::sort(behind.begin(), behind.end(), natural_less);
  if (!behind.empty()) {
    std::string names;
    for (std::size_t i = 0; i < behind.size() && i < 5; ++i) names += (i == 0 ? "" : ", ") + behind[i];
    if (behind.size() > 5) names += " and " + std::to_string(behind.size() - 5) + " more";
    e.supports.push_back(counted(behind.size(), "switch lies", "switches lie") + " behind it: " + names);
  }
  if (e.port.ifindex != ifindex)
    e.supports.push_back("it is the aggregate of " +
                         (f.snapshots[sw.value].interface(ifindex) != nullptr
                              ? f.snapshots[sw.value].interface(ifindex)->name
                              : "port " + std::to_string(ifindex.value)) +
                         " and its other members");
  if (const std::uint32_t visitors = f.visitors[n][p]; visitors > 0)
    e.against.push_back(name + " also holds " + counted(visitors, "station that is", "stations that are") +
                        " or may be at home elsewhere: rows of the past, or a switch behind it");
  for (const std::string& sentence : fabric.contradictions()) {
    const auto at = sentence.find(name);  // "floor3 A1" is not in "floor3 A12"
    const auto end = at == std::string::npos ? at : at + name.size();
    if (at != std::string::npos && (end == sentence.size() || sentence[end] == ' ' || sentence[end] == ','))
      e.against.push_back(sentence);
  }
  return e;
}

std::vector<SwitchId> unresolved(const Fabric& fabric) {
  std::vector<SwitchId> found;
  const auto n = static_cast<std::uint32_t>(fabric.snapshots().size());
  for (std::uint32_t i = 0; i < n && n > 1; ++i) {
    const SwitchId sw{i};
    bool connected = !fabric.snapshot(sw).answered;
    for (const Link& x : fabric.links()) connected |= x.a.sw == sw || x.b.sw == sw;
    for (std::uint32_t k = 0; k < n && !connected; ++k)
      connected = fabric.direction(sw, SwitchId{k}) || fabric.direction(SwitchId{k}, sw);
    if (!connected) found.push_back(sw);
  }
  return found;
}

}  // namespace lanwarden::topology
