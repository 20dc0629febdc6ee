#include "topology/render.h"

#include <catch2/catch.hpp>

#include "tests/topology/drawing.h"

using namespace lanwarden::topology;

namespace {

Drawing floor_plan() {
  return Drawing(R"(
    h1 --- core.1
    h2 --- core.2
           core.8 --- floor1.9
    h3 --- floor1.1
    h4 --- floor1.2
           core.9 --- floor2.9
    h5 --- floor2.1
    h6 --- floor2.2
  )");
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("as text, each switch stands with its links, by name") {
  CHECK(to_text(floor_plan().fabric()) ==
        "core  192.0.2.1\n  8 --- floor1 9  (fdb, 97 %)\n  9 --- floor2 9  (fdb, 97 %)\n"
        "floor1  192.0.2.2\n  9 --- core 8  (fdb, 97 %)\n"
        "floor2  192.0.2.3\n  9 --- core 9  (fdb, 97 %)\n");
}

TEST_CASE("a located station is drawn with the way to it") {
  const Fabric fabric = floor_plan().fabric();
  const auto rows = stored_rows(fabric, Drawing::mac("h6"));
  const Location found = locate(fabric, {Drawing::mac("h6"), rows, {}});
  RenderOptions options;
  options.highlight = highlight(fabric, found);
  REQUIRE(options.highlight->way.size() == 2);
  CHECK(fabric.snapshot(options.highlight->way.front()).name == "core");
  const std::string dot = to_dot(fabric, options);
  CHECK(has(dot, "station [label=\"" + found.mac.to_string() + "\""));
  CHECK(has(dot, "penwidth=3"));
  CHECK(has(to_text(fabric, options), found.mac.to_string() + " at  floor2 2"));
  CHECK(has(to_graphml(fabric, options), "<data key=\"highlight\">true</data>"));
}

TEST_CASE("names cannot break out of dot or XML") {
  Drawing lan = floor_plan();
  lan["core"].location = "a\"];evil--\\";
  lan["floor1"].name = "<b>&\"";
  const Fabric fabric = lan.fabric();
  CHECK_FALSE(has(to_dot(fabric), "a\"];evil"));
  CHECK(has(to_graphml(fabric), "&lt;b&gt;&amp;&quot;"));
  CHECK_FALSE(has(to_graphml(fabric), "<b>"));
}

TEST_CASE("many leafs are folded into their neighbour, except where something was found") {
  std::string cables;
  for (int i = 10; i < 40; ++i) {
    const std::string n = std::to_string(i);
    cables += "core." + n + " --- leaf" + n + ".1\nx" + n + " --- leaf" + n + ".2\ny" + n + " --- leaf" + n +
              ".3\n";
  }
  const Fabric fabric = Drawing(cables).fabric();
  RenderOptions options;
  options.collapse_above = 20;
  CHECK(has(to_text(fabric, options), "+30 switches"));
  CHECK(has(to_dot(fabric, options), "+30 switches"));
  const auto rows = stored_rows(fabric, Drawing::mac("x12"));
  options.highlight = highlight(fabric, locate(fabric, {Drawing::mac("x12"), rows, {}}));
  CHECK(has(to_text(fabric, options), "+29 switches"));
  CHECK(has(to_dot(fabric, options), "<B>leaf12</B>"));
}

TEST_CASE("segments and bridges that nobody polls are drawn as what they are") {
  Drawing lan(R"(
    h1 --- a.1
           a.9 --- hub
    hm --- hub
           hub --- b.8
    h3 --- b.1
  )");
  lan.hears("b", 1, "sw-attic", "24");
  const Fabric fabric = lan.fabric();
  CHECK(has(to_dot(fabric), "unmanaged\\n1 station"));
  CHECK(has(to_dot(fabric), "sw-attic"));
  CHECK(has(to_text(fabric), "unmanaged segment:  a 9  b 8  (1 station)"));
  CHECK(has(to_graphml(fabric), "<data key=\"kind\">unknown-bridge</data>"));
}

TEST_CASE("a name that is no UTF-8 does not spoil the document") {
  Drawing lan = floor_plan();
  lan["floor1"].name = "caf\xe9 \xf0\x9f\x94\x8c \xed\xa0\x80";
  const Fabric fabric = lan.fabric();
  for (const std::string& text : {to_dot(fabric), to_graphml(fabric)}) {
    CHECK(has(text, "caf\xef\xbf\xbd \xf0\x9f\x94\x8c \xef\xbf\xbd"));
    CHECK_FALSE(has(text, "\xe9"));
  }
}

TEST_CASE("the drawing begins in the middle, and each cable at its port") {
  const Fabric fabric = Drawing(R"(
           core.1 --- dist1.1
           core.2 --- dist2.1
           dist1.2 --- a.1
           dist1.3 --- b.1
           dist1.4 --- c.1
           dist2.2 --- e.1
           dist2.3 --- f.1
           dist2.4 --- g.1
    h1 --- a.2
    h2 --- b.2
    h3 --- c.2
    h5 --- e.2
    h6 --- f.2
    h7 --- g.2
    h8 --- core.3
    h9 --- dist1.9
    h0 --- dist2.9
  )")
                            .fabric();
  const auto rows = stored_rows(fabric, Drawing::mac("h1"));
  const Highlight way = highlight(fabric, locate(fabric, {Drawing::mac("h1"), rows, {}}));
  REQUIRE(way.way.size() == 3);
  CHECK(fabric.snapshot(way.way[0]).name == "core");
  CHECK(fabric.snapshot(way.way[1]).name == "dist1");
  CHECK(fabric.snapshot(way.way[2]).name == "a");
  const std::string dot = to_dot(fabric);
  const auto id = [&](const char* name) { return std::to_string(fabric.switch_named(name)->value); };
  CHECK(has(dot, "s" + id("core") + ":r1:e -- s" + id("dist1") + ":l1:w"));
  CHECK(has(dot, "s" + id("dist1") + ":r2:e -- s" + id("a") + ":l1:w"));
  CHECK(has(dot, "1 edge"));
}

TEST_CASE("trunks are as wide as they are fast, and say so") {
  Drawing lan = floor_plan();
  for (Interface& i : lan["core"].interfaces) i.speed_bps = i.name == "9" ? 10'000'000'000 : 1'000'000'000;
  const std::string dot = to_dot(lan.fabric());
  CHECK(has(dot, "penwidth=4, label=\"10G\""));
  CHECK(has(dot, "penwidth=1.6, tooltip=\"core 8 - floor1 9"));
}

TEST_CASE("a switch that did not answer is drawn once, where its neighbours tell of it") {
  Drawing lan = floor_plan();
  lan.hears("core", 9, "floor2", "9");
  lan.silent("floor2");
  const Fabric fabric = lan.fabric();
  const std::string dot = to_dot(fabric);
  CHECK(has(dot, "did not answer"));
  CHECK_FALSE(has(dot, "u0 ["));
  CHECK(has(dot, " -- s" + std::to_string(fabric.switch_named("floor2")->value) + " ["));
}

TEST_CASE("switches are listed as people count: the second before the tenth") {
  const std::string text = to_text(Drawing(R"(
    core.1 --- floor10.1
    core.2 --- floor2.1
    h1 --- floor10.2
    h2 --- floor2.2
    h3 --- core.3
  )")
                                       .fabric());
  CHECK(text.find("\nfloor2 ") < text.find("\nfloor10 "));
  CHECK(text.find("\nfloor10 ") != std::string::npos);
}
