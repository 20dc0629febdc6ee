#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <nlohmann/json.hpp>

#include "agent/capture/frame_source.h"
#include "agent/commands/command.h"
#include "agent/output/census_views.h"
#include "agent/output/time_text.h"

namespace lanwarden::agent {
namespace {

using topology::Time;

struct Options {
  std::vector<std::string> interfaces, files;
  std::string duration = "60s";
};

std::atomic<bool> g_interrupted{false};
void on_signal(int) { g_interrupted = true; }

class Listening {
 public:
  Listening(App& app, const Options& options) : app_(app), o_(options) {}

  ExitCode run() {
    const auto duration = parse_duration(o_.duration);
    if (!duration)
      app_.fail(kUsage, fmt::format("--for \"{}\" is no duration; try 90s, 15m or 2h", o_.duration));
    for (const std::string& i : o_.interfaces) add(open_interface(i, next_source()));
    for (const std::string& f : o_.files) add(open_file(f, next_source()));
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    if (o_.interfaces.empty())
      read_files();
    else
      listen(*duration);
    app_.console.end_progress();
    report();
    return failed_ ? kUsage : kOk;
  }

 private:
  std::uint32_t next_source() const { return static_cast<std::uint32_t>(sources_.size()); }

  void add(OpenResult&& opened) {
    if (!opened) app_.fail(kUsage, opened.error().message);
    sources_.push_back(std::move(*opened));
  }

  /// False when the source has ended, or failed.
  bool read(FrameSource& source, std::chrono::milliseconds wait) {
    const auto status = source.next_batch(batch_, wait);
    if (!status) {
      app_.console.error(status.error().message);
      failed_ = true;
      return false;
    }
    for (const analysis::RawFrame& raw : batch_) {
      ++frames_;
      analysis::DecodeFault fault;
      if (analysis::decode_into(raw, frame_, fault))
        census_.on_frame(frame_);
      else
        ++undecodable_;
    }
    return *status != BatchStatus::kEnd;
  }

  void read_files() {
    for (auto& source : sources_)
      while (!g_interrupted && read(*source, std::chrono::milliseconds{100})) progress("");
  }

  void listen(std::chrono::milliseconds duration) {
    const Time begin = wall_clock(), end = begin + duration;
    for (const auto& source : sources_)
      app_.console.note("listening on " + source->name() + " for " + o_.duration);
    std::vector<FrameSource*> open;
    for (const auto& source : sources_) open.push_back(source.get());
    const std::chrono::milliseconds wait{std::max<std::size_t>(5, 100 / open.size())};
    while (!g_interrupted && !open.empty() && wall_clock() < end) {
      std::erase_if(open, [&](FrameSource* source) { return !read(*source, wait); });
      const auto left = std::chrono::duration_cast<std::chrono::seconds>(end - wall_clock());
      progress(fmt::format(", {} s to go (Ctrl-C ends now)", std::max<std::int64_t>(0, left.count())));
    }
  }

  // Once a second: counting what beats takes longer than counting frames.
  void progress(const std::string& more) {
    const Time now = wall_clock();
    if (now - shown_ < std::chrono::seconds{1}) return;
    shown_ = now;
    app_.console.progress(fmt::format("{} frames, {} kinds beat{}", frames_, census_.rows().size(), more));
  }

  void report() {
    CensusReport report;
    report.rows = census_.rows();
    std::uint64_t dropped = 0, skipped = 0;
    for (const auto& source : sources_) {
      report.places.push_back(
          {source->name(), census_.totals(static_cast<std::uint32_t>(report.places.size()))});
      dropped += source->stats().dropped;
      skipped += source->stats().skipped;
    }
    const Console& console = app_.console;
    app_.console.line(console.json() ? dump(to_json(report, app_.vendors()))
                                     : to_text(report, app_.vendors(), console,
                                               console.stdout_is_terminal() ? console.width() : 0,
                                               console.verbosity() > 0));
    if (undecodable_ > 0) app_.console.warn(fmt::format("{} frames could not be decoded", undecodable_));
    if (skipped > 0) app_.console.warn(fmt::format("{} frames of other link types skipped", skipped));
    if (dropped > 0)
      app_.console.warn(
          fmt::format("{} frames were dropped before they could be read: some of the beats called "
                      "missed may be among them",
                      dropped));
    if (census_.strangers() > 0)
      app_.console.warn(
          fmt::format("{} frames came from more stations than can be told apart ({}): those that "
                      "spoke once only are left out",
                      census_.strangers(), analysis::HeartbeatCensus::kMostSources));
  }

  App& app_;
  const Options& o_;
  analysis::HeartbeatCensus census_{analysis::HeartbeatCensus::Options{true}};
  std::vector<std::unique_ptr<FrameSource>> sources_;
  std::vector<analysis::RawFrame> batch_;
  analysis::Frame frame_;
  Time shown_ = wall_clock();
  std::uint64_t frames_ = 0, undecodable_ = 0;
  bool failed_ = false;
};

}  // namespace

CommandBody define_heartbeats(CLI::App& cli) {
  auto o = std::make_shared<Options>();
  auto* i = cli.add_option("-i,--interface", o->interfaces, "listen on this interface (repeat for several)")
                ->type_name("IFACE");
  auto* r = cli.add_option("-r,--read", o->files,
                           "read this capture file (repeat for several); - is standard input")
                ->type_name("FILE");
  i->excludes(r);
  auto* t = cli.add_option("--for", o->duration, "listen so long: 90s, 15m, 2h (60s when not given)")
                ->type_name("T");
  t->excludes(r);
  return [o](App& app) {
    if (o->interfaces.empty() && o->files.empty())
      app.fail(kUsage, "hear what? -i IFACE or -r FILE; try: lanwarden heartbeats --help");
    return Listening(app, *o).run();
  };
}

}  // namespace lanwarden::agent
