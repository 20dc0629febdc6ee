// Where frames come from: a live interface, a capture file, standard input.
// The only room's corner that knows libpcap (pcap_source.cc).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/detector.h"
#include "analysis/frame.h"
#include "topology/result.h"

namespace lanwarden::agent {

struct CaptureError {
  enum class Cause : std::uint8_t {
    kNotFound,     ///< no such file or interface
    kPermission,   ///< "run as root, or: setcap cap_net_raw+ep …"
    kNotACapture,  ///< neither pcap nor pcapng
    kLinkType,     ///< no Ethernet frame can be had from it
    kTruncated,    ///< the file ends in the middle of a record; everything before it was delivered
    kRead,         ///< an error while reading, the interface went away
    kSend,         ///< the kernel did not take a frame
    kRefused,      ///< a frame that must not be sent, or not yet: see frame_sender.h
  };
  Cause cause;
  std::string message;  ///< for people: what, where, what to try
};

struct CaptureStats {
  std::uint64_t received = 0;  ///< frames delivered
  std::uint64_t dropped = 0;   ///< by the kernel and the interface, for want of room
  std::uint64_t skipped = 0;   ///< of a link type that cannot be read (several interfaces in one pcapng)
};

/// Something about a source that people have to know.
struct SourceNotice {
  enum class What : std::uint8_t {
    kWarning,
    kLost,  ///< it hears nothing until it is back
    kBack,
  };
  What what;
  std::string text;  ///< for people; begins with the source's name
};

/// A batch is valid until the next call of next_batch.
enum class BatchStatus : std::uint8_t { kFrames, kIdle /*live: nothing within the wait*/, kEnd };

class FrameSource {
 public:
  virtual ~FrameSource() = default;
  virtual const std::string& name() const = 0;  ///< interface or file name, for messages and FrameRef
  virtual bool live() const = 0;
  /// Clears and fills `out`. Live: waits at most `wait`. kEnd once the file is read.
  /// kTruncated and kRead come after all the frames before them were delivered.
  virtual topology::Result<BatchStatus, CaptureError> next_batch(std::vector<analysis::RawFrame>& out,
                                                                 std::chrono::milliseconds wait) = 0;
  virtual CaptureStats stats() const = 0;
  /// What is new, once: the interface went away (next_batch is then kIdle until it is opened again), or is
  /// back. To be asked after each next_batch.
  virtual std::optional<SourceNotice> take_notice() { return std::nullopt; }
  /// Which frames are of use from now on; an interface lets the kernel leave out others. Cheap to call with
  /// the same again.
  virtual void want(analysis::Interest interest) { (void)interest; }
};

/// `source` numbers the source in RawFrame and FrameRef.
using OpenResult = topology::Result<std::unique_ptr<FrameSource>, CaptureError>;
/// pcap and pcapng, any byte order, micro- and nanoseconds; "-" is standard input, also a growing pipe.
OpenResult open_file(const std::string& path, std::uint32_t source);
/// Promiscuous live capture, with a kernel filter for what detectors use: until want() says otherwise all but
/// ordinary unicast. Loses nothing silently: see stats() and take_notice().
OpenResult open_interface(const std::string& interface, std::uint32_t source);

}  // namespace lanwarden::agent
