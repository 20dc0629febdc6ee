#include "topology/graph.h"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/biconnected_components.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/connected_components.hpp>
#include <iterator>

namespace lanwarden::topology::detail {
namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property,
                                    boost::property<boost::edge_index_t, std::size_t>>;

Graph graph_of(std::size_t vertices, const std::vector<Edge>& edges) {
  Graph g(vertices);
  for (std::size_t i = 0; i < edges.size(); ++i) boost::add_edge(edges[i].a, edges[i].b, i, g);
  return g;
}

}  // namespace

std::vector<std::uint32_t> components(std::size_t vertices, const std::vector<Edge>& edges) {
  std::vector<std::uint32_t> component(vertices);
  if (vertices == 0) return component;
  const Graph g = graph_of(vertices, edges);
  boost::connected_components(g, component.data());
  return component;
}

std::vector<bool> on_circle(std::size_t vertices, const std::vector<Edge>& edges) {
  std::vector<bool> circle(edges.size(), false);
  if (edges.empty()) return circle;
  const Graph g = graph_of(vertices, edges);
  std::vector<std::size_t> part(edges.size());
  const auto index = boost::get(boost::edge_index, g);
  const std::size_t parts =
      boost::biconnected_components(g, boost::make_iterator_property_map(part.begin(), index));
  std::vector<std::size_t> size(parts, 0);
  for (const std::size_t p : part) ++size[p];
  for (std::size_t i = 0; i < edges.size(); ++i) circle[i] = size[part[i]] > 1;
  return circle;
}

std::vector<std::uint32_t> shortest_way(std::size_t vertices, const std::vector<Edge>& edges,
                                        std::uint32_t from, std::uint32_t to) {
  if (from >= vertices || to >= vertices) return {};
  const Graph g = graph_of(vertices, edges);
  std::vector<std::uint32_t> before(vertices, kNoEdge);
  before[from] = from;
  boost::breadth_first_search(g, boost::vertex(from, g),
                              boost::visitor(boost::make_bfs_visitor(
                                  boost::record_predecessors(before.data(), boost::on_tree_edge()))));
  if (before[to] == kNoEdge) return {};
  std::vector<std::uint32_t> way{to};
  while (way.back() != from) way.push_back(before[way.back()]);
  std::reverse(way.begin(), way.end());
  return way;
}

Forest::Forest(std::size_t vertices, const std::vector<Edge>& edges) : neighbors_(vertices) {
  for (std::uint32_t i = 0; i < edges.size(); ++i) {
    neighbors_[edges[i].a].emplace_back(edges[i].b, i);
    neighbors_[edges[i].b].emplace_back(edges[i].a, i);
  }
}

}  // namespace lanwarden::topology::detail
