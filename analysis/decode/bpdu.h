// Spanning tree BPDUs.
#pragma once

#include <cstdint>

#include "analysis/decode/octets.h"

namespace lanwarden::analysis {

/// Spanning tree BPDU, as far as a detector needs it (IEEE 802.1D §9.3).
struct Bpdu {
  std::uint8_t type = 0;
  std::uint16_t root_priority = 0;
  topology::MacAddress root;
  std::uint32_t root_cost = 0;
  std::uint16_t bridge_priority = 0;
  topology::MacAddress bridge;
  std::uint16_t port = 0;
};

/// Configuration and rapid BPDUs in full, a topology change notice by its type; false for what is none.
bool decode_bpdu(Octets b, Bpdu& bpdu);

}  // namespace lanwarden::analysis
