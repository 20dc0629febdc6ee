// The last frames of a source, so that those which prove a finding can be shown:
// a detector names them by number when they have long been overwritten.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/capture/evidence_frame.h"
#include "analysis/frame.h"

namespace lanwarden::agent {

/// Bounded: kFrames frames of at most kOctets octets each, 2 MiB. One source at a time.
class FrameRing {
 public:
  static constexpr std::size_t kFrames = 8192;
  static constexpr std::size_t kOctets = 256;  ///< ARP, DHCP's addresses, a BPDU, a heartbeat: whole

  void clear();
  /// Frames come in the order of their numbers.
  void add(const analysis::RawFrame& raw);
  /// The frame of this number, if it was kept and is still here.
  std::optional<EvidenceFrame> find(std::uint64_t number) const;

 private:
  struct Kept {
    std::uint64_t number = 0;
    topology::Time time{};
    std::uint32_t wire_length = 0;
    analysis::LinkType link_type = analysis::LinkType::kEthernet;
    std::uint16_t size = 0;
  };
  std::vector<Kept> kept_;
  std::vector<std::uint8_t> octets_;
  std::size_t next_ = 0;   ///< where the next frame goes
  std::size_t count_ = 0;  ///< frames that are here
};

/// A frame as evidence, whole or cut to `most` octets.
EvidenceFrame evidence_of(const analysis::RawFrame& raw, std::size_t most);

}  // namespace lanwarden::agent
