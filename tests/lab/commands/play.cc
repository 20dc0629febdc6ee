// One simulation: agents and wire share the building, so what a SET does shows
// in the frames.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <limits>
#include <memory>

#include "tests/lab/agent/agent_server.h"
#include "tests/lab/commands/commands.h"
#include "tests/lab/commands/event_loop.h"
#include "tests/lab/commands/frame_output.h"
#include "tests/lab/commands/text.h"
#include "tests/lab/commands/traffic_arguments.h"
#include "tests/lab/world/served_world.h"
#include "tests/lab/world/world_files.h"

namespace lanwarden::lab {
namespace {

using Clock = EventLoop::Clock;

struct Arguments {
  TrafficArguments traffic;
  std::string pcap;
  std::uint16_t port = 0;
  double speed = 1;
  std::string faults;
};

int fail(const std::string& message, int code = kFailed) {
  std::fprintf(stderr, "lanwarden-lab: %s\n", message.c_str());
  return code;
}

class Play {
 public:
  Play(World world, const Arguments& arguments, topology::Time start)
      : arguments_(arguments),
        start_(start),
        served_(std::move(world)),
        traffic_(served_.live(), traffic_options(arguments.traffic)),
        end_(arguments.traffic.for_time.empty() ? SimulatedTime::max()
                                                : *parse_time_span(arguments.traffic.for_time)) {}

  int run(const Faults& faults) {
    WorldService service;
    service.port = arguments_.port;
    service.faults = faults;
    service.port_changed = [this](topology::PortId port, bool up) { tell(port, up); };
    const auto agents = served_.serve(server_, service);
    if (!agents) return fail(agents.error());
    // Frames may go to standard output: then it is no place for words.
    std::FILE* words = arguments_.pcap == "-" ? stderr : stdout;
    std::fputs("ready\n", words);
    std::fflush(words);
    const EventLoop events;
    for (;;) {
      if (!began_) begin();
      if (!out_.error().empty()) return fail(out_.error());
      advance();
      if (began_ && simulated_now() >= end_) break;
      const auto woke = events.wait(server_.epoll_fd(), due(), out_.waiting_fd());
      if (woke == EventLoop::Woke::kStop) break;
      server_.poll_once({});
    }
    out_.finish();
    const BootCounts boots = traffic_.boots();
    std::fprintf(
        stderr,
        "%llu frames, %llu dropped; of the machines that booted %zu are up, %zu were refused, %zu wait\n",
        static_cast<unsigned long long>(out_.frames()), static_cast<unsigned long long>(out_.dropped()),
        boots.up, boots.refused, boots.waiting);
    return kDone;
  }

 private:
  /// The story begins when somebody listens: with a fifo, when it is opened for reading.
  void begin() {
    if (!arguments_.pcap.empty() && !out_.open(arguments_.pcap)) return;
    began_ = Clock::now();
  }
  SimulatedTime simulated_now() const {
    const auto real = std::chrono::duration<double>(Clock::now() - *began_).count();
    return SimulatedTime(static_cast<std::int64_t>(real * arguments_.speed * 1e9));
  }
  std::optional<Clock::time_point> due() const {
    if (!began_) return Clock::now() + std::chrono::milliseconds(20);
    const SimulatedTime next = std::min(traffic_.next(), end_);
    const auto real = std::chrono::duration<double>(next).count() / arguments_.speed;
    return *began_ + std::chrono::nanoseconds(static_cast<std::int64_t>(real * 1e9) + 1);
  }
  void advance() {
    if (!began_) return;
    const SimulatedTime now = std::min(simulated_now(), end_);
    while (traffic_.next() <= now) {
      heard_.clear();
      traffic_.step(heard_);
      if (!listening_) continue;
      for (const HeardFrame& frame : heard_) out_.add(start_, frame);
    }
    if (listening_ && out_.is_open() && !out_.flush()) listening_ = false;  // the switches still answer
  }
  void tell(topology::PortId port, bool up) {
    const Switch& sw = served_.world().switches[port.sw.value];
    const Port* p = sw.port(port.ifindex);
    std::fprintf(stderr, "%.3f s: %s %s is %s\n",
                 began_ ? std::chrono::duration<double>(simulated_now()).count() : 0.0, sw.name.c_str(),
                 p == nullptr ? "?" : p->name.c_str(), up ? "opened" : "shut");
  }

  const Arguments& arguments_;
  const topology::Time start_;
  ServedWorld served_;
  Traffic traffic_;
  const SimulatedTime end_;
  AgentServer server_;
  FrameOutput out_;
  std::optional<Clock::time_point> began_;
  bool listening_ = true;
  std::vector<HeardFrame> heard_;
};

int run(const Arguments& arguments) {
  const TrafficArguments& t = arguments.traffic;
  const auto faults = Faults::parse(arguments.faults);
  if (!faults) return fail("--faults: " + faults.error().cause, kUsage);
  topology::Time start = std::chrono::time_point_cast<topology::Duration>(std::chrono::system_clock::now());
  if (!t.start.empty()) {
    const auto given = parse_start(t.start);
    if (!given) return fail("--start: " + given.error(), kUsage);
    start = *given;
  }
  auto world = load_world(t.world);
  if (!world) return fail(world.error());
  return Play(std::move(*world), arguments, start).run(*faults);
}

}  // namespace

void add_play(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* c =
      app.add_subcommand("play", "serve and traffic at once: a port shut by SET silences what hangs there");
  c->footer(
      "Examples:\n"
      "  mkfifo /tmp/wire; lanwarden-lab play /tmp/story --pcap /tmp/wire --speed 20 &\n"
      "  lanwarden -c /tmp/story/lanwarden.toml watch -r /tmp/wire --locate --isolate\n"
      "The story begins when the fifo is opened for reading. \"ready\" is printed when every agent listens:\n"
      "on standard output, or on standard error when the frames go there.");
  add_traffic_options(*c, arguments->traffic);
  c->add_option("--pcap", arguments->pcap, "where frames go: a file, a fifo, or - for standard output");
  c->add_option("--port", arguments->port, "UDP port of every agent instead of the world's")
      ->check(CLI::Range(1, 65535));
  c->add_option("--speed", arguments->speed, "simulated seconds in a real one")
      ->check(CLI::Range(0.01, 10000.0));
  c->add_option("--faults", arguments->faults, "what the agents do wrong, as for serve");
  c->callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

}  // namespace lanwarden::lab
