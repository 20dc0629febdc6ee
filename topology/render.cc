#include "topology/render.h"

#include <algorithm>
#include <set>
#include <utility>

#include "topology/fabric_impl.h"
#include "topology/graph.h"

namespace lanwarden::topology {
namespace {

std::string port_name(const Fabric& f, PortId port) {
  const Interface* i = f.snapshot(port.sw).interface(port.ifindex);
  return i != nullptr && !i->name.empty() ? i->name : std::to_string(port.ifindex.value);
}

std::string via(const Link& link) {
  std::string text;
  for (const Source source : link.via) {
    if (!text.empty()) text += ',';
    text += to_string(source);
  }
  return text;
}

std::string speed(const Fabric& f, PortId port) {
  const Interface* i = f.snapshot(port.sw).interface(port.ifindex);
  if (i == nullptr || i->speed_bps == 0) return {};
  const std::uint64_t mbps = i->speed_bps / 1'000'000;
  return mbps >= 1000 && mbps % 1000 == 0 ? std::to_string(mbps / 1000) + "G" : std::to_string(mbps) + "M";
}

std::string numbered(char kind, std::size_t number) {
  std::string id(1, kind);
  id += std::to_string(number);
  return id;
}

/// Vertices: switches, then segments.
std::vector<detail::Edge> edges_of(const Fabric& f) {
  std::vector<detail::Edge> edges;
  for (const Link& x : f.links())
    if (!x.blocked) edges.push_back({x.a.sw.value, x.b.sw.value});
  auto vertex = static_cast<std::uint32_t>(f.snapshots().size());
  for (const Segment& x : f.segments()) {
    for (const PortId& p : x.ports) edges.push_back({p.sw.value, vertex});
    ++vertex;
  }
  return edges;
}

/// Folded into their neighbour: switches with one link, when there are too many to draw.
std::vector<std::optional<std::uint32_t>> fold(const Fabric& f, const RenderOptions& options) {
  const std::size_t n = f.snapshots().size();
  std::vector<std::optional<std::uint32_t>> into(n);
  if (options.collapse_above == 0 || n <= options.collapse_above) return into;
  std::vector<std::size_t> degree(n, 0);
  std::vector<std::uint32_t> only(n, 0);
  std::set<std::uint32_t> keep;
  for (const Link& x : f.links()) {
    ++degree[x.a.sw.value];
    ++degree[x.b.sw.value];
    only[x.a.sw.value] = x.b.sw.value;
    only[x.b.sw.value] = x.a.sw.value;
  }
  for (const Segment& x : f.segments())
    for (const PortId& p : x.ports) keep.insert(p.sw.value);
  for (const UnknownBridge& x : f.unknown_bridges()) keep.insert(x.port.sw.value);
  if (options.highlight) {
    for (const PortId& p : options.highlight->ports) keep.insert(p.sw.value);
    for (const SwitchId& s : options.highlight->way) keep.insert(s.value);
  }
  for (std::uint32_t i = 0; i < n; ++i)
    if (degree[i] == 1 && !keep.contains(i) && degree[only[i]] > 1) into[i] = only[i];
  return into;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char ch : text) {
    if (ch == '"' || ch == '\\') out += '\\';
    out += static_cast<unsigned char>(ch) < 0x20 ? ' ' : ch;
  }
  return out + '"';
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char ch : text) {
    switch (ch) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        if (static_cast<unsigned char>(ch) >= 0x20 || ch == '\t') out += ch;
    }
  }
  return out;
}

bool on_way(const RenderOptions& options, SwitchId a, SwitchId b) {
  if (!options.highlight) return false;
  const auto& way = options.highlight->way;
  for (std::size_t i = 0; i + 1 < way.size(); ++i)
    if ((way[i] == a && way[i + 1] == b) || (way[i] == b && way[i + 1] == a)) return true;
  return false;
}

bool on_way(const RenderOptions& options, SwitchId a) {
  return options.highlight && std::find(options.highlight->way.begin(), options.highlight->way.end(), a) !=
                                  options.highlight->way.end();
}

}  // namespace

Highlight highlight(const Fabric& fabric, const Location& location, std::optional<SwitchId> from) {
  Highlight h;
  h.label = location.mac.to_string();
  h.ports = location.ports;
  const auto to = location.port ? std::optional(location.port->sw) : location.sw;
  const auto n = static_cast<std::uint32_t>(fabric.snapshots().size());
  if (!to || to->value >= n) return h;
  const auto edges = edges_of(fabric);
  if (!from) {  // the middle: most links, then the first name
    std::vector<std::size_t> degree(n, 0);
    for (const Link& x : fabric.links()) ++degree[x.a.sw.value], ++degree[x.b.sw.value];
    std::uint32_t best = 0;
    for (std::uint32_t i = 1; i < n; ++i)
      if (degree[i] > degree[best] ||
          (degree[i] == degree[best] && fabric.snapshots()[i].name < fabric.snapshots()[best].name))
        best = i;
    from = SwitchId{best};
  }
  const std::size_t vertices = n + fabric.segments().size();
  for (const std::uint32_t v : detail::shortest_way(vertices, edges, from->value, to->value))
    if (v < n) h.way.emplace_back(v);
  return h;
}

std::string to_text(const Fabric& fabric, const RenderOptions& options) {
  std::vector<std::pair<std::string, SwitchId>> order;
  for (std::uint32_t i = 0; i < fabric.snapshots().size(); ++i)
    order.emplace_back(fabric.snapshots()[i].name, SwitchId{i});
  std::sort(order.begin(), order.end());
  const auto folded = fold(fabric, options);
  std::vector<std::size_t> more(folded.size(), 0);
  for (const auto& into : folded)
    if (into) ++more[*into];
  std::string out;
  for (const auto& [name, sw] : order) {
    if (folded[sw.value]) continue;
    const SwitchSnapshot& s = fabric.snapshot(sw);
    out += (on_way(options, sw) ? "* " : "") + name + "  " + s.address +
           (s.answered ? "" : "  did not answer") + "\n";
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
    if (more[sw.value] > 0) out += "  +" + std::to_string(more[sw.value]) + " switches with no other link\n";
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

std::string to_dot(const Fabric& fabric, const RenderOptions& options) {
  const auto folded = fold(fabric, options);
  std::vector<std::size_t> more(folded.size(), 0);
  for (const auto& into : folded)
    if (into) ++more[*into];
  std::string out =
      "graph lan {\n  graph [overlap=false, splines=true, ranksep=1.2, nodesep=0.4, "
      "fontname=\"Helvetica\"];\n"
      "  node [fontname=\"Helvetica\", fontsize=11, shape=box, style=\"rounded,filled\", "
      "fillcolor=\"#eaf1fb\", color=\"#30507a\"];\n"
      "  edge [fontname=\"Helvetica\", fontsize=8, color=\"#50607a\", penwidth=1.4];\n";
  const auto node = [](SwitchId sw) { return numbered('s', sw.value); };
  for (std::uint32_t i = 0; i < fabric.snapshots().size(); ++i) {
    if (folded[i]) continue;
    const SwitchId sw{i};
    const SwitchSnapshot& s = fabric.snapshot(sw);
    out +=
        "  " + node(sw) + " [label=" + quoted(s.name) + ", tooltip=" + quoted(s.address + " " + s.location);
    if (!s.answered) out += ", style=\"rounded,dashed\"";
    if (on_way(options, sw)) out += ", fillcolor=\"#ffd9b3\", color=\"#d2691e\", penwidth=2";
    out += "];\n";
    if (more[i] > 0)
      out += "  f" + std::to_string(i) + " [label=\"+" + std::to_string(more[i]) +
             " switches\", shape=plaintext, style=\"\"];\n  " + node(sw) + " -- f" + std::to_string(i) +
             " [style=dotted];\n";
  }
  for (const Link& x : fabric.links()) {
    if (folded[x.a.sw.value] || folded[x.b.sw.value]) continue;
    const bool bold = on_way(options, x.a.sw, x.b.sw) && !x.blocked;
    const Interface* i = fabric.snapshot(x.a.sw).interface(x.a.ifindex);
    const bool wide = i != nullptr && (i->type == 161 || i->speed_bps >= 10'000'000'000);
    out += "  " + node(x.a.sw) + " -- " + node(x.b.sw) + " [taillabel=" + quoted(port_name(fabric, x.a)) +
           ", headlabel=" + quoted(port_name(fabric, x.b)) + ", tooltip=" + quoted(via(x));
    if (x.blocked)
      out += ", style=dashed, color=\"#a0a0a0\", constraint=false";
    else if (bold)
      out += ", color=\"#d2691e\", penwidth=3";
    else if (wide)
      out += ", penwidth=3";
    out += "];\n";
  }
  std::size_t number = 0;
  for (const Segment& x : fabric.segments()) {
    const std::string segment = numbered('g', number++);
    const std::string count =
        std::to_string(x.stations.size()) + (x.stations.size() == 1 ? " station" : " stations");
    out += "  " + segment + " [label=\"unmanaged\\n" + count +
           "\", shape=ellipse, fillcolor=\"#f3f3f3\", color=\"#808080\", style=\"filled,dashed\"];\n";
    for (const PortId& p : x.ports)
      out += "  " + node(p.sw) + " -- " + segment + " [taillabel=" + quoted(port_name(fabric, p)) + "];\n";
  }
  number = 0;
  for (const UnknownBridge& x : fabric.unknown_bridges()) {
    const std::string bridge = numbered('u', number++);
    out += "  " + bridge + " [label=" + quoted(x.description) +
           ", shape=box, style=\"dashed\", color=\"#b04040\", fontsize=9];\n";
    out += "  " + node(x.port.sw) + " -- " + bridge + " [taillabel=" + quoted(port_name(fabric, x.port)) +
           ", style=dashed, color=\"#b04040\"];\n";
  }
  if (options.highlight && !options.highlight->label.empty()) {
    out += "  station [label=" + quoted(options.highlight->label) +
           ", shape=octagon, fillcolor=\"#ffb3b3\", color=\"#b00000\"];\n";
    for (const PortId& p : options.highlight->ports)
      out += "  " + node(p.sw) + " -- station [taillabel=" + quoted(port_name(fabric, p)) +
             ", color=\"#b00000\", penwidth=3];\n";
  }
  return out + "}\n";
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
             data("via", via(x)) + data("speed", speed(fabric, x.a)) +
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
