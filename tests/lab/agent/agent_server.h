// Thousands of SNMP agents in one process: one epoll loop, one UDP socket each.
//
// Runs in a thread of its own (start, stop), or inside another loop: watch
// epoll_fd() for reading and call poll_once(0ns). Everything but start, stop and
// the destructor may be called from any thread at any time; views are only
// touched under the lock that locked() takes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/lab/agent/faults.h"
#include "tests/lab/agent/mib_view.h"
#include "tests/lab/agent/usm.h"
#include "topology/result.h"

namespace lanwarden::lab {

using AgentId = std::size_t;

struct AgentConfig {
  std::string name;                   ///< for people
  std::string address = "127.0.0.1";  ///< numeric IPv4 or IPv6; all of 127.0.0.0/8 is loopback
  std::uint16_t port = 0;             ///< 0: the kernel chooses, endpoint() tells
  std::string read_community = "public";
  std::string write_community;    ///< may read as well; empty: nothing is ever written
  std::vector<UsmUser> users;     ///< of version 3; empty: it is not spoken
  std::string engine_id;          ///< 5 to 32 octets; empty: made from address and port
  std::shared_ptr<MibView> view;  ///< several agents may share one
  Faults faults;
  std::size_t max_message = 65507;  ///< octets of an answer (RFC 3417 §3.2 asks for 484 at least)
};

struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
  std::string to_string() const;  ///< "127.0.0.1:161", "[::1]:161"
};

/// What happened since the beginning, of one agent or of all.
struct Counters {
  std::uint64_t received = 0;
  std::uint64_t answered = 0;       ///< datagrams sent, duplicates among them
  std::uint64_t malformed = 0;      ///< no answer: not SNMP
  std::uint64_t bad_version = 0;    ///< no answer
  std::uint64_t bad_community = 0;  ///< no answer: unknown community or context
  std::uint64_t lost = 0;           ///< by the faults loss, dead, silence
  std::uint64_t over_rate = 0;      ///< by the fault rate
  std::uint64_t too_big = 0;
  std::uint64_t rows = 0;  ///< variable bindings sent
  std::uint64_t sets = 0;  ///< SET requests that were carried out
  std::uint64_t send_errors = 0;
};

class AgentServer {
 public:
  using Clock = std::function<std::chrono::nanoseconds()>;
  struct Options {
    Clock clock;  ///< default: std::chrono::steady_clock. With another one, poll_once sends what is due by it
    std::uint64_t seed = 1;        ///< of the dice for loss and jitter
    int receive_buffer = 1 << 20;  ///< SO_RCVBUF of each socket, as far as the system allows
  };

  AgentServer();
  explicit AgentServer(Options options);
  ~AgentServer();
  AgentServer(const AgentServer&) = delete;
  AgentServer& operator=(const AgentServer&) = delete;

  /// Binds at once. Raises RLIMIT_NOFILE when it must. Fails with a sentence for
  /// people: address in use, no such address, descriptors used up.
  topology::Result<AgentId, std::string> add(AgentConfig config);
  std::size_t size() const;
  Endpoint endpoint(AgentId agent) const;
  const std::string& name(AgentId agent) const;

  /// From the next datagram on. Fails when other_source cannot be bound; the
  /// faults are then as before.
  topology::Result<void, std::string> set_faults(AgentId agent, Faults faults);
  void reboot(AgentId agent);  ///< the view's reboot(), now; engineBoots one higher
  Counters counters(AgentId agent) const;
  Counters counters() const;  ///< of all agents

  /// Runs `work` while no view is being asked: change your world in here.
  void locked(const std::function<void()>& work);
  std::chrono::nanoseconds now() const;

  /// Handles what has come and sends what is due; waits at most `timeout` (negative:
  /// for ever) when there is nothing. How many datagrams came.
  std::size_t poll_once(std::chrono::nanoseconds timeout);
  /// Readable when poll_once has something to do (delayed answers included,
  /// unless another clock was given).
  int epoll_fd() const;

  /// In a thread of its own until stop() or the destructor.
  void start();
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lanwarden::lab
