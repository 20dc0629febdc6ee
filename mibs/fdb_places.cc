#include "mibs/fdb_places.h"

#include <algorithm>

namespace lanwarden::mibs {

using topology::FdbEntry;
using topology::FdbStatus;
using topology::IfIndex;

Places places_of(const std::vector<FdbEntry>& entries) {
  Places places;
  places.reserve(entries.size());
  for (const FdbEntry& e : entries)
    if (e.port != topology::kNoInterface && e.status != FdbStatus::kSelf) places.emplace_back(e.mac, e.port);
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}
bool has_station(const Places& places, topology::MacAddress mac) {
  const auto it = std::lower_bound(places.begin(), places.end(), std::pair(mac, IfIndex{}));
  return it != places.end() && it->first == mac;
}

Agreement agreement(const Places& a, const Places& b) {
  Agreement result;
  auto other = b.begin();
  for (auto first = a.begin(); first != a.end();) {
    const topology::MacAddress mac = first->first;
    const auto last = std::find_if(first, a.end(), [&](const auto& p) { return p.first != mac; });
    while (other != b.end() && other->first < mac) ++other;
    if (other != b.end() && other->first == mac) {
      ++result.shared;
      if (std::any_of(first, last, [&](const auto& p) { return std::binary_search(other, b.end(), p); }))
        ++result.same;
    }
    first = last;
  }
  return result;
}

}  // namespace lanwarden::mibs
