// VLANs and the ports in them: PortLists of Q-BRIDGE-MIB; on Cisco the base ports of each VLAN's
// context, with what VTP and the membership table say of each port.
#include <algorithm>
#include <charconv>
#include <set>

#include "mibs/octets.h"
#include "mibs/resolve.h"
#include "mibs/vendors.h"

namespace lanwarden::mibs {
namespace {

using topology::IfIndex;
using topology::kNoInterface;
using topology::kNoVlan;
using topology::SwitchSnapshot;
using topology::VlanId;
using PortNumbers = std::vector<std::uint32_t>;

/// RFC 4363 PortList: the most significant bit of the first octet is port 1.
PortNumbers ports_of_bits(const std::vector<std::uint8_t>& octets) {
  PortNumbers ports;
  for (std::size_t i = 0; i < octets.size(); ++i)
    for (unsigned bit = 0; bit < 8; ++bit)
      if ((octets[i] >> (7 - bit)) & 1U) ports.push_back(static_cast<std::uint32_t>(i * 8 + bit + 1));
  return ports;
}

/// Juniper writes the numbers out: "490,495,502". nullopt when it is no such text.
std::optional<PortNumbers> ports_of_text(const std::vector<std::uint8_t>& octets) {
  PortNumbers ports;
  const char* p = reinterpret_cast<const char*>(octets.data());
  const char* const end = p + octets.size();
  while (p != end) {
    std::uint32_t port = 0;
    const auto [next, error] = std::from_chars(p, end, port);
    if (error != std::errc{} || (next != end && *next != ',')) return std::nullopt;
    ports.push_back(port);
    p = next == end ? next : next + 1;
  }
  return ports;
}

/// What the numbers of this agent's PortLists are. As in its forwarding tables, the reading that hits
/// ports decides, and the standard's has the benefit of the doubt; up or down says nothing of membership.
class PortListNumbering {
 public:
  PortListNumbering(const Tables& t, const SwitchSnapshot& s) : s_(s) {
    juniper_ = vendor_of(t.system.object_id) == Vendor::kJuniper;
    hex_text_ = std::any_of(t.vlan_ports.begin(), t.vlan_ports.end(), [](const auto& v) {
      return v.second.egress.size() > 4 && octets_of_hex_text(v.second.egress).has_value();
    });
    std::set<std::uint32_t> used;
    for (const auto& [vid, lists] : t.vlan_ports)
      for (const std::uint32_t port : numbers(lists.egress)) used.insert(port);
    unsigned as_bridge_port = 0, as_ifindex = 0, as_shifted = 0;
    if (!s.base_ports.empty())
      shift_ = std::min_element(s.base_ports.begin(), s.base_ports.end(),
                                [](const auto& a, const auto& b) { return a.port < b.port; })
                   ->port.value -
               1;
    for (const std::uint32_t port : used) {
      if (base_port(s.base_ports, kNoVlan, port)) ++as_bridge_port;
      if (s.interface(IfIndex{port}) != nullptr) ++as_ifindex;
      if (base_port(s.base_ports, kNoVlan, port + shift_)) ++as_shifted;
    }
    // An agent numbers ports here as in dot1qTpFdbTable, unless that hits hardly any port.
    const auto q = std::find_if(s.databases.begin(), s.databases.end(),
                                [](const auto& d) { return d.table == topology::Table::kQBridgeFdb; });
    by_ifindex_ = q != s.databases.end() && q->ports == topology::PortNumbering::kIfIndex;
    if (by_ifindex_ ? as_bridge_port > 2 * as_ifindex : as_ifindex > 2 * as_bridge_port)
      by_ifindex_ = !by_ifindex_;
    by_ifindex_ = by_ifindex_ || s.base_ports.empty();
    shifted_ = shift_ > 0 && as_shifted > 2 * std::max(as_bridge_port, as_ifindex);
  }

  PortNumbers numbers(const std::vector<std::uint8_t>& octets) const {
    if (juniper_)
      if (auto ports = ports_of_text(octets)) return *std::move(ports);
    if (hex_text_) return ports_of_bits(octets_of_hex_text(octets).value_or(std::vector<std::uint8_t>{}));
    return ports_of_bits(octets);
  }
  IfIndex port(std::uint32_t number) const {
    if (shifted_) return base_port(s_.base_ports, kNoVlan, number + shift_).value_or(kNoInterface);
    if (!by_ifindex_)
      if (const auto found = base_port(s_.base_ports, kNoVlan, number)) return *found;
    // An aggregate may lack a base port, and be named by its ifIndex, as in forwarding rows.
    const topology::Interface* const i = s_.interface(IfIndex{number});
    if (i == nullptr || !(by_ifindex_ || i->type == kIfTypeAggregate)) return kNoInterface;
    return port_of_ifindex(s_, number);
  }

 private:
  const SwitchSnapshot& s_;
  std::uint32_t shift_ = 0;
  bool juniper_ = false;   ///< numbers as text
  bool hex_text_ = false;  ///< the bits as text, "ff ff 80" (SONiC), and "0" for none
  bool by_ifindex_ = false, shifted_ = false;
};

void sort_unique(std::vector<IfIndex>& ports) {
  std::sort(ports.begin(), ports.end());
  ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
  ports.shrink_to_fit();
}

/// A stack's lists name the ports of units that are not there as well.
std::vector<IfIndex> existing(const SwitchSnapshot& s, const PortListNumbering& numbering,
                              const std::vector<std::uint8_t>& octets) {
  std::vector<IfIndex> ports;
  for (const std::uint32_t number : numbering.numbers(octets))
    if (const IfIndex port = numbering.port(number); s.interface(port) != nullptr) ports.push_back(port);
  sort_unique(ports);
  return ports;
}

void add_port_lists(const Tables& t, SwitchSnapshot& s) {
  const PortListNumbering numbering(t, s);
  for (topology::Vlan& v : s.vlans) {
    const auto lists = t.vlan_ports.find(v.id.value);
    if (lists == t.vlan_ports.end()) continue;
    const std::vector<IfIndex> egress = existing(s, numbering, lists->second.egress);
    const std::vector<IfIndex> untagged = existing(s, numbering, lists->second.untagged);
    // "Untagged" says how a member sends; some agents list ports there that are no members.
    std::set_difference(egress.begin(), egress.end(), untagged.begin(), untagged.end(),
                        std::back_inserter(v.tagged));
    std::set_intersection(egress.begin(), egress.end(), untagged.begin(), untagged.end(),
                          std::back_inserter(v.untagged));
  }
}

/// Cisco: vmVlan and vmVoiceVlanId tell of access ports; of a trunk, that it is in the base-port table of a
/// VLAN's context.
void add_cisco_ports(const Tables& t, SwitchSnapshot& s) {
  const auto vid_of = [](const std::map<std::uint32_t, std::uint16_t>& vlans, IfIndex port) {
    const auto it = vlans.find(port.value);
    return it == vlans.end() ? std::uint16_t{0} : it->second;
  };
  const auto add_access = [&](const std::map<std::uint32_t, std::uint16_t>& vlans, VlanId vid,
                              std::vector<IfIndex>& ports) {
    for (const auto& [port, access] : vlans)
      if (access == vid.value && !t.trunks.contains(port) && s.interface(IfIndex{port}) != nullptr)
        ports.emplace_back(port);
  };
  for (topology::Vlan& v : s.vlans) {
    add_access(t.access_vlans, v.id, v.untagged);
    add_access(t.voice_vlans, v.id, v.tagged);
    std::vector<IfIndex> trunks;
    bool lists_every_port = false;
    for (const topology::BasePort& p : t.base_ports) {
      if (p.context != v.id || s.interface(p.ifindex) == nullptr) continue;
      const std::uint16_t access = vid_of(t.access_vlans, p.ifindex);
      if (t.trunks.contains(p.ifindex.value))
        trunks.push_back(p.ifindex);
      else if (access != 0 && access != v.id.value && vid_of(t.voice_vlans, p.ifindex) != v.id.value)
        lists_every_port = true;  // an access port of another VLAN: this table tells no membership
    }
    for (const IfIndex trunk : trunks)
      if (!lists_every_port)
        (vid_of(t.native_vlans, trunk) == v.id.value ? v.untagged : v.tagged).push_back(trunk);
    sort_unique(v.tagged);
    sort_unique(v.untagged);
    // A voice VLAN that is the access VLAN as well is sent untagged.
    std::erase_if(v.tagged,
                  [&](IfIndex p) { return std::binary_search(v.untagged.begin(), v.untagged.end(), p); });
  }
}

}  // namespace

void resolve_vlans(const Tables& t, SwitchSnapshot& s) {
  std::map<std::uint16_t, std::string> vlans = t.vlan_names;
  // An agent that maps every VLAN id there can be (Ubiquiti's do) says of none that it exists.
  constexpr std::size_t kEveryVlan = 4000;
  if (t.vlan_fdb.size() < kEveryVlan)
    for (const auto& [vid, fdb] : t.vlan_fdb) vlans.try_emplace(vid);
  for (const auto& [vid, lists] : t.vlan_ports) vlans.try_emplace(vid);
  for (const auto& [vid, vlan] : t.vtp_vlans) vlans.try_emplace(vid, vlan.name);
  for (const auto& [index, tag] : t.juniper_tags) {
    const auto name = t.juniper_names.find(index);
    vlans.try_emplace(tag, name == t.juniper_names.end() ? std::string() : name->second);
  }
  // Without VTP, a context that answers is a VLAN.
  for (const topology::BasePort& p : t.base_ports)
    if (p.context != kNoVlan) vlans.try_emplace(p.context.value);
  for (const auto& [context, rows] : t.bridge_fdb)
    if (context != 0 && !rows.empty()) vlans.try_emplace(context);
  for (auto& [vid, name] : vlans) s.vlans.push_back({VlanId{vid}, std::move(name), {}, {}});
  if (!t.vlan_ports.empty())
    add_port_lists(t, s);
  else
    add_cisco_ports(t, s);
}

}  // namespace lanwarden::mibs
