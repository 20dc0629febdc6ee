// The way to the device: the switches it leads through, left to right, and the port it ends at.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/output/views.h"
#include "agent/report/bundle.h"
#include "agent/report/html.h"

namespace lanwarden::agent {
namespace {

/// The newest way that a step of the timeline tells; null when none does.
Json newest_way(const Incident& incident) {
  for (auto e = incident.events.rbegin(); e != incident.events.rend(); ++e) {
    const Json data = Json::parse(e->data_json, nullptr, false);
    if (data.is_object() && data.contains("way") && data["way"].is_array() && !data["way"].empty())
      return data["way"];
  }
  return nullptr;
}

std::string text_of(const Json& hop, const char* key) {
  const auto it = hop.find(key);
  return it != hop.end() && it->is_string() ? it->get<std::string>() : std::string();
}

/// The ports at both ends of a cable, as far as they are known.
std::string cable(const std::string& out, const std::string& in) {
  if (out.empty() || in.empty()) return dot_text(out + in);
  return dot_text(out) + " \xe2\x80\x93 " + dot_text(in);
}

bool is_shut(const Isolation& i) { return is_open(i.state); }

}  // namespace

std::string way_dot(const IncidentBundle& bundle) {
  const Json way = newest_way(bundle.incident);
  if (!way.is_array()) return {};
  const bool shut = std::any_of(bundle.isolations.begin(), bundle.isolations.end(), is_shut);
  std::string dot =
      "graph way {\n  rankdir=LR; bgcolor=\"transparent\"; nodesep=0.3; ranksep=0.3; pad=0.1;\n"
      "  node [fontname=\"Helvetica\" fontsize=12 shape=box style=\"filled,rounded\" fillcolor=\"#eef2f7\" "
      "color=\"#51647c\" height=0.45];\n"
      "  edge [fontname=\"Helvetica\" fontsize=11 color=\"#51647c\" penwidth=1.6];\n";
  for (std::size_t i = 0; i < way.size(); ++i)
    dot += fmt::format("  s{} [label=\"{}\"];\n", i, dot_text(text_of(way[i], "switch")));
  for (std::size_t i = 0; i + 1 < way.size(); ++i)
    dot += fmt::format("  s{} -- s{} [label=\"  {}  \"];\n", i, i + 1,
                       cable(text_of(way[i], "out"), text_of(way[i + 1], "in")));
  const std::string vendor = bundle.vendor.empty() ? "" : "\\n" + dot_text(bundle.vendor);
  dot += fmt::format(
      "  device [label=\"{}{}\" shape=box style=\"filled\" fillcolor=\"#fbe9e7\" color=\"#b3261e\" "
      "fontcolor=\"#7a1b14\"];\n",
      bundle.incident.mac.to_string(), vendor);
  dot += fmt::format("  s{} -- device [label=\"  {}{}  \" color=\"#b3261e\" fontcolor=\"#7a1b14\"{}];\n}}\n",
                     way.size() - 1, dot_text(text_of(way[way.size() - 1], "out")), shut ? ", shut" : "",
                     shut ? " style=dashed" : "");
  return dot;
}

}  // namespace lanwarden::agent
