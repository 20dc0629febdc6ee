// Captures of many frames for the benchmarks, made by a fixed recipe.
#pragma once

#include <cstdint>
#include <filesystem>

namespace lanwarden::bench {

/// All are what a LAN of 2,000 hosts says, at the times at which such hosts say it: each asks by ARP about
/// every 30 s, for the gateway or a neighbour, and boots once a day. So 5 million frames of ARP are 19 hours.
enum class Trace : std::uint8_t {
  kMixed,        ///< 90 % unicast of many sizes, 5 % multicast, 5 % ARP; 1,300 frames a second
  kArp,          ///< what a switched port hears of ARP: requests, probes, announcements
  kArpAnswered,  ///< what a mirror port hears of it: the answers, too: a question that is answered is
                 ///< examined
};

/// A pcap file of so many frames: the same octets at every call.
void write_trace(const std::filesystem::path& file, Trace trace, std::uint64_t frames);

}  // namespace lanwarden::bench
