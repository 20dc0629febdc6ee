// The event loop over all switches: one thread, one epoll, a limit of requests in flight over all.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <queue>
#include <vector>

#include "snmp/collector.h"
#include "snmp/exchange.h"
#include "snmp/resolver.h"

namespace lanwarden::snmp {

class Peer;

class Engine {
 public:
  explicit Engine(Limits limits);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  const Limits& limits() const { return limits_; }
  std::uint64_t requests() const { return requests_; }

  /// Until no exchange is left. `tick` is called now and then, between events.
  void run(const std::function<void()>& tick = {});
  /// While it runs, `serve` is called whenever `fd` is readable: what cannot wait for the end. `serve` takes
  /// what makes it readable, and leaves this engine alone. The descriptor has to outlive the engine.
  void meanwhile(int fd, std::function<void()> serve);

  // What peers tell it.
  void watch(int fd, Peer& peer);
  void wake_at(TimePoint when, Peer& peer);
  /// May have something to send.
  void ready(Peer& peer);
  /// Has exchanges that are over.
  void finished(Peer& peer);
  void resolve(Peer& peer, const HostPort& where);
  void sent() { ++requests_; }
  void in_flight(int change) { in_flight_ = static_cast<unsigned>(static_cast<int>(in_flight_) + change); }
  void open_exchanges(int change) { open_ = static_cast<unsigned>(static_cast<int>(open_) + change); }

 private:
  struct Alarm {
    TimePoint when;
    Peer* peer;
    bool operator>(const Alarm& other) const { return when > other.when; }
  };
  struct Guest {
    int fd;
    std::function<void()> serve;
  };
  void send();
  void serve_guests();
  void wait(std::chrono::nanoseconds at_most);
  void ring(TimePoint now);
  bool hand_over_finished();

  Limits limits_;
  int epoll_ = -1;
  Resolver resolver_;
  unsigned in_flight_ = 0;
  unsigned open_ = 0;
  std::uint64_t requests_ = 0;
  std::vector<Guest> guests_;
  bool guests_wait_ = false;
  std::deque<Peer*> ready_;
  std::vector<Peer*> finished_;
  std::priority_queue<Alarm, std::vector<Alarm>, std::greater<>> alarms_;
};

}  // namespace lanwarden::snmp
