#include "topology/render_parts.h"

#include <algorithm>
#include <queue>
#include <set>

namespace lanwarden::topology::detail {

std::string port_name(const Fabric& f, PortId port) {
  const Interface* i = f.snapshot(port.sw).interface(port.ifindex);
  return i != nullptr && !i->name.empty() ? i->name : std::to_string(port.ifindex.value);
}

std::string via(const Link& link) {
  std::string text;
  for (const Source source : link.via) {
    if (!text.empty()) text += ',';
    text += to_string(source);
  }
  return text;
}

std::string speed_words(std::uint64_t bps) {
  if (bps == 0) return {};
  const std::uint64_t mbps = bps / 1'000'000;
  return mbps >= 1000 && mbps % 1000 == 0 ? std::to_string(mbps / 1000) + "G" : std::to_string(mbps) + "M";
}

std::size_t members_of(const Fabric& f, PortId port) {
  const auto& interfaces = f.snapshot(port.sw).interfaces;
  return static_cast<std::size_t>(std::count_if(
      interfaces.begin(), interfaces.end(),
      [&](const Interface& i) { return i.aggregate == port.ifindex && port.ifindex != kNoInterface; }));
}

std::uint64_t speed_of(const Fabric& f, PortId port) {
  std::uint64_t together = 0;
  for (const Interface& i : f.snapshot(port.sw).interfaces)
    if (i.aggregate == port.ifindex && port.ifindex != kNoInterface) together += i.speed_bps;
  const Interface* own = f.snapshot(port.sw).interface(port.ifindex);
  return std::max(together, own != nullptr ? own->speed_bps : 0);
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto octet = [&](std::size_t k) {
      return k < text.size() ? static_cast<unsigned char>(text[k]) : 0U;
    };
    const unsigned first = octet(i);
    const std::size_t length = first < 0x80       ? 1
                               : first >> 5 == 6  ? 2
                               : first >> 4 == 14 ? 3
                               : first >> 3 == 30 ? 4
                                                  : 0;
    std::uint32_t code = length < 2 ? first : first & (0x7fU >> length);
    bool good = length > 0;
    for (std::size_t k = 1; k < length && good; ++k) {
      good = octet(i + k) >> 6 == 2;
      code = code << 6 | (octet(i + k) & 0x3fU);
    }
    constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    good = good && code >= kLeast[length] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) &&
           (code & 0xfffeU) != 0xfffe;
    if (good)
      out += text.substr(i, length);
    else
      out += "\xef\xbf\xbd";
    i += good ? length : 1;
  }
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char ch : valid_utf8(text)) {
    switch (ch) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        if (static_cast<unsigned char>(ch) >= 0x20 || ch == '\t') out += ch;
    }
  }
  return out;
}

bool on_way(const RenderOptions& options, SwitchId a, SwitchId b) {
  if (!options.highlight) return false;
  const auto& way = options.highlight->way;
  for (std::size_t i = 0; i + 1 < way.size(); ++i)
    if ((way[i] == a && way[i + 1] == b) || (way[i] == b && way[i + 1] == a)) return true;
  return false;
}

bool on_way(const RenderOptions& options, SwitchId a) {
  return options.highlight && std::find(options.highlight->way.begin(), options.highlight->way.end(), a) !=
                                  options.highlight->way.end();
}

std::vector<Edge> edges_of(const Fabric& f) {
  std::vector<Edge> edges;
  for (const Link& x : f.links())
    if (!x.blocked) edges.push_back({x.a.sw.value, x.b.sw.value});
  auto vertex = static_cast<std::uint32_t>(f.snapshots().size());
  for (const Segment& x : f.segments()) {
    for (const PortId& p : x.ports) edges.push_back({p.sw.value, vertex});
    ++vertex;
  }
  return edges;
}

namespace {

/// Breadth first from `starts`, what an earlier one has reached left out.
Tree grow(const std::vector<std::vector<std::uint32_t>>& neighbors, const std::vector<std::uint32_t>& starts,
          std::uint32_t switches) {
  const std::size_t n = neighbors.size();
  Tree tree;
  tree.parent.assign(n, Tree::kRoot), tree.depth.assign(n, 0), tree.below.assign(n, 0);
  std::vector<bool> seen(n, false);
  for (const std::uint32_t start : starts) {
    if (seen[start]) continue;
    seen[start] = true;
    std::size_t i = tree.order.size();
    for (tree.order.push_back(start); i < tree.order.size(); ++i)
      for (const std::uint32_t to : neighbors[tree.order[i]]) {
        if (seen[to]) continue;
        seen[to] = true;
        tree.parent[to] = tree.order[i];
        tree.depth[to] = tree.depth[tree.order[i]] + 1;
        tree.order.push_back(to);
      }
  }
  for (std::size_t i = tree.order.size(); i-- > 0;) {
    const std::uint32_t v = tree.order[i];
    tree.below[v] += v < switches ? 1 : 0;
    if (tree.parent[v] != Tree::kRoot) tree.below[tree.parent[v]] += tree.below[v];
  }
  return tree;
}

}  // namespace

Tree tree_of(const Fabric& f) {
  const auto switches = static_cast<std::uint32_t>(f.snapshots().size());
  const std::size_t n = switches + f.segments().size();
  std::vector<std::vector<std::uint32_t>> neighbors(n);
  for (const Edge& e : edges_of(f)) neighbors[e.a].push_back(e.b), neighbors[e.b].push_back(e.a);
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    if (a >= switches || b >= switches) return a < b;
    return std::pair(f.snapshots()[a].name, a) < std::pair(f.snapshots()[b].name, b);
  };
  for (auto& list : neighbors) std::sort(list.begin(), list.end(), before);
  std::vector<std::uint32_t> starts(switches);
  for (std::uint32_t i = 0; i < switches; ++i) starts[i] = i;
  std::sort(starts.begin(), starts.end(), [&](std::uint32_t a, std::uint32_t b) {
    if (neighbors[a].size() != neighbors[b].size()) return neighbors[a].size() > neighbors[b].size();
    return before(a, b);
  });
  // The middle: no more than half of the switches behind any of its ports.
  const Tree first = grow(neighbors, starts, switches);
  std::vector<std::vector<std::uint32_t>> children(n);
  for (const std::uint32_t v : first.order)
    if (first.parent[v] != Tree::kRoot) children[first.parent[v]].push_back(v);
  std::vector<std::uint32_t> middles;
  for (const std::uint32_t root : first.order) {
    if (first.parent[root] != Tree::kRoot) continue;
    std::uint32_t v = root, last_switch = root;
    for (bool moved = true; moved;) {
      moved = false;
      for (const std::uint32_t c : children[v])
        if (2 * first.below[c] > first.below[root]) {
          v = c, moved = true;
          if (v < switches) last_switch = v;
          break;
        }
    }
    middles.push_back(last_switch);
  }
  return grow(neighbors, middles, switches);
}

std::vector<std::optional<std::uint32_t>> fold(const Fabric& f, const RenderOptions& options) {
  const auto n = static_cast<std::uint32_t>(f.snapshots().size());
  std::vector<std::optional<std::uint32_t>> into(n);
  if (options.collapse_above == 0 || n <= options.collapse_above) return into;
  const Tree tree = tree_of(f);
  std::vector<bool> drawn(tree.parent.size(), false);
  std::size_t count = 0;
  const auto draw_with_parents = [&](std::uint32_t v) {
    for (; v != Tree::kRoot && !drawn[v]; v = tree.parent[v]) drawn[v] = true, count += v < n;
  };
  if (options.highlight) {
    for (const PortId& p : options.highlight->ports) draw_with_parents(p.sw.value);
    for (const SwitchId& s : options.highlight->way) draw_with_parents(s.value);
  }
  for (std::uint32_t v = 0; v < tree.parent.size(); ++v)
    if (tree.parent[v] == Tree::kRoot) draw_with_parents(v);
  for (const UnknownBridge& x : f.unknown_bridges())
    if (count < options.collapse_above) draw_with_parents(x.port.sw.value);
  // Then what most of the network hangs from, as long as it is readable. A switch with nothing behind it is
  // folded: it says as much as the number of its like.
  using Candidate = std::pair<std::uint32_t, std::uint32_t>;  // switches behind it, counted down; vertex
  const auto less = [&](const Candidate& a, const Candidate& b) {
    return a.first != b.first ? a.first < b.first
                              : f.snapshots()[a.second].name > f.snapshots()[b.second].name;
  };
  std::priority_queue<Candidate, std::vector<Candidate>, decltype(less)> open(less);
  std::vector<std::vector<std::uint32_t>> children(tree.parent.size());
  for (std::uint32_t v = 0; v < tree.parent.size(); ++v)
    if (tree.parent[v] != Tree::kRoot) children[tree.parent[v]].push_back(v);
  const auto offer_one = [&](std::uint32_t c) {
    if (!drawn[c] && c < n && tree.below[c] > 1) open.emplace(tree.below[c], c);
  };
  const auto offer = [&](std::uint32_t v) {
    for (const std::uint32_t c : children[v]) {
      offer_one(c);
      if (c < n) continue;
      for (const std::uint32_t behind : children[c]) offer_one(behind);
    }
  };
  for (std::uint32_t v = 0; v < tree.parent.size(); ++v)
    if (drawn[v]) offer(v);
  while (!open.empty() && count < options.collapse_above) {
    const std::uint32_t v = open.top().second;
    open.pop();
    if (drawn[v]) continue;
    drawn[v] = true, ++count;
    offer(v);
  }
  // "+1 switch" takes as much room as the switch itself.
  for (std::uint32_t v = 0; v < tree.parent.size(); ++v) {
    if (!drawn[v]) continue;
    const auto hidden = [&](std::uint32_t c) { return !drawn[c] && (c < n || tree.below[c] > 0); };
    if (std::count_if(children[v].begin(), children[v].end(), hidden) != 1) continue;
    const std::uint32_t only = *std::find_if(children[v].begin(), children[v].end(), hidden);
    if (only < n && tree.below[only] == 1) drawn[only] = true;
  }
  for (std::uint32_t i = 0; i < n; ++i) {
    if (drawn[i]) continue;
    std::uint32_t v = tree.parent[i];
    while (v != Tree::kRoot && (!drawn[v] || v >= n)) v = tree.parent[v];
    if (v != Tree::kRoot) into[i] = v;
  }
  return into;
}

}  // namespace lanwarden::topology::detail
