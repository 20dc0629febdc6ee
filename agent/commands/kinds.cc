// `lanwarden kinds`: what each kind of finding means, and what to do.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/commands/command.h"
#include "agent/commands/names.h"
#include "agent/output/views.h"
#include "agent/report/kind_words.h"

namespace lanwarden::agent {
namespace {

struct Options {
  std::vector<std::string> kinds;
  bool markdown = false;
};

void print_one(App& app, const KindWords& w) {
  const std::size_t width = app.console.stdout_is_terminal() ? app.console.width() : 0;
  app.console.line(app.console.paint(Style::kBold, w.kind) + "  " + std::string(w.title));
  const auto part = [&](std::string_view name, std::string_view text) {
    constexpr std::size_t kColumn = 14;
    if (!text.empty()) app.console.line(wrapped(fmt::format("  {:<11} {}", name, text), width, kColumn));
  };
  part("means", w.meaning);
  part("severity", w.severity);
  part("evidence", w.evidence);
  part("not", w.weighed);
  part("what to do", w.remedy);
  part("against", w.standard);
}

ExitCode kinds(App& app, const Options& o) {
  if (o.markdown) {
    std::string text = detectors_markdown();
    text.pop_back();
    app.console.line(text);
    return kOk;
  }
  std::vector<std::string_view> known;
  for (const KindWords& w : all_kind_words()) known.push_back(w.kind);
  for (const std::string& kind : o.kinds)
    if (std::find(known.begin(), known.end(), kind) == known.end())
      no_such(app, "kind of finding", kind, known);
  TextTable table({"KIND", "WHAT"});
  for (const KindWords& w : all_kind_words()) {
    if (!o.kinds.empty() && std::find(o.kinds.begin(), o.kinds.end(), w.kind) == o.kinds.end()) continue;
    if (app.console.json()) {
      app.console.line(dump(Json{{"kind", w.kind},
                                 {"title", w.title},
                                 {"meaning", w.meaning},
                                 {"severity", w.severity},
                                 {"evidence", w.evidence},
                                 {"weighed", w.weighed},
                                 {"remedy", w.remedy},
                                 {"standard", w.standard}}));
    } else if (o.kinds.empty()) {
      table.row({std::string(w.kind), std::string(w.title)});
    } else {
      print_one(app, w);
    }
  }
  if (!table.empty()) app.console.line(table.render(app.console));
  return kOk;
}

}  // namespace

CommandBody define_kinds(CLI::App& cli) {
  auto o = std::make_shared<Options>();
  cli.add_option("KIND", o->kinds, "these kinds, whole; a list of all when none is named");
  cli.add_flag("--markdown", o->markdown, "all of it, as agent/doc/detectors.md");
  return [o](App& app) { return kinds(app, *o); };
}

}  // namespace lanwarden::agent
