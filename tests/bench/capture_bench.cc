// How fast captures are read with all detectors on, against `tcpdump -r F -w /dev/null`, tshark and arpwatch,
// in one run: capture_bench [FRAMES] [LANWARDEN]. With the program given, the whole command is measured, too;
// without, the loop of open_file and Ear. Not a test: it prints the machine, the commands and the ratios.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "agent/capture/frame_source.h"
#include "analysis/detector.h"
#include "traces.h"

extern char** environ;

namespace fs = std::filesystem;
using namespace lanwarden;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int kRounds = 5, kSlowRounds = 2;  ///< the latter for peers that take minutes
constexpr std::uint64_t kSlowShare =
    4;  // a peer that takes minutes for all gets so small a part of the frames: its start does not count

struct Cost {
  double wall = 1e9, processor = 1e9;  // s; processor time of this program and its children
};

double processor_time() {
  double sum = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    for (const timeval& time : {usage.ru_utime, usage.ru_stime})
      sum += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  }
  return sum;
}

Cost cost_of(const std::function<void()>& run) {
  const auto begin = Clock::now();
  const double used = processor_time();
  run();
  return {std::chrono::duration<double>(Clock::now() - begin).count(), processor_time() - used};
}

/// In turns, so that what else the machine does falls on all alike.
std::vector<Cost> best_of(const std::vector<std::function<void()>>& runs, int rounds = kRounds) {
  std::vector<Cost> best(runs.size());
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const Cost cost = cost_of(runs[i]);
      best[i].wall = std::min(best[i].wall, cost.wall);
      best[i].processor = std::min(best[i].processor, cost.processor);
    }
  return best;
}

void print(const char* what, std::uint64_t frames, const Cost& cost, const Cost& peer) {
  const double million = static_cast<double>(frames) / 1e6;
  std::printf(
      "  %-28s %6.2f M frames/s, %6.2f M a processor second   %.2f x tcpdump (%.2f x by processor time)\n",
      what, million / cost.wall, million / cost.processor, peer.wall / cost.wall,
      peer.processor / cost.processor);
}

// Its output goes nowhere; -1 when it could not be run.
int run_quietly(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int spawned = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (spawned != 0) return -1;
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) != 127 ? WEXITSTATUS(status) : -1;
}

void listen(const std::string& file) {
  auto source = agent::open_file(file, 0);
  if (!source) {
    std::cerr << source.error().message << '\n';
    std::exit(3);
  }
  analysis::Ear ear;
  const auto sink = [](analysis::Finding&& finding) { std::cerr << finding.summary << '\n'; };
  std::vector<analysis::RawFrame> batch;
  for (;;) {
    const auto status = (*source)->next_batch(batch, std::chrono::milliseconds(0));
    if (!status || *status == agent::BatchStatus::kEnd) break;
    ear.expect(batch);
    for (const auto& frame : batch) ear.on_frame(frame, sink);
  }
  ear.finish(sink);
}

std::string processor() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown processor";
}

// What a slower peer takes for a frame, as if it had read them all.
void print_peer(const char* what, const std::vector<std::string>& command, std::uint64_t frames,
                std::uint64_t read, const Cost& tcpdump, const Cost& own) {
  if (run_quietly(command) < 0) {
    std::printf("  %-28s could not be run: no ratio\n", what);
    return;
  }
  Cost cost = best_of({[&] { run_quietly(command); }}, kSlowRounds).front();
  const double scale = static_cast<double>(frames) / static_cast<double>(read);
  cost.wall *= scale;
  cost.processor *= scale;
  print(what, frames, cost, tcpdump);
  std::printf("  %-28s lanwarden is %.1f x as fast (%.1f x by processor time)\n", "", cost.wall / own.wall,
              cost.processor / own.processor);
}

long largest_memory_kib(const std::vector<std::string>& command) {
  // Of children only the largest ever is known: a child of its own measures.
  int ends[2];
  if (pipe(ends) != 0) return 0;
  const pid_t child = fork();
  if (child == 0) {
    run_quietly(command);
    rusage usage{};
    getrusage(RUSAGE_CHILDREN, &usage);
    const bool told = write(ends[1], &usage.ru_maxrss, sizeof usage.ru_maxrss) == sizeof usage.ru_maxrss;
    _exit(told ? 0 : 1);
  }
  close(ends[1]);
  long largest = 0;
  if (read(ends[0], &largest, sizeof largest) != sizeof largest) largest = 0;
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return largest;
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t frames = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 5'000'000;
  const std::string program = argc > 2 ? argv[2] : "";
  std::string folder = (fs::temp_directory_path() / "lanwarden-bench-XXXXXX").string();
  if (!mkdtemp(folder.data())) return 3;
  std::printf("%s, %ld processors; %llu frames a file; best of %d, of the slow ones of %d\n",
              processor().c_str(), sysconf(_SC_NPROCESSORS_ONLN), static_cast<unsigned long long>(frames),
              kRounds, kSlowRounds);
  struct Named {
    bench::Trace trace;
    const char* name;
  };
  for (const auto& [trace, name] :
       {Named{bench::Trace::kMixed, "mixed, 90 % unicast"}, Named{bench::Trace::kArp, "ARP only"},
        Named{bench::Trace::kArpAnswered, "ARP with its answers, as on a mirror port"}}) {
    const std::string file = folder + "/all.pcap", part = folder + "/part.pcap";
    const std::uint64_t part_frames = std::max<std::uint64_t>(frames / kSlowShare, 1);
    bench::write_trace(file, trace, frames);
    bench::write_trace(part, trace, part_frames);
    listen(file);  // the file is in the page cache for all alike
    std::printf("%s (%.1f GB)\n", name, static_cast<double>(fs::file_size(file)) / 1e9);
    const std::vector<std::string> peer = {"tcpdump", "-r", file, "-w", "/dev/null"};
    if (run_quietly(peer) < 0) {
      std::printf("  tcpdump cannot be run; no ratio without it\n");
      return 3;
    }
    const std::vector<std::string> watch = {program, "watch", "-r", file, "--json"};
    const bool whole = !program.empty() && run_quietly(watch) >= 0;
    if (!program.empty() && !whole) std::printf("  %s could not be run\n", program.c_str());
    std::vector<std::function<void()>> runs{[&] { run_quietly(peer); }, [&] { listen(file); }};
    if (whole) runs.push_back([&] { run_quietly(watch); });
    const std::vector<Cost> costs = best_of(runs);
    const Cost& tcpdump = costs[0];
    print("tcpdump -r F -w /dev/null", frames, tcpdump, tcpdump);
    print("open_file + Ear", frames, costs[1], tcpdump);
    if (whole) print("lanwarden watch -r F --json", frames, costs[2], tcpdump);
    const Cost& own = costs.back();
    print_peer("tshark -q -z io,stat,0", {"tshark", "-q", "-z", "io,stat,0", "-r", part}, frames, part_frames,
               tcpdump, own);
    // In a network namespace without a way out, and with its own file: it would send mail.
    const std::string stations = folder + "/arp.dat";
    std::ofstream(stations).close();
    print_peer("arpwatch -r F", {"unshare", "-n", "arpwatch", "-d", "-N", "-Q", "-f", stations, "-r", file},
               frames, frames, tcpdump, own);
    if (whole) {
      const std::uint64_t tenth = std::max<std::uint64_t>(frames / 10, 1);
      bench::write_trace(part, trace, tenth);
      const long small = largest_memory_kib({program, "watch", "-r", part, "--json"});
      const long large = largest_memory_kib(watch);
      std::printf("  memory: %.1f MiB for %llu frames, %.1f MiB for %llu\n",
                  static_cast<double>(small) / 1024, static_cast<unsigned long long>(tenth),
                  static_cast<double>(large) / 1024, static_cast<unsigned long long>(frames));
    }
    fs::remove(file);
    fs::remove(part);
  }
  fs::remove_all(folder);
  return 0;
}
