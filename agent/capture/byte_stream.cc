#include "agent/capture/byte_stream.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace lanwarden::agent {
namespace {

// Small enough to stay near in the cache between the kernel's copy and the decoder.
constexpr std::size_t kBuffer = 64 * 1024;

bool is_plain_file(int descriptor) {
  struct stat status {};
  return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

ByteStream::ByteStream(int descriptor)
    : descriptor_(descriptor), waits_(!is_plain_file(descriptor)), buffer_(kBuffer) {
  if (!waits_) posix_fadvise(descriptor_, 0, 0, POSIX_FADV_SEQUENTIAL);
}

ByteStream::~ByteStream() {
  if (descriptor_ != STDIN_FILENO) close(descriptor_);
}

void ByteStream::skip(std::uint64_t count) {
  const std::uint64_t here = std::min<std::uint64_t>(count, end_ - begin_);
  begin_ += static_cast<std::size_t>(here);
  to_skip_ += count - here;
}

ByteStream::Fill ByteStream::fill(std::size_t want, std::chrono::milliseconds wait) {
  if (begin_ == end_) {
    begin_ = end_ = 0;
  } else if (begin_ + want > buffer_.size() || begin_ > buffer_.size() / 2) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (want > buffer_.size()) buffer_.resize(want);

  if (waits_) {
    pollfd waiting{descriptor_, POLLIN, 0};
    const int timeout =
        wait.count() < 0 ? -1 : static_cast<int>(std::min<std::int64_t>(wait.count(), 1 << 30));
    const int ready = poll(&waiting, 1, timeout);
    if (ready == 0 || (ready < 0 && errno == EINTR)) return Fill::kIdle;
    if (ready < 0) return Fill::kError;
  }
  const ssize_t got = read(descriptor_, buffer_.data() + end_, buffer_.size() - end_);
  if (got < 0) return errno == EINTR || errno == EAGAIN ? Fill::kIdle : Fill::kError;
  if (got == 0) return Fill::kEnd;
  end_ += static_cast<std::size_t>(got);
  if (to_skip_ > 0) {
    const std::uint64_t count = to_skip_;
    to_skip_ = 0;
    skip(count);
  }
  return Fill::kMore;
}

}  // namespace lanwarden::agent
