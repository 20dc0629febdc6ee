#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "tests/lab/agent/agent_server.h"
#include "tests/lab/agent/recording.h"
#include "tests/lab/commands/commands.h"
#include "tests/lab/commands/event_loop.h"
#include "tests/lab/commands/text.h"
#include "tests/lab/world/served_world.h"
#include "tests/lab/world/world_files.h"

namespace lanwarden::lab {
namespace {

struct ServeArguments {
  std::string path;
  std::uint16_t port = 0;
  std::string faults;
  std::string for_time;
  std::string config_file;
  std::string read_community = "public", write_community = "private";
};

int fail(const std::string& message) {
  std::fprintf(stderr, "lanwarden-lab: %s\n", message.c_str());
  return kFailed;
}

int loop(AgentServer& server, const ServeArguments& arguments) {
  const EventLoop events;
  std::optional<EventLoop::Clock::time_point> end;
  if (!arguments.for_time.empty()) end = EventLoop::Clock::now() + *parse_time_span(arguments.for_time);
  std::puts("ready");
  std::fflush(stdout);
  while (events.wait(server.epoll_fd(), end) == EventLoop::Woke::kReady) server.poll_once({});
  const Counters c = server.counters();
  std::fprintf(stderr, "%llu requests, %llu answers, %llu variables, %llu sets\n",
               static_cast<unsigned long long>(c.received), static_cast<unsigned long long>(c.answered),
               static_cast<unsigned long long>(c.rows), static_cast<unsigned long long>(c.sets));
  return kDone;
}

int serve_recorded(const ServeArguments& arguments, const Faults& faults) {
  const auto recordings = load_recordings(arguments.path);
  if (!recordings) return fail(recordings.error());
  AgentServer server;
  ServeOptions options;
  options.port = arguments.port == 0 ? std::uint16_t{16100} : arguments.port;
  options.read_community = arguments.read_community;
  options.write_community = arguments.write_community;
  options.faults = faults;
  for (const Recording& r : *recordings) {
    if (!options.write_community.empty()) allow_port_control(*r.view);
    for (const LoadedFile& f : r.files)
      if (!f.bad.empty())
        std::fprintf(stderr, "%s: %zu lines could not be read, the first: line %zu: %s\n", f.file.c_str(),
                     f.bad.size(), f.bad.front().line, f.bad.front().cause.c_str());
  }
  const auto agents = serve_recordings(server, *recordings, options);
  if (!agents) return fail(agents.error());
  const std::string toml = lanwarden_toml(*agents, options.read_community, options.write_community);
  if (!arguments.config_file.empty()) {
    std::FILE* out = std::fopen(arguments.config_file.c_str(), "w");
    const bool written = out != nullptr && std::fputs(toml.c_str(), out) >= 0;
    if (out == nullptr || std::fclose(out) != 0 || !written)
      return fail(arguments.config_file + ": cannot be written");
  } else {
    for (const ServedAgent& a : *agents)
      std::fprintf(stderr, "%s\t%s\n", a.endpoint.to_string().c_str(), a.name.c_str());
  }
  return loop(server, arguments);
}

int run(const ServeArguments& arguments) {
  const auto faults = Faults::parse(arguments.faults);
  if (!faults) {
    std::fprintf(stderr, "lanwarden-lab: --faults: %s (at character %zu of \"%s\")\n",
                 faults.error().cause.c_str(), faults.error().offset, arguments.faults.c_str());
    return kUsage;
  }
  namespace fs = std::filesystem;
  const fs::path path = arguments.path;
  if (!fs::exists(path)) return fail(arguments.path + ": no such world or recording");
  const bool is_world =
      fs::is_directory(path) ? fs::exists(path / "world.json") : path.extension() == ".json";
  if (!is_world) return serve_recorded(arguments, *faults);

  auto world = load_world(path);
  if (!world) return fail(world.error());
  ServedWorld served(std::move(*world));
  AgentServer server;
  WorldService service;
  service.port = arguments.port;
  service.read_community = arguments.read_community;
  service.write_community = arguments.write_community;
  service.faults = *faults;
  const auto agents = served.serve(server, service);
  if (!agents) return fail(agents.error());
  return loop(server, arguments);
}

}  // namespace

void add_serve(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<ServeArguments>();
  CLI::App* c = app.add_subcommand("serve", "answers SNMP for every switch of a world, or for recordings");
  c->footer(
      "Faults, separated by commas:\n" + Faults::help() +
      "\nExamples:\n"
      "  lanwarden-lab serve /tmp/campus\n"
      "  lanwarden-lab serve /tmp/campus --faults delay=20ms,loss=0.01 --for 60s\n"
      "  lanwarden-lab serve walks/devices --config /tmp/recorded.toml\n"
      "It prints \"ready\" on standard output when every agent listens, and ends with SIGINT or SIGTERM.");
  c->add_option("WORLD", arguments->path, "what generate wrote; or a recording, or a folder of them")
      ->required();
  c->add_option("--port", arguments->port,
                "UDP port of every agent instead of the world's (16100 for recordings)")
      ->check(CLI::Range(1, 65535));
  c->add_option("--faults", arguments->faults, "what the agents do wrong, see below");
  c->add_option("--community", arguments->read_community, "that may read");
  c->add_option("--write-community", arguments->write_community, "that may write; empty: nobody");
  c->add_option("--config", arguments->config_file, "recordings: write a lanwarden.toml for them here");
  c->add_option("--for", arguments->for_time, "end after so long")->check(check_time_span);
  c->callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

}  // namespace lanwarden::lab
