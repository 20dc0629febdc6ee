#include "topology/directions.h"

namespace lanwarden::topology::detail {

Views views(const Directions& toward) {
  const auto n = static_cast<Node>(toward.size());
  Views views;
  views.only_way.assign(n, kNoPort);
  views.complete.assign(n, 0);
  for (Node s = 0; s < n; ++s) {
    const LocalPort* to = toward.from(s);
    const LocalPort way = n < 2 ? kNoPort : to[s == 0 ? 1 : 0];
    bool one = true, all = true;
    for (Node t = 0; t < n; ++t) {
      one = one && (t == s || to[t] == way);
      all = all && (t == s || to[t] != kNoPort);
    }
    if (one) views.only_way[s] = way;
    views.complete[s] = all;
  }
  return views;
}

void RowTally::count(const Directions& toward, const Views& views, std::span<const Place> rows) {
  const std::size_t n = toward.size();
  rows_ = 0, all_with_ = 0;
  with_.assign(n, 0), blank_.assign(n, 0);
  for (const Place& row : rows) {
    if (row.port == kSelf) continue;
    ++rows_;
    const LocalPort* to = toward.from(row.sw);
    const LocalPort port = row.port;
    if (views.complete[row.sw]) {
      ++blank_[row.sw];
    } else {
      for (std::size_t x = 0; x < n; ++x)
        blank_[x] = static_cast<std::uint16_t>(blank_[x] + (to[x] == kNoPort));
    }
    if (const LocalPort way = views.only_way[row.sw]; way != kNoPort) {
      if (way == port) ++all_with_, --with_[row.sw];  // of itself it says nothing
      continue;
    }
    for (std::size_t x = 0; x < n; ++x) with_[x] = static_cast<std::uint16_t>(with_[x] + (to[x] == port));
  }
}

std::vector<Filled> close_directions(Directions& toward) {
  const auto n = static_cast<Node>(toward.size());
  // Who knows anything of t's place: without one there is no vote.
  std::vector<std::vector<Node>> witnesses(n);
  std::vector<Node> open;  // of whom some direction is not known
  for (Node t = 0; t < n; ++t) {
    const LocalPort* from = toward.to(t);
    std::size_t known = 0;
    for (Node u = 0; u < n; ++u) known += u != t && from[u] != kNoPort;
    if (known + 1 == n) continue;
    open.push_back(t);
    for (Node u = 0; u < n; ++u)
      if (u != t && from[u] != kNoPort) witnesses[t].push_back(u);
  }
  std::vector<Filled> filled;
  std::vector<std::pair<LocalPort, std::uint32_t>> votes;
  for (Node s = 0; s < n; ++s) {
    for (const Node t : open) {
      if (s == t || toward(s, t) != kNoPort) continue;
      votes.clear();
      std::uint32_t total = 0;
      for (const Node u : witnesses[t]) {
        if (u == s) continue;
        const LocalPort to_s = toward(u, s), port = toward(s, u);
        if (to_s == kNoPort || port == kNoPort || to_s == toward(u, t)) continue;
        const auto it =
            std::find_if(votes.begin(), votes.end(), [&](const auto& v) { return v.first == port; });
        if (it == votes.end())
          votes.emplace_back(port, 1);
        else
          ++it->second;
        ++total;
      }
      for (const auto& [port, k] : votes)
        if (4 * k > 3 * total) filled.push_back({s, t, port, 2 * k - total});
    }
  }
  for (const Filled& f : filled) toward.set(f.s, f.t, f.port, f.margin);
  return filled;
}

}  // namespace lanwarden::topology::detail
