#include "mibs/vendors.h"

#include <algorithm>
#include <array>
#include <set>

#include "mibs/q_bridge_mib.h"
#include "mibs/tables.h"

namespace lanwarden::mibs {
namespace {

constexpr std::uint32_t kEnterprises[] = {1, 3, 6, 1, 4, 1};

struct VendorLine {
  std::array<std::uint32_t, 2> arc;  ///< below enterprises; 0 ends it
  Vendor vendor;
};
/// The first line that fits decides.
constexpr VendorLine kVendors[] = {
    {{9, 6}, Vendor::kOther},  // Cisco's small-business line: one Q-BRIDGE, no VLAN contexts
    {{9, 0}, Vendor::kCisco},      {{2636, 0}, Vendor::kJuniper}, {{6527, 0}, Vendor::kNokia},
    {{6486, 0}, Vendor::kAlcatel}, {{1991, 0}, Vendor::kFoundry}, {{1916, 0}, Vendor::kExtreme},
    {{2011, 0}, Vendor::kHuawei},
};

bool silent_about_itself(const Tables& t) { return t.system.object_id.empty(); }

/// The stations of one table with their ports, to compare tables by.
std::set<std::pair<std::uint64_t, std::uint32_t>> places(FdbRows rows) {
  std::set<std::pair<std::uint64_t, std::uint32_t>> result;
  for (const FdbRows::Row& r : rows.finish())
    if (r.port != 0) result.emplace(r.mac, r.port);
  return result;
}

}  // namespace

Vendor vendor_of(const Oid& object_id) {
  const OidView id = object_id.view();
  if (id.size() < 7 || !std::equal(std::begin(kEnterprises), std::end(kEnterprises), id.begin()))
    return Vendor::kOther;
  for (const VendorLine& line : kVendors)
    if (id[6] == line.arc[0] && (line.arc[1] == 0 || (id.size() > 7 && id[7] == line.arc[1])))
      return line.vendor;
  return Vendor::kOther;
}

bool may_be(const Tables& t, Vendor vendor) {
  return t.asked.ended(kSystemGroup) && (silent_about_itself(t) || vendor_of(t.system.object_id) == vendor);
}

bool may_have_logical_contexts(const Tables& t) {
  if (!t.asked.ended(kSystemGroup) || !t.asked.ended(kBridgeFdbTable) || !t.asked.ended(kQBridgeFdbTable))
    return false;
  if (may_be(t, Vendor::kCisco)) {
    // A Cisco shows VLAN 1 in the default context, so rows there do not mean that these are all.
    if (!t.asked.ended(kVtpVlans)) return false;
    if (t.vtp_vlans.empty()) return true;
  }
  const auto fdb = t.bridge_fdb.find(0);
  const bool nothing = (fdb == t.bridge_fdb.end() || fdb->second.empty()) && t.q_bridge_fdb.empty();
  return nothing && t.vtp_vlans.empty();
}

std::vector<topology::VlanId> contexts_to_ask(const Tables& t) {
  const bool cisco = may_be(t, Vendor::kCisco);
  if (cisco && !(t.asked.ended(kVtpVlans) && t.asked.ended(kVlanMembership) && t.asked.ended(kVtpTrunkPorts)))
    return {};
  if (!t.asked.ended(kQBridgeFdbTable) || !t.asked.ended(kBridgeFdbTable)) return {};
  std::vector<topology::VlanId> contexts = vlan_contexts(t);
  // Without any trunk, a VLAN that no port is in has no stations: do not ask for it. An agent that has
  // native VLANs but leaves out which ports trunk has not said that none does.
  const bool no_trunk = t.trunks.empty() && (t.trunk_states || t.native_vlans.empty());
  if (cisco && no_trunk && !t.access_vlans.empty()) {
    std::set<std::uint16_t> used;
    for (const auto* vlans : {&t.access_vlans, &t.voice_vlans, &t.native_vlans})
      for (const auto& [port, vid] : *vlans) used.insert(vid);
    std::erase_if(contexts, [&](topology::VlanId v) { return !used.contains(v.value); });
  }
  // A Nexus shows everything in Q-BRIDGE, and again in every context: try two before asking hundreds.
  constexpr std::size_t kTried = 2;
  if (t.q_bridge_fdb.empty() || contexts.size() <= kTried) return contexts;
  std::set<std::set<std::pair<std::uint64_t, std::uint32_t>>> seen;
  for (std::size_t i = 0; i < kTried; ++i) {
    if (!t.asked.ended(kBridgeFdbTable, contexts[i])) {
      contexts.resize(kTried);
      return contexts;
    }
    const auto rows = t.bridge_fdb.find(contexts[i].value);
    seen.insert(rows == t.bridge_fdb.end() ? std::set<std::pair<std::uint64_t, std::uint32_t>>{}
                                           : places(rows->second));
  }
  if (seen.size() == 1) contexts.resize(kTried);
  return contexts;
}

std::optional<topology::VlanId> juniper_vlan(const Tables& t, std::uint32_t fdb) {
  for (const auto& [index, id] : t.juniper_fdbs)
    if (id == fdb)
      if (const auto tag = t.juniper_tags.find(index); tag != t.juniper_tags.end())
        return topology::VlanId{tag->second};
  // ELS agents without the FdbId column number the database by the VLAN's index in the upper half.
  for (const std::uint32_t index : {fdb, fdb >> 16})
    if (const auto tag = t.juniper_tags.find(index); tag != t.juniper_tags.end())
      return topology::VlanId{tag->second};
  return std::nullopt;
}

topology::IfIndex port_of_unit(const topology::SwitchSnapshot& s, topology::IfIndex port) {
  constexpr std::string_view kJuniperId = "1.3.6.1.4.1.2636.";
  if (!std::string_view(s.object_id).starts_with(kJuniperId)) return port;
  const topology::Interface* const unit = s.interface(port);
  if (unit == nullptr) return port;
  const std::size_t dot = unit->name.rfind('.');
  if (dot == std::string::npos || dot == 0) return port;
  const topology::Interface* const parent = s.interface_named(std::string_view(unit->name).substr(0, dot));
  return parent != nullptr ? parent->ifindex : port;
}

topology::IfIndex port_of_ifindex(const topology::SwitchSnapshot& s, std::uint32_t ifindex) {
  constexpr std::uint32_t kLoopback = 24, kL2Vlan = 135, kL3Vlan = 136;
  const topology::Interface* const i = s.interface(topology::IfIndex{ifindex});
  if (i == nullptr || i->type == kLoopback || i->type == kL3Vlan) return topology::kNoInterface;
  if (i->type == kL2Vlan && std::string_view(s.object_id).starts_with("1.3.6.1.4.1.2636."))
    return topology::kNoInterface;
  return port_of_unit(s, i->ifindex);
}

std::optional<topology::IfIndex> alcatel_aggregate(const topology::SwitchSnapshot& s, std::uint32_t port) {
  constexpr std::string_view kAlcatelId = "1.3.6.1.4.1.6486.";
  constexpr std::uint32_t kFirstBridgePort = 4097, kFirstIfIndex = 40'000'000, kAggregates = 256;
  if (!std::string_view(s.object_id).starts_with(kAlcatelId)) return std::nullopt;
  if (port < kFirstBridgePort || port >= kFirstBridgePort + kAggregates) return std::nullopt;
  const topology::IfIndex aggregate{port - kFirstBridgePort + kFirstIfIndex};
  if (s.interface(aggregate) == nullptr) return std::nullopt;
  return aggregate;
}

bool is_access_point_platform(std::string_view platform) {
  return platform.find("AIR-") != std::string_view::npos || platform.find("C91") == 0 ||
         platform.find("Aironet") != std::string_view::npos;
}

}  // namespace lanwarden::mibs
