#include "agent/watch/frame_ring.h"

#include <algorithm>

namespace lanwarden::agent {

EvidenceFrame evidence_of(const analysis::RawFrame& raw, std::size_t most) {
  EvidenceFrame frame;
  frame.time = raw.time;
  frame.bytes.assign(raw.bytes.begin(),
                     raw.bytes.begin() + static_cast<std::ptrdiff_t>(std::min(raw.bytes.size(), most)));
  frame.wire_length = raw.wire_length;
  frame.link_type = raw.link_type;
  frame.number = raw.number;
  return frame;
}

void FrameRing::clear() { next_ = count_ = 0; }

void FrameRing::add(const analysis::RawFrame& raw) {
  if (kept_.empty()) {
    kept_.resize(kFrames);
    octets_.resize(kFrames * kOctets);
  }
  Kept& k = kept_[next_];
  k.number = raw.number;
  k.time = raw.time;
  k.wire_length = raw.wire_length;
  k.link_type = raw.link_type;
  k.size = static_cast<std::uint16_t>(std::min(raw.bytes.size(), kOctets));
  std::copy_n(raw.bytes.begin(), k.size, octets_.begin() + static_cast<std::ptrdiff_t>(next_ * kOctets));
  next_ = (next_ + 1) % kFrames;
  count_ = std::min(count_ + 1, kFrames);
}

std::optional<EvidenceFrame> FrameRing::find(std::uint64_t number) const {
  const std::size_t oldest = (next_ + kFrames - count_) % kFrames;
  std::size_t low = 0, high = count_;  // numbers grow from the oldest on
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    (kept_[(oldest + middle) % kFrames].number < number ? low : high) =
        kept_[(oldest + middle) % kFrames].number < number ? middle + 1 : middle;
  }
  if (low == count_) return std::nullopt;
  const std::size_t at = (oldest + low) % kFrames;
  const Kept& k = kept_[at];
  if (k.number != number) return std::nullopt;
  analysis::RawFrame raw;
  raw.time = k.time;
  raw.bytes = {octets_.data() + at * kOctets, k.size};
  raw.wire_length = k.wire_length;
  raw.number = k.number;
  raw.link_type = k.link_type;
  return evidence_of(raw, kOctets);
}

}  // namespace lanwarden::agent
