#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "agent/commands/command.h"
#include "agent/output/views.h"

namespace lanwarden::agent {
namespace {

using snmp::CheckResult;
using topology::Completeness;
using topology::SwitchId;
using topology::Table;
using topology::TableState;

std::string_view state_word(Completeness completeness) {
  switch (completeness) {
    case Completeness::kNotAsked:
      return "not-asked";
    case Completeness::kAbsent:
      return "absent";
    case Completeness::kComplete:
      return "complete";
    case Completeness::kPartial:
      return "partial";
  }
  return "not-asked";
}

/// One switch's answer beside what the configuration says of it.
struct Checked {
  const SwitchConfig& config;
  const CheckResult& result;

  bool answered() const { return !result.failure && result.snapshot.answered; }
  bool well() const { return answered() && odd().empty() && result.write_credential_answers.value_or(true); }
  std::string error() const {
    return result.failure ? std::string(to_string(result.failure->cause)) : "no answer";
  }
  std::string detail() const {
    if (result.failure) return result.failure->detail;
    return config.name + " (" + config.address + ") gave no answer";
  }

  /// Everything that keeps lanwarden from doing its work with this switch as well as it could.
  std::vector<std::string> odd() const {
    std::vector<std::string> all;
    for (const std::string& problem : result.snapshot.problems) all.push_back(printable(problem));
    if (!answered()) return all;
    for (std::size_t t = 0; t < topology::kTableCount; ++t) {
      const TableState& state = result.snapshot.tables[t];
      if (state.completeness == Completeness::kPartial)
        all.push_back(fmt::format("table {} is incomplete: {}", to_string(static_cast<Table>(t)),
                                  printable(state.cause)));
    }
    if (!config.router && !result.snapshot.fdb_complete()) all.emplace_back("no complete forwarding table");
    if (config.router && result.snapshot.addresses.empty())
      all.emplace_back("no row in its ARP and ND tables");
    return all;
  }

  std::string write_words() const {
    if (!config.write_credential) return "no credential";
    if (!result.write_credential_answers) return "not tried";
    return *result.write_credential_answers ? "yes" : "no";
  }

  /// "9", or "9, 2 incomplete": the tables that have anything.
  std::string tables_words() const {
    std::size_t present = 0, partial = 0;
    for (const TableState& state : result.snapshot.tables) {
      present += state.rows > 0 ? 1U : 0U;
      partial += state.completeness == Completeness::kPartial ? 1U : 0U;
    }
    return partial == 0 ? std::to_string(present) : fmt::format("{}, {} incomplete", present, partial);
  }

  std::string tables_detail() const {
    std::string text;
    for (std::size_t t = 0; t < topology::kTableCount; ++t) {
      const TableState& state = result.snapshot.tables[t];
      if (state.completeness == Completeness::kNotAsked) continue;
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", to_string(static_cast<Table>(t)),
                          state.completeness == Completeness::kAbsent ? "-" : std::to_string(state.rows));
    }
    return text;
  }

  Json json() const {
    Json j;
    j["switch"] = config.name;
    j["address"] = config.address;
    j["credential"] = config.credential;
    j["answered"] = answered();
    if (!answered()) {
      j["error"] = error();
      j["detail"] = detail();
    } else {
      j["round_trip_ms"] = result.round_trip.count();
      if (!result.snapshot.system_descr.empty()) j["description"] = result.snapshot.system_descr;
      j["tables"] = Json::object();
      for (std::size_t t = 0; t < topology::kTableCount; ++t) {
        const TableState& state = result.snapshot.tables[t];
        if (state.completeness == Completeness::kNotAsked) continue;
        Json& table = j["tables"][std::string(to_string(static_cast<Table>(t)))];
        table["state"] = state_word(state.completeness);
        table["rows"] = state.rows;
        if (!state.cause.empty()) table["cause"] = state.cause;
      }
      j["fdb"] = result.snapshot.fdb.size();
    }
    if (result.write_credential_answers) j["write"] = *result.write_credential_answers;
    j["problems"] = odd();
    return j;
  }
};

void add_row(TextTable& table, const Checked& c, const Console& console) {
  if (!c.answered()) {
    table.row({c.config.name, c.config.address, console.paint(Style::kRed, c.error()), c.config.credential,
               "-", "-", "-", "-"});
    return;
  }
  const auto odd = c.odd();
  const std::string trip =
      c.result.round_trip.count() == 0 ? "< 1 ms" : fmt::format("{} ms", c.result.round_trip.count());
  const std::string oddity = odd.empty()       ? "-"
                             : odd.size() == 1 ? odd[0]
                                               : fmt::format("{} (+{}: -v)", odd[0], odd.size() - 1);
  const std::string write = c.write_words();
  table.row({c.config.name, c.config.address, console.paint(Style::kGreen, trip), c.config.credential,
             c.tables_words(), std::to_string(c.result.snapshot.fdb.size()),
             write == "no" ? console.paint(Style::kRed, write) : write,
             odd.empty() ? oddity : console.paint(Style::kYellow, oddity)});
}

void explain(const Checked& c, Console& console) {
  const std::string name = c.config.name + ": ";
  if (!c.result.snapshot.system_descr.empty())
    console.detail(name + printable(c.result.snapshot.system_descr));
  if (const std::string tables = c.tables_detail(); !tables.empty()) console.detail(name + "rows: " + tables);
  for (const std::string& decision : c.result.snapshot.decisions) console.detail(name + printable(decision));
  if (c.answered())
    for (const std::string& odd : c.odd()) console.detail(name + odd);
}

ExitCode check(App& app, const std::vector<std::string>& names) {
  app.require_switches();
  const auto ids = app.switch_ids(names);
  const auto progress = [&](const snmp::Progress& p) {
    app.console.progress(
        fmt::format("checking: {}/{} switches, {} rows", p.switches_done, p.switches, p.rows));
  };
  const std::vector<CheckResult> results = app.collector().check(ids, progress);
  app.console.end_progress();

  Asked asked;
  asked.live = true;
  asked.asked = results.size();
  bool all_well = true;
  Json json_results = Json::array();
  TextTable table({"SWITCH", "ADDRESS", "ANSWER", "CREDENTIAL", "TABLES", "FDB", "WRITE", "ODD"});
  std::vector<Checked> checked;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const std::size_t place = ids.empty() ? i : ids[i].value;
    const Checked& c = checked.emplace_back(Checked{app.config().switches.at(place), results[i]});
    all_well = all_well && c.well();
    if (c.answered())
      ++asked.answered;
    else
      asked.failed.push_back({c.config.name, c.error(), c.detail()});
    json_results.push_back(c.json());
    add_row(table, c, app.console);
  }
  if (app.console.json()) {
    Json j;
    j["switches"] = to_json(asked);
    j["results"] = std::move(json_results);
    app.console.line(dump(j));
  } else {
    app.console.line(table.render(app.console));
  }
  for (const Checked& c : checked) explain(c, app.console);
  // Here the sentence with what to try next is the result itself, for every switch.
  for (const auto& failed : asked.failed) app.console.note(failed.detail);
  for (const Checked& c : checked)
    if (c.answered() && c.result.write_credential_answers == false)
      app.console.note(fmt::format("{} ({}): does not accept the write credential \"{}\"", c.config.name,
                                   c.config.address, *c.config.write_credential));
  if (asked.nothing_answered()) {
    app.console.error("no switch answered");
    return kNoAnswer;
  }
  return all_well ? kOk : kNothing;
}

}  // namespace

CommandBody define_check(CLI::App& cli) {
  auto names = std::make_shared<std::vector<std::string>>();
  cli.add_option("SWITCH", *names, "names from the configuration; all when none is given");
  return [names](App& app) { return check(app, *names); };
}

}  // namespace lanwarden::agent
