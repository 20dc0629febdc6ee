// A frame that proves something, kept beyond its capture: what an incident
// stores, and what a manufacturer is shown.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/frame.h"

namespace lanwarden::agent {

/// Owns its octets.
struct EvidenceFrame {
  topology::Time time{};  ///< of capture
  std::vector<std::uint8_t> bytes;
  std::uint32_t wire_length = 0;  ///< octets on the wire, without FCS; a frame cut short has fewer in `bytes`
  analysis::LinkType link_type = analysis::LinkType::kEthernet;
  std::string interface;     ///< where it was heard: interface or file name; may be empty
  std::uint64_t number = 0;  ///< in that capture, from 1, as FrameRef has it; 0: unknown
  std::string comment;       ///< UTF-8, for whoever opens the file in Wireshark; may be empty
};

}  // namespace lanwarden::agent
