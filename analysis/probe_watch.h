// Has the trouble ended? After a port was shut, the wire itself has to say so:
// the culprit is silent, and what it used to answer goes unanswered.
#pragma once

#include <cstdint>
#include <set>

#include "analysis/frame.h"

namespace lanwarden::analysis {

/// Counts, from a moment on, what the culprit still does and what it no longer
/// disturbs. Pure; bounded memory (kMostHosts announcers
/// and kMostAddresses addresses are told apart).
class ProbeWatch {
 public:
  static constexpr std::size_t kMostHosts = 4096;
  static constexpr std::size_t kMostAddresses = 64;  ///< of those probed for, and of those taken

  struct Counts {
    std::uint64_t culprit_frames = 0;  ///< any frame with the culprit's source address
    std::uint64_t probes = 0;          ///< RFC 5227 address probes by others
    std::uint64_t answered = 0;        ///< ARP replies by the culprit
    std::uint64_t taken = 0;       ///< distinct addresses among those replies that somebody had probed for
    std::uint64_t announcers = 0;  ///< distinct hosts that announced an address: they came up
  };

  /// Frames older than `since` (capture time) are not counted.
  ProbeWatch(MacAddress culprit, Time since) : culprit_(culprit), since_(since) {}
  void on_frame(const Frame& frame);
  const Counts& counts() const { return counts_; }

 private:
  MacAddress culprit_;
  Time since_;
  Counts counts_;
  std::set<MacAddress> announcers_;
  std::set<IpAddress> probed_, taken_;
};

}  // namespace lanwarden::analysis
