#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "agent/capture/frame_source.h"
#include "analysis/detector.h"

namespace fs = std::filesystem;
using namespace lanwarden;
using agent::BatchStatus;
using agent::CaptureError;
using agent::open_file;
using Octets = std::vector<std::uint8_t>;

namespace {

constexpr std::chrono::milliseconds kNoWait{0};

std::optional<fs::path> shared_captures() {
  const char* set = std::getenv("LANWARDEN_SHARED");
  const fs::path shared = set ? fs::path(set) : fs::path(LANWARDEN_SOURCE_DIR) / ".." / "shared";
  if (fs::is_directory(shared / "captures")) return shared / "captures";
  WARN("SKIPPED: no captures at " << shared << "; set LANWARDEN_SHARED");
  return std::nullopt;
}

// A file in a folder of its own that goes with it.
class TemporaryFile {
 public:
  explicit TemporaryFile(const Octets& contents) {
    std::string pattern = (fs::temp_directory_path() / "lanwarden-capture-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()));
    folder_ = pattern;
    std::ofstream(path(), std::ios::binary)
        .write(reinterpret_cast<const char*>(contents.data()), static_cast<std::streamsize>(contents.size()));
  }
  ~TemporaryFile() { fs::remove_all(folder_); }
  std::string path() const { return (folder_ / "test.pcap").string(); }

 private:
  fs::path folder_;
};

class Writer {
 public:
  explicit Writer(bool big_endian) : big_(big_endian) {}
  Writer& u16(unsigned v) { return octets(v, 2); }
  Writer& u32(std::uint32_t v) { return octets(v, 4); }
  Writer& raw(const Octets& more) {
    out.insert(out.end(), more.begin(), more.end());
    return *this;
  }
  Octets out;

 private:
  Writer& octets(std::uint32_t v, int count) {
    for (int i = 0; i < count; ++i)
      out.push_back(static_cast<std::uint8_t>(v >> (8 * (big_ ? count - 1 - i : i))));
    return *this;
  }
  bool big_;
};

const Octets kFrame(60, 0x11);

Octets pcap_header(bool big = false, std::uint32_t magic = 0xa1b2c3d4, std::uint32_t link_type = 1) {
  return Writer(big).u32(magic).u16(2).u16(4).u32(0).u32(0).u32(65535).u32(link_type).out;
}
Octets pcap_record(bool big, std::uint32_t seconds, std::uint32_t fraction) {
  return Writer(big).u32(seconds).u32(fraction).u32(60).u32(60).raw(kFrame).out;
}
Octets operator+(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Octets section() {
  return Writer(false).u32(0x0a0d0d0a).u32(28).u32(0x1a2b3c4d).u16(1).u16(0).u32(~0U).u32(~0U).u32(28).out;
}
Octets interface(unsigned link_type, std::uint32_t snapshot_length) {
  return Writer(false)
      .u32(1)
      .u32(32)
      .u16(link_type)
      .u16(0)
      .u32(snapshot_length)
      .u16(9)
      .u16(1)
      .raw({9, 0, 0, 0})
      .u32(0)
      .u32(32)
      .out;  // nanoseconds
}
Octets packet(std::uint32_t id, std::uint64_t nanoseconds) {
  return Writer(false)
      .u32(6)
      .u32(92)
      .u32(id)
      .u32(static_cast<std::uint32_t>(nanoseconds >> 32))
      .u32(static_cast<std::uint32_t>(nanoseconds))
      .u32(60)
      .u32(60)
      .raw(kFrame)
      .u32(92)
      .out;
}

struct Read {
  std::vector<topology::Time> times;
  std::vector<std::uint64_t> numbers;
  std::optional<CaptureError> error;
  agent::CaptureStats stats;
};

Read read_all(agent::FrameSource& source) {
  Read read;
  std::vector<analysis::RawFrame> batch;
  for (;;) {
    const auto status = source.next_batch(batch, kNoWait);
    if (!status) {
      read.error = status.error();
      break;
    }
    if (*status == BatchStatus::kEnd) break;
    for (const auto& frame : batch) {
      read.times.push_back(frame.time);
      read.numbers.push_back(frame.number);
      CHECK(frame.source == 7);
    }
  }
  read.stats = source.stats();
  return read;
}

Read read_all(const Octets& contents) {
  const TemporaryFile file(contents);
  auto source = open_file(file.path(), 7);
  REQUIRE(source);
  return read_all(**source);
}

CaptureError refused(const Octets& contents) {
  const TemporaryFile file(contents);
  auto source = open_file(file.path(), 7);
  REQUIRE_FALSE(source);
  CHECK(source.error().message.find(file.path()) != std::string::npos);
  return source.error();
}

topology::Time at(std::int64_t seconds, std::int64_t nanoseconds) {
  return topology::Time{std::chrono::seconds(seconds) + std::chrono::nanoseconds(nanoseconds)};
}

}  // namespace

TEST_CASE("a pcap file is read in either byte order, in micro- and nanoseconds") {
  for (const bool big : {false, true}) {
    CHECK(read_all(pcap_header(big) + pcap_record(big, 5, 6)).times == std::vector{at(5, 6000)});
    CHECK(read_all(pcap_header(big, 0xa1b23c4d) + pcap_record(big, 5, 6)).times == std::vector{at(5, 6)});
  }
}

TEST_CASE("frames are numbered from one, as Wireshark does") {
  Octets file = pcap_header();
  for (unsigned i = 0; i < 5000; ++i)
    file = std::move(file) + pcap_record(false, i, 0);  // more than one batch
  const Read read = read_all(file);
  REQUIRE(read.numbers.size() == 5000);
  CHECK(read.numbers.front() == 1);
  CHECK(read.numbers.back() == 5000);
  CHECK(read.stats.received == 5000);
}

TEST_CASE("of a file that was cut off, everything before the cut is read, and then it is said") {
  const Octets whole = pcap_header() + pcap_record(false, 1, 0) + pcap_record(false, 2, 0);
  for (std::size_t cut = 1; cut < 76; ++cut) {
    const Read read = read_all(Octets(whole.begin(), whole.end() - static_cast<std::ptrdiff_t>(cut)));
    CHECK(read.times.size() == 1);
    REQUIRE(read.error);
    CHECK(read.error->cause == CaptureError::Cause::kTruncated);
  }
  CHECK_FALSE(read_all(whole).error);
}

TEST_CASE("a file cut off within its header is called truncated") {
  CHECK(refused(Octets(10, 0) + Octets()).cause == CaptureError::Cause::kNotACapture);
  const Octets header = pcap_header();
  CHECK(refused(Octets(header.begin(), header.begin() + 10)).cause == CaptureError::Cause::kTruncated);
}

TEST_CASE("the interfaces of a pcapng may differ; frames that are no Ethernet are skipped and counted") {
  const Read read = read_all(section() + interface(1, 96) + interface(101, 0) + interface(113, 65535) +
                             packet(0, 1'000'000'007) + packet(1, 2'000'000'000) + packet(2, 3'000'000'009));
  CHECK_FALSE(read.error);
  CHECK(read.times == std::vector{at(1, 7), at(3, 9)});
  CHECK(read.numbers == std::vector<std::uint64_t>{1, 3});
  CHECK(read.stats.skipped == 1);
}

TEST_CASE("a capture of which no frame can be Ethernet is an error, not an empty result") {
  CHECK(refused(pcap_header(false, 0xa1b2c3d4, 101)).cause == CaptureError::Cause::kLinkType);
  const Read read = read_all(section() + interface(101, 0) + packet(0, 1));
  REQUIRE(read.error);
  CHECK(read.error->cause == CaptureError::Cause::kLinkType);
}

TEST_CASE("a record that claims more than a frame can have ends the reading") {
  const Read read = read_all(pcap_header() + pcap_record(false, 1, 0) +
                             Writer(false).u32(0).u32(0).u32(1U << 30).u32(60).out);
  CHECK(read.times.size() == 1);
  REQUIRE(read.error);
  CHECK(read.error->cause == CaptureError::Cause::kRead);
}

TEST_CASE("what cannot be opened is named, with its cause") {
  CHECK(open_file("/nonexistent/x.pcap", 0).error().cause == CaptureError::Cause::kNotFound);
  CHECK(open_file("/", 0).error().cause == CaptureError::Cause::kNotACapture);
  CHECK(refused({}).cause == CaptureError::Cause::kNotACapture);
  CHECK(refused({'P', 'K', 3, 4, 0, 0}).cause == CaptureError::Cause::kNotACapture);
  CHECK(refused({0x1f, 0x8b, 8, 0}).message.find("zcat") != std::string::npos);
  if (geteuid() != 0) {
    const TemporaryFile file(pcap_header());
    fs::permissions(file.path(), fs::perms::none);
    CHECK(open_file(file.path(), 0).error().cause == CaptureError::Cause::kPermission);
  } else {
    WARN("SKIPPED: root may read every file; the refused one is tested as another user");
  }
  CHECK(agent::open_interface("lanwarden-none", 0).error().message.find("lanwarden-none") !=
        std::string::npos);
}

TEST_CASE("a frame is handed over as soon as it stands in the pipe, not when the pipe ends") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const int saved = dup(STDIN_FILENO);
  REQUIRE(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
  const auto say = [&](const Octets& octets) {
    REQUIRE(write(ends[1], octets.data(), octets.size()) == static_cast<ssize_t>(octets.size()));
  };
  say(pcap_header());
  auto source = open_file("-", 7);
  REQUIRE(source);
  std::vector<analysis::RawFrame> batch;
  CHECK((*source)->next_batch(batch, kNoWait) == BatchStatus::kIdle);

  const Octets record = pcap_record(false, 1, 0);
  say(Octets(record.begin(), record.begin() + 30));  // half of it
  CHECK((*source)->next_batch(batch, kNoWait) == BatchStatus::kIdle);
  say(Octets(record.begin() + 30, record.end()));
  CHECK((*source)->next_batch(batch, kNoWait) == BatchStatus::kFrames);
  CHECK(batch.size() == 1);
  CHECK((*source)->next_batch(batch, kNoWait) == BatchStatus::kIdle);

  close(ends[1]);
  CHECK((*source)->next_batch(batch, kNoWait) == BatchStatus::kEnd);
  dup2(saved, STDIN_FILENO);
  close(saved);
  close(ends[0]);
}

TEST_CASE("of conformance captures, as many frames are read or skipped as Wireshark counts") {
  const auto captures = shared_captures();
  if (!captures) return;
  const std::pair<const char*, std::uint64_t> kCounts[] = {
      {"pcapng_suite_be_test004", 4}, {"pcapng_suite_be_test007", 1},
      {"pcapng_suite_be_test009", 2}, {"pcapng_suite_be_test011", 4},
      {"pcapng_suite_be_test013", 0}, {"pcapng_suite_be_test015", 0},
      {"pcapng_suite_be_test016", 4}, {"pcapng_suite_be_test100", 5},
      {"pcapng_suite_be_test101", 4}, {"pcapng_suite_be_test102", 5},
      {"pcapng_suite_be_test200", 0}, {"pcapng_suite_be_test201", 4},
      {"pcapng_suite_le_test001", 4}, {"pcapng_suite_le_test005", 4},
      {"pcapng_suite_le_test006", 5}, {"pcapng_suite_le_test007", 1},
      {"pcapng_suite_le_test008", 4}, {"pcapng_suite_le_test009", 2},
      {"pcapng_suite_le_test010", 4}, {"pcapng_suite_le_test014", 0},
      {"pcapng_suite_le_test017", 0}, {"pcapng_suite_le_test018", 4},
      {"pcapng_suite_le_test100", 5}, {"pcapng_suite_le_test200", 0},
      {"pcapng_suite_le_test201", 4}, {"pcapng_suite_le_test202", 8},
      {"pcapng_suite_le_test902", 1}, {"pcapplusplus_many_interfaces-1", 64},
      {"tcpdump_empty", 0},           {"tcpdump_time_2106_overflow", 1},
      {"tcpdump_time_2107", 1}};
  for (const auto& [name, frames] : kCounts) {
    INFO(name);
    auto source = open_file((*captures / "container" / (std::string(name) + ".pcapng")).string(), 7);
    REQUIRE(source);
    const Read read = read_all(**source);
    CHECK_FALSE(read.error);
    CHECK(read.stats.received + read.stats.skipped == frames);
  }
}

TEST_CASE("every real capture there is can be read to its end, or is refused with a reason") {
  const auto captures = shared_captures();
  if (!captures) return;
  std::size_t files = 0, frames = 0, refused_files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(*captures)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".pcap" && extension != ".pcapng") continue;
    INFO(entry.path());
    ++files;
    auto source = open_file(entry.path().string(), 7);
    if (!source) {
      ++refused_files;
      CHECK_FALSE(source.error().message.empty());
      CHECK((source.error().cause == CaptureError::Cause::kLinkType ||
             source.error().cause == CaptureError::Cause::kTruncated ||
             source.error().cause == CaptureError::Cause::kNotACapture));
      continue;
    }
    analysis::Ear ear;
    const auto ignore = [](analysis::Finding&&) {};
    std::vector<analysis::RawFrame> batch;
    for (;;) {
      const auto status = (*source)->next_batch(batch, kNoWait);
      if (!status || *status == BatchStatus::kEnd) break;
      for (const auto& frame : batch) ear.on_frame(frame, ignore);
    }
    ear.finish(ignore);
    frames += ear.frames();
  }
  CHECK(files > 200);
  CHECK(frames > 10'000);
  CHECK(refused_files < files / 3);
}
