#include <algorithm>
#include <charconv>

#include "mibs/octets.h"
#include "mibs/resolve.h"
#include "mibs/vendors.h"

namespace lanwarden::mibs {
namespace {

using topology::Capability;
using topology::IfIndex;
using topology::kNoInterface;
using topology::Neighbor;
using topology::SwitchSnapshot;

constexpr std::uint32_t kChassisMac = 4, kChassisAddress = 5;
constexpr std::uint32_t kPortMac = 3, kPortAddress = 4;

/// An LLDP id as text, and as a MAC where it is one (lldp-odd-index: with a trailing
/// NUL, as text, or under the wrong subtype).
struct ReadId {
  std::string text;
  std::optional<topology::MacAddress> mac;
};
ReadId read_id(const LldpId& id, std::uint32_t mac_subtype, std::uint32_t address_subtype) {
  ReadId r;
  if (id.subtype == address_subtype && id.octets.size() > 1 && (id.octets[0] == 1 || id.octets[0] == 2))
    if (const auto ip = ip_of_octets(Octets(id.octets).subspan(1))) {
      r.text = ip->to_string();
      return r;
    }
  r.text = text_of_octets(id.octets);
  const bool short_text = id.octets.size() <= 7 && r.text.find(':') == std::string::npos;
  if (id.subtype == mac_subtype || !short_text) r.mac = mac_of_octets(id.octets);
  if (r.mac) r.text = r.mac->to_string();
  return r;
}

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t n = 0;
  const auto [next, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc{} || next != text.data() + text.size()) return std::nullopt;
  return n;
}

/// lldp-local-port: lldpRemLocalPortNum is whatever the agent likes; lldpLocPortTable says
/// which port it is, by id, then by description.
class LocalPorts {
 public:
  LocalPorts(const Tables& t, const SwitchSnapshot& s) : t_(t), s_(s) {
    // Where the table names some ports beyond doubt, they show how the numbers are meant.
    for (const auto& [num, row] : t.lldp_local) {
      const IfIndex named = by_table(num);
      if (named == kNoInterface) continue;
      if (named.value == num) ++as_ifindex_;
      if (base_port(s.base_ports, topology::kNoVlan, num) == named) ++as_bridge_port_;
    }
  }

  IfIndex find(std::uint32_t num) const {
    if (const IfIndex named = by_table(num); named != kNoInterface) return named;
    const auto bridge = base_port(s_.base_ports, topology::kNoVlan, num);
    const bool exists = s_.interface(IfIndex{num}) != nullptr;
    if (as_ifindex_ > as_bridge_port_ && exists) return IfIndex{num};
    // IEEE 802.1AB: the local port number of a bridge is its port number.
    if (bridge) return *bridge;
    return exists ? IfIndex{num} : kNoInterface;
  }

  std::string text(std::uint32_t num) const {
    const auto it = t_.lldp_local.find(num);
    if (it == t_.lldp_local.end()) return std::to_string(num);
    const ReadId id = read_id(it->second.id, kPortMac, kPortAddress);
    if (!id.text.empty() && !id.mac) return id.text;
    return it->second.descr.empty() ? std::to_string(num) : it->second.descr;
  }

 private:
  IfIndex by_table(std::uint32_t num) const {
    const auto it = t_.lldp_local.find(num);
    if (it == t_.lldp_local.end()) return kNoInterface;
    const LldpLocalPort& row = it->second;
    const ReadId id = read_id(row.id, kPortMac, kPortAddress);
    if (!id.mac)
      if (const auto* const i = s_.interface_named(id.text)) return i->ifindex;
    if (const auto* const i = s_.interface_named(row.descr)) return i->ifindex;
    if (id.mac) {
      IfIndex found = kNoInterface;
      for (const topology::Interface& i : s_.interfaces) {
        if (i.address != *id.mac) continue;
        if (found != kNoInterface) return kNoInterface;  // every port has the bridge's address
        found = i.ifindex;
      }
      return found;
    }
    // local(7): a bare number is mostly an ifIndex.
    if (const auto n = number(id.text); n && row.id.subtype == 7 && s_.interface(IfIndex{*n}) != nullptr)
      return IfIndex{*n};
    return kNoInterface;
  }

  const Tables& t_;
  const SwitchSnapshot& s_;
  unsigned as_ifindex_ = 0, as_bridge_port_ = 0;
};

/// CDP's capability bits as IEEE 802.1AB has them.
std::uint16_t lldp_capabilities(const CdpRow& row) {
  struct Line {
    std::uint32_t cdp;
    Capability lldp;
  };
  static constexpr Line kLines[] = {
      {0x01, Capability::kRouter},    {0x02, Capability::kBridge},  {0x04, Capability::kBridge},
      {0x08, Capability::kBridge},    {0x10, Capability::kStation}, {0x40, Capability::kRepeater},
      {0x80, Capability::kTelephone},
  };
  unsigned bits = 0;
  for (const Line& line : kLines)
    if (row.capabilities & line.cdp) bits |= static_cast<unsigned>(line.lldp);
  if (is_access_point_platform(row.platform)) bits |= static_cast<unsigned>(Capability::kWlanAccessPoint);
  return static_cast<std::uint16_t>(bits);
}

/// FDP writes its capabilities out: "Router, Switch".
topology::Capabilities fdp_capabilities(const FdpRow& row) {
  unsigned bits = 0;
  const auto says = [&](std::string_view word, Capability capability) {
    if (row.capabilities.find(word) != std::string::npos) bits |= static_cast<unsigned>(capability);
  };
  says("Router", Capability::kRouter);
  says("Switch", Capability::kBridge);
  says("Bridge", Capability::kBridge);
  says("Host", Capability::kStation);
  says("Phone", Capability::kTelephone);
  says("Repeater", Capability::kRepeater);
  if (is_access_point_platform(row.platform)) bits |= static_cast<unsigned>(Capability::kWlanAccessPoint);
  return {static_cast<std::uint16_t>(bits), bits != 0};
}

std::string platform_and_version(const std::string& platform, const std::string& version) {
  return platform.empty() || version.empty() ? platform + version : platform + ", " + version;
}

/// What both LLDP MIBs tell of a neighbour.
Neighbor lldp_neighbor(const LldpRemote& row) {
  Neighbor n;
  n.protocol = topology::NeighborProtocol::kLldp;
  ReadId chassis = read_id(row.chassis, kChassisMac, kChassisAddress);
  ReadId port = read_id(row.port, kPortMac, kPortAddress);
  n.chassis_id = std::move(chassis.text);
  n.chassis_mac = chassis.mac;
  n.port_id = std::move(port.text);
  n.port_mac = port.mac;
  n.port_descr = row.port_descr;
  n.system_name = row.system_name;
  n.system_descr = row.system_descr;
  n.capabilities.bits = row.capabilities_known ? row.capabilities : row.supported;
  n.capabilities.known = row.capabilities_known || row.supported != 0;
  n.management = row.management;
  return n;
}

/// Sets the local port of a neighbour whose table is indexed by ifIndex.
void set_local_port(const SwitchSnapshot& s, std::uint32_t ifindex, Neighbor& n) {
  if (s.interface(IfIndex{ifindex}) != nullptr) n.local_port = port_of_unit(s, IfIndex{ifindex});
  const auto* const i = s.interface(n.local_port);
  n.local_port_text = i != nullptr ? i->name : std::to_string(ifindex);
}

/// The parts that CDP and FDP name alike.
template <class Row>
void set_cache_row(const Row& row, Neighbor& n) {
  n.chassis_id = row.device_id;
  if (const auto mac = topology::MacAddress::parse(row.device_id)) n.chassis_mac = *mac;
  n.port_id = row.device_port;
  if (const auto mac = topology::MacAddress::parse(row.device_port)) n.port_mac = *mac;
  n.system_name = row.device_id;
  n.system_descr = platform_and_version(row.platform, row.version);
  if (row.address) n.management.push_back(*row.address);
}

}  // namespace

void resolve_neighbors(const Tables& t, SwitchSnapshot& s) {
  const LocalPorts local(t, s);
  for (const auto& [index, row] : t.lldp_remotes) {
    const std::uint32_t num = lldp_local_port(index);
    Neighbor n = lldp_neighbor(row);
    n.local_port = port_of_unit(s, local.find(num));
    // A base port whose interface ifTable left out: somebody is heard on it, so it is there.
    ensure_interface(s, n.local_port);
    n.local_port_text = local.text(num);
    if (const auto it = t.lldp_addresses.find(index); it != t.lldp_addresses.end()) n.management = it->second;
    // The address table may carry another TimeMark, or none.
    if (n.management.empty())
      for (const auto& [other, addresses] : t.lldp_addresses)
        if (lldp_local_port(other) == num && other.back() == index.back()) n.management = addresses;
    s.neighbors.push_back(std::move(n));
  }
  for (const auto& [index, row] : t.lldp_v2_remotes) {
    Neighbor n = lldp_neighbor(row);
    set_local_port(s, index[1], n);
    s.neighbors.push_back(std::move(n));
  }
  for (const auto& [place, row] : t.cdp) {
    if (row.device_id.empty()) continue;
    Neighbor n;
    n.protocol = topology::NeighborProtocol::kCdp;
    set_local_port(s, place.first, n);
    set_cache_row(row, n);
    n.capabilities = {lldp_capabilities(row), row.capabilities_known};
    s.neighbors.push_back(std::move(n));
  }
  for (const auto& [place, row] : t.fdp) {
    if (row.device_id.empty()) continue;
    Neighbor n;
    n.protocol = row.heard_by_cdp ? topology::NeighborProtocol::kCdp : topology::NeighborProtocol::kFdp;
    set_local_port(s, place.first, n);
    set_cache_row(row, n);
    n.capabilities = fdp_capabilities(row);
    s.neighbors.push_back(std::move(n));
  }
  for (const auto& [index, row] : t.edp) {
    Neighbor n;
    n.protocol = topology::NeighborProtocol::kEdp;
    set_local_port(s, index[0], n);
    if (const topology::MacAddress mac = edp_neighbor_address(index); !mac.is_zero()) n.chassis_mac = mac;
    n.chassis_id = n.chassis_mac ? n.chassis_mac->to_string() : row.name;
    if (n.chassis_id.empty()) continue;
    // A switch without slots calls its only one 1 and names its ports by the port alone; both are told.
    if (row.port != 0) n.port_id = std::to_string(row.port);
    if (row.slot != 0 && row.port != 0) n.port_descr = std::to_string(row.slot) + ":" + n.port_id;
    n.system_name = row.name;
    n.system_descr = row.version;
    // Who speaks EDP is an Extreme switch.
    n.capabilities = {static_cast<std::uint16_t>(Capability::kBridge), true};
    s.neighbors.push_back(std::move(n));
  }
}

}  // namespace lanwarden::mibs
