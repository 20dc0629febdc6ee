// Which interface a row of pethPsePortTable is. RFC 3621 leaves the numbers to the vendor, and a wrong
// guess would call an idle port the clock's: a reading counts only when something besides it agrees.
#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "mibs/resolve.h"

namespace lanwarden::mibs {
namespace {

using topology::IfIndex;
using topology::Interface;
using topology::kNoInterface;
using topology::SwitchSnapshot;

using PsePlace = std::pair<std::uint32_t, std::uint32_t>;  ///< (group, port)
using Reading = std::map<PsePlace, IfIndex>;

/// ifTypes a power sourcing port can have: ethernetCsmacd and its older names.
bool is_ethernet(const Interface& i) {
  return i.type == kIfTypeEthernet || i.type == 62 || i.type == 69 || i.type == 117;
}

/// The numbers in a port's name, "Gi1/0/24" is {1, 0, 24}.
std::vector<std::uint32_t> numbers_in(std::string_view name) {
  std::vector<std::uint32_t> numbers;
  const char* p = name.data();
  const char* const end = p + name.size();
  while (p != end) {
    std::uint32_t n = 0;
    const auto [next, error] = std::from_chars(p, end, n);
    if (next == p) {
      ++p;
      continue;
    }
    if (error == std::errc{}) numbers.push_back(n);
    p = next;
  }
  return numbers;
}

/// By the ENTITY-MIB row that Cisco names for each.
Reading by_entity(const Tables& t, const SwitchSnapshot& s) {
  std::map<std::uint32_t, IfIndex> interface_of;
  for (const auto& [ifindex, physical] : t.entity_aliases) interface_of.emplace(physical, IfIndex{ifindex});
  Reading reading;
  for (const auto& [place, port] : t.pse_ports) {
    if (port.physical_index == 0) continue;
    if (const auto it = interface_of.find(port.physical_index); it != interface_of.end()) {
      if (s.interface(it->second) != nullptr) reading.emplace(place, it->second);
    } else if (const auto row = t.entity_physical.find(port.physical_index); row != t.entity_physical.end()) {
      if (const Interface* const i = s.interface_named(row->second.name)) reading.emplace(place, i->ifindex);
    }
  }
  return reading;
}

/// By one rule for every row. Empty when the rule misses any row, or gives one interface to two.
template <class PortOf>
Reading by_rule(const Tables& t, const SwitchSnapshot& s, PortOf port_of) {
  Reading reading;
  std::set<IfIndex> given;
  for (const auto& [place, port] : t.pse_ports) {
    const Interface* const i = s.interface(port_of(place));
    if (i == nullptr || !is_ethernet(*i) || !given.insert(i->ifindex).second) return {};
    reading.emplace(place, i->ifindex);
  }
  return reading;
}

/// "2/0/7" is port 7 of group 2; with one group, "port 7" is its port 7.
Reading by_name(const Tables& t, const SwitchSnapshot& s, bool one_group) {
  std::map<PsePlace, IfIndex> named;
  std::set<PsePlace> ambiguous;
  for (const Interface& i : s.interfaces) {
    if (!is_ethernet(i)) continue;
    const auto numbers = numbers_in(i.name);
    if (numbers.empty() || (!one_group && numbers.size() < 2)) continue;
    const PsePlace place{one_group ? t.pse_ports.begin()->first.first : numbers.front(), numbers.back()};
    if (!named.emplace(place, i.ifindex).second) ambiguous.insert(place);
  }
  return by_rule(t, s, [&](const PsePlace& place) {
    const auto it = named.find(place);
    return it == named.end() || ambiguous.contains(place) ? kNoInterface : it->second;
  });
}

/// Small consecutive numbers hit something by chance; scattered ones that all hit do not.
bool speaks_for_itself(const Tables& t) {
  std::set<std::uint32_t> ports;
  for (const auto& [place, port] : t.pse_ports) ports.insert(place.second);
  return ports.size() == t.pse_ports.size() && ports.size() >= 4 && *ports.begin() > 2 * ports.size();
}

Reading read_ports(const Tables& t, SwitchSnapshot& s) {
  if (Reading told = by_entity(t, s); !told.empty()) return told;
  const bool one_group = t.pse_ports.begin()->first.first == t.pse_ports.rbegin()->first.first;
  const Reading name = by_name(t, s, one_group);
  const Reading bridge = by_rule(t, s, [&](const PsePlace& place) {
    return base_port(s.base_ports, topology::kNoVlan, place.second).value_or(kNoInterface);
  });
  const Reading ifindex = by_rule(t, s, [](const PsePlace& place) { return IfIndex{place.second}; });
  if (!bridge.empty() && (bridge == ifindex || bridge == name)) return bridge;
  if (!ifindex.empty() && (ifindex == name || (bridge.empty() && speaks_for_itself(t)))) return ifindex;
  // A stack numbers its ports anew in each group, and its names say which unit they are of.
  if (!name.empty() && !one_group) return name;
  decide(s, "poe-port-unmapped: no two readings of pethPsePortTable agree which interfaces its " +
                std::to_string(t.pse_ports.size()) + " rows are");
  return {};
}

}  // namespace

void resolve_power(const Tables& t, SwitchSnapshot& s) {
  if (t.pse_ports.empty()) return;
  const Reading reading = read_ports(t, s);
  for (const auto& [place, port] : t.pse_ports) {
    const auto mapped = reading.find(place);
    if (mapped == reading.end() || port.detection == 0) continue;
    const auto i = std::lower_bound(s.interfaces.begin(), s.interfaces.end(), mapped->second,
                                    [](const Interface& a, IfIndex b) { return a.ifindex < b; });
    const bool delivers = port.detection == kPseDelivering && port.enabled;
    i->poe = delivers ? topology::Poe::kDelivering : topology::Poe::kOff;
  }
}

}  // namespace lanwarden::mibs
