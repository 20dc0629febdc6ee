#include <CLI/CLI.hpp>
#include <cstdio>
#include <ctime>
#include <memory>

#include "tests/lab/commands/commands.h"
#include "tests/lab/commands/frame_output.h"
#include "tests/lab/commands/text.h"
#include "tests/lab/commands/traffic_arguments.h"
#include "tests/lab/world/world_files.h"

namespace lanwarden::lab {
namespace {

struct Arguments {
  TrafficArguments traffic;
  std::string out;
};

int fail(const std::string& message, int code = kFailed) {
  std::fprintf(stderr, "lanwarden-lab: %s\n", message.c_str());
  return code;
}

int run(const Arguments& arguments) {
  const TrafficArguments& t = arguments.traffic;
  const auto start = parse_start(t.start.empty() ? "2026-01-02T03:04:05Z" : t.start);
  if (!start) return fail("--start: " + start.error(), kUsage);
  const auto world = load_world(t.world);
  if (!world) return fail(world.error());
  FrameOutput out;
  while (!out.open(arguments.out)) {
    if (!out.error().empty()) return fail(out.error());
    const timespec pause{0, 20'000'000};  // a fifo nobody reads yet
    nanosleep(&pause, nullptr);
  }
  const LiveWorld live(*world);
  Traffic traffic(live, traffic_options(t));
  const SimulatedTime end = t.for_time.empty() ? std::chrono::seconds(60) : *parse_time_span(t.for_time);
  std::vector<HeardFrame> heard;
  while (traffic.next() < end) {
    heard.clear();
    traffic.step(heard);
    for (const HeardFrame& frame : heard) out.add(*start, frame);
    if (!heard.empty() && out.frames() % 1024 == 0) out.finish();
    if (!out.error().empty()) return fail(out.error());
  }
  out.finish();
  if (!out.error().empty()) return fail(out.error());
  const BootCounts boots = traffic.boots();
  std::fprintf(stderr,
               "%llu frames; of the machines that booted %zu are up, %zu were refused their address\n",
               static_cast<unsigned long long>(out.frames()), boots.up, boots.refused + boots.waiting);
  return kDone;
}

}  // namespace

topology::Result<topology::Time, std::string> parse_start(const std::string& text) {
  std::tm tm{};
  const char* end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &tm);
  if (end == nullptr || *end != '\0')
    return tl::unexpected("\"" + text + "\" is no time; 2026-01-02T03:04:05Z is");
  return topology::Time(std::chrono::seconds(timegm(&tm)));
}

TrafficOptions traffic_options(const TrafficArguments& arguments) {
  TrafficOptions o;
  o.seed = arguments.seed;
  o.troubles.clear();
  if (arguments.trouble == "both")
    o.troubles = {"clock", "heartbeats"};
  else if (arguments.trouble != "none")
    o.troubles = {arguments.trouble};
  o.campus = arguments.campus;
  o.mirror = !arguments.port_only;
  o.chatter = arguments.chatter;
  return o;
}

void add_traffic_options(CLI::App& c, TrafficArguments& a) {
  c.add_option("WORLD", a.world, "what generate wrote")->required();
  std::vector<std::string> names{"both", "none"};
  std::string help = "both (clock and heartbeats), none, or one of";
  for (const TroubleName& t : troubles()) {
    names.emplace_back(t.name);
    help += "\n  " + std::string(t.name) + ": " + std::string(t.summary);
  }
  c.add_option("--trouble", a.trouble, help)->check(CLI::IsMember(names))->type_name("NAME");
  c.add_flag(
      "--campus", a.campus,
      "everyday life besides, in every VLAN (tagged): leases, failovers, migrations, access points, IPv6");
  c.add_option("--for", a.for_time, "so much simulated time")->check(check_time_span);
  c.add_option("--start", a.start, "simulated time of day at the beginning, like 2026-01-02T03:04:05Z");
  c.add_option("--seed", a.seed, "of who sends when");
  c.add_option("--chatter", a.chatter, "ordinary frames, as a multiple of a usual office's")
      ->check(CLI::Range(0.0, 1000.0));
  c.add_flag("--port-only", a.port_only,
             "the sniffer has an ordinary port: what is sent to others it does not hear");
}

void add_traffic(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* c =
      app.add_subcommand("traffic", "the frames that a sniffer in the building would hear, as pcap");
  c->footer(
      "Examples:\n"
      "  lanwarden-lab traffic /tmp/story --trouble both -o /tmp/story.pcap\n"
      "  lanwarden-lab traffic /tmp/story --for 10m --trouble none -o - | lanwarden watch -r -");
  add_traffic_options(*c, arguments->traffic);
  c->add_option("-o,--output", arguments->out, "file; - is standard output")->required();
  c->callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

}  // namespace lanwarden::lab
