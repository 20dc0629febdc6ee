#include "mibs/fdb_vlans.h"

#include "mibs/resolve.h"
#include "mibs/vendors.h"

namespace lanwarden::mibs {

using topology::kNoVlan;
using topology::VlanId;

VlanOf::VlanOf(const Tables& t, topology::SwitchSnapshot& s, const std::set<std::uint32_t>& in_use) : t_(t) {
  if (!t.juniper_tags.empty()) {
    juniper_ = true;
    decide(s, "juniper-vlan-index: the tags come from Juniper's VLAN table");
    return;
  }
  if (t.vlan_fdb.empty()) return;
  std::set<std::uint32_t> mapped;
  unsigned by_map = 0, by_vlan = 0;
  for (const auto& [vid, fdb] : t.vlan_fdb) {
    mapped.insert(fdb);
    by_fdb_[fdb].push_back(VlanId{vid});
    if (vid != fdb) differs_ = true;
  }
  for (const std::uint32_t fdb : in_use) {
    if (mapped.contains(fdb)) ++by_map;
    if (fdb <= 4094 && t.vlan_fdb.contains(static_cast<std::uint16_t>(fdb))) ++by_vlan;
  }
  if (!differs_) return;
  if (!in_use.empty() && (by_map == 0 || by_vlan > by_map)) {
    by_fdb_.clear();
    differs_ = false;
    decide(s, "fdb-id-map-lies: dot1qVlanFdbId names " + ratio(by_map, static_cast<unsigned>(in_use.size())) +
                  " databases in use, the VLAN ids themselves " + std::to_string(by_vlan));
  } else {
    decide(s, "fdb-id-is-not-vid: dot1qVlanFdbId maps the databases to VLANs");
  }
}

VlanId VlanOf::operator()(std::uint32_t fdb) const {
  if (juniper_) return juniper_vlan(t_, fdb).value_or(kNoVlan);
  if (differs_) {
    // Several VLANs that share one database: which of them is not known.
    const auto it = by_fdb_.find(fdb);
    return it != by_fdb_.end() && it->second.size() == 1 ? it->second.front() : kNoVlan;
  }
  return fdb <= 4094 ? VlanId{static_cast<std::uint16_t>(fdb)} : kNoVlan;
}
std::set<std::uint32_t> VlanOf::databases() const {
  std::set<std::uint32_t> all;
  if (differs_) {
    for (const auto& [fdb, vlans] : by_fdb_) all.insert(fdb);
  } else if (!juniper_) {
    for (const auto& [vid, fdb] : t_.vlan_fdb) all.insert(vid);
    for (const auto& [vid, name] : t_.vlan_names) all.insert(vid);
  }
  return all;
}

std::string ratio(unsigned a, unsigned b) { return std::to_string(a) + " of " + std::to_string(b); }

}  // namespace lanwarden::mibs
