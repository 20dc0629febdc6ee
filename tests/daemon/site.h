// A place where `lanwarden run` lives as it does at a customer's: a network namespace of its own with a wire
// to listen on, a building of simulated switches that answer on its loopback, and a small disk for the store.
// Needs root; ends only what it began.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/agent/net_namespace.h"
#include "tests/lab/agent/agent_server.h"
#include "tests/lab/traffic/frames.h"
#include "tests/lab/world/served_world.h"

namespace lanwarden::daemon_test {

using nlohmann::json;

struct SiteOptions {
  unsigned switches = 20, hosts = 200;
  std::string faults;  ///< of every switch, as the lab takes them
  std::string config;  ///< TOML behind the [[switch]]es
  unsigned disk_mb = 64;
};

struct Usage {
  std::size_t resident_kb = 0, descriptors = 0, threads = 0;
};

class Site {
 public:
  explicit Site(const SiteOptions& options);
  ~Site();
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  /// Empty, or why no such place can be made here: the test says that it is skipped.
  const std::string& missing() const { return missing_; }

  lab::ServedWorld& world() { return *world_; }
  lab::AgentServer& agents() { return *agents_; }
  lab::AgentId agent(std::size_t sw) const { return ids_[sw]; }

  /// `lanwarden run`; waits until it answers `status`. Throws with its log when it does not.
  void start();
  /// Does not wait for anything.
  void start_at_once();
  /// SIGTERM; its exit code, and how long it took.
  int stop(std::chrono::milliseconds* took = nullptr);
  void kill();  ///< SIGKILL
  void reload();
  bool alive();
  Usage usage() const;

  struct Said {
    int code = -1;
    std::string out, errors;
  };
  /// `lanwarden COMMAND -c …`, beside the daemon or without one.
  Said lanwarden(const std::string& command) const;
  /// What `status --json` says; null when no daemon answers.
  json status() const;
  std::string log() const;

  void send(const lab::Frame& frame) const;
  /// From this switch's address to the daemon's [traps] listen (kTrapPort): a v2c linkDown of this ifIndex.
  void trap(std::size_t sw, std::uint32_t ifindex) const;
  /// The same with a MAC notification of Cisco's: this switch has just learned that station.
  void learned(std::size_t sw, topology::MacAddress mac) const;
  static constexpr std::uint16_t kTrapPort = 1162;

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path store() const { return folder_ / "disk" / "lanwarden.db"; }
  /// Leaves no octet free on the store's disk, or gives them back.
  void fill_disk() const;
  void free_disk() const;

 private:
  void launch();
  void notify(std::size_t sw, const std::string& message) const;

  std::string missing_;
  std::filesystem::path folder_;
  std::unique_ptr<test::NetNamespace> network_;
  std::unique_ptr<lab::ServedWorld> world_;
  std::unique_ptr<lab::AgentServer> agents_;
  std::vector<lab::AgentId> ids_;
  int wire_ = -1, trap_socket_ = -1;
  bool mounted_ = false;
  pid_t daemon_ = -1;
};

/// Until `what` is true, looking now and then; false after `limit`.
template <class What>
bool wait_for(std::chrono::milliseconds limit, What what,
              std::chrono::milliseconds between = std::chrono::milliseconds{100});

}  // namespace lanwarden::daemon_test

#include <thread>

template <class What>
bool lanwarden::daemon_test::wait_for(std::chrono::milliseconds limit, What what,
                                      std::chrono::milliseconds between) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!what()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(between);
  }
  return true;
}
