// What an interface loses, beside `tcpdump -w /dev/null` on the same frames at the same time: live_bench
// [SECONDS]. Two hosts' ends of a veth pair in a network namespace of its own (root): a sender at rising
// rates, every detector on. Both listen to the same end, so each rate is one run for both.
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "agent/capture/frame_source.h"
#include "analysis/detector.h"

using namespace lanwarden;
using Clock = std::chrono::steady_clock;

namespace {

// Requests of 2,000 hosts for their gateway: nothing the kernel's filter could leave out.
std::vector<std::vector<std::uint8_t>> requests() {
  std::vector<std::vector<std::uint8_t>> all;
  for (unsigned host = 0; host < 2000; ++host) {
    const auto high = static_cast<std::uint8_t>(host >> 8), low = static_cast<std::uint8_t>(host);
    std::vector<std::uint8_t> f = {
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x0c, 0x29, 0,    high, low, 8, 6, 0, 1, 8, 0,  6, 4,   0,
        1,    0x00, 0x0c, 0x29, 0,    high, low,  10,   0,    high, low,  0,   0, 0, 0, 0, 0, 10, 0, 255, 1};
    f.resize(60);
    all.push_back(std::move(f));
  }
  return all;
}

// Sends so many a second for so long, in groups of ten milliseconds; how many the kernel took.
std::uint64_t send(unsigned rate, std::chrono::seconds span) {
  const int wire = socket(AF_PACKET, SOCK_RAW, 0);
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = static_cast<int>(if_nametoindex("far0"));
  const auto frames = requests();
  std::uint64_t sent = 0;
  const auto begin = Clock::now();
  for (std::uint64_t due = 0; Clock::now() - begin < span;) {
    const auto passed = std::chrono::duration<double>(Clock::now() - begin).count();
    due = static_cast<std::uint64_t>(passed * rate);
    for (; sent < due; ++sent) {
      const auto& f = frames[sent % frames.size()];
      if (sendto(wire, f.data(), f.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0) break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  close(wire);
  return sent;
}

class Tcpdump {
 public:
  Tcpdump() {
    if (pipe(said_) != 0) return;
    child_ = fork();
    if (child_ != 0) {
      close(said_[1]);
      until("listening on");
      return;
    }
    dup2(said_[1], STDERR_FILENO);
    execlp("tcpdump", "tcpdump", "-i", "near0", "-w", "/dev/null", nullptr);
    _exit(127);
  }
  // What the kernel dropped, as it says when it ends; nullopt: it did not say.
  std::optional<std::uint64_t> dropped() {
    kill(child_, SIGINT);
    until("dropped by kernel");
    waitpid(child_, nullptr, 0);
    close(said_[0]);
    const auto end = text_.find(" packets dropped by kernel");
    if (end == std::string::npos) return std::nullopt;
    const auto begin = text_.find_last_of("\n", end);
    return std::strtoull(text_.c_str() + begin + 1, nullptr, 10);
  }

 private:
  void until(const char* words) {
    char buffer[512];
    while (text_.find(words) == std::string::npos) {
      const ssize_t got = read(said_[0], buffer, sizeof buffer);
      if (got <= 0) return;
      text_.append(buffer, static_cast<std::size_t>(got));
    }
  }
  int said_[2] = {-1, -1};
  pid_t child_ = -1;
  std::string text_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::chrono::seconds span(argc > 1 ? std::atoi(argv[1]) : 3);
  if (unshare(CLONE_NEWNET) != 0 ||
      std::system(
          "ip link add near0 type veth peer name far0 && ip link set near0 up && ip link set far0 up") != 0) {
    std::printf("SKIPPED: no network namespace with a veth pair can be made here; run as root\n");
    return 0;
  }
  std::printf("%-12s %12s %18s %20s %18s\n", "frames/s", "sent", "tcpdump dropped", "lanwarden dropped",
              "and heard");
  for (const unsigned rate : {25'000U, 50'000U, 100'000U, 200'000U, 400'000U}) {
    auto source = agent::open_interface("near0", 0);
    if (!source) {
      std::printf("%s\n", source.error().message.c_str());
      return 3;
    }
    Tcpdump tcpdump;
    std::atomic<bool> done = false;
    std::uint64_t sent = 0;
    std::thread sender([&] {
      sent = send(rate, span);
      done = true;
    });
    analysis::Ear ear;
    std::uint64_t heard = 0;
    std::vector<analysis::RawFrame> batch;
    for (bool idle = false; !(done && idle);) {
      const auto status = (*source)->next_batch(batch, std::chrono::milliseconds(100));
      idle = batch.empty();
      for (const auto& frame : batch) {
        ear.on_frame(frame, [](analysis::Finding&&) {});
        heard += frame.bytes.size() == 60 && frame.bytes[8] == 0x29;
      }
    }
    sender.join();
    const auto lost = tcpdump.dropped();
    std::printf("%-12u %12llu %18s %20llu %18llu\n", rate, static_cast<unsigned long long>(sent),
                lost ? std::to_string(*lost).c_str() : "?",
                static_cast<unsigned long long>((*source)->stats().dropped),
                static_cast<unsigned long long>(heard));
  }
  return 0;
}
