// The fabric as people and drawing programs read it: plain text, Graphviz dot
// and GraphML. JSON is the agent's business: it is the contract with scripts.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "topology/fabric.h"
#include "topology/locate.h"

namespace lanwarden::topology {

/// What to draw boldly: a located station and the way to it.
struct Highlight {
  std::string label;          ///< the station's name or address, drawn as a node of its own; empty: none
  std::vector<PortId> ports;  ///< where it is: one port, or several for a segment or candidates
  std::vector<SwitchId> way;  ///< the switches passed on the way to it, in order; may be empty
};

/// The way from `from` (by default the switch in the middle of the network) to
/// the place of `location`. A verdict without a place gives a label only.
Highlight highlight(const Fabric& fabric, const Location& location,
                    std::optional<SwitchId> from = std::nullopt);

struct RenderOptions {
  std::optional<Highlight> highlight;
  /// With more switches than this, about so many are drawn: those that most of the network hangs from, and
  /// the way to the highlight. The others are folded into the one they hang from ("+12 switches"). 0: never.
  std::size_t collapse_above = 60;
};

/// Columns for a terminal: switches with their links, then segments, unknown bridges, contradictions. Ends
/// with a newline.
std::string to_text(const Fabric& fabric, const RenderOptions& options = {});
/// Graphviz, an undirected graph for `dot -Tsvg`: from the middle of the network to the right, each switch a
/// box with its ports at its sides, its edge and shared ports counted, trunks as wide as they are fast; a
/// legend.
std::string to_dot(const Fabric& fabric, const RenderOptions& options = {});
/// GraphML 1.1 (graphml.graphdrawing.org) with keys for name, kind, address, ports, speed, via, confidence,
/// blocked. Never collapsed.
std::string to_graphml(const Fabric& fabric, const RenderOptions& options = {});

}  // namespace lanwarden::topology
