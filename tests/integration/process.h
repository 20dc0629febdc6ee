// Child processes of the integration test: commands that run to their end, and
// daemons that must never outlive it. Every child is told by the kernel to die
// with its parent (PR_SET_PDEATHSIG), so that even a killed test leaves none.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace lanwarden::integration {

/// Something of the LAN could not be built or used: what was tried, and what the system said.
class LanError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Where and how a child runs. Everything empty: like the parent.
struct SpawnOptions {
  std::string netns;         ///< name of a network namespace; /sys is mounted anew to match it
  bool private_run = false;  ///< an empty /run of its own: lldpd keeps its chroot there
  std::string hostname;      ///< an own UTS namespace with this name
  std::map<std::string, std::string> environment;  ///< added to the parent's
  std::filesystem::path log;                       ///< receives standard output and error; empty: discarded
};

/// A running child. Not copyable; ends the child when destroyed.
class Process {
 public:
  /// Throws LanError when it cannot be forked. A program that cannot be executed exits with 127.
  static Process start(const std::vector<std::string>& argv, const SpawnOptions& options);
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  pid_t pid() const { return pid_; }
  const std::filesystem::path& log() const { return log_; }
  /// The exit code (128 + signal when killed) if it has ended; never blocks.
  std::optional<int> exit_code();
  /// Waits at most `limit`; nullopt when it still runs.
  std::optional<int> wait(std::chrono::milliseconds limit);
  /// SIGTERM without waiting, so that many can be asked to end at once.
  void ask_to_end() const;
  /// SIGTERM, and SIGKILL when that did not help within two seconds.
  void stop();

 private:
  Process(pid_t pid, std::filesystem::path log) : pid_(pid), log_(std::move(log)) {}
  pid_t pid_ = -1;
  std::optional<int> code_;
  std::filesystem::path log_;
};

struct CommandResult {
  int exit_code = -1;  ///< 128 + signal when killed; 124 when it was killed for taking too long
  std::string out;
  std::string err;
};

/// Runs a command to its end and keeps what it printed. `input` is its standard input.
CommandResult run(const std::vector<std::string>& argv, const SpawnOptions& options = {},
                  std::chrono::milliseconds limit = std::chrono::seconds{30}, const std::string& input = "");

/// The same, but throws LanError with the command line and its message unless it exits with 0.
std::string run_or_throw(const std::vector<std::string>& argv, const SpawnOptions& options = {},
                         const std::string& input = "");

/// Asks `condition` every few milliseconds until it holds; false when `limit` has passed.
template <class Condition>
bool wait_until(std::chrono::milliseconds limit, Condition condition);

void pause_briefly();  ///< 20 ms: the grain of wait_until

template <class Condition>
bool wait_until(std::chrono::milliseconds limit, Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    pause_briefly();
  }
  return true;
}

}  // namespace lanwarden::integration
