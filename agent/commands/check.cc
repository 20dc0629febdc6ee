#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "agent/commands/check_report.h"
#include "agent/commands/command.h"

namespace lanwarden::agent {
namespace {

using snmp::CheckResult;
using topology::SwitchId;
using topology::Table;

struct Options {
  std::vector<std::string> names;
  bool explain = false;
  bool only_configured = false;
};

/// Another credential is a way to a switch only where the switch is there at all.
bool worth_another_try(const Checked& c) {
  if (c.answered() || !c.result.failure) return false;
  switch (c.result.failure->cause) {
    case snmp::Cause::kUnreachable:
    case snmp::Cause::kBadAddress:
    case snmp::Cause::kLocal:
      return false;
    default:
      return true;
  }
}

/// What opens and shuts ports is shown to nobody but the switch it is configured for.
bool only_writes(const Config& config, const std::string& credential) {
  bool reads = false, writes = false;
  for (const SwitchConfig& s : config.switches) {
    reads = reads || s.credential == credential;
    writes = writes || s.write_credential == credential;
  }
  return writes && !reads;
}

/// Asks each silent switch once with every other credential for reading: one GET of
/// sysUpTime and sysName, which changes nothing.
void try_others(App& app, std::vector<Checked>& checked) {
  const Config& config = app.config();
  std::vector<snmp::Target> targets;
  std::vector<std::pair<Checked*, const std::string*>> of;
  const auto all = config.targets();
  for (Checked& c : checked) {
    if (!worth_another_try(c)) continue;
    const auto place = static_cast<std::size_t>(&c.config - config.switches.data());
    for (const snmp::Credential& credential : config.credentials) {
      const bool own_write = c.config.write_credential == credential.name;
      if (credential.name == c.config.credential) continue;
      if (only_writes(config, credential.name) && !own_write) continue;
      snmp::Target t = all[place];
      t.read = credential;
      t.write.reset();
      t.retries = 0;
      t.timeout = std::min(t.timeout, std::chrono::milliseconds(1000));
      targets.push_back(std::move(t));
      of.emplace_back(&c, &credential.name);
    }
  }
  if (targets.empty()) return;
  snmp::Limits limits;
  limits.concurrency = config.snmp.concurrency;
  snmp::Collector other(std::move(targets), limits);
  const auto answers = other.hello({}, [&](const snmp::Progress& p) {
    app.console.progress(fmt::format("trying other credentials: {}/{}", p.switches_done, p.switches));
  });
  app.console.end_progress();
  for (std::size_t i = 0; i < answers.size(); ++i)
    if (answers[i]) of[i].first->works_with.push_back(*of[i].second);
}

/// Every table some switch has is a column; what a narrow terminal leaves out first comes last here.
constexpr Table kColumns[] = {Table::kInterfaces, Table::kLldp, Table::kVlans,     Table::kStp,   Table::kCdp,
                              Table::kAddresses,  Table::kLag,  Table::kBasePorts, Table::kEntity};

std::string_view heading(Table table) {
  switch (table) {
    case Table::kInterfaces:
      return "PORTS";
    case Table::kLldp:
      return "LLDP";
    case Table::kVlans:
      return "VLANS";
    case Table::kStp:
      return "STP";
    case Table::kCdp:
      return "CDP";
    case Table::kAddresses:
      return "ARP";
    case Table::kLag:
      return "LAG";
    case Table::kBasePorts:
      return "BASE";
    case Table::kEntity:
      return "ENTITY";
    default:
      return to_string(table);
  }
}

std::string render_table(const std::vector<Checked>& checked, const Console& console) {
  std::vector<Table> columns;
  for (const Table t : kColumns)
    if (std::any_of(checked.begin(), checked.end(), [t](const Checked& c) { return c.rows_words(t) != "-"; }))
      columns.push_back(t);
  std::vector<std::string> header = {"SWITCH", "ADDRESS", "ANSWER", "CREDENTIAL", "TABLES", "FDB"};
  std::vector<std::size_t> can_go;
  for (const Table t : columns) {
    can_go.insert(can_go.begin(), header.size());
    header.emplace_back(heading(t));
  }
  header.insert(header.end(), {"WRITE", "ODD"});
  can_go.push_back(4);  // TABLES: FDB beside it tells more
  TextTable table(std::move(header));
  table.can_go(std::move(can_go));
  for (const Checked& c : checked) {
    const auto odd = c.odd().size();
    const bool up = c.answered();
    const std::string trip =
        c.result.round_trip.count() <= 1 ? "1 ms" : fmt::format("{} ms", c.result.round_trip.count());
    std::vector<std::string> cells = {
        c.config.name,
        c.config.address,
        up ? console.paint(Style::kGreen, trip) : console.paint(Style::kRed, c.error()),
        c.config.credential,
        up ? c.tables_words() : "-",
        up ? std::to_string(c.result.snapshot.fdb.size()) : "-"};
    for (const Table t : columns) cells.push_back(c.rows_words(t));
    const std::string write = up ? c.write_words() : "-";
    cells.push_back(write == "no" ? console.paint(Style::kRed, write) : write);
    cells.push_back(odd == 0 ? "-" : console.paint(Style::kYellow, std::to_string(odd)));
    table.row(std::move(cells));
  }
  return table.render(console);
}

/// What is odd, each sentence once, with the switches it is true of: a campus fits one screen.
std::string render_odd(const std::vector<Checked>& checked, const Console& console, std::size_t width) {
  constexpr std::size_t kNamed = 8;
  std::vector<std::pair<std::string, std::vector<std::string>>> said;
  for (const Checked& c : checked)
    for (const std::string& odd : c.odd()) {
      auto it = std::find_if(said.begin(), said.end(), [&](const auto& s) { return s.first == odd; });
      if (it == said.end()) it = said.insert(said.end(), {odd, {}});
      it->second.push_back(c.config.name);
    }
  std::string text;
  for (const auto& [sentence, switches] : said) {
    std::string who;
    for (std::size_t i = 0; i < switches.size() && i < kNamed; ++i) who += (i == 0 ? "" : ", ") + switches[i];
    if (switches.size() > kNamed) who += fmt::format(", and {} more", switches.size() - kNamed);
    text += (text.empty() ? "" : "\n") +
            wrapped(fmt::format("  {}: {}", console.paint(Style::kBold, who), sentence), width, 4);
  }
  return text;
}

/// With -v: who it says it is, and how its deviations were decided.
void tell_more(const Checked& c, Console& console) {
  if (!c.answered()) return;
  const std::string name = c.config.name + ": ";
  if (!c.result.snapshot.system_descr.empty())
    console.detail(name + printable(c.result.snapshot.system_descr));
  for (const std::string& decision : c.result.snapshot.decisions) console.detail(name + printable(decision));
}

ExitCode check(App& app, const Options& options) {
  app.require_switches();
  if (options.explain && options.names.empty())
    app.fail(kUsage, "--explain needs a SWITCH; try: lanwarden check --explain " +
                         app.config().switches.front().name);
  const auto ids = app.switch_ids(options.names);
  const auto progress = [&](const snmp::Progress& p) {
    app.console.progress(
        fmt::format("checking: {}/{} switches, {} rows", p.switches_done, p.switches, p.rows));
  };
  const std::vector<CheckResult> results = app.collector().check(ids, progress);
  app.console.end_progress();

  std::vector<Checked> checked;
  for (std::size_t i = 0; i < results.size(); ++i)
    checked.push_back(Checked{app.config().switches.at(ids.empty() ? i : ids[i].value), results[i]});
  if (!options.only_configured) try_others(app, checked);

  Asked asked;
  asked.asked = checked.size();
  std::size_t well = 0;
  Json list = Json::array();
  for (const Checked& c : checked) {
    well += c.well() ? 1 : 0;
    if (c.answered())
      ++asked.answered;
    else
      asked.failed.push_back({c.config.name, c.error(), c.detail()});
    list.push_back(c.json());
    if (options.explain && c.answered()) list.back()["explain"] = explain_json(c);
  }
  Console& console = app.console;
  if (console.json()) {
    Json j;
    j["switches"] = to_json(asked);
    j["results"] = std::move(list);
    console.line(dump(j));
  } else {
    const std::size_t width = console.stdout_is_terminal() ? console.width() : 0;
    if (options.explain)
      for (const Checked& c : checked) console.line(explain_text(c, console, width));
    else
      console.line(render_table(checked, console));
    const std::string odd = options.explain ? std::string() : render_odd(checked, console, width);
    if (!odd.empty()) console.line("\n" + odd);
    if (checked.size() > 1)
      console.line(fmt::format("\n{} switches: {} answered, {} without anything odd", checked.size(),
                               asked.answered, well));
  }
  if (!options.explain)
    for (const Checked& c : checked) tell_more(c, console);
  if (asked.nothing_answered()) {
    console.error("no switch answered");
    return kNoAnswer;
  }
  return well == checked.size() ? kOk : kNothing;
}

}  // namespace

CommandBody define_check(CLI::App& cli) {
  auto options = std::make_shared<Options>();
  cli.add_option("SWITCH", options->names, "names from the configuration; all when none is given");
  cli.add_flag("--explain", options->explain, "how each deviation of SWITCH was decided, and what follows");
  cli.add_flag("--only-configured", options->only_configured,
               "do not try the other credentials on a switch that is silent");
  return [options](App& app) { return check(app, *options); };
}

}  // namespace lanwarden::agent
