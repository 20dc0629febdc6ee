#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "agent/commands/command.h"
#include "agent/commands/names.h"
#include "agent/output/svg_graphviz.h"
#include "agent/output/views.h"
#include "topology/explain.h"
#include "topology/render.h"

namespace lanwarden::agent {
namespace {

struct Options {
  std::string format;  ///< empty: text, or JSON with --json
  bool stored = false, expand = false;
  std::size_t collapse = topology::RenderOptions{}.collapse_above;
  std::vector<std::string> explain;  ///< empty, or a switch and a port
};

/// The renderers end with a newline, as files do; a console line adds its own.
void print(App& app, std::string document) {
  while (document.ends_with('\n')) document.pop_back();
  app.console.line(document);
}

ExitCode explain_port(App& app, const topology::Fabric& fabric, const std::string& sw,
                      const std::string& port) {
  const auto id = fabric.switch_named(sw);
  if (!id) {
    std::vector<std::string_view> known;
    for (const SwitchSnapshot& s : fabric.snapshots()) known.push_back(s.name);
    no_such(app, "switch", sw, known);
  }
  const topology::Interface* i = &port_named(app, fabric.snapshot(*id), port);
  const topology::Explanation e = topology::explain(fabric, *id, i->ifindex);
  if (app.console.json()) {
    Json j = {{"switch", sw},         {"port", i->name},   {"role", std::string(topology::to_string(e.role))},
              {"summary", e.summary}, {"for", e.supports}, {"against", e.against}};
    app.console.line(dump(j));
    return kOk;
  }
  app.console.line(e.summary);
  for (const std::string& x : e.supports) app.console.line("  for      " + x);
  for (const std::string& x : e.against) app.console.line("  against  " + x);
  return kOk;
}

ExitCode topology_command(App& app, const Options& o) {
  if (app.console.json() && !o.format.empty() && o.format != "json")
    app.fail(kUsage, "--json and --format " + o.format + " contradict each other");
  const std::string format = !o.format.empty() ? o.format : app.console.json() ? "json" : "text";

  std::optional<Asked> asked;
  if (o.stored) app.only_read();
  if (!o.stored) {
    app.require_switches();
    asked = app.poll({});
    if (asked->nothing_answered()) {
      app.console.error(
          "no switch answered; try: lanwarden check\nas last polled: lanwarden topology --stored");
      return kNoAnswer;
    }
    app.remember_wiring(*asked);
  }
  const topology::Fabric& fabric = app.locator().fabric();
  if (o.stored && !app.locator().oldest_poll())
    app.console.note("nothing was ever polled; try: lanwarden poll");

  if (!o.explain.empty()) return explain_port(app, fabric, o.explain[0], o.explain[1]);
  topology::RenderOptions how;
  how.collapse_above = o.expand ? 0 : o.collapse;
  if (format == "json") {
    Json j = to_json(fabric);
    if (asked) j["polled"] = to_json(*asked);
    app.console.line(dump(j));
  } else if (format == "dot") {
    print(app, topology::to_dot(fabric, how));
  } else if (format == "graphml") {
    print(app, topology::to_graphml(fabric));
  } else if (format == "svg") {
    auto svg = svg_from_dot(topology::to_dot(fabric, how));
    if (!svg)
      app.fail(kUsage,
               "no drawing: " + svg.error() + "\nwithout one: lanwarden topology --stored --format dot");
    print(app, std::move(*svg));
  } else {
    print(app, topology::to_text(fabric, how));
  }
  return kOk;
}

}  // namespace

CommandBody define_topology(CLI::App& cli) {
  auto o = std::make_shared<Options>();
  cli.add_option("--format", o->format, "text, json, dot, graphml or svg")
      ->type_name("F")
      ->check(CLI::IsMember({"text", "json", "dot", "graphml", "svg"}));
  cli.add_option("--explain", o->explain, "why this port is thought to be what it is")
      ->type_name("SWITCH PORT")
      ->expected(2);
  auto* collapse = cli.add_option("--collapse", o->collapse,
                                  "draw about so many switches when there are more; the others as numbers")
                       ->type_name("N")
                       ->check(CLI::PositiveNumber)
                       ->capture_default_str();
  cli.add_flag("--expand", o->expand, "draw every switch, however many")->excludes(collapse);
  cli.add_flag("--stored", o->stored, "as last polled: ask nobody");
  return [o](App& app) { return topology_command(app, *o); };
}

}  // namespace lanwarden::agent
