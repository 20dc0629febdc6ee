// Internal to the room: what the drawings have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "topology/graph.h"
#include "topology/render.h"

namespace lanwarden::topology::detail {

/// ifName, or the number of a port that is not there any more.
std::string port_name(const Fabric& f, PortId port);
/// "lldp,fdb"
std::string via(const Link& link);
/// "10G", "100M"; empty when unknown.
std::string speed_words(std::uint64_t bps);
/// Of an aggregate without a speed of its own: its members' together. 0: unknown.
std::uint64_t speed_of(const Fabric& f, PortId port);
/// Members of an aggregate; 0: it is none, or they are unknown.
std::size_t members_of(const Fabric& f, PortId port);
/// What is no UTF-8 (RFC 3629) becomes U+FFFD: XML and Graphviz refuse a whole document for it.
std::string valid_utf8(std::string_view text);
/// For XML and Graphviz' HTML-like labels: control characters dropped, UTF-8 mended.
std::string escaped(std::string_view text);
bool on_way(const RenderOptions& options, SwitchId a, SwitchId b);
bool on_way(const RenderOptions& options, SwitchId a);

/// Vertices are the switches, then the segments; blocked links are left out.
std::vector<Edge> edges_of(const Fabric& f);

/// The network as a drawing needs it: from the middle outwards.
struct Tree {
  static constexpr std::uint32_t kRoot = 0xffff'ffff;
  std::vector<std::uint32_t> parent;  ///< [vertex] or kRoot
  std::vector<std::uint32_t> depth;   ///< [vertex] from the root of its part of the network
  std::vector<std::uint32_t> below;   ///< [vertex] switches behind it, itself included
  std::vector<std::uint32_t> order;   ///< vertices, parents first
};
/// Each part of the network from the switch in its middle: no more than half of it lies behind one port.
Tree tree_of(const Fabric& f);

/// [switch] the switch that it is folded into; nullopt: it is drawn.
std::vector<std::optional<std::uint32_t>> fold(const Fabric& f, const RenderOptions& options);

}  // namespace lanwarden::topology::detail
