// `lanwarden config`: what is configured, and everything that could be.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/commands/command.h"
#include "agent/config/example.h"
#include "agent/output/views.h"

namespace lanwarden::agent {
namespace {

struct Options {
  bool reference = false, example = false;
};

/// A text that ends with a newline, as files do.
void print(App& app, std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  app.console.line(text);
}

ExitCode config(App& app, const Options& o) {
  if (o.reference) return print(app, config_reference_markdown()), kOk;
  if (o.example)
    return print(app, config_example({{{"", "store"}, toml_text("/var/lib/lanwarden/lanwarden.db")}})), kOk;
  const Config& c = app.config();
  const auto routers =
      std::count_if(c.switches.begin(), c.switches.end(), [](const SwitchConfig& s) { return s.router; });
  const auto writable = std::count_if(c.switches.begin(), c.switches.end(),
                                      [](const SwitchConfig& s) { return s.write_credential.has_value(); });
  const auto switches = static_cast<std::ptrdiff_t>(c.switches.size()) - routers;
  if (app.console.json()) {
    Json j;
    if (!c.file.empty()) j["file"] = c.file.string();
    j["store"] = app.store_path().string();
    j["switches"] = switches;
    j["writable"] = writable;
    j["routers"] = routers;
    j["credentials"] = c.credentials.size();
    j["sniffers"] = Json::array();
    for (const SnifferConfig& s : c.sniffers) j["sniffers"].push_back(s.interface);
    j["warnings"] = c.warnings;
    app.console.line(dump(j));
    return kOk;
  }
  std::string sniffers;
  for (const SnifferConfig& s : c.sniffers)
    sniffers += (sniffers.empty() ? "" : ", ") + printable(s.interface);
  app.console.line(
      fmt::format("file       {}", c.file.empty() ? "none was found; try: lanwarden init" : c.file.string()));
  app.console.line(fmt::format("store      {}", app.store_path().string()));
  app.console.line(fmt::format("switches   {}, {} with a write credential; routers {}; credentials {}",
                               switches, writable, routers, c.credentials.size()));
  app.console.line(fmt::format("listens on {}", sniffers.empty() ? "nothing" : sniffers));
  return kOk;
}

}  // namespace

CommandBody define_config(CLI::App& cli) {
  auto o = std::make_shared<Options>();
  auto* reference = cli.add_flag("--reference", o->reference, "every option there is, as Markdown");
  cli.add_flag("--example", o->example, "a lanwarden.toml with every option as a comment")
      ->excludes(reference);
  return [o](App& app) { return config(app, *o); };
}

}  // namespace lanwarden::agent
