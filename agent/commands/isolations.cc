// What lanwarden holds, and what it has ever written to a switch.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <nlohmann/json.hpp>

#include "agent/commands/command.h"
#include "agent/commands/looking.h"
#include "agent/commands/row_format.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"

namespace lanwarden::agent {
namespace {

struct Options {
  std::string id, format;
  bool all = false, trail = false, watch = false;
};

std::string until_text(const Isolation& i) {
  if (!is_open(i.state)) return i.restored_at ? "ended " + local_time(*i.restored_at) : "-";
  return i.until ? "until " + local_time(*i.until) : "until restored";
}

void print_trail(App& app, const AuditFilter& filter, const std::string& format = {}) {
  RowPrinter printer(app, format,
                     {"id", "time", "who", "action", "why", "isolation", "incident", "switch", "port", "mac",
                      "varbinds", "answer"});
  for (const AuditEntry& e : app.need(app.store().audit(filter))) {
    if (!printer.is_text()) {
      printer.row(to_json(e));
      continue;
    }
    std::string text = fmt::format("{}  {}  {}", local_time(e.time),
                                   app.console.paint(Style::kBold, e.action), printable(e.who));
    if (e.isolation) text += fmt::format("  isolation {}", *e.isolation);
    if (!e.switch_name.empty()) text += "  " + printable(e.switch_name + " " + e.port);
    if (!e.why.empty()) text += "\n    " + printable(e.why);
    for (std::size_t from = 0; from < e.varbinds.size();) {
      const std::size_t end = std::min(e.varbinds.find('\n', from), e.varbinds.size());
      text += "\n    SET " + printable(e.varbinds.substr(from, end - from));
      from = end + 1;
    }
    if (!e.answer.empty()) text += "\n    answer: " + printable(e.answer);
    app.console.line(text);
  }
}

ExitCode one(App& app, const Options& o) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(o.id.data(), o.id.data() + o.id.size(), id);
  if (error != std::errc{} || end != o.id.data() + o.id.size())
    app.fail(kUsage, fmt::format("\"{}\" is no isolation's number", printable(o.id)));
  const auto found = app.need(app.store().isolation(id));
  if (!found) {
    app.console.error(fmt::format("no isolation {}; try: lanwarden isolations --all", id));
    return kNothing;
  }
  if (app.console.json()) {
    Json j = to_json(*found);
    j["trail"] = Json::array();
    for (const AuditEntry& e : app.need(app.store().audit({id, {}, 1000}))) j["trail"].push_back(to_json(e));
    app.console.line(dump(j));
    return kOk;
  }
  const Isolation& i = *found;
  app.console.line(fmt::format("isolation {}  {}  {}  {}", i.id,
                               app.console.paint(Style::kBold, printable(i.switch_name + " " + i.port)),
                               to_string(i.state), until_text(i)));
  app.console.line(fmt::format("  {} by {}{}{}", to_string(i.way), printable(i.who),
                               i.mac.is_zero() ? "" : ", for " + i.mac.to_string(),
                               i.reason.empty() ? "" : ": " + printable(i.reason)));
  for (const VariableChange& c : i.changes) app.console.line("  SET " + to_text(c));
  for (const std::string& rule : i.forced) app.console.line("  forced: " + rule);
  if (!i.note.empty()) app.console.line("  " + printable(i.note));
  if (is_open(i.state)) app.console.line(fmt::format("  undo: lanwarden restore {}", i.id));
  print_trail(app, {id, {}, 1000});
  return kOk;
}

ExitCode list(App& app, const Options& o) {
  const auto isolations = app.need(app.store().isolations(!o.all));
  RowPrinter printer(app, o.format,
                     {"isolation", "state", "switch", "port", "ifindex", "mac", "incident", "way", "who",
                      "reason", "since", "until", "restored", "note"});
  TextTable table({"ID", "STATE", "PORT", "STATION", "WAY", "SINCE", "UNTIL", "BY"});
  table.can_go({7, 4, 5});
  for (auto i = isolations.rbegin(); i != isolations.rend(); ++i) {
    if (!printer.is_text())
      printer.row(to_json(*i));
    else
      table.row({std::to_string(i->id), std::string(to_string(i->state)),
                 printable(i->switch_name + " " + i->port), i->mac.is_zero() ? "-" : i->mac.to_string(),
                 std::string(to_string(i->way)), local_time(i->set_at.value_or(i->intended)), until_text(*i),
                 printable(i->who)});
  }
  if (isolations.empty())
    app.console.note(o.all ? "nothing was ever isolated"
                           : "no port is held by lanwarden; --all lists past ones");
  if (!table.empty()) app.console.line(table.render(app.console));
  return kOk;
}

}  // namespace

CommandBody define_isolations(CLI::App& cli) {
  auto o = std::make_shared<Options>();
  auto* id = cli.add_option("ID", o->id, "one isolation whole, with its part of the audit trail");
  cli.add_flag("--all", o->all, "past ones, too")->excludes(id);
  cli.add_flag("--trail", o->trail, "the audit trail: every SET, every refusal, who and why")->excludes(id);
  add_row_format(cli, o->format);
  add_watch(cli, o->watch);
  return [o](App& app) -> ExitCode {
    app.only_read();
    return look_again(app, o->watch, [&] {
      if (!o->id.empty()) return one(app, *o);
      if (!o->trail) return list(app, *o);
      print_trail(app, {}, o->format);
      return kOk;
    });
  };
}

}  // namespace lanwarden::agent
