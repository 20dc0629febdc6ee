// A station is looked for in the tree of its VLAN. In VLANs of several trees (a router's
// interfaces, a hypervisor's trunk) each is asked; where they agree, that is the place.
#include <algorithm>
#include <map>
#include <utility>

#include "topology/locate.h"
#include "topology/vlan_trees.h"

namespace lanwarden::topology {
namespace {

using namespace detail;

std::string vlans_of(std::span<const MacRow> rows) {
  std::vector<std::uint16_t> ids;
  for (const MacRow& r : rows)
    if (r.vlan != kNoVlan) ids.push_back(r.vlan.value);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::string text = ids.size() == 1 ? "VLAN " : "VLANs ";
  for (std::size_t i = 0; i < ids.size() && i < 4; ++i) text += (i == 0 ? "" : ", ") + std::to_string(ids[i]);
  return ids.size() > 4 ? text + " …" : text;
}

std::string place(const Fabric& fabric, const Location& x) {
  std::string text(to_string(x.verdict));
  for (std::size_t i = 0; i < x.ports.size() && i < 3; ++i)
    text += (i == 0 ? " " : ", ") + fabric.describe(x.ports[i]);
  return text;
}

/// The rows by tree. Those that name no VLAN go with the ones that do.
std::map<std::uint8_t, std::vector<MacRow>> by_tree(const Fabric::Impl& f, std::span<const MacRow> rows) {
  std::map<std::uint8_t, std::vector<MacRow>> trees;
  const auto& tree_of = f.tree_of_vlan;
  for (const MacRow& r : rows)
    if (r.vlan != kNoVlan) trees[tree_of[r.vlan.value % tree_of.size()]].push_back(r);
  for (const MacRow& r : rows)
    if (r.vlan == kNoVlan) trees[trees.empty() ? std::uint8_t{0} : trees.begin()->first].push_back(r);
  return trees;
}

}  // namespace

Location locate(const Fabric& fabric, const LocateQuery& query) {
  const Fabric::Impl& f = fabric.impl();
  if (f.tree_of_vlan.empty() || query.rows.empty()) return locate_in_tree(fabric, f, query);
  const auto trees = by_tree(f, query.rows);
  std::vector<std::pair<std::string, Location>> found;
  for (const auto& [number, rows] : trees) {
    Location x = locate_in_tree(fabric, f.tree(number), {query.mac, rows, query.unanswered, query.live});
    if (x.verdict != Verdict::kUnknown || trees.size() == 1) found.emplace_back(vlans_of(rows), std::move(x));
  }
  if (found.empty()) return locate_in_tree(fabric, f, query);
  const auto surest = std::max_element(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return a.second.confidence < b.second.confidence;
  });
  if (found.size() == 1) return std::move(surest->second);
  Location answer = surest->second;
  const bool agree = std::all_of(found.begin(), found.end(), [&](const auto& x) {
    return x.second.verdict == answer.verdict && x.second.ports == answer.ports && x.second.sw == answer.sw;
  });
  std::string everywhere;
  for (const auto& [vlans, x] : found)
    everywhere += (everywhere.empty() ? "" : "; ") + vlans + ": " + place(fabric, x);
  if (agree) {
    answer.evidence.push_back("the same place in VLANs that have different trees (" + everywhere + ")");
    return answer;
  }
  Location doubt;
  doubt.mac = query.mac;
  doubt.verdict = Verdict::kAmbiguous;
  doubt.confidence = 0.5;
  doubt.sw = answer.sw;
  doubt.vlan = answer.vlan;
  doubt.seen = answer.seen;
  const auto add = [&](const Location& x) {
    for (const PortId& port : x.ports)
      if (std::find(doubt.ports.begin(), doubt.ports.end(), port) == doubt.ports.end())
        doubt.ports.push_back(port);
  };
  add(answer);
  for (const auto& [vlans, x] : found) add(x);
  doubt.evidence.push_back("its VLANs disagree: " + everywhere);
  doubt.evidence.push_back(
      "one address in two places: two devices, a router's interfaces, or one that has moved");
  doubt.evidence.insert(doubt.evidence.end(), answer.evidence.begin(), answer.evidence.end());
  return doubt;
}

}  // namespace lanwarden::topology
