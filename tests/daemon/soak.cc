#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <thread>

#include "tests/daemon/site.h"
#include "tests/daemon/trials.h"
#include "tests/daemon/trouble_maker.h"

namespace lanwarden::daemon_test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::string config_text(const SoakOptions& o) {
  return fmt::format(R"(
[poll]
every = "{0}s"
slowest = "{0}s"

[isolation]
mode = "auto"
for = "5s"
longest = "10s"
per_hour = 1000
at_once = 100

[audit]
every = "1m"

[incidents]
close_after = "1m"

[traps]
listen = "127.0.0.1:{1}"
)",
                     o.poll_every.count(), Site::kTrapPort);
}

/// One kind of misfortune, every so often.
struct Misfortune {
  const char* name;
  std::chrono::milliseconds every;
  std::function<void()> happen;
  Clock::time_point next{};
  unsigned times = 0;
};

struct Sample {
  Usage usage;
  json status;
};

class Soak {
 public:
  Soak(Site& site, const SoakOptions& options) : site_(site), o_(options), random_(options.seed) {}
  Outcome run();

 private:
  std::size_t some_switch() { return random_() % o_.switches; }
  void faults(std::size_t sw, const std::string& text) {
    if (auto parsed = lab::Faults::parse(text))
      static_cast<void>(site_.agents().set_faults(site_.agent(sw), *parsed));
  }
  void dead_switch();
  void lossy_switch();
  void storm();
  void flap();
  void reload();
  void broken_reload();
  void sample();
  void judge(int code, std::chrono::milliseconds took);
  void problem(std::string text) { outcome_.problems.push_back(std::move(text)); }

  Site& site_;
  const SoakOptions o_;
  std::mt19937_64 random_;
  Outcome outcome_;
  std::vector<Sample> samples_;
  std::vector<std::pair<Clock::time_point, std::size_t>> to_heal_;
  std::uint64_t traps_ = 0;
  std::uint64_t frames_ = 0;
  std::size_t culprits_ = 0;
};

void Soak::dead_switch() {
  const std::size_t sw = some_switch();
  faults(sw, "dead");
  to_heal_.emplace_back(Clock::now() + std::min<Clock::duration>(20s, o_.span / 60), sw);
}

void Soak::lossy_switch() {
  const std::size_t sw = some_switch();
  faults(sw, "loss=0.1,delay=20ms,jitter=10ms");
  to_heal_.emplace_back(Clock::now() + std::min<Clock::duration>(30s, o_.span / 50), sw);
}

void Soak::storm() {
  for (int n = 0; n < 2000; ++n) {
    site_.trap(some_switch(), 1 + static_cast<std::uint32_t>(random_() % 20));
    ++traps_;
  }
}

void Soak::flap() {
  static_cast<void>(!std::system("ip link set near0 down"));
  std::this_thread::sleep_for(300ms);
  static_cast<void>(!std::system("ip link set near0 up; ip link set far0 up"));
}

void Soak::reload() { site_.reload(); }

void Soak::broken_reload() {
  const auto file = site_.folder() / "lanwarden.toml", kept = site_.folder() / "kept.toml";
  std::filesystem::copy_file(file, kept, std::filesystem::copy_options::overwrite_existing);
  std::ofstream(file, std::ios::app) << "\n[isolation\n";
  site_.reload();
  std::this_thread::sleep_for(1s);
  std::filesystem::rename(kept, file);
}

void Soak::sample() {
  Sample s{site_.usage(), site_.status()};
  if (s.status.is_null())
    problem("the daemon does not answer status");
  else
    samples_.push_back(std::move(s));
}

Outcome Soak::run() {
  if (const auto polled = site_.lanwarden("poll"); polled.code != 0) {
    problem("the first poll failed: " + polled.errors);
    return outcome_;
  }
  site_.start();
  const auto part = std::chrono::duration_cast<std::chrono::milliseconds>(o_.span);
  std::vector<Misfortune> all = {
      {"switch dies for 20 s", part / 60, [this] { dead_switch(); }},
      {"switch loses 10 % for 30 s", part / 50, [this] { lossy_switch(); }},
      {"switch restarts", part / 40, [this] { site_.agents().reboot(site_.agent(some_switch())); }},
      {"storm of 2,000 traps", part / 30, [this] { storm(); }},
      {"interface flaps", part / 20, [this] { flap(); }},
      {"SIGHUP", part / 15, [this] { reload(); }},
      {"SIGHUP with a broken file", part / 7, [this] { broken_reload(); }},
  };
  const auto began = Clock::now(), end = began + o_.span;
  const auto full_from = began + o_.span * 2 / 5;
  const auto full_until = full_from + std::min<std::chrono::seconds>(60s, o_.span / 6);
  for (Misfortune& m : all) m.next = began + m.every;
  bool full = false;
  TroubleMaker trouble(site_, o_.seed, std::max<std::chrono::milliseconds>(1s, part / 40), 1500ms);
  for (auto next_sample = began + 1s; Clock::now() < end;) {
    const auto now = Clock::now();
    if (!site_.alive()) {
      problem("the daemon ended: " + site_.log());
      return outcome_;
    }
    for (Misfortune& m : all) {
      if (now < m.next) continue;
      m.happen();
      ++m.times;
      m.next = Clock::now() + m.every;
    }
    std::erase_if(to_heal_, [&](const auto& heal) {
      if (now < heal.first) return false;
      faults(heal.second, "delay=20ms");
      return true;
    });
    if (!full && now >= full_from && now < full_until) site_.fill_disk(), full = true;
    if (full && now >= full_until) site_.free_disk(), full = false;
    if (now >= next_sample) {
      sample();
      next_sample = now + std::max<Clock::duration>(1s, o_.span / 180);
    }
    std::this_thread::sleep_for(20ms);
  }
  trouble.end();
  frames_ = trouble.sent();
  culprits_ = trouble.culprits().size();
  // It comes to rest: every switch answers again, every port opens in its time.
  site_.free_disk();
  for (std::size_t sw = 0; sw < o_.switches; ++sw) faults(sw, "delay=20ms");
  const bool rested = wait_for(o_.poll_every + 60s, [&] {
    const json s = site_.status();
    const auto told = [&](const char* what) { return s["snmp"][what].get<std::uint64_t>(); };
    if (!s.is_object() || told("walking") != 0) return false;
    if (told("notifications") + told("notifications_dropped") < traps_) {
      site_.trap(0, 1), ++traps_;  // the kernel tells what it dropped with the next datagram that finds room
      return false;
    }
    if (!s["isolations"].empty() || s["store_state"]["waiting"] != 0) return false;
    return std::none_of(s["switches"].begin(), s["switches"].end(),
                        [](const json& sw) { return sw.contains("error"); });
  });
  if (!rested) problem("it does not come to rest: " + site_.status().dump().substr(0, 2000));
  sample();
  for (const Misfortune& m : all)
    outcome_.measured.push_back(fmt::format("  {:4} times: {}", m.times, m.name));
  std::chrono::milliseconds took{0};
  const int code = site_.stop(&took);
  judge(code, took);
  return outcome_;
}

void Soak::judge(int code, std::chrono::milliseconds took) {
  if (samples_.size() < 4) return problem("too few samples");
  const auto most = [&](std::size_t from, std::size_t to, auto what) {
    std::size_t value = 0;
    for (std::size_t i = from; i < to; ++i) value = std::max(value, what(samples_[i]));
    return value;
  };
  const auto resident = [](const Sample& s) { return s.usage.resident_kb; };
  const auto descriptors = [](const Sample& s) { return s.usage.descriptors; };
  const std::size_t third = samples_.size() / 3;
  const std::size_t early = most(third / 2, 2 * third, resident),
                    late = most(2 * third, samples_.size(), resident);
  outcome_.measured.push_back(fmt::format(
      "  resident memory: at most {} KB before two thirds of the time, {} KB after", early, late));
  if (late > early + early / 10 + 8192) problem(fmt::format("memory grows: {} KB, then {} KB", early, late));
  const std::size_t open_early = most(0, 2 * third, descriptors), open_late = descriptors(samples_.back());
  outcome_.measured.push_back(fmt::format("  descriptors: at most {}, {} in the end", open_early, open_late));
  // Two sockets a switch, for walks and for hunts, two more where it is written to; they open one by one.
  if (open_late > open_early + 4 && open_late > 32 + 4 * o_.switches)
    problem(fmt::format("descriptors leak: {}, then {}", open_early, open_late));

  const json& s = samples_.back().status;
  const json& snmp = s["snmp"];
  outcome_.measured.push_back(fmt::format("  {} walks, {} turns late, {} stations located",
                                          snmp["walks"].dump(), snmp["late"].dump(), snmp["hunts"].dump()));
  if (snmp["late"] != 0) problem(snmp["late"].dump() + " turns began an interval late");
  const auto taken = snmp["notifications"].get<std::uint64_t>(),
             ignored = snmp["notifications_ignored"].get<std::uint64_t>(),
             dropped = snmp["notifications_dropped"].get<std::uint64_t>();
  outcome_.measured.push_back(fmt::format(
      "  {} traps sent: {} taken, {} dropped by the kernel, {} ignored; they brought {} walks forward",
      traps_, taken, dropped, ignored, snmp["asked_again"].dump()));
  if (taken + dropped != traps_ || ignored != 0) problem("the counters of notifications do not add up");
  for (const json& q : s["queues"]) {
    outcome_.measured.push_back(fmt::format("  queue {}: at most {} of {}, full {} times", q["queue"].dump(),
                                            q["most"].dump(), q["capacity"].dump(), q["refused"].dump()));
    if (q["refused"] != 0) problem("the queue " + q["queue"].dump() + " was full");
  }
  if (s["store_state"]["lost"] != 0) problem(s["store_state"]["lost"].dump() + " steps were lost");
  const auto said = site_.lanwarden("incidents --json");
  if (said.code != 0) problem("the store cannot be read");
  const auto incidents = static_cast<std::size_t>(std::count(said.out.begin(), said.out.end(), '\n'));
  std::uint64_t frames = 0, lost = 0;
  for (const json& i : s["interfaces"])
    frames += i["frames"].get<std::uint64_t>(), lost += i["dropped"].get<std::uint64_t>();
  outcome_.measured.push_back(
      fmt::format("  {} frames sent, {} heard, {} dropped; {} stories played, {} incidents", frames_, frames,
                  lost, culprits_, incidents));
  outcome_.measured.push_back(fmt::format("  stopped in {} ms, exit code {}", took.count(), code));
  if (code != 0) problem(fmt::format("the stop: exit code {}", code));
}

}  // namespace

Outcome soak(const SoakOptions& options) {
  SiteOptions site_options;
  site_options.switches = options.switches;
  site_options.hosts = options.hosts;
  site_options.faults = "delay=20ms";
  site_options.config = config_text(options);
  site_options.disk_mb = 64 + options.switches * (options.hosts + options.switches) / 4000;
  Site site(site_options);
  if (!site.missing().empty()) {
    Outcome outcome;
    outcome.skipped = site.missing();
    return outcome;
  }
  return Soak(site, options).run();
}

}  // namespace lanwarden::daemon_test
