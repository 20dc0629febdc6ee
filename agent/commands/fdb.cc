#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/commands/command.h"
#include "agent/commands/names.h"
#include "agent/commands/row_format.h"
#include "agent/output/views.h"

namespace lanwarden::agent {
namespace {

struct Options {
  std::vector<std::string> switches;
  std::string port, format;
  int vlan = 0;
};

ExitCode fdb(App& app, const Options& o) {
  app.only_read();
  const auto snapshots = app.locator().fabric().snapshots();
  for (const std::string& name : o.switches)
    if (std::none_of(snapshots.begin(), snapshots.end(),
                     [&](const SwitchSnapshot& s) { return s.name == name; })) {
      std::vector<std::string_view> known;
      for (const SwitchSnapshot& s : snapshots) known.push_back(s.name);
      no_such(app, "switch", name, known);
    }
  RowPrinter printer(app, o.format, {"switch", "mac", "vlan", "port", "ifindex", "bridge_port", "status"});
  TextTable table({"SWITCH", "MAC", "VLAN", "PORT", "STATUS", "VENDOR"});
  std::size_t rows = 0;
  for (const SwitchSnapshot& s : snapshots) {
    if (!o.switches.empty() && std::find(o.switches.begin(), o.switches.end(), s.name) == o.switches.end())
      continue;
    const topology::Interface* only = nullptr;
    if (!o.port.empty()) {
      // Of a named switch it is a mistake; of all, those that have no such port have nothing to say.
      only = o.switches.empty() ? s.interface_named(o.port) : &port_named(app, s, o.port);
      if (only == nullptr) continue;
    }
    for (const topology::FdbEntry& row : s.fdb) {
      if (only != nullptr && row.port != only->ifindex) continue;
      if (o.vlan != 0 && row.vlan.value != o.vlan) continue;
      ++rows;
      if (!printer.is_text()) {
        printer.row(fdb_row_to_json(s, row));
        continue;
      }
      const topology::Interface* i = s.interface(row.port);
      table.row({s.name, row.mac.to_string(),
                 row.vlan == topology::kNoVlan ? "-" : std::to_string(row.vlan.value),
                 i != nullptr ? printable(i->name) : "-", std::string(topology::to_string(row.status)),
                 printable(app.vendors().lookup(row.mac))});
    }
    if (!s.answered)
      app.console.warn(s.name + " was never polled; try: lanwarden poll " + s.name);
    else if (!s.fdb_complete())
      app.console.warn("the forwarding table of " + s.name + " is incomplete");
  }
  if (!table.empty()) app.console.line(table.render(app.console));
  if (rows == 0) app.console.note("no rows");
  return rows > 0 ? kOk : kNothing;
}

}  // namespace

CommandBody define_fdb(CLI::App& cli) {
  auto o = std::make_shared<Options>();
  cli.add_option("SWITCH", o->switches, "names from the configuration; all when none is given");
  cli.add_option("--port", o->port, "only this port (ifName, ifDescr or alias)")->type_name("P");
  cli.add_option("--vlan", o->vlan, "only this VLAN")->type_name("V")->check(CLI::Range(1, 4094));
  add_row_format(cli, o->format);
  return [o](App& app) { return fdb(app, *o); };
}

}  // namespace lanwarden::agent
