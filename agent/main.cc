// The command line: global options, the registry's commands, exit codes.
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "agent/app.h"
#include "agent/commands/command_line.h"
#include "agent/commands/complete.h"

namespace {

using namespace lanwarden::agent;

int run(int argc, char** argv, App& app) {
  if (argc > 1 && argv[1] == kAnswerShell) return answer_shell(app, {argv + 2, argv + argc});
  const auto line = make_command_line(app.options, app.version);
  CLI::App& cli = line->cli;
  try {
    cli.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return cli.exit(e);  // --help, --version
  } catch (const CLI::ParseError& e) {
    const std::string message = wrong_usage(*line, argc, argv, e.what());
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
  for (const auto& p : line->commands)
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
#if defined(__SANITIZE_ADDRESS__) || defined(LANWARDEN_COVERAGE)
  std::exit(code);  // leaks are looked for then, and what ran is written down
#else
  std::_Exit(code);
#endif
}

int main(int argc, char** argv) {
  // Never deleted: see leave().
  auto& app = *new lanwarden::agent::App;
  app.version = LANWARDEN_VERSION;
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
