// Frames as a capture file: the classic pcap format, microseconds, Ethernet.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/lab/traffic/traffic.h"
#include "topology/time.h"

namespace lanwarden::lab {

/// The 24 octets that begin a file, little-endian (draft-ietf-opsawg-pcap).
void append_pcap_header(std::vector<std::uint8_t>& out);
/// One record.
void append_pcap_record(std::vector<std::uint8_t>& out, topology::Time start, const HeardFrame& frame);

}  // namespace lanwarden::lab
