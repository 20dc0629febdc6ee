// The two file formats of captures, read out of octets in memory, a batch of
// frames at once: one virtual call a frame would cost as much as the frame. Why not libpcap: it refuses a
// pcapng whose interfaces differ in link type or snapshot length, cannot be asked whether a record has wholly
// arrived on a pipe, and copies each frame. Formats it knows beyond these stay with it. Sources:
// draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "analysis/frame.h"

namespace lanwarden::agent {

/// True for link types out of which analysis::decode reads Ethernet frames.
bool is_readable_link_type(std::uint32_t link_type);

/// Where a batch of frames comes from, and how far it was counted.
struct FrameCount {
  std::uint32_t source = 0;
  std::uint64_t number = 0;  ///< of the last record that was a frame
};

class CaptureFormat {
 public:
  enum class Step : std::uint8_t {
    kFull,     ///< as many frames as were asked for
    kOther,    ///< a block that is no frame
    kSkipped,  ///< a frame of a link type we cannot read
    kMore,     ///< not yet whole: `need` octets are needed in one piece
    kDamaged,  ///< `cause` says why nothing after it can be trusted
  };
  struct Outcome {
    Step step = Step::kMore;  ///< what ended the frames
    std::size_t frames = 0;   ///< octets of the frames handed over: they come first
    std::uint64_t used = 0;   ///< then those of a kOther or kSkipped record; may be more than there are yet
    std::size_t need = 0;
    const char* cause = "";
  };

  virtual ~CaptureFormat() = default;
  /// Appends the frames at the beginning of `bytes` to `out`, until it holds `most` or something else
  /// stands there. The frames borrow from `bytes`. kSkipped is not counted in `count` yet.
  virtual Outcome read(std::span<const std::uint8_t> bytes, std::vector<analysis::RawFrame>& out,
                       std::size_t most, FrameCount& count) = 0;
  /// The last link type met that cannot be read.
  virtual std::uint32_t unreadable_link_type() const = 0;
};

/// The longest frame believed: what libpcap believes, too.
inline constexpr std::uint32_t kMaxFrame = 262'144;
/// A file header, as far as it is needed to tell the formats.
inline constexpr std::size_t kPcapHeader = 24;

enum class FileKind : std::uint8_t { kPcap, kPcapng, kUnknown };
/// By the first four octets.
FileKind kind_of(std::span<const std::uint8_t> beginning);

/// `header`: the 24 octets of the file header, not consumed by read().
std::unique_ptr<CaptureFormat> make_pcap_format(std::span<const std::uint8_t, kPcapHeader> header);
/// read() begins at the section header.
std::unique_ptr<CaptureFormat> make_pcapng_format();

}  // namespace lanwarden::agent
