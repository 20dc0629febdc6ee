#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "agent/capture/pcapng_writer.h"
#include "agent/commands/command.h"
#include "agent/output/atomic_file.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"
#include "agent/report/bundle.h"

namespace lanwarden::agent {
namespace {

struct Options {
  std::int64_t id = 0;
  std::string folder;
};

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? std::string(name) : std::string("this machine");
}

ExitCode report(App& app, const Options& o) {
  app.only_read();
  auto found = app.need(load_bundle(app.store(), o.id));
  if (!found) {
    app.console.error(fmt::format("no incident {}; try: lanwarden incidents", o.id));
    return kNothing;
  }
  IncidentBundle& bundle = *found;
  bundle.vendor = app.vendors().lookup(bundle.incident.mac);
  if (auto bindings = app.store().bindings(bundle.incident.mac))
    for (const IpBinding& b : *bindings) bundle.ips.push_back(b.ip);
  std::sort(bundle.ips.begin(), bundle.ips.end());
  bundle.ips.erase(std::unique(bundle.ips.begin(), bundle.ips.end()), bundle.ips.end());

  std::error_code failure;
  const std::filesystem::path folder = o.folder;
  std::filesystem::create_directories(folder, failure);
  if (failure)
    app.fail(kUsage, fmt::format("{}: the folder cannot be made ({})", folder.string(), failure.message()));
  const std::pair<const char*, std::string> files[] = {
      {"report.html", report_html(bundle, {wall_clock(), host_name(), app.version})},
      {"evidence.pcapng",
       to_pcapng(bundle.frames, fmt::format("lanwarden incident {}: {}: {}", bundle.incident.id,
                                            bundle.incident.kind, bundle.incident.summary))},
      {"incident.json", bundle_json(bundle).dump(2, ' ', false, Json::error_handler_t::replace) + "\n"},
  };
  Json written = Json::array();
  for (const auto& [name, text] : files) {
    const std::filesystem::path file = folder / name;
    if (const auto wrong = write_atomically(file, text)) app.fail(kUsage, *wrong);
    written.push_back(file.string());
  }
  if (app.console.json()) {
    app.console.line(dump(Json{{"incident", bundle.incident.id}, {"files", written}}));
    return kOk;
  }
  for (const Json& file : written) app.console.line(file.get<std::string>());
  if (bundle.frames.empty())
    app.console.note("no frame was kept with this incident: evidence.pcapng is empty");
  return kOk;
}

}  // namespace

CommandBody define_report(CLI::App& cli) {
  auto o = std::make_shared<Options>();
  cli.add_option("ID", o->id, "the incident")->required();
  cli.add_option("-o,--output", o->folder, "the folder to write")->required()->type_name("DIR");
  return [o](App& app) { return report(app, *o); };
}

}  // namespace lanwarden::agent
