#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "agent/commands/command.h"
#include "agent/commands/looking.h"
#include "agent/output/state_views.h"
#include "agent/output/time_text.h"
#include "agent/watch/status_server.h"

namespace lanwarden::agent {
namespace {

struct Options {
  bool watch = false;
};

/// Nobody runs: what the store knows is all there is.
ExitCode without_daemon(App& app) {
  const auto incidents = app.need(app.store().incidents(false, true));
  const auto isolations = app.need(app.store().isolations(true));
  if (app.console.json()) {
    Json j = {{"running", false},
              {"store", app.store_path().string()},
              {"incidents", Json::array()},
              {"isolations", Json::array()}};
    for (const Incident& i : incidents) j["incidents"].push_back(to_json(i));
    for (const Isolation& i : isolations) j["isolations"].push_back(to_json(i));
    app.console.line(dump(j));
    return kNothing;
  }
  app.console.line(app.console.paint(Style::kYellow, "no lanwarden run works on this store") + " (" +
                   app.store_path().string() + ")");
  if (!incidents.empty())
    app.console.line(std::to_string(incidents.size()) + " incidents are open: lanwarden incidents --open");
  for (const Isolation& i : isolations)
    app.console.line(printable(i.switch_name + " " + i.port) + " is shut" +
                     (i.until ? " until " + local_time(*i.until) + ", but nobody will open it" : "") +
                     ": lanwarden restore " + std::to_string(i.id));
  app.console.note("begin it: lanwarden run, or systemctl start lanwarden; another store: --store FILE");
  return kNothing;
}

ExitCode look(App& app) {
  auto text = ask_status(status_socket(app.store_path()));
  if (!text) app.fail(kNoAnswer, text.error());
  if (text->empty()) return without_daemon(app);
  const Json state = Json::parse(*text, nullptr, false);
  if (state.is_discarded()) app.fail(kNoAnswer, "the daemon's answer is no JSON: is it another version?");
  app.console.line(app.console.json() ? dump(state) : status_text(state, app.console));
  return kOk;
}

}  // namespace

CommandBody define_status(CLI::App& cli) {
  auto o = std::make_shared<Options>();
  add_watch(cli, o->watch);
  return [o](App& app) {
    app.only_read();
    return look_again(app, o->watch, [&] { return look(app); });
  };
}

}  // namespace lanwarden::agent
