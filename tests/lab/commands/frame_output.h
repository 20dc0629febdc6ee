// Where frames go: a file, a fifo, or standard output; never in the way of the
// agents that the same loop serves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/lab/traffic/traffic.h"
#include "topology/time.h"

namespace lanwarden::lab {

/// Writes never block: what the reader does not take yet waits here, up to a
/// bound; beyond it frames are dropped and counted, as a sniffer would.
class FrameOutput {
 public:
  FrameOutput() = default;
  ~FrameOutput();
  FrameOutput(const FrameOutput&) = delete;
  FrameOutput& operator=(const FrameOutput&) = delete;

  /// "-" is standard output. Opens a fifo only once somebody reads it: false, with
  /// no error(), until then; call again.
  bool open(const std::string& path);
  bool is_open() const { return fd_ >= 0; }
  const std::string& error() const { return error_; }  ///< a sentence for people; empty: none

  void add(topology::Time start, const HeardFrame& frame);
  /// Writes what can be written now. False when nobody reads any more.
  bool flush();
  /// Waits until everything is written or nobody reads any more.
  void finish();
  /// Readable-for-writing descriptor to wait on; -1 when nothing waits.
  int waiting_fd() const { return waiting_.empty() ? -1 : fd_; }
  std::uint64_t frames() const { return frames_; }
  std::uint64_t dropped() const { return dropped_; }

 private:
  int fd_ = -1;
  int old_flags_ = -1;  ///< of standard output, which is shared with others
  std::vector<std::uint8_t> waiting_;
  std::string error_;
  std::uint64_t frames_ = 0, dropped_ = 0;
};

}  // namespace lanwarden::lab
