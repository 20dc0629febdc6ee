// Where the rows of one station can come from.
#include <algorithm>

#include "topology/fabric_impl.h"

namespace lanwarden::topology::detail {
namespace {

LocalPort toward_group(const Directions& toward, Node u, const Group& g) {
  for (const Port& member : g.ports) {
    if (member.sw == u) return member.port;
  }
  for (const Port& member : g.ports)
    if (const LocalPort p = toward.to(member.sw)[u]; p != kNoPort) return p;
  return kNoPort;
}

}  // namespace

Score score(const Fabric::Impl& f, std::span<const Place> rows, const Spot& spot, std::uint32_t most) {
  Score result;
  const Group* group = spot.group == kNoGroup ? nullptr : &f.groups[spot.group];
  const LocalPort* spot_from = f.facing.toward.to(spot.at.sw);
  for (const Place& row : rows) {
    LocalPort expected;
    if (group != nullptr)
      expected = toward_group(f.facing.toward, row.sw, *group);
    else
      expected = row.sw == spot.at.sw ? spot.at.port : spot_from[row.sw];
    if (expected == kNoPort)
      ++result.unsure;
    else if (expected == row.port)
      ++result.agree;
    else if (++result.dissent > most)
      break;
  }
  return result;
}

std::vector<Spot> spots(const Fabric::Impl& f, std::span<const Place> rows, std::uint32_t slack) {
  std::vector<Spot> found;
  std::vector<std::uint32_t> seen_from;
  for (const Place& row : rows) {
    if (row.port == kSelf) continue;
    if (!f.faces[row.sw][row.port])
      found.push_back({{row.sw, row.port}, kNoGroup, {}});
    else if (const std::uint32_t g = f.group_of[row.sw][row.port]; g != kNoGroup)
      seen_from.push_back(g);
  }
  std::sort(seen_from.begin(), seen_from.end());
  for (std::size_t i = 0; i + 1 < seen_from.size();) {
    std::size_t end = i + 1;
    while (end < seen_from.size() && seen_from[end] == seen_from[i]) ++end;
    if (end - i >= 2) found.push_back({f.groups[seen_from[i]].ports.front(), seen_from[i], {}});
    i = end;
  }
  std::uint32_t least = 0xffff'0000;
  for (Spot& spot : found) {
    spot.score = score(f, rows, spot, least + slack);
    least = std::min(least, spot.score.dissent);
  }
  std::erase_if(found, [&](const Spot& x) { return x.score.dissent > least + slack; });
  std::stable_sort(found.begin(), found.end(), [](const Spot& a, const Spot& b) {
    if (a.score.dissent != b.score.dissent) return a.score.dissent < b.score.dissent;
    return a.score.agree > b.score.agree;
  });
  return found;
}

}  // namespace lanwarden::topology::detail
