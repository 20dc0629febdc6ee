// The drawing of a graph by Graphviz: layout and SVG.
#pragma once

#include <string>

#include "topology/result.h"

namespace lanwarden::agent {

/// Lays out `dot` (the Graphviz language) with the engine its graph attribute
/// "layout" names, else with "dot", and draws it as an SVG document. The error is
/// Graphviz's own sentence: a syntax error with its line, or no such layout.
/// One thread at a time: the library underneath keeps global state.
topology::Result<std::string, std::string> svg_from_dot(const std::string& dot);

}  // namespace lanwarden::agent
