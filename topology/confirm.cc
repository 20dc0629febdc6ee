#include "topology/confirm.h"

#include <algorithm>

namespace lanwarden::topology {
namespace {

/// Whether that switch holds the station on this port of its own.
bool holds_on(const Fabric& fabric, const LocateQuery& query, SwitchId sw, IfIndex port) {
  const PortId at = fabric.port_of(sw, port);
  return std::any_of(query.rows.begin(), query.rows.end(), [&](const MacRow& row) {
    return row.sw == sw && row.port != kNoInterface && fabric.port_of(row.sw, row.port) == at;
  });
}

/// Whether that switch has the VLAN at all. Agents that do not tell have every one.
bool has_vlan(const SwitchSnapshot& s, VlanId vlan) {
  if (vlan == kNoVlan || s.vlans.empty()) return true;
  return std::any_of(s.vlans.begin(), s.vlans.end(), [&](const Vlan& v) { return v.id == vlan; }) ||
         std::any_of(s.fdb.begin(), s.fdb.end(), [&](const FdbEntry& e) { return e.vlan == vlan; });
}

/// What lies in one direction of a switch, and what that looks back with.
struct Beyond {
  SwitchId sw;
  IfIndex out;                  ///< of the switch in question, towards `sw`
  std::optional<IfIndex> back;  ///< of `sw`, towards the switch in question
};

std::vector<Beyond> surroundings(const Fabric& fabric, SwitchId from) {
  std::vector<Beyond> all;
  for (std::uint32_t i = 0; i < fabric.snapshots().size(); ++i) {
    const SwitchId other{i};
    const auto out = other == from ? std::nullopt : fabric.direction(from, other);
    if (out) all.push_back({other, *out, fabric.direction(other, from)});
  }
  return all;
}

/// Whether `between` is on the way to `x`: it sees the switch in question and `x` on different ports.
bool on_the_way(const Fabric& fabric, const Beyond& between, const Beyond& x) {
  if (between.sw == x.sw || between.out != x.out || !between.back) return false;
  const auto onwards = fabric.direction(between.sw, x.sw);
  return onwards && *onwards != *between.back;
}

}  // namespace

std::vector<SwitchId> unconfirmed(const Fabric& fabric, const LocateQuery& query, PortId port) {
  VlanId vlan = kNoVlan;
  for (const MacRow& row : query.rows)
    if (row.sw == port.sw && fabric.port_of(row.sw, row.port) == port) vlan = row.vlan;
  const std::vector<Beyond> around = surroundings(fabric, port.sw);
  std::vector<SwitchId> doubtful;
  std::vector<IfIndex> confirmed;
  std::vector<const Beyond*> blind;  // do not know the way back: whether they are next to it cannot be told
  for (const Beyond& x : around) {
    if (fabric.port_of(port.sw, x.out) == port || !has_vlan(fabric.snapshot(x.sw), vlan)) continue;
    if (!x.back)
      blind.push_back(&x);
    else if (std::any_of(around.begin(), around.end(),
                         [&](const Beyond& t) { return on_the_way(fabric, t, x); }))
      continue;
    else if (holds_on(fabric, query, x.sw, *x.back))
      confirmed.push_back(x.out);
    else
      doubtful.push_back(x.sw);
  }
  for (const Beyond* x : blind)
    if (std::find(confirmed.begin(), confirmed.end(), x->out) == confirmed.end()) doubtful.push_back(x->sw);
  std::sort(doubtful.begin(), doubtful.end());
  return doubtful;
}

bool holds_all_the_way(const Fabric& fabric, const LocateQuery& query, MacAddress listener, PortId port) {
  const std::vector<MacRow> rows = stored_rows(fabric, listener);
  const Location home = locate(fabric, {listener, rows, {}});
  const bool known = home.verdict == Verdict::kEdge || home.verdict == Verdict::kShared;
  if (!known || !home.port || *home.port == port || !holds_on(fabric, query, port.sw, port.ifindex))
    return false;
  const SwitchId ear = home.port->sw;
  if (ear == port.sw) return true;
  const auto first = fabric.direction(ear, port.sw);
  if (!first || !fabric.direction(port.sw, ear) || !holds_on(fabric, query, ear, *first)) return false;
  for (std::uint32_t i = 0; i < fabric.snapshots().size(); ++i) {
    const SwitchId between{i};
    if (between == ear || between == port.sw) continue;
    const auto there = fabric.direction(between, port.sw), back = fabric.direction(between, ear);
    if (there && back && *there != *back && !holds_on(fabric, query, between, *there)) return false;
  }
  return true;
}

}  // namespace lanwarden::topology
