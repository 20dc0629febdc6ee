#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "agent/commands/command.h"
#include "agent/dns/naming.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"

namespace lanwarden::agent {
namespace {

std::string completeness_words(const SwitchSnapshot& s) {
  if (!s.answered) return "no answer";
  std::string partial;
  for (std::size_t t = 0; t < topology::kTableCount; ++t)
    if (s.tables[t].completeness == topology::Completeness::kPartial)
      partial += (partial.empty() ? "" : ", ") + std::string(to_string(static_cast<topology::Table>(t)));
  if (!partial.empty()) return "incomplete: " + partial;
  return s.fdb_complete() ? "complete" : "no forwarding table";
}

/// So many the DNS is asked about in one poll; the rest in the next.
constexpr std::size_t kMostNamed = 5000;

/// What the DNS calls those that the routers know; nothing when it is not to be asked.
std::optional<NamesAsked> name_stations(App& app) {
  const NamesConfig& names = app.config().names;
  if (!names.reverse_dns) return std::nullopt;
  auto dns = ReverseDns::open({.servers = names.servers});
  if (!dns) {
    app.console.warn(dns.error());
    return std::nullopt;
  }
  const std::atomic<bool> never{false};
  const auto asked = app.need(Naming(app.store(), **dns).round(wall_clock(), kMostNamed, never));
  if (asked.asked > 0 && asked.unanswered == asked.asked)
    app.console.warn(
        "no DNS server answers: no names; try: dig -x, and [names] servers in the configuration");
  return asked;
}

ExitCode poll(App& app, const std::vector<std::string>& names) {
  app.require_switches();
  const auto ids = app.switch_ids(names);
  const Asked asked = app.poll(ids);
  app.remember_wiring(asked);
  const auto named = name_stations(app);
  const auto wanted = [&](std::uint32_t i) {
    return ids.empty() || std::find(ids.begin(), ids.end(), topology::SwitchId{i}) != ids.end();
  };
  std::vector<const SwitchSnapshot*> shown;
  const auto switches = app.locator().fabric().snapshots();
  for (std::uint32_t i = 0; i < switches.size(); ++i)
    if (wanted(i)) shown.push_back(&switches[i]);
  for (std::uint32_t i = 0; i < app.locator().routers().size(); ++i)
    if (wanted(static_cast<std::uint32_t>(switches.size()) + i)) shown.push_back(&app.locator().routers()[i]);
  const auto failed = [&](const SwitchSnapshot& s) {
    return std::find_if(asked.failed.begin(), asked.failed.end(),
                        [&](const auto& f) { return f.switch_name == s.name; });
  };

  Json j;
  j["switches"] = to_json(asked);
  if (named)
    j["names"] = {{"asked", named->asked}, {"named", named->named}, {"unanswered", named->unanswered}};
  j["polled"] = Json::array();
  TextTable table({"SWITCH", "ADDRESS", "PORTS", "FDB", "NEIGHBOURS", "TABLES"});
  for (const SwitchSnapshot* s : shown) {
    const auto failure = failed(*s);
    const bool answered = failure == asked.failed.end() && s->answered;
    Json row;
    row["switch"] = s->name;
    row["answered"] = answered;
    if (answered) {
      row["ports"] = s->interfaces.size();
      row["fdb"] = s->fdb.size();
      row["neighbors"] = s->neighbors.size();
      row["complete"] = s->fdb_complete();
      if (!s->problems.empty()) row["problems"] = s->problems;
      table.row({s->name, s->address, std::to_string(s->interfaces.size()), std::to_string(s->fdb.size()),
                 std::to_string(s->neighbors.size()), completeness_words(*s)});
    } else {
      if (failure != asked.failed.end()) row["error"] = failure->error;
      table.row(
          {s->name, s->address, "-", "-", "-",
           app.console.paint(Style::kRed, failure != asked.failed.end() ? failure->error : "no answer")});
    }
    j["polled"].push_back(std::move(row));
  }
  if (app.console.json())
    app.console.line(dump(j));
  else
    app.console.line(table.render(app.console));
  if (named)
    app.console.detail(
        fmt::format("the DNS was asked about {} addresses: {} have names", named->asked, named->named));
  for (const SwitchSnapshot* s : shown)
    if (s->answered)
      for (const std::string& problem : s->problems) app.console.detail(s->name + ": " + printable(problem));
  if (asked.nothing_answered()) {
    app.console.error("no switch answered; try: lanwarden check");
    return kNoAnswer;
  }
  return kOk;
}

}  // namespace

CommandBody define_poll(CLI::App& cli) {
  auto names = std::make_shared<std::vector<std::string>>();
  cli.add_option("SWITCH", *names, "names from the configuration; all when none is given");
  return [names](App& app) { return poll(app, *names); };
}

}  // namespace lanwarden::agent
