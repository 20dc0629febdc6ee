#include "agent/locate/past_rows.h"

#include <string_view>
#include <unordered_map>

namespace lanwarden::agent {

std::vector<topology::PastRow> past_rows(const topology::Fabric& fabric,
                                         std::span<const Sighting> sightings) {
  std::unordered_map<std::string_view, topology::SwitchId> switches;
  for (std::uint32_t i = 0; i < fabric.snapshots().size(); ++i)
    switches.emplace(fabric.snapshots()[i].name, topology::SwitchId{i});
  std::vector<topology::PastRow> rows;
  for (const Sighting& s : sightings) {
    const auto sw = switches.find(s.switch_name);
    if (sw == switches.end()) continue;
    const topology::Interface* port = fabric.snapshot(sw->second).interface_named(s.port);
    if (port == nullptr) continue;
    rows.push_back({sw->second, port->ifindex, s.vlan, s.status, s.from, s.last_seen, s.until.has_value()});
  }
  return rows;
}

}  // namespace lanwarden::agent
