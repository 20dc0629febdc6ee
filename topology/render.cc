#include "topology/render.h"

#include <algorithm>
#include <utility>

#include "topology/explain.h"
#include "topology/natural_order.h"
#include "topology/render_parts.h"

namespace lanwarden::topology {
namespace {

using namespace detail;

std::string numbered(char kind, std::size_t number) {
  std::string id(1, kind);
  id += std::to_string(number);
  return id;
}

}  // namespace

Highlight highlight(const Fabric& fabric, const Location& location, std::optional<SwitchId> from) {
  Highlight h;
  h.label = location.mac.to_string();
  h.ports = location.ports;
  const auto to = location.port ? std::optional(location.port->sw) : location.sw;
  const auto n = static_cast<std::uint32_t>(fabric.snapshots().size());
  if (!to || to->value >= n) return h;
  if (!from) {  // the middle: where the drawing of this part of the network begins
    const Tree tree = tree_of(fabric);
    std::uint32_t v = to->value;
    while (tree.parent[v] != Tree::kRoot) v = tree.parent[v];
    from = SwitchId{v};
  }
  const auto edges = edges_of(fabric);
  const std::size_t vertices = n + fabric.segments().size();
  for (const std::uint32_t v : detail::shortest_way(vertices, edges, from->value, to->value))
    if (v < n) h.way.emplace_back(v);
  return h;
}

std::string to_text(const Fabric& fabric, const RenderOptions& options) {
  std::vector<std::pair<std::string, SwitchId>> order;
  for (std::uint32_t i = 0; i < fabric.snapshots().size(); ++i)
    order.emplace_back(fabric.snapshots()[i].name, SwitchId{i});
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? natural_less(a.first, b.first) : a.second < b.second;
  });
  const auto folded = fold(fabric, options);
  std::vector<std::size_t> more(folded.size(), 0);
  for (const auto& into : folded)
    if (into) ++more[*into];
  std::string out;
  const std::vector<SwitchId> unconnected = unresolved(fabric);
  for (const auto& [name, sw] : order) {
    if (folded[sw.value]) continue;
    const SwitchSnapshot& s = fabric.snapshot(sw);
    const bool alone = std::binary_search(unconnected.begin(), unconnected.end(), sw);
    out += (on_way(options, sw) ? "* " : "") + name + "  " + s.address +
           (s.answered ? "" : "  did not answer") +
           (alone ? "  unresolved: its tables have too little in common with any other switch's" : "") + "\n";
    std::vector<std::pair<IfIndex, std::string>> lines;
    for (const Link& x : fabric.links()) {
      if (x.a.sw != sw && x.b.sw != sw) continue;
      const PortId here = x.a.sw == sw ? x.a : x.b, there = x.a.sw == sw ? x.b : x.a;
      if (folded[there.sw.value]) continue;
      const auto percent = static_cast<int>(100 * x.confidence);
      lines.emplace_back(here.ifindex, "  " + port_name(fabric, here) + (x.blocked ? " -x- " : " --- ") +
                                           fabric.describe(there) + "  (" + via(x) + ", " +
                                           std::to_string(percent) + " %" + (x.blocked ? ", blocked" : "") +
                                           ")\n");
    }
    std::sort(lines.begin(), lines.end());
    for (const auto& [port, line] : lines) out += line;
    if (more[sw.value] > 0)
      out += "  +" + std::to_string(more[sw.value]) + " switches behind it, not listed\n";
  }
  for (const Segment& x : fabric.segments()) {
    out += "unmanaged segment:";
    for (const PortId& p : x.ports) out += "  " + fabric.describe(p);
    out +=
        "  (" + std::to_string(x.stations.size()) + (x.stations.size() == 1 ? " station)\n" : " stations)\n");
  }
  for (const UnknownBridge& x : fabric.unknown_bridges())
    out += "not polled, behind " + fabric.describe(x.port) + ": " + x.description + "\n";
  for (const std::string& x : fabric.contradictions()) out += "contradiction: " + x + "\n";
  if (options.highlight && !options.highlight->ports.empty()) {
    out += options.highlight->label + " at";
    for (const PortId& p : options.highlight->ports) out += "  " + fabric.describe(p);
    out += "\n";
  }
  return out.empty() ? "no switches\n" : out;
}

std::string to_graphml(const Fabric& fabric, const RenderOptions& options) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml "
      "xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n";
  for (const char* key : {"name", "kind", "address"})
    out += std::string("  <key id=\"") + key + "\" for=\"node\" attr.name=\"" + key +
           "\" attr.type=\"string\"/>\n";
  for (const char* key : {"a_port", "b_port", "via", "speed"})
    out += std::string("  <key id=\"") + key + "\" for=\"edge\" attr.name=\"" + key +
           "\" attr.type=\"string\"/>\n";
  out +=
      "  <key id=\"confidence\" for=\"edge\" attr.name=\"confidence\" attr.type=\"double\"/>\n"
      "  <key id=\"blocked\" for=\"edge\" attr.name=\"blocked\" attr.type=\"boolean\"/>\n"
      "  <key id=\"highlight\" for=\"all\" attr.name=\"highlight\" attr.type=\"boolean\"/>\n"
      "  <graph id=\"lan\" edgedefault=\"undirected\">\n";
  const auto data = [](const char* key, std::string_view value) {
    return value.empty() ? std::string()
                         : "<data key=\"" + std::string(key) + "\">" + escaped(value) + "</data>";
  };
  const auto node = [&](const std::string& id, std::string_view name, const char* kind,
                        std::string_view address, bool bold) {
    out += "    <node id=\"" + id + "\">" + data("name", name) + data("kind", kind) +
           data("address", address) + (bold ? data("highlight", "true") : "") + "</node>\n";
  };
  const auto edge = [&](const std::string& a, const std::string& b, const std::string& rest) {
    out += "    <edge source=\"" + a + "\" target=\"" + b + "\">" + rest + "</edge>\n";
  };
  const auto sw = [](SwitchId id) { return numbered('s', id.value); };
  for (std::uint32_t i = 0; i < fabric.snapshots().size(); ++i)
    node(sw(SwitchId{i}), fabric.snapshots()[i].name, "switch", fabric.snapshots()[i].address,
         on_way(options, SwitchId{i}));
  for (const Link& x : fabric.links()) {
    const auto millis = static_cast<int>(1000 * x.confidence + 0.5);
    const std::string digits = std::to_string(1000 + millis % 1000).substr(1);
    edge(sw(x.a.sw), sw(x.b.sw),
         data("a_port", port_name(fabric, x.a)) + data("b_port", port_name(fabric, x.b)) +
             data("via", via(x)) + data("speed", speed_words(speed_of(fabric, x.a))) +
             data("confidence", std::to_string(millis / 1000) + "." + digits) +
             data("blocked", x.blocked ? "true" : "false") +
             (on_way(options, x.a.sw, x.b.sw) ? data("highlight", "true") : ""));
  }
  std::size_t number = 0;
  for (const Segment& x : fabric.segments()) {
    const std::string id = numbered('g', number++);
    node(id, std::to_string(x.stations.size()) + " stations", "segment", {}, false);
    for (const PortId& p : x.ports) edge(sw(p.sw), id, data("a_port", port_name(fabric, p)));
  }
  number = 0;
  for (const UnknownBridge& x : fabric.unknown_bridges()) {
    const std::string id = numbered('u', number++);
    node(id, x.description, "unknown-bridge", {}, false);
    edge(sw(x.port.sw), id, data("a_port", port_name(fabric, x.port)));
  }
  if (options.highlight && !options.highlight->label.empty()) {
    node("station", options.highlight->label, "station", {}, true);
    for (const PortId& p : options.highlight->ports)
      edge(sw(p.sw), "station", data("a_port", port_name(fabric, p)) + data("highlight", "true"));
  }
  return out + "  </graph>\n</graphml>\n";
}

}  // namespace lanwarden::topology
