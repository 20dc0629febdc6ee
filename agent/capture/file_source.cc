// Capture files and standard input, by CaptureFormat out of a ByteStream.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "agent/capture/byte_stream.h"
#include "agent/capture/capture_format.h"
#include "agent/capture/pcap_source.h"

namespace lanwarden::agent {
namespace {

using Cause = CaptureError::Cause;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kBatch = 512;
constexpr std::chrono::milliseconds kForEver{-1};

std::string for_people(const std::string& path) { return path == "-" ? "standard input" : path; }

tl::unexpected<CaptureError> error(Cause cause, std::string message) {
  return tl::unexpected(CaptureError{cause, std::move(message)});
}

class FileSource : public FrameSource {
 public:
  FileSource(std::string path, std::uint32_t source, std::unique_ptr<ByteStream> stream,
             std::unique_ptr<CaptureFormat> format)
      : name_(std::move(path)), stream_(std::move(stream)), format_(std::move(format)), count_{source, 0} {}

  const std::string& name() const override { return name_; }
  bool live() const override { return false; }
  CaptureStats stats() const override { return stats_; }

  topology::Result<BatchStatus, CaptureError> next_batch(std::vector<analysis::RawFrame>& out,
                                                         std::chrono::milliseconds wait) override {
    out.clear();
    if (ended_) return BatchStatus::kEnd;
    const auto until = Clock::now() + wait;
    for (;;) {
      const CaptureFormat::Outcome last = read_buffered(out);
      if (!out.empty())
        return BatchStatus::kFrames;  // before anything that moves the buffer they borrow from
      if (last.step == CaptureFormat::Step::kDamaged) return ended(damaged(last.cause));
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
      switch (stream_->fill(last.need, std::max(left, std::chrono::milliseconds(0)))) {
        case ByteStream::Fill::kMore:
          break;
        case ByteStream::Fill::kIdle:
          return BatchStatus::kIdle;
        case ByteStream::Fill::kError:
          return ended(error(Cause::kRead, fmt::format("{}: cannot be read any further: {}",
                                                       for_people(name_), std::strerror(errno))));
        case ByteStream::Fill::kEnd:
          return at_end();
      }
    }
  }

 private:
  CaptureFormat::Outcome read_buffered(std::vector<analysis::RawFrame>& out) {
    while (!stream_->skipping()) {
      const CaptureFormat::Outcome outcome = format_->read(stream_->peek(), out, kBatch, count_);
      stream_->consume(outcome.frames);
      switch (outcome.step) {
        case CaptureFormat::Step::kSkipped:
          ++count_.number;
          ++stats_.skipped;
          [[fallthrough]];
        case CaptureFormat::Step::kOther:
          stream_->skip(outcome.used);
          continue;
        case CaptureFormat::Step::kFull:
        case CaptureFormat::Step::kMore:
        case CaptureFormat::Step::kDamaged:
          stats_.received += out.size();
          return outcome;
      }
    }
    stats_.received += out.size();
    return {CaptureFormat::Step::kMore, 0, 0, 1, ""};
  }

  topology::Result<BatchStatus, CaptureError> ended(topology::Result<BatchStatus, CaptureError> result) {
    ended_ = true;
    return result;
  }

  topology::Result<BatchStatus, CaptureError> at_end() {
    if (stream_->skipping() || !stream_->peek().empty())
      return ended(
          error(Cause::kTruncated,
                fmt::format("{}: ends in the middle of a record, as when the writer was killed; the {} "
                            "frames before it were read",
                            for_people(name_), count_.number)));
    if (stats_.received == 0 && stats_.skipped > 0)
      return ended(tl::unexpected(no_ethernet(for_people(name_), format_->unreadable_link_type())));
    return ended(BatchStatus::kEnd);
  }

  topology::Result<BatchStatus, CaptureError> damaged(const char* cause) const {
    return error(Cause::kRead, fmt::format("{}: damaged after frame {}: {}; the frames before it were read",
                                           for_people(name_), count_.number, cause));
  }

  std::string name_;
  std::unique_ptr<ByteStream> stream_;
  std::unique_ptr<CaptureFormat> format_;
  CaptureStats stats_;
  FrameCount count_;
  bool ended_ = false;
};

// "gzip" and the command that undoes it, when the beginning says so.
std::optional<std::pair<const char*, const char*>> compression(std::span<const std::uint8_t> beginning) {
  struct Known {
    std::vector<std::uint8_t> magic;
    const char *name, *command;
  };
  static const std::vector<Known> kKnown = {{{0x1f, 0x8b}, "gzip", "zcat"},
                                            {{0x28, 0xb5, 0x2f, 0xfd}, "zstd", "zstdcat"},
                                            {{0xfd, '7', 'z', 'X', 'Z'}, "xz", "xzcat"},
                                            {{'B', 'Z', 'h'}, "bzip2", "bzcat"}};
  for (const Known& known : kKnown)
    if (beginning.size() >= known.magic.size() &&
        std::equal(known.magic.begin(), known.magic.end(), beginning.begin()))
      return std::pair{known.name, known.command};
  return std::nullopt;
}

CaptureError not_a_capture(const std::string& path, std::span<const std::uint8_t> beginning) {
  const std::string name = for_people(path);
  if (beginning.empty())
    return {Cause::kNotACapture, fmt::format("{}: is empty; a capture begins with a header", name)};
  if (const auto packed = compression(beginning))
    return {Cause::kNotACapture,
            path == "-" ? fmt::format("{}: is compressed with {}; put {} before lanwarden in the pipe", name,
                                      packed->first, packed->second)
                        : fmt::format("{}: is compressed with {}; try: {} {} | lanwarden watch -r -", name,
                                      packed->first, packed->second, path)};
  std::string begins;
  for (std::size_t i = 0; i < std::min<std::size_t>(4, beginning.size()); ++i)
    begins += fmt::format("{}{:02x}", i == 0 ? "" : " ", beginning[i]);
  return {Cause::kNotACapture,
          fmt::format("{}: neither pcap nor pcapng (it begins with {}); try: file {}", name, begins, name)};
}

CaptureError cannot_open(const std::string& path, int why) {
  switch (why) {
    case ENOENT:
    case ENOTDIR:
      return {Cause::kNotFound, fmt::format("{}: no such file; try: ls -l {}", path, path)};
    case EACCES:
    case EPERM:
      return {Cause::kPermission,
              fmt::format("{}: may not be read by this user; try: sudo chmod a+r {}, or run as root", path,
                          path)};
    default:
      return {Cause::kRead, fmt::format("{}: cannot be opened: {}", path, std::strerror(why))};
  }
}

}  // namespace

OpenResult open_file(const std::string& path, std::uint32_t source) {
  int descriptor = STDIN_FILENO;
  if (path != "-") {
    descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return tl::unexpected(cannot_open(path, errno));
  }
  auto stream = std::make_unique<ByteStream>(descriptor);
  struct stat status {};
  if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode))
    return error(Cause::kNotACapture,
                 fmt::format("{}: is a directory; try: lanwarden watch -r {}/FILE", path, path));

  // As much of the header as is needed to tell what it is. A pipe is waited for.
  const auto have = [&](std::size_t want) -> std::optional<CaptureError> {
    while (stream->peek().size() < want) {
      switch (stream->fill(want, kForEver)) {
        case ByteStream::Fill::kMore:
          continue;
        case ByteStream::Fill::kEnd:
          return std::nullopt;
        case ByteStream::Fill::kIdle:
          return CaptureError{Cause::kRead,
                              fmt::format("{}: interrupted before a capture came", for_people(path))};
        case ByteStream::Fill::kError:
          return CaptureError{Cause::kRead,
                              fmt::format("{}: cannot be read: {}", for_people(path), std::strerror(errno))};
      }
    }
    return std::nullopt;
  };
  if (auto failed = have(4)) return tl::unexpected(*failed);
  std::unique_ptr<CaptureFormat> format;
  switch (kind_of(stream->peek())) {
    case FileKind::kPcapng:
      format = make_pcapng_format();
      break;
    case FileKind::kPcap: {
      if (auto failed = have(kPcapHeader)) return tl::unexpected(*failed);
      if (stream->peek().size() < kPcapHeader)
        return error(Cause::kTruncated,
                     fmt::format("{}: ends within its header; no frame can be read", for_people(path)));
      format = make_pcap_format(stream->peek().first<kPcapHeader>());
      stream->consume(kPcapHeader);
      if (!is_readable_link_type(format->unreadable_link_type()))
        return tl::unexpected(no_ethernet(for_people(path), format->unreadable_link_type()));
      break;
    }
    case FileKind::kUnknown:
      if (path != "-")
        if (auto other = open_other_format(path, source)) return other;
      return tl::unexpected(not_a_capture(path, stream->peek()));
  }
  return std::make_unique<FileSource>(path, source, std::move(stream), std::move(format));
}

}  // namespace lanwarden::agent
