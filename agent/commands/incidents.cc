#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "agent/commands/command.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"

namespace lanwarden::agent {
namespace {

Style state_style(IncidentState state) {
  switch (state) {
    case IncidentState::kOpen:
    case IncidentState::kLocated:
    case IncidentState::kAsked:
      return Style::kYellow;
    case IncidentState::kRefused:
      return Style::kRed;
    case IncidentState::kIsolated:
    case IncidentState::kVerified:
      return Style::kGreen;
    default:
      return Style::kDim;
  }
}

std::string state_text(IncidentState state, const Console& console) {
  return console.paint(state_style(state), to_string(state));
}

std::string place_of(const Incident& incident) {
  if (incident.switch_name.empty()) return "-";
  return printable(incident.port.empty() ? incident.switch_name : incident.switch_name + " " + incident.port);
}

ExitCode list(App& app) {
  app.only_read();
  const auto incidents = app.need(app.store().incidents(app.console.json()));
  TextTable table({"ID", "OPENED", "STATE", "KIND", "STATION", "PORT", "SUMMARY"});
  for (const Incident& i : incidents) {
    if (app.console.json())
      app.console.line(dump(to_json(i)));
    else
      table.row({std::to_string(i.id), local_time(i.opened), state_text(i.state, app.console), i.kind,
                 i.mac.is_zero() ? "-" : i.mac.to_string(), place_of(i), printable(i.summary)});
  }
  if (incidents.empty()) app.console.note("no incidents");
  if (!table.empty()) app.console.line(table.render(app.console));
  return kOk;
}

/// The isolations this incident led to: what is still shut, and how to open it.
void isolations(App& app, const Incident& incident) {
  for (const Isolation& i : app.need(app.store().isolations(false))) {
    if (i.incident != incident.id) continue;
    std::string text = fmt::format("isolation {}  {}  {}", i.id, printable(i.switch_name + " " + i.port),
                                   to_string(i.state));
    const bool open = is_open(i.state);
    if (open) text += i.until ? " until " + local_time(*i.until) : " until it is restored";
    if (i.restored_at) text += " " + local_time(*i.restored_at);
    if (open) text += fmt::format("\n  undo: lanwarden restore {}", i.id);
    app.console.line(text);
  }
}

ExitCode story(App& app, std::int64_t id) {
  app.only_read();
  const auto incident = app.need(app.store().incident(id));
  if (!incident) {
    app.console.error(fmt::format("no incident {}; try: lanwarden incidents", id));
    return kNothing;
  }
  if (app.console.json()) {
    app.console.line(dump(to_json(*incident)));
    return kOk;
  }
  const Console& console = app.console;
  app.console.line(fmt::format("incident {}  {}  {}  {}", incident->id, state_text(incident->state, console),
                               console.paint(Style::kBold, incident->kind), incident->severity));
  if (!incident->mac.is_zero()) {
    std::string station = "  station  " + incident->mac.to_string();
    if (const auto vendor = app.vendors().lookup(incident->mac); !vendor.empty())
      station += fmt::format(" ({})", printable(vendor));
    app.console.line(station);
  }
  if (!incident->switch_name.empty()) app.console.line("  port     " + place_of(*incident));
  app.console.line("  " + printable(incident->summary));
  for (const IncidentEvent& e : incident->events)
    app.console.line(
        fmt::format("  {}  {:<9} {}", local_time(e.time), to_string(e.state), printable(e.text)));
  isolations(app, *incident);
  return kOk;
}

}  // namespace

CommandBody define_incidents(CLI::App& cli) {
  auto id = std::make_shared<std::optional<std::int64_t>>();
  cli.add_option("ID", *id, "one incident: its whole story");
  return [id](App& app) {
    app.warn_overdue();
    return *id ? story(app, **id) : list(app);
  };
}

}  // namespace lanwarden::agent
