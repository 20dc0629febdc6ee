// How fast all detectors hear a capture file, against `tcpdump -r F -w /dev/null` on the same file.
// capture_bench [FRAMES] [LANWARDEN]: with a program, times `LANWARDEN watch -r F --json`; always times the
// loop of open_file and Ear. Not a test: it prints the machine, the commands and the ratios.
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
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "agent/capture/frame_source.h"
#include "analysis/detector.h"

extern char** environ;

namespace fs = std::filesystem;
using namespace lanwarden;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int kRounds = 3;

class CaptureWriter {
 public:
  explicit CaptureWriter(const fs::path& path) : out_(path, std::ios::binary), random_(1) {
    const std::uint32_t header[] = {0xa1b2c3d4, 0x00040002, 0, 0, 65535, 1};
    out_.write(reinterpret_cast<const char*>(header), sizeof header);
  }
  void frame(const std::vector<std::uint8_t>& octets) {
    microseconds_ += 7;
    const auto length = static_cast<std::uint32_t>(octets.size());
    const std::uint32_t header[] = {static_cast<std::uint32_t>(1'000'000'000 + microseconds_ / 1'000'000),
                                    static_cast<std::uint32_t>(microseconds_ % 1'000'000), length, length};
    out_.write(reinterpret_cast<const char*>(header), sizeof header);
    out_.write(reinterpret_cast<const char*>(octets.data()), static_cast<std::streamsize>(octets.size()));
  }
  std::uint32_t random(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }

 private:
  std::ofstream out_;
  std::mt19937 random_;
  std::uint64_t microseconds_ = 0;
};

void put_mac(std::vector<std::uint8_t>& out, std::size_t at, std::uint32_t host) {
  const std::uint8_t octets[] = {0x00,
                                 0x0c,
                                 0x29,
                                 static_cast<std::uint8_t>(host >> 16),
                                 static_cast<std::uint8_t>(host >> 8),
                                 static_cast<std::uint8_t>(host)};
  std::copy(std::begin(octets), std::end(octets), out.begin() + static_cast<std::ptrdiff_t>(at));
}

// An ordinary request of one of 2,000 hosts, for the gateway or a neighbour.
std::vector<std::uint8_t> arp_frame(CaptureWriter& writer) {
  std::vector<std::uint8_t> frame(60);
  const std::uint32_t host = writer.random(2000);
  const std::uint32_t asked = writer.random(4) == 0 ? writer.random(2000) : 1;
  std::fill_n(frame.begin(), 6, std::uint8_t{0xff});
  put_mac(frame, 6, host);
  const std::uint8_t fixed[] = {0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1};
  std::copy(std::begin(fixed), std::end(fixed), frame.begin() + 12);
  put_mac(frame, 22, host);
  const auto put_ip = [&](std::size_t at, std::uint32_t n) {
    frame[at] = 10;
    frame[at + 2] = static_cast<std::uint8_t>(n >> 8);
    frame[at + 3] = static_cast<std::uint8_t>(n);
  };
  put_ip(28, host + 2);
  put_ip(38, asked + 2);
  return frame;
}

std::vector<std::uint8_t> unicast_frame(CaptureWriter& writer) {
  static constexpr std::uint32_t kSizes[] = {60, 66, 90, 300, 590, 1514, 1514};
  std::vector<std::uint8_t> frame(kSizes[writer.random(std::size(kSizes))], 0x45);
  put_mac(frame, 0, writer.random(2000));
  put_mac(frame, 6, writer.random(2000));
  frame[12] = 0x08;
  frame[13] = 0x00;
  return frame;
}

std::vector<std::uint8_t> multicast_frame(CaptureWriter& writer) {
  std::vector<std::uint8_t> frame(120, 0x45);
  const std::uint8_t group[] = {0x01, 0x00, 0x5e, 0, 0, 0xfb};
  std::copy(std::begin(group), std::end(group), frame.begin());
  put_mac(frame, 6, writer.random(2000));
  frame[12] = 0x08;
  frame[13] = 0x00;
  return frame;
}

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

Cost best_of(const auto& run) {
  Cost best;
  for (int round = 0; round < kRounds; ++round) {
    const auto begin = Clock::now();
    const double used = processor_time();
    run();
    best.wall = std::min(best.wall, std::chrono::duration<double>(Clock::now() - begin).count());
    best.processor = std::min(best.processor, processor_time() - used);
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

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t frames = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 5'000'000;
  const std::string program = argc > 2 ? argv[2] : "";
  std::string folder = (fs::temp_directory_path() / "lanwarden-bench-XXXXXX").string();
  if (!mkdtemp(folder.data())) return 3;
  std::printf("%s, %ld processors; %llu frames a file; best of %d\n", processor().c_str(),
              sysconf(_SC_NPROCESSORS_ONLN), static_cast<unsigned long long>(frames), kRounds);
  for (const bool arp_only : {false, true}) {
    const std::string file = folder + (arp_only ? "/arp.pcap" : "/mixed.pcap");
    {
      CaptureWriter writer(file);
      for (std::uint64_t n = 0; n < frames; ++n) {
        const std::uint32_t dice = arp_only ? 0 : writer.random(100);
        writer.frame(dice >= 10  ? unicast_frame(writer)
                     : dice >= 5 ? multicast_frame(writer)
                                 : arp_frame(writer));
      }
    }
    listen(file);  // the file is in the page cache for all alike
    std::printf("%s (%.1f GB)\n", arp_only ? "ARP only" : "mixed, 90 % unicast",
                static_cast<double>(fs::file_size(file)) / 1e9);
    const std::vector<std::string> peer = {"tcpdump", "-r", file, "-w", "/dev/null"};
    if (run_quietly(peer) < 0) {
      std::printf("  tcpdump cannot be run; no ratio without it\n");
      return 3;
    }
    const Cost tcpdump = best_of([&] { run_quietly(peer); });
    print("tcpdump -r F -w /dev/null", frames, tcpdump, tcpdump);
    print("open_file + Ear", frames, best_of([&] { listen(file); }), tcpdump);
    if (!program.empty()) {
      const std::vector<std::string> watch = {program, "watch", "-r", file, "--json"};
      if (run_quietly(watch) < 0)
        std::printf("  %s could not be run\n", program.c_str());
      else
        print("lanwarden watch -r F --json", frames, best_of([&] { run_quietly(watch); }), tcpdump);
    }
    fs::remove(file);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("largest memory of this program: %ld MiB\n", usage.ru_maxrss / 1024);
  fs::remove_all(folder);
  return 0;
}
