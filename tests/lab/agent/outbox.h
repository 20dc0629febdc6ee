// Answers that leave later: a heap by time. Nothing here sleeps or reads a clock.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "tests/lab/agent/ber.h"
#include "tests/lab/agent/udp_socket.h"

namespace lanwarden::lab {

struct Delayed {
  std::chrono::nanoseconds due{0};
  std::uint64_t order = 0;  ///< of two due at once the older goes first
  std::size_t agent = 0;
  Peer peer;
  ber::Octets octets;
};

class Outbox {
 public:
  void put(std::chrono::nanoseconds due, std::size_t agent, const Peer& peer, const ber::Octets& octets) {
    heap_.push_back({due, order_++, agent, peer, octets});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
  bool empty() const { return heap_.empty(); }
  std::optional<std::chrono::nanoseconds> next() const {
    if (heap_.empty()) return std::nullopt;
    return heap_.front().due;
  }
  bool due(std::chrono::nanoseconds now) const { return !heap_.empty() && heap_.front().due <= now; }
  /// The one that is due first; not when empty.
  Delayed take() {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    Delayed first = std::move(heap_.back());
    heap_.pop_back();
    return first;
  }

 private:
  static bool later(const Delayed& a, const Delayed& b) {
    return a.due != b.due ? a.due > b.due : a.order > b.order;
  }
  std::vector<Delayed> heap_;
  std::uint64_t order_ = 0;
};

}  // namespace lanwarden::lab
