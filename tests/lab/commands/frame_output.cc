#include "tests/lab/commands/frame_output.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "tests/lab/traffic/pcap_stream.h"

namespace lanwarden::lab {
namespace {

constexpr std::size_t kMostWaiting = 64U << 20U;

}  // namespace

FrameOutput::~FrameOutput() {
  if (fd_ == STDOUT_FILENO && old_flags_ >= 0) fcntl(fd_, F_SETFL, old_flags_);
  if (fd_ > STDERR_FILENO) close(fd_);
}

bool FrameOutput::open(const std::string& path) {
  if (path == "-") {
    fd_ = STDOUT_FILENO;
    old_flags_ = fcntl(fd_, F_GETFL);
    fcntl(fd_, F_SETFL, old_flags_ | O_NONBLOCK);
  } else {
    // Without a reader, opening a fifo for writing alone fails with ENXIO instead of waiting.
    fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, 0644);
    if (fd_ < 0) {
      if (errno != ENXIO) error_ = path + ": " + std::generic_category().message(errno);
      return false;
    }
  }
  append_pcap_header(waiting_);
  return true;
}

void FrameOutput::add(topology::Time start, const HeardFrame& frame) {
  if (fd_ < 0 || waiting_.size() > kMostWaiting) {
    ++dropped_;
    return;
  }
  ++frames_;
  append_pcap_record(waiting_, start, frame);
}

bool FrameOutput::flush() {
  std::size_t done = 0;
  while (done < waiting_.size()) {
    const ssize_t n = write(fd_, waiting_.data() + done, waiting_.size() - done);
    if (n > 0) {
      done += static_cast<std::size_t>(n);
    } else if (n < 0 && errno == EAGAIN) {
      break;
    } else if (n < 0 && errno != EINTR) {
      if (errno != EPIPE) error_ = "writing frames: " + std::generic_category().message(errno);
      waiting_.clear();
      return false;
    }
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(done));
  return true;
}

void FrameOutput::finish() {
  while (fd_ >= 0 && !waiting_.empty() && flush() && !waiting_.empty()) {
    pollfd p{fd_, POLLOUT, 0};
    ::poll(&p, 1, -1);
  }
}

}  // namespace lanwarden::lab
