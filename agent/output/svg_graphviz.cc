#include "agent/output/svg_graphviz.h"

#include <graphviz/cgraph.h>
#include <graphviz/gvc.h>

#include <memory>

namespace lanwarden::agent {
namespace {

/// What the library says since the last layout began. It has room for one callback only.
std::string& messages() {
  static std::string text;
  return text;
}

extern "C" int lanwarden_collect_graphviz_message(char* text) {
  if (text != nullptr) messages() += text;
  return 0;
}

std::string last_message(const char* otherwise) {
  std::string text = messages().empty() ? otherwise : messages();
  for (char& c : text)
    if (c == '\n') c = ' ';
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

/// One for the process, and never freed: with its second context in a process, the text plugin (pango) uses
/// what belonged to the first (a use after free, seen with Graphviz 2.43.0).
GVC_t* graphviz() {
  static GVC_t* const context = gvContext();
  return context;
}

struct CloseGraph {
  void operator()(Agraph_t* graph) const { agclose(graph); }
};

/// The layout must be freed before its graph and after its rendering.
struct Layout {
  GVC_t* context;
  Agraph_t* graph;
  ~Layout() { gvFreeLayout(context, graph); }
};

}  // namespace

topology::Result<std::string, std::string> svg_from_dot(const std::string& dot) {
  messages().clear();
  const agusererrf before = agseterrf(lanwarden_collect_graphviz_message);
  struct Restore {
    agusererrf f;
    ~Restore() { agseterrf(f); }
  } const restore{before};

  GVC_t* const context = graphviz();
  if (context == nullptr) return tl::make_unexpected(last_message("Graphviz could not be started"));
  const std::unique_ptr<Agraph_t, CloseGraph> graph(agmemread(dot.c_str()));
  if (!graph) return tl::make_unexpected(last_message("not a graph in the Graphviz language"));

  char layout_name[] = "layout";
  const char* named = agget(graph.get(), layout_name);
  const std::string engine = named != nullptr && *named != 0 ? named : "dot";
  if (gvLayout(context, graph.get(), engine.c_str()) != 0)
    return tl::make_unexpected(last_message("Graphviz could not lay the graph out"));
  const Layout layout{context, graph.get()};

  char* data = nullptr;
  unsigned length = 0;
  if (gvRenderData(context, graph.get(), "svg", &data, &length) != 0 || data == nullptr)
    return tl::make_unexpected(
        last_message("Graphviz could not draw SVG; is libgvc6 configured? try: dot -c"));
  const std::unique_ptr<char, void (*)(char*)> owner(data, gvFreeRenderData);
  return std::string(data, length);
}

}  // namespace lanwarden::agent
