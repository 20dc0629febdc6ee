// On which edge port each station is; and who is in two places, or has another's address, at once.
#include <algorithm>

#include "topology/audit/memory.h"
#include "topology/fabric_impl.h"
#include "topology/special_address.h"

namespace lanwarden::topology::audit::detail {
namespace {

/// Addresses that mean a station: not those that programs invent (the local bit), nor those that several
/// stations share by design.
bool is_lasting(MacAddress mac) {
  return !mac.is_group() && !mac.is_zero() && !mac.is_local() && !special_name(mac);
}

struct Seen {
  PortName at;
  std::uint32_t sw = 0;
  VlanId vlan;
  bool roams = false;  ///< behind an access point or within a host: it moves by itself
};

/// The VLAN of this station's row on this port.
VlanId vlan_of(const SwitchSnapshot& s, MacAddress mac, IfIndex port) {
  auto row = std::lower_bound(s.fdb.begin(), s.fdb.end(), mac,
                              [](const FdbEntry& e, MacAddress wanted) { return e.mac < wanted; });
  for (; row != s.fdb.end() && row->mac == mac; ++row)
    if (row->port == port) return row->vlan;
  return kNoVlan;
}

/// Every edge port that a table shows each station on.
std::map<MacAddress, std::vector<Seen>> places(const Poll& poll) {
  const Fabric::Impl& f = poll.fabric.impl();
  std::map<MacAddress, std::vector<Seen>> all;
  for (std::uint32_t i = 0; i < poll.fresh.size(); ++i) {
    const SwitchSnapshot& s = poll.fabric.snapshots()[i];
    if (!s.answered) continue;
    const auto node = f.census.node_of[i];
    for (const auto& [ifindex, name] : poll.names[i]) {
      const PortId port{SwitchId{i}, ifindex};
      const auto local = f.census.local(node, ifindex);
      // A member's stations are its aggregate's.
      if (local == topology::detail::kNoPort || f.census.ifindex(node, local) != ifindex) continue;
      if (poll.fabric.faces_switch(port) || poll.fabric.role(port) == PortRole::kSegment) continue;
      const topology::detail::PortHints& hints = f.hints(node, local);
      if (!hints.unknown_bridge.empty()) continue;
      for (const MacAddress mac : poll.fabric.stations(port))
        if (is_lasting(mac))
          all[mac].push_back({name, i, vlan_of(s, mac, ifindex), hints.access_point || hints.hypervisor});
    }
  }
  return all;
}

/// Whether the tables of now would show a station that was still on this port.
bool has_left(const Wiring& known, const Poll& poll, const PortName& port) {
  const auto sw = poll.fabric.switch_named(port.sw);
  const auto at = known.ports.find(port);
  if (!sw || at == known.ports.end() || at->second.oper == OperStatus::kDown) return true;
  return poll.is_fresh(*sw) && poll.fabric.snapshot(*sw).fdb_complete();
}

template <class Key, class T>
void note_double(std::map<Key, Double<T>>& doubles, const Key& key, T a, T b, Time now) {
  if (b < a) std::swap(a, b);
  Double<T>& d = doubles[key];
  if (d.a != a || d.b != b) d = {std::move(a), std::move(b), now, now};
  d.last = now;
}

}  // namespace

void remember_stations(Wiring& known, const Poll& poll) {
  const Time now = poll.around.now;
  const auto all = places(poll);
  std::set<MacAddress> doubled;
  for (const auto& [mac, at] : all) {
    if (at.size() == 1) {
      if (!poll.fresh[at[0].sw] || at[0].roams) continue;
      const auto [was, is_new] = known.stations.emplace(mac, at[0].at);
      if (!is_new && was->second != at[0].at && has_left(known, poll, was->second)) was->second = at[0].at;
      continue;
    }
    const bool both_fresh =
        std::all_of(at.begin(), at.end(), [&](const Seen& s) { return poll.fresh[s.sw]; });
    const bool roams = std::any_of(at.begin(), at.end(), [](const Seen& s) { return s.roams; });
    if (at.size() != 2 || roams || at[0].vlan != at[1].vlan || at[0].sw == at[1].sw) continue;
    doubled.insert(mac);
    if (both_fresh) note_double(known.doubled_macs, mac, at[0].at, at[1].at, now);
  }
  std::erase_if(known.doubled_macs, [&](const auto& x) { return !doubled.contains(x.first); });

  // The same address in ARP and ND tables of several, for two stations that are both here, in one VLAN.
  std::map<IpAddress, std::set<MacAddress>> owners;
  const auto take = [&](const SwitchSnapshot& s) {
    for (const AddressEntry& e : s.addresses)
      if (is_lasting(e.mac) && all.contains(e.mac)) owners[e.ip].insert(e.mac);
  };
  for (const SwitchSnapshot& s : poll.fabric.snapshots()) take(s);
  for (const SwitchSnapshot& s : poll.around.routers) take(s);
  std::set<IpAddress> contested;
  for (const auto& [ip, macs] : owners) {
    if (macs.size() != 2) continue;
    const MacAddress a = *macs.begin(), b = *macs.rbegin();
    if (all.at(a)[0].vlan != all.at(b)[0].vlan) continue;
    contested.insert(ip);
    note_double(known.doubled_ips, ip, a, b, now);
  }
  std::erase_if(known.doubled_ips, [&](const auto& x) { return !contested.contains(x.first); });
}

}  // namespace lanwarden::topology::audit::detail
