#include <algorithm>
#include <set>

#include "mibs/octets.h"
#include "mibs/resolve.h"
#include "mibs/vendors.h"

namespace lanwarden::mibs {
namespace {

using topology::IfIndex;
using topology::Interface;
using topology::OperStatus;
using topology::SwitchSnapshot;

OperStatus oper_status(std::uint8_t sent) {
  switch (sent) {
    case 1:
      return OperStatus::kUp;
    case 2:  // down
    case 6:  // notPresent
    case 7:  // lowerLayerDown
      return OperStatus::kDown;
    default:
      return OperStatus::kUnknown;
  }
}

topology::Duplex duplex_of(std::uint8_t sent) {
  return sent == 2   ? topology::Duplex::kHalf
         : sent == 3 ? topology::Duplex::kFull
                     : topology::Duplex::kUnknown;
}

Interface* find(SwitchSnapshot& s, std::uint32_t ifindex) {
  const auto it = std::lower_bound(s.interfaces.begin(), s.interfaces.end(), IfIndex{ifindex},
                                   [](const Interface& i, IfIndex x) { return i.ifindex < x; });
  return it != s.interfaces.end() && it->ifindex == IfIndex{ifindex} ? &*it : nullptr;
}

/// An aggregate by its type, or by the name vendors give one whose type says "virtual".
bool is_aggregate(const Interface& i) {
  if (i.type == kIfTypeAggregate) return true;
  if (i.type != kIfTypeVirtual) return false;
  for (const std::string_view prefix :
       {"Port-channel", "port-channel", "Po", "Trk", "Bridge-Aggregation", "Eth-Trunk", "lag", "ae"})
    if (std::string_view(i.name).starts_with(prefix) && i.name.find('.') == std::string::npos) return true;
  return false;
}

/// lag-member: dot3adAggPortAttachedAggID and PAgP first, then the stack of interfaces.
void resolve_aggregates(const Tables& t, SwitchSnapshot& s) {
  const auto attach = [&](std::uint32_t member, std::uint32_t aggregate) {
    Interface* const m = find(s, member);
    const Interface* const a = s.interface(IfIndex{aggregate});
    // Many agents attach every single port to an aggregator of its own that is no interface.
    if (m == nullptr || a == nullptr || m == a || m->aggregate != topology::kNoInterface || is_aggregate(*m))
      return;
    m->aggregate = a->ifindex;
  };
  for (const auto& [member, aggregate] : t.lag_attached) attach(member, aggregate);
  for (const auto& [member, aggregate] : t.lag_selected)
    if (const Interface* const a = s.interface(IfIndex{aggregate}); a != nullptr && is_aggregate(*a))
      attach(member, aggregate);
  std::multimap<std::uint32_t, std::uint32_t> below;
  for (const auto& [higher, lower] : t.if_stack) below.emplace(higher, lower);
  for (const auto& [higher, lower] : t.if_stack) {
    const Interface* const a = s.interface(IfIndex{higher});
    if (a == nullptr || !is_aggregate(*a)) continue;
    attach(lower, higher);
    // An aggregate over logical units: their physical ports are the members.
    const auto [first, last] = below.equal_range(lower);
    for (auto it = first; it != last; ++it) attach(it->second, higher);
  }
}

void resolve_base_ports(const Tables& t, SwitchSnapshot& s) {
  std::vector<topology::BasePort> ports = t.base_ports;
  std::stable_sort(ports.begin(), ports.end(), [](const auto& a, const auto& b) {
    return std::pair(a.context, a.port) < std::pair(b.context, b.port);
  });
  ports.erase(
      std::unique(ports.begin(), ports.end(),
                  [](const auto& a, const auto& b) { return a.context == b.context && a.port == b.port; }),
      ports.end());
  // Without any ifTable the bridge's own numbers are all there is. Beside one, a stack's
  // base-port table lists hundreds of ports of units that are not there.
  if (t.interfaces.empty())
    for (const topology::BasePort& p : ports) ensure_interface(s, p.ifindex);
  for (topology::BasePort& p : ports) p.ifindex = port_of_unit(s, p.ifindex);
  // What a context says as the default one does is kept once.
  std::vector<topology::BasePort> kept;
  for (const topology::BasePort& p : ports) {
    if (p.context != topology::kNoVlan && base_port(kept, topology::kNoVlan, p.port.value) == p.ifindex)
      continue;
    kept.push_back(p);
  }
  s.base_ports = std::move(kept);
  for (const topology::BasePort& p : s.base_ports)
    if (Interface* const i = find(s, p.ifindex.value); i != nullptr && i->bridge_port.value == 0)
      i->bridge_port = p.port;
}

}  // namespace

void ensure_interface(SwitchSnapshot& s, IfIndex ifindex) {
  if (ifindex == topology::kNoInterface || s.interface(ifindex) != nullptr) return;
  Interface i;
  i.ifindex = ifindex;
  i.name = interface_name({}, {}, ifindex);
  const auto at = std::lower_bound(s.interfaces.begin(), s.interfaces.end(), ifindex,
                                   [](const Interface& x, IfIndex y) { return x.ifindex < y; });
  s.interfaces.insert(at, std::move(i));
}

std::optional<IfIndex> base_port(std::span<const topology::BasePort> sorted, topology::VlanId context,
                                 std::uint32_t port) {
  for (const topology::VlanId c : {context, topology::kNoVlan}) {
    const std::pair wanted(c, topology::BridgePort{port});
    const auto it = std::lower_bound(
        sorted.begin(), sorted.end(), wanted,
        [](const topology::BasePort& a, const auto& w) { return std::pair(a.context, a.port) < w; });
    if (it != sorted.end() && it->context == c && it->port == wanted.second) return it->ifindex;
  }
  return std::nullopt;
}

void resolve_interfaces(const Tables& t, SwitchSnapshot& s) {
  s.interfaces.reserve(t.interfaces.size());
  for (const auto& [ifindex, row] : t.interfaces) {
    Interface i;
    i.ifindex = IfIndex{ifindex};
    i.name = interface_name(row.name, row.descr, i.ifindex);
    i.descr = row.descr;
    i.alias = row.alias;
    i.type = row.type;
    // ifSpeed ends at 4.29 Gbit/s, where ifHighSpeed has to be read; small ones are exact only in ifSpeed.
    i.speed_bps = row.high_speed_mbps > 0 && (row.speed_bps == 0 || row.high_speed_mbps > 4000)
                      ? row.high_speed_mbps * 1'000'000
                      : row.speed_bps;
    i.admin = oper_status(row.admin);
    i.oper = oper_status(row.oper);
    i.address = row.address;
    i.last_change_cs = row.last_change_cs;
    if (const auto duplex = t.duplex.find(ifindex); duplex != t.duplex.end())
      i.duplex = duplex_of(duplex->second);
    i.error_disabled = t.error_disabled.contains(ifindex);
    s.interfaces.push_back(std::move(i));
  }
  resolve_base_ports(t, s);
  resolve_aggregates(t, s);
}

void resolve_identity(const Tables& t, SwitchSnapshot& s) {
  std::set<topology::MacAddress> own;
  const auto add = [&](topology::MacAddress mac) {
    // A virtual router's address belongs to whoever is master now.
    if (topology::address_kind(mac) == topology::AddressKind::kStation) own.insert(mac);
  };
  add(s.bridge_address);
  for (const Interface& i : s.interfaces) add(i.address);
  for (const topology::FdbEntry& e : s.fdb)
    if (e.status == topology::FdbStatus::kSelf) add(e.mac);
  if (!t.lldp_chassis.octets.empty()) {
    const bool is_mac = t.lldp_chassis.subtype == 4;
    const auto mac = is_mac ? mac_of_octets(t.lldp_chassis.octets) : std::nullopt;
    if (mac) add(*mac);
    s.lldp_chassis_id = mac ? mac->to_string() : text_of_octets(t.lldp_chassis.octets);
  }
  s.own_addresses.assign(own.begin(), own.end());

  std::set<topology::IpAddress> ips;
  for (const topology::IpAddress& ip : t.own_ips) {
    const auto o = ip.octets();
    const bool loopback = !ip.is_v6() && o[0] == 127;
    if (!loopback && !ip.is_unspecified()) ips.insert(ip);
  }
  s.own_ips.assign(ips.begin(), ips.end());

  std::sort(s.addresses.begin(), s.addresses.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.ip, a.mac, a.port) < std::tuple(b.ip, b.mac, b.port);
  });
  s.addresses.erase(std::unique(s.addresses.begin(), s.addresses.end(),
                                [](const auto& a, const auto& b) {
                                  return a.ip == b.ip && a.mac == b.mac && a.port == b.port;
                                }),
                    s.addresses.end());
}

void decide(SwitchSnapshot& s, std::string decision) {
  if (std::find(s.decisions.begin(), s.decisions.end(), decision) == s.decisions.end())
    s.decisions.push_back(std::move(decision));
}

}  // namespace lanwarden::mibs
