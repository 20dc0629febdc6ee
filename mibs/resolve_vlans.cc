// VLANs and the ports in them: PortLists of Q-BRIDGE-MIB; on Cisco the base ports of each VLAN's
// context, with what VTP and the membership table say of each port.
#include <algorithm>
#include <charconv>
#include <set>

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
    text_ = vendor_of(t.system.object_id) == Vendor::kJuniper;
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
    by_ifindex_ = s.base_ports.empty() || as_ifindex > as_bridge_port;
    shifted_ = shift_ > 0 && as_shifted > 2 * std::max(as_bridge_port, as_ifindex);
  }

  PortNumbers numbers(const std::vector<std::uint8_t>& octets) const {
    if (text_)
      if (auto ports = ports_of_text(octets)) return *std::move(ports);
    return ports_of_bits(octets);
  }
  IfIndex port(std::uint32_t number) const {
    if (shifted_) return base_port(s_.base_ports, kNoVlan, number + shift_).value_or(kNoInterface);
    if (!by_ifindex_)
      if (const auto found = base_port(s_.base_ports, kNoVlan, number)) return *found;
    // An aggregate may lack a base port, and be named by its ifIndex, as in forwarding rows.
    const topology::Interface* const i = s_.interface(IfIndex{number});
    if (i == nullptr || !(by_ifindex_ || i->type == kIfTypeAggregate)) return kNoInterface;
    return port_of_unit(s_, i->ifindex);
  }

 private:
  const SwitchSnapshot& s_;
  std::uint32_t shift_ = 0;
  bool text_ = false, by_ifindex_ = false, shifted_ = false;
};

void sort_unique(std::vector<IfIndex>& ports) {
  std::sort(ports.begin(), ports.end());
  ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
  ports.shrink_to_fit();
}

std::vector<IfIndex> existing(const PortListNumbering& numbering, const std::vector<std::uint8_t>& octets) {
  std::vector<IfIndex> ports;
  for (const std::uint32_t number : numbering.numbers(octets))
    if (const IfIndex port = numbering.port(number); port != kNoInterface) ports.push_back(port);
  sort_unique(ports);
  return ports;
}

void add_port_lists(const Tables& t, SwitchSnapshot& s) {
  const PortListNumbering numbering(t, s);
  for (topology::Vlan& v : s.vlans) {
    const auto lists = t.vlan_ports.find(v.id.value);
    if (lists == t.vlan_ports.end()) continue;
    const std::vector<IfIndex> egress = existing(numbering, lists->second.egress);
    const std::vector<IfIndex> untagged = existing(numbering, lists->second.untagged);
    // "Untagged" says how a member sends; some agents list ports there that are no members.
    std::set_difference(egress.begin(), egress.end(), untagged.begin(), untagged.end(),
                        std::back_inserter(v.tagged));
    std::set_intersection(egress.begin(), egress.end(), untagged.begin(), untagged.end(),
                          std::back_inserter(v.untagged));
  }
}

/// Cisco's base-port table of a VLAN context lists the ports that are in that VLAN.
void add_context_ports(const Tables& t, SwitchSnapshot& s) {
  if (!t.trunk_states) return;
  const auto vid_of = [](const std::map<std::uint32_t, std::uint16_t>& vlans, IfIndex port) {
    const auto it = vlans.find(port.value);
    return it == vlans.end() ? std::uint16_t{0} : it->second;
  };
  for (topology::Vlan& v : s.vlans) {
    bool lists_every_port = false;
    for (const topology::BasePort& p : t.base_ports) {
      if (p.context != v.id || s.interface(p.ifindex) == nullptr) continue;
      if (t.trunks.contains(p.ifindex.value)) {
        (vid_of(t.native_vlans, p.ifindex) == v.id.value ? v.untagged : v.tagged).push_back(p.ifindex);
        continue;
      }
      const std::uint16_t access = vid_of(t.access_vlans, p.ifindex);
      if (access == v.id.value)
        v.untagged.push_back(p.ifindex);
      else if (vid_of(t.voice_vlans, p.ifindex) == v.id.value)
        v.tagged.push_back(p.ifindex);
      else if (access != 0)
        lists_every_port = true;  // an access port of another VLAN: this table tells no membership
    }
    if (lists_every_port) v.tagged.clear();
    sort_unique(v.tagged);
    sort_unique(v.untagged);
  }
}

}  // namespace

void resolve_vlans(const Tables& t, SwitchSnapshot& s) {
  std::map<std::uint16_t, std::string> vlans = t.vlan_names;
  for (const auto& [vid, fdb] : t.vlan_fdb) vlans.try_emplace(vid);
  for (const auto& [vid, lists] : t.vlan_ports) vlans.try_emplace(vid);
  for (const auto& [vid, vlan] : t.vtp_vlans) vlans.try_emplace(vid, vlan.name);
  for (const auto& [index, tag] : t.juniper_tags) {
    const auto name = t.juniper_names.find(index);
    vlans.try_emplace(tag, name == t.juniper_names.end() ? std::string() : name->second);
  }
  for (auto& [vid, name] : vlans) s.vlans.push_back({VlanId{vid}, std::move(name), {}, {}});
  if (!t.vlan_ports.empty())
    add_port_lists(t, s);
  else
    add_context_ports(t, s);
}

}  // namespace lanwarden::mibs
