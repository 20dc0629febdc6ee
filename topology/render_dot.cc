// The picture: from the middle of the network to the right, each switch a box with its
// ports at the edge where their cables begin, so that no label has to be guessed at.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "topology/render_parts.h"

namespace lanwarden::topology {
namespace {

using namespace detail;

constexpr const char* kWayColor = "#c2410c";
constexpr const char* kStationColor = "#b00020";
constexpr const char* kLinkColor = "#475569";
constexpr const char* kBlockedColor = "#94a3b8";
constexpr const char* kUnknownColor = "#9a3412";
/// Names told of what is folded.
constexpr std::size_t kNamed = 3;

std::string numbered(char kind, std::size_t number) {
  std::string id(1, kind);
  id += std::to_string(number);
  return id;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char ch : valid_utf8(text)) {
    if (ch == '\n') {
      out += "\\n";
      continue;
    }
    if (ch == '"' || ch == '\\') out += '\\';
    out += static_cast<unsigned char>(ch) < 0x20 ? ' ' : ch;
  }
  return out + '"';
}

const char* width_of(std::uint64_t bps) {
  if (bps >= 40'000'000'000) return "6";
  if (bps >= 10'000'000'000) return "4";
  if (bps > 1'000'000'000) return "2.8";
  if (bps == 1'000'000'000 || bps == 0) return "1.6";
  return "0.9";
}

/// What stands in the middle of a switch's box.
const char* fill_of(const SwitchSnapshot& s, std::uint32_t depth, bool branches) {
  if (!s.answered) return "#f1f5f9";
  if (depth == 0) return "#bfdbfe";
  return branches ? "#dbeafe" : "#f0f7ff";
}

class Picture {
 public:
  Picture(const Fabric& fabric, const RenderOptions& options)
      : f_(fabric), options_(options), tree_(tree_of(fabric)), folded_(fold(fabric, options)) {}

  std::string draw() {
    place_links();
    place_segments();
    place_unknown();
    place_station();
    place_folded();
    out_ =
        "graph lan {\n"
        "  graph [rankdir=LR, ranksep=0.9, nodesep=0.12, splines=true, outputorder=edgesfirst, "
        "fontname=\"Helvetica\", fontsize=11, pad=0.3, labelloc=b, labeljust=l, label=" +
        legend() +
        "];\n"
        "  node [fontname=\"Helvetica\", fontsize=11, shape=plaintext];\n"
        "  edge [fontname=\"Helvetica\", fontsize=9, color=\"#475569\", fontcolor=\"#475569\"];\n";
    for (const std::uint32_t v : tree_.order)
      if (v < folded_.size() && !folded_[v]) add_switch(SwitchId{v});
    return out_ + nodes_ + edges_ + "}\n";
  }

 private:
  bool is_drawn(SwitchId sw) const { return !folded_[sw.value]; }
  static std::string node(SwitchId sw) { return numbered('s', sw.value); }

  /// The end of an edge at this port, to the left (towards the middle) or to the right.
  std::string end(PortId port, bool left) {
    auto& ports = (left ? left_ : right_)[port.sw.value];
    if (std::find(ports.begin(), ports.end(), port) == ports.end()) ports.push_back(port);
    return node(port.sw) + ":" + (left ? "l" : "r") + std::to_string(port.ifindex.value) +
           (left ? ":w" : ":e");
  }

  void edge(const std::string& a, const std::string& b, const std::string& attributes) {
    edges_ += "  " + a + " -- " + b + " [" + attributes + "];\n";
  }

  void place_links() {
    for (const Link& x : f_.links()) {
      if (!is_drawn(x.a.sw) || !is_drawn(x.b.sw)) continue;
      const bool a_first = tree_.depth[x.a.sw.value] <= tree_.depth[x.b.sw.value];
      const PortId from = a_first ? x.a : x.b, to = a_first ? x.b : x.a;
      const bool way = on_way(options_, x.a.sw, x.b.sw) && !x.blocked;
      const std::uint64_t bps = std::max(speed_of(f_, x.a), speed_of(f_, x.b));
      const std::size_t members = std::max(members_of(f_, x.a), members_of(f_, x.b));
      std::string text = speed_words(bps);
      if (members > 1 && bps > 0)
        text = std::to_string(members) + " x " + speed_words(bps / members);
      else if (members > 1)
        text = "LAG of " + std::to_string(members);
      if (bps == 1'000'000'000 && members < 2) text.clear();  // the usual: no word for it
      std::string how = std::string("penwidth=") + width_of(bps);
      if (x.blocked) {
        text.clear();
        how = std::string("style=dashed, penwidth=1.2, color=\"") + kBlockedColor + "\", fontcolor=\"" +
              kBlockedColor + "\"";
      } else if (way) {
        how += std::string(", color=\"") + kWayColor + "\"";
        if (width_of(bps)[0] < '3') how = std::string("penwidth=3.2, color=\"") + kWayColor + "\"";
      }
      // Within one column an edge bends around the right sides; it must not tear the columns apart.
      const bool same_column = tree_.depth[from.sw.value] == tree_.depth[to.sw.value];
      if (x.blocked || same_column || tree_.parent[to.sw.value] != from.sw.value) how += ", constraint=false";
      if (!text.empty()) how += ", label=" + quoted(text);
      how += ", tooltip=" + quoted(f_.describe(x.a) + " - " + f_.describe(x.b) + " (" + via(x) + ")");
      edge(end(from, false), end(to, !same_column), how);
    }
  }

  void place_segments() {
    std::size_t number = 0;
    const auto switches = folded_.size();
    for (const Segment& x : f_.segments()) {
      const std::string segment = numbered('g', number);
      const std::uint32_t depth = tree_.depth[switches + number];
      ++number;
      const auto drawn =
          std::count_if(x.ports.begin(), x.ports.end(), [&](const PortId& p) { return is_drawn(p.sw); });
      if (drawn < 2 &&
          !std::any_of(x.ports.begin(), x.ports.end(), [&](const PortId& p) { return on_segment_way(p); }))
        continue;  // what makes it a segment is folded
      const std::string count =
          std::to_string(x.stations.size()) + (x.stations.size() == 1 ? " station" : " stations");
      nodes_ += "  " + segment + " [label=\"unmanaged\\n" + count +
                "\", shape=ellipse, style=\"filled,dashed\", fillcolor=\"#fef9c3\", color=\"#a16207\"];\n";
      for (const PortId& p : x.ports) {
        if (!is_drawn(p.sw)) continue;
        const bool before = tree_.depth[p.sw.value] < depth;
        const std::string port = end(p, !before);
        const std::string how = std::string("color=\"#a16207\", penwidth=1.6") +
                                (on_segment_way(p) ? std::string(", penwidth=3.2") : "");
        if (before)
          edge(port, segment, how);
        else
          edge(segment, port, how);
      }
    }
  }
  bool on_segment_way(PortId p) const {
    return options_.highlight && std::find(options_.highlight->ports.begin(), options_.highlight->ports.end(),
                                           p) != options_.highlight->ports.end();
  }

  void place_unknown() {
    std::size_t number = 0;
    for (const UnknownBridge& x : f_.unknown_bridges()) {
      const std::string bridge = numbered('u', number++);
      if (!is_drawn(x.port.sw)) continue;
      if (const auto mute = configured(x)) {
        if (is_drawn(*mute))
          edge(end(x.port, false), node(*mute), std::string("style=dashed, color=\"") + kUnknownColor + "\"");
        continue;
      }
      nodes_ += "  " + bridge + " [label=" + quoted("? " + x.description) +
                ", shape=box, style=\"rounded,dashed,filled\", fillcolor=\"#fff7ed\", color=\"" +
                kUnknownColor + "\", fontcolor=\"" + kUnknownColor + "\", fontsize=10];\n";
      edge(end(x.port, false), bridge, std::string("style=dashed, color=\"") + kUnknownColor + "\"");
    }
  }

  /// A switch that did not answer, and that a neighbour tells of, is drawn once.
  std::optional<SwitchId> configured(const UnknownBridge& x) const {
    for (std::uint32_t i = 0; i < f_.snapshots().size(); ++i)
      if (!f_.snapshots()[i].answered &&
          x.description.find("'" + f_.snapshots()[i].name + "'") != std::string::npos)
        return SwitchId{i};
    return std::nullopt;
  }

  void place_station() {
    if (!options_.highlight || options_.highlight->label.empty()) return;
    const auto& ports = options_.highlight->ports;
    nodes_ += "  station [label=" + quoted(options_.highlight->label) +
              ", shape=octagon, style=filled, fillcolor=\"#fecaca\", color=\"" + kStationColor +
              "\", penwidth=2.5, fontsize=13];\n";
    for (const PortId& p : ports)
      edge(end(p, false), "station",
           std::string("color=\"") + kStationColor + "\", penwidth=3.2" +
               (ports.size() > 1 ? ", style=dashed" : ""));
  }

  void place_folded() {
    std::map<std::uint32_t, std::vector<std::uint32_t>> into;
    for (const std::uint32_t v : tree_.order)
      if (v < folded_.size() && folded_[v]) into[*folded_[v]].push_back(v);
    for (auto& [parent, switches] : into) {
      std::sort(switches.begin(), switches.end(), [&](std::uint32_t a, std::uint32_t b) {
        return f_.snapshots()[a].name < f_.snapshots()[b].name;
      });
      std::size_t stations = 0;
      for (const std::uint32_t v : switches) stations += stations_of(SwitchId{v});
      std::string names;
      for (std::size_t i = 0; i < switches.size() && i < kNamed; ++i)
        names += (i ? ", " : "") + f_.snapshots()[switches[i]].name;
      if (switches.size() > kNamed) names += ", …";
      const std::string id = numbered('f', parent);
      nodes_ += "  " + id + " [label=" +
                quoted("+" + std::to_string(switches.size()) +
                       (switches.size() == 1 ? " switch, " : " switches, ") + std::to_string(stations) +
                       " stations") +
                ", tooltip=" + quoted(names) +
                ", shape=box3d, style=filled, fillcolor=\"#f0f7ff\", color=\"#64748b\", fontsize=10];\n";
      edge(node(SwitchId{parent}), id, std::string("style=dotted, penwidth=2, color=\"") + kLinkColor + "\"");
    }
  }

  std::size_t stations_of(SwitchId sw) const {
    std::size_t count = 0;
    for (const Interface& i : f_.snapshot(sw).interfaces) {
      const PortId port{sw, i.ifindex};
      if (f_.port_of(sw, i.ifindex) == port && !f_.faces_switch(port)) count += f_.stations(port).size();
    }
    return count;
  }

  std::string port_cells(std::uint32_t sw, bool left) const {
    const auto& side = left ? left_ : right_;
    const auto found = side.find(sw);
    if (found == side.end()) return {};
    auto ports = found->second;
    std::sort(ports.begin(), ports.end());
    std::string cells =
        "<TD BORDER=\"0\" CELLPADDING=\"0\"><TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" "
        "CELLPADDING=\"2\">";
    for (const PortId& p : ports) {
      const bool here = options_.highlight &&
                        std::find(options_.highlight->ports.begin(), options_.highlight->ports.end(), p) !=
                            options_.highlight->ports.end();
      std::string text = "<FONT POINT-SIZE=\"9\">" + escaped(port_name(f_, p)) + "</FONT>";
      if (here) text = "<B><FONT COLOR=\"" + std::string(kStationColor) + "\">" + text + "</FONT></B>";
      cells += "<TR><TD ALIGN=\"" + std::string(left ? "LEFT" : "RIGHT") + "\" PORT=\"" + (left ? "l" : "r") +
               std::to_string(p.ifindex.value) + "\">" + text + "</TD></TR>";
    }
    return cells + "</TABLE></TD>";
  }

  void add_switch(SwitchId sw) {
    const SwitchSnapshot& s = f_.snapshot(sw);
    std::map<PortRole, std::size_t> roles;
    for (const Interface& i : s.interfaces)
      if (f_.port_of(sw, i.ifindex) == PortId{sw, i.ifindex}) ++roles[f_.role({sw, i.ifindex})];
    std::string facts;
    const auto add = [&](PortRole role, const char* word) {
      if (roles[role] > 0) facts += (facts.empty() ? "" : ", ") + std::to_string(roles[role]) + " " + word;
    };
    add(PortRole::kEdge, "edge");
    add(PortRole::kShared, "shared");
    add(PortRole::kUnknown, "unclear");
    if (!s.answered) facts = "did not answer";
    const bool way = on_way(options_, sw);
    const bool branches = tree_.below[sw.value] > 1;
    const std::string color = way ? kWayColor : s.answered ? "#1e40af" : "#64748b";
    out_ += "  " + node(sw) +
            " [tooltip=" + quoted(s.address + (s.location.empty() ? "" : ", " + s.location)) +
            ", label=<<TABLE BORDER=\"" + (way ? "2" : "1") + "\" COLOR=\"" + color +
            "\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"4\" STYLE=\"ROUNDED" +
            (s.answered ? "" : ",DASHED") + "\" BGCOLOR=\"" +
            (way ? "#ffedd5" : fill_of(s, tree_.depth[sw.value], branches)) + "\"><TR>" +
            port_cells(sw.value, true) + "<TD><B>" + escaped(s.name) + "</B>" +
            (facts.empty() ? "" : "<BR/><FONT POINT-SIZE=\"9\" COLOR=\"#475569\">" + facts + "</FONT>") +
            "</TD>" + port_cells(sw.value, false) + "</TR></TABLE>>];\n";
  }

  std::string legend() const {
    const auto sample = [](const char* color, const char* text, const char* words) {
      return std::string("<TD ALIGN=\"RIGHT\"><FONT COLOR=\"") + color + "\"><B>" + text +
             "</B></FONT></TD><TD ALIGN=\"LEFT\">" + words + "</TD>";
    };
    std::string cells =
        sample(kLinkColor, "&#9473;&#9473;", "link, the thicker the faster; 2 x 1G: aggregate");
    cells += sample("#475569", "n edge, n shared", "ports with one station, with several");
    bool blocked = false, aside = false;
    for (const Link& x : f_.links()) blocked |= x.blocked;
    for (const SwitchSnapshot& s : f_.snapshots()) aside |= !s.answered;
    std::vector<std::string> more;
    if (blocked) more.push_back(sample(kBlockedColor, "&#9476;&#9476;", "kept redundant by STP"));
    if (!f_.segments().empty())
      more.push_back(sample("#a16207", "&#9711;", "unmanaged piece of network between the ports"));
    if (!f_.unknown_bridges().empty())
      more.push_back(sample(kUnknownColor, "?", "a bridge that nobody polls"));
    if (aside) more.push_back(sample("#64748b", "dashed", "did not answer"));
    if (std::any_of(folded_.begin(), folded_.end(), [](const auto& x) { return x.has_value(); }))
      more.push_back(sample("#64748b", "+n", "switches not drawn one by one"));
    if (options_.highlight && !options_.highlight->ports.empty())
      more.push_back(sample(kWayColor, "&#9473;&#9473;", "the way to the station"));
    std::string table = "<<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"6\"><TR>" + cells + "</TR>";
    for (std::size_t i = 0; i < more.size(); i += 2)
      table += "<TR>" + more[i] + (i + 1 < more.size() ? more[i + 1] : "<TD></TD><TD></TD>") + "</TR>";
    return table + "</TABLE>>";
  }

  const Fabric& f_;
  const RenderOptions& options_;
  const Tree tree_;
  const std::vector<std::optional<std::uint32_t>> folded_;
  std::map<std::uint32_t, std::vector<PortId>> left_, right_;  ///< the ports drawn at each side of a switch
  std::string out_, nodes_, edges_;
};

}  // namespace

std::string to_dot(const Fabric& fabric, const RenderOptions& options) {
  return Picture(fabric, options).draw();
}

}  // namespace lanwarden::topology
