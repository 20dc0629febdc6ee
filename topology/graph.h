// Internal to the room: the graph algorithms, behind plain numbers. The only
// file that knows Boost.Graph is graph.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace lanwarden::topology::detail {

struct Edge {
  std::uint32_t a, b;
};

/// The component of each vertex, numbered by its smallest vertex's order.
std::vector<std::uint32_t> components(std::size_t vertices, const std::vector<Edge>& edges);

/// Whether each edge lies on a circle (false: its loss would cut the graph).
std::vector<bool> on_circle(std::size_t vertices, const std::vector<Edge>& edges);

/// The vertices of a shortest way, both ends included; empty when there is none.
std::vector<std::uint32_t> shortest_way(std::size_t vertices, const std::vector<Edge>& edges,
                                        std::uint32_t from, std::uint32_t to);

/// In a forest: for every vertex reached from `from`, the index of the first edge on the way; `none`
/// elsewhere.
inline constexpr std::uint32_t kNoEdge = 0xffff'ffff;
class Forest {
 public:
  Forest(std::size_t vertices, const std::vector<Edge>& edges);
  /// Calls visit(vertex, first edge's index) for each vertex reached, `from` left out.
  template <class Visit>
  void first_edges(std::uint32_t from, Visit&& visit) const {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> open;  // vertex, first edge
    std::vector<std::uint32_t> parent;
    open.emplace_back(from, kNoEdge);
    parent.push_back(from);
    for (std::size_t i = 0; i < open.size(); ++i) {
      const auto [v, first] = open[i];
      for (const auto& [w, e] : neighbors_[v]) {
        if (w == parent[i]) continue;
        const std::uint32_t way = first == kNoEdge ? e : first;
        visit(w, way);
        open.emplace_back(w, way);
        parent.push_back(v);
      }
    }
  }

 private:
  std::vector<std::vector<std::pair<std::uint32_t, std::uint32_t>>> neighbors_;
};

}  // namespace lanwarden::topology::detail
