// Writes pcapng (draft-ietf-opsawg-pcapng), so that evidence opens in Wireshark
// with its comments: one on the section, one on each frame.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "agent/capture/evidence_frame.h"

namespace lanwarden::agent {

/// One section: nanosecond times, this machine's byte order, an interface
/// description for each (interface name, link type) as it first occurs. Readable
/// by Wireshark, tcpdump and open_file. Thread-compatible.
class PcapngWriter {
 public:
  /// Writes the section header; `comment` is on the section as a whole and may be empty. `out` must
  /// outlive the writer, and was opened in binary mode.
  PcapngWriter(std::ostream& out, std::string_view comment);

  /// Writes one frame, whole when it returns, up to what `out` buffers. Texts longer than an option
  /// can carry (65,535 octets) are cut at a character. Octets beyond kMaxFrame are cut; times before
  /// 1970 become 1970.
  void add(const EvidenceFrame& frame);

  /// False once `out` has failed: the disk is full, say.
  bool good() const;
  std::uint64_t frames() const { return frames_; }

 private:
  std::uint32_t interface_of(const EvidenceFrame& frame);
  void write(std::uint32_t type, std::string body);

  std::ostream& out_;
  std::map<std::pair<std::string, std::uint16_t>, std::uint32_t> interfaces_;
  std::uint64_t frames_ = 0;
};

/// A whole file in memory: for write_atomically, and for bundles.
std::string to_pcapng(std::span<const EvidenceFrame> frames, std::string_view section_comment);

}  // namespace lanwarden::agent
