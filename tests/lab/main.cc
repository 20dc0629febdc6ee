// lanwarden-lab: a simulated building that speaks real SNMP.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "tests/lab/commands/commands.h"

int main(int argc, char** argv) {
  using namespace lanwarden::lab;
  CLI::App app(
      "A simulated building of switches that answer SNMP on loopback, with matching traffic and the truth.\n"
      "Test equipment for lanwarden; not installed with it.");
  app.name("lanwarden-lab");
  app.require_subcommand(1);
  app.option_defaults()->always_capture_default();
  app.footer(
      "Examples:\n"
      "  lanwarden-lab generate /tmp/w --switches 50 --hosts 1000\n"
      "  lanwarden-lab serve /tmp/w\n"
      "  lanwarden-lab traffic /tmp/w --trouble clock -o /tmp/clock.pcap\n"
      "Each command has its own --help. Exit codes: 0 done, 2 usage, 3 failed.");
  Action action;
  add_generate(app, action);
  add_serve(app, action);
  add_traffic(app, action);
  add_play(app, action);
  add_demo(app, action);
  try {
    app.parse(argc, argv);
    return action ? action() : kUsage;
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e);
    return code == 0 ? kDone : kUsage;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "lanwarden-lab: %s\n", e.what());
    return kFailed;
  }
}
