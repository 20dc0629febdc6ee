// The command line: global options, the registry's commands, exit codes.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "agent/app.h"
#include "agent/commands/command.h"

namespace {

using namespace lanwarden::agent;

struct Parsed {
  const CommandSpec* spec;
  CLI::App* cli;
  CommandBody body;
};

/// Global options work before and after the command's name, as with ip and git.
void add_globals(CLI::App& cli, GlobalOptions& o, bool top) {
  const auto group = top ? "Options" : "Global options";
  cli.add_option("-c,--config", o.config, "configuration file")->type_name("FILE")->group(group);
  cli.add_option("--store", o.store, "database file")->type_name("FILE")->group(group);
  cli.add_flag("-v,--verbose", o.verbose, "more: every reason, every failed switch")->group(group);
  cli.add_flag("-q,--quiet", o.quiet, "results and errors only")->group(group);
  cli.add_option("--color", o.color, "auto, always or never")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->group(group);
  cli.add_flag("--json", o.json, "for scripts")->group(group);
}

int run(int argc, char** argv, App& app) {
  CLI::App cli{"lanwarden finds the device that hurts a network, and takes it off.", "lanwarden"};
  cli.set_version_flag("--version", std::string("lanwarden ") + LANWARDEN_VERSION);
  cli.require_subcommand(1);
  cli.get_formatter()->column_width(34);
  add_globals(cli, app.options, true);
  cli.footer("lanwarden COMMAND --help tells more, with examples.");

  std::vector<Parsed> commands;
  for (const CommandSpec& spec : command_registry()) {
    CLI::App* sub = cli.add_subcommand(std::string(spec.name), std::string(spec.summary));
    sub->footer(std::string(spec.help));
    commands.push_back({&spec, sub, spec.define(*sub)});
    add_globals(*sub, app.options, false);
  }

  try {
    cli.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return cli.exit(e);  // --help, --version
  } catch (const CLI::ParseError& e) {
    std::string message = e.what();
    if (argc > 1 && cli.get_subcommands().empty() && argv[1][0] != '-') {
      std::vector<std::string_view> names;
      for (const CommandSpec& spec : command_registry()) names.emplace_back(spec.name);
      const auto near = did_you_mean(argv[1], names);
      if (std::find(names.begin(), names.end(), argv[1]) == names.end())
        message = fmt::format("no command \"{}\"{}", argv[1],
                              near.empty() ? "" : fmt::format("; did you mean {}?", near));
    }
    app.console.error(message + "\ntry: lanwarden " +
                      (cli.get_subcommands().empty() ? "" : cli.get_subcommands().front()->get_name() + " ") +
                      "--help");
    return kUsage;
  }

  const GlobalOptions& o = app.options;
  app.console.configure(o.color == "always"  ? ColorMode::kAlways
                        : o.color == "never" ? ColorMode::kNever
                                             : ColorMode::kAuto,
                        o.quiet ? -1 : o.verbose, o.json);
  for (const Parsed& p : commands)
    if (p.cli->parsed()) return p.body(app);
  return kUsage;
}

}  // namespace

/// Ends without taking apart what the system takes back at once anyway: a thousand sessions, a campus of
/// tables.
[[noreturn]] void leave(lanwarden::agent::App& app, int code) {
  app.close();
  std::cout.flush();
  std::cerr.flush();
  std::fflush(nullptr);
#if defined(__SANITIZE_ADDRESS__)
  std::exit(code);  // leaks are looked for then
#else
  std::_Exit(code);
#endif
}

int main(int argc, char** argv) {
  // Never deleted: see leave().
  auto& app = *new lanwarden::agent::App;
  int code = kUsage;
  try {
    code = run(argc, argv, app);
  } catch (const lanwarden::agent::Exit& e) {
    code = e.code;
  } catch (const std::exception& e) {
    std::cerr << "lanwarden: " << e.what() << "\n";
  }
  leave(app, code);
}
