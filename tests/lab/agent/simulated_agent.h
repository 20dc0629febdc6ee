// One agent behind its socket: who it is, what it knows, what is wrong with it.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>

#include "tests/lab/agent/agent_server.h"
#include "tests/lab/agent/message.h"
#include "tests/lab/agent/udp_socket.h"

namespace lanwarden::lab {

// The same numbers on every machine, unlike <random>'s distributions.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  double unit();  ///< in [0, 1)
  bool chance(double p) { return p > 0 && unit() < p; }
  std::chrono::nanoseconds between(std::chrono::nanoseconds least, std::chrono::nanoseconds most);

 private:
  std::uint64_t state_;
};

class SimulatedAgent {
 public:
  /// Binds, and takes the configuration's faults.
  static topology::Result<SimulatedAgent, std::string> open(AgentConfig config, std::chrono::nanoseconds now,
                                                            int receive_buffer);

  topology::Result<void, std::string> set_faults(Faults faults, std::chrono::nanoseconds now,
                                                 int receive_buffer);

  const AgentConfig& config() const { return config_; }
  const Faults& faults() const { return config_.faults; }
  const Identity& identity() const { return identity_; }
  MibView& view() { return *view_; }
  const UdpSocket& socket() const { return socket_; }
  /// The descriptor that answers leave from.
  int answer_fd() const { return other_source_.is_open() ? other_source_.fd() : socket_.fd(); }
  Counters& counters() { return counters_; }
  const Counters& counters() const { return counters_; }

  void reboot(std::chrono::nanoseconds now);
  /// counter-restart: reboots when it is time to.
  void reboot_when_due(std::chrono::nanoseconds now);
  /// rate: false when this request is one too many.
  bool within_rate(std::chrono::nanoseconds now);
  /// delay, jitter, slow-agent: when the answer to a request that came now and
  /// names these variables leaves. `now`: at once.
  std::chrono::nanoseconds answer_time(std::chrono::nanoseconds now, std::span<const Oid> names, Dice& dice);

 private:
  AgentConfig config_;
  Identity identity_;
  std::shared_ptr<MibView> view_;  // config_.view, or a FaultyView before it
  UdpSocket socket_;
  UdpSocket other_source_;
  Counters counters_;
  // What the faults remember.
  double tokens_ = 0;
  std::chrono::nanoseconds tokens_at_{0};
  std::chrono::nanoseconds busy_until_{0};
  std::chrono::nanoseconds next_reboot_{0};
};

}  // namespace lanwarden::lab
