// A frame as a person reads it: one line of words, and its octets.
#pragma once

#include <string>

#include "agent/capture/evidence_frame.h"

namespace lanwarden::agent {

struct FrameWords {
  std::string source, destination;  ///< of the Ethernet header; empty when it cannot be decoded
  std::string vlan;                 ///< "10"; empty when untagged
  std::string protocol;             ///< "ARP", "STP", "IPv4 UDP", "EtherType 0x9000"
  std::string text;                 ///< "claims 192.168.0.80 (answer to a probe)"
};
FrameWords frame_words(const EvidenceFrame& frame);

/// "0000  ff ff ff ff ff ff 00 0d …  ........" for each 16 octets; at most `most` octets.
std::string hex_dump(const EvidenceFrame& frame, std::size_t most);

}  // namespace lanwarden::agent
