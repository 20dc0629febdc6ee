#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/commands/command.h"
#include "agent/commands/looking.h"
#include "agent/commands/row_format.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"
#include "agent/report/bundle.h"
#include "agent/report/kind_words.h"

namespace lanwarden::agent {
namespace {

struct Options {
  std::optional<std::int64_t> id;
  bool open = false, watch = false;
  std::string since, format;
};

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

std::string severity_text(const std::string& severity, const Console& console) {
  return console.paint(severity == "critical"  ? Style::kRed
                       : severity == "warning" ? Style::kYellow
                                               : Style::kDim,
                       severity);
}

bool has_station(const Incident& i) { return !i.mac.is_zero() && !i.mac.is_group(); }

std::string place_of(const Incident& incident) {
  if (incident.switch_name.empty()) return "-";
  return printable(incident.port.empty() ? incident.switch_name : incident.switch_name + " " + incident.port);
}

ExitCode list(App& app, const Options& o) {
  const Time now = wall_clock();
  std::optional<Time> since;
  if (!o.since.empty()) {
    since = parse_time(o.since, now);
    if (!since)
      app.fail(kUsage,
               fmt::format("--since \"{}\" is no time; try 2h ago, yesterday, or yesterday 14:00", o.since));
  }
  RowPrinter printer(
      app, o.format,
      {"id", "state", "kind", "severity", "mac", "switch", "port", "opened", "updated", "summary"});
  TextTable table({"ID", "AGE", "SEVERITY", "STATE", "KIND", "STATION", "PORT", "LAST STEP", "SUMMARY"});
  table.can_go({8, 7, 4, 2});
  const auto incidents = app.need(app.store().incidents(app.console.json(), o.open));
  std::size_t shown = 0, asked = 0;
  for (const Incident& i : incidents) {
    if (since && i.updated < *since) continue;
    ++shown;
    if (i.state == IncidentState::kAsked) ++asked;
    if (!printer.is_text())
      printer.row(to_json(i));
    else
      table.row({std::to_string(i.id), ago(i.opened, now), severity_text(i.severity, app.console),
                 state_text(i.state, app.console), i.kind, has_station(i) ? i.mac.to_string() : "-",
                 place_of(i), ago(i.updated, now), printable(i.summary)});
  }
  if (shown == 0)
    app.console.note(incidents.empty() && !o.open ? "no incidents"
                                                  : "no such incidents; all of them: lanwarden incidents");
  if (!table.empty()) app.console.line(table.render(app.console));
  if (asked > 0 && printer.is_text())
    app.console.note(
        fmt::format("{} {} for approval: lanwarden isolate ID", asked, asked == 1 ? "waits" : "wait"));
  return kOk;
}

/// The isolations this incident led to: what is still shut, and how to open it.
void isolations(App& app, const IncidentBundle& bundle) {
  for (const Isolation& i : bundle.isolations) {
    std::string text = fmt::format("isolation {}  {}  {}", i.id, printable(i.switch_name + " " + i.port),
                                   to_string(i.state));
    const bool open = is_open(i.state);
    if (open) text += i.until ? " until " + local_time(*i.until) : " until it is restored";
    if (i.restored_at) text += " " + local_time(*i.restored_at);
    if (open) text += fmt::format("\n  undo: lanwarden restore {}", i.id);
    app.console.line(text);
  }
}

/// The audit trail's part: what was written to switches, and what they answered.
void trail(App& app, const IncidentBundle& bundle) {
  for (const AuditEntry& e : bundle.audit) {
    if (e.varbinds.empty() && e.answer.empty()) continue;
    std::string text =
        fmt::format("  {}  {:<9} {}", local_time(e.time), printable(e.action), printable(e.who));
    if (!e.varbinds.empty()) text += "  SET " + printable(e.varbinds);
    if (!e.answer.empty()) text += "  answer: " + printable(e.answer);
    app.console.line(app.console.paint(Style::kDim, text));
  }
}

void next_steps(App& app, const Incident& incident) {
  if (incident.state == IncidentState::kAsked)
    app.console.line(fmt::format(
        "approve: lanwarden isolate {0}      look first: lanwarden isolate {0} --dry-run", incident.id));
  app.console.line(app.console.paint(
      Style::kDim, fmt::format("send it: lanwarden report {0} -o incident-{0}", incident.id)));
}

ExitCode story(App& app, std::int64_t id) {
  auto bundle = app.need(load_bundle(app.store(), id));
  if (!bundle) {
    app.console.error(fmt::format("no incident {}; try: lanwarden incidents", id));
    return kNothing;
  }
  bundle->vendor = app.vendors().lookup(bundle->incident.mac);
  if (app.console.json()) {
    app.console.line(dump(bundle_json(*bundle)));
    return kOk;
  }
  const Incident& incident = bundle->incident;
  const Console& console = app.console;
  app.console.line(fmt::format("incident {}  {}  {}  {}", incident.id, state_text(incident.state, console),
                               console.paint(Style::kBold, incident.kind),
                               severity_text(incident.severity, console)));
  app.console.line("  " + std::string(kind_words(incident.kind).title));
  if (has_station(incident)) {
    std::string station = "  station  " + incident.mac.to_string();
    if (!bundle->vendor.empty()) station += fmt::format(" ({})", printable(bundle->vendor));
    app.console.line(station);
  }
  if (!incident.switch_name.empty()) app.console.line("  port     " + place_of(incident));
  const std::size_t width = app.console.stdout_is_terminal() ? app.console.width() : 0;
  app.console.line(wrapped("  " + printable(incident.summary), width, 2));
  if (const KindWords words = kind_words(incident.kind); !words.remedy.empty())
    app.console.line(wrapped("  do       " + std::string(words.remedy), width, 11));
  constexpr std::size_t kIndent = 33;
  for (const IncidentEvent& e : incident.events)
    app.console.line(
        wrapped(fmt::format("  {}  {:<9} {}", local_time(e.time), to_string(e.state), printable(e.text)),
                width, kIndent));
  if (!bundle->frames.empty())
    app.console.line(fmt::format("evidence  {} {}", bundle->frames.size(),
                                 bundle->frames.size() == 1 ? "frame" : "frames"));
  isolations(app, *bundle);
  trail(app, *bundle);
  next_steps(app, incident);
  return kOk;
}

}  // namespace

CommandBody define_incidents(CLI::App& cli) {
  auto o = std::make_shared<Options>();
  auto* id = cli.add_option("ID", o->id, "one incident: its whole story");
  cli.add_flag("--open", o->open, "only those that are not closed")->excludes(id);
  cli.add_option("--since", o->since, "only those with a step since then: 2h ago, yesterday 14:00")
      ->type_name("TIME")
      ->excludes(id);
  add_row_format(cli, o->format);
  add_watch(cli, o->watch);
  return [o](App& app) {
    app.only_read();
    app.warn_overdue();
    return look_again(app, o->watch, [&] { return o->id ? story(app, *o->id) : list(app, *o); });
  };
}

}  // namespace lanwarden::agent
