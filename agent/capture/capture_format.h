// The two file formats of captures, read record by record out of octets in
// memory. Why not libpcap: it refuses a pcapng whose interfaces differ in link
// type or snapshot length, cannot be asked whether a record has wholly arrived
// on a pipe, and copies each frame. Formats it knows beyond these stay with it.
// Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "analysis/frame.h"

namespace lanwarden::agent {

/// True for link types out of which analysis::decode reads Ethernet frames.
bool is_readable_link_type(std::uint32_t link_type);

class CaptureFormat {
 public:
  enum class Step : std::uint8_t {
    kFrame,    ///< a frame we can read
    kOther,    ///< a block that is no frame
    kSkipped,  ///< a frame of a link type we cannot read
    kMore,     ///< not yet whole: `need` octets are needed in one piece
    kDamaged,  ///< `cause` says why nothing after it can be trusted
  };
  struct Outcome {
    Step step = Step::kMore;
    std::uint64_t used = 0;  ///< octets of this record; kOther and kSkipped: may be more than there are yet
    std::size_t need = 0;
    const char* cause = "";
  };

  virtual ~CaptureFormat() = default;
  /// Reads the record at the beginning of `bytes`. A frame borrows from them;
  /// its number and source are left to the caller.
  virtual Outcome next(std::span<const std::uint8_t> bytes, analysis::RawFrame& frame) = 0;
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

/// `header`: the 24 octets of the file header, not consumed by next().
std::unique_ptr<CaptureFormat> make_pcap_format(std::span<const std::uint8_t, kPcapHeader> header);
/// next() begins at the section header.
std::unique_ptr<CaptureFormat> make_pcapng_format();

}  // namespace lanwarden::agent
