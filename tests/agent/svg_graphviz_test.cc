// Graphviz behind one function: a drawing, or its own sentence about what is wrong.
#include "agent/output/svg_graphviz.h"

#include <catch2/catch.hpp>

#include "tests/topology/drawing.h"
#include "topology/render.h"

using lanwarden::agent::svg_from_dot;
using lanwarden::topology::Drawing;

TEST_CASE("a network becomes one SVG document that names every switch") {
  const Drawing lan(R"(
    clock --- floor3.1
              floor3.24 --- core.1
    server --- core.2
  )");
  const auto svg = svg_from_dot(to_dot(lan.fabric()));
  REQUIRE(svg);
  CHECK(svg->find("<svg") != std::string::npos);
  CHECK(svg->find("</svg>") != std::string::npos);
  CHECK(svg->find("floor3") != std::string::npos);
  CHECK(svg->find("core") != std::string::npos);
}

TEST_CASE("what is no graph gives the line, and the next drawing is none the worse") {
  const auto bad = svg_from_dot("graph {\n  a -- \n}\n");
  REQUIRE_FALSE(bad);
  CHECK(bad.error().find("line") != std::string::npos);
  CHECK(svg_from_dot("graph { a -- b }"));
}

TEST_CASE("a layout that Graphviz does not have is an error, not an empty picture") {
  CHECK_FALSE(svg_from_dot("graph { layout=\"astrology\"; a -- b }"));
}
