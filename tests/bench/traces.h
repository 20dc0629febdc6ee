// Captures of many frames for the benchmarks, made by a fixed recipe.
#pragma once

#include <cstdint>
#include <filesystem>

namespace lanwarden::bench {

enum class Trace : std::uint8_t {
  kMixed,  ///< 90 % unicast of many sizes, 5 % multicast, 5 % ARP
  kArp,    ///< ordinary requests of 2,000 hosts, for the gateway or a neighbour
};

/// A pcap file of so many frames, 7 microseconds apart: the same octets at every call.
void write_trace(const std::filesystem::path& file, Trace trace, std::uint64_t frames);

}  // namespace lanwarden::bench
