// A capture of any length is read in the same memory.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "agent/capture/frame_source.h"
#include "analysis/detector.h"
#include "tests/bench/traces.h"

namespace fs = std::filesystem;
using namespace lanwarden;

namespace {

// Reads the file with every detector; the number of frames.
std::uint64_t listen(const std::string& file) {
  auto source = agent::open_file(file, 0);
  if (!source) return 0;
  analysis::Ear ear;
  const auto ignore = [](analysis::Finding&&) {};
  std::vector<analysis::RawFrame> batch;
  while ((*source)->next_batch(batch, std::chrono::milliseconds(0)) == agent::BatchStatus::kFrames)
    for (const auto& frame : batch) ear.on_frame(frame, ignore);
  ear.finish(ignore);
  return ear.frames();
}

// The largest memory of a process that does nothing else, KiB.
long memory_for(const fs::path& folder, std::uint64_t frames) {
  const std::string file = (folder / "trace.pcap").string();
  bench::write_trace(file, bench::Trace::kArp, frames);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) _exit(listen(file) == frames ? 0 : 1);
  int status = 0;
  rusage usage{};
  REQUIRE(wait4(child, &status, 0, &usage) == child);
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) == 0);
  return usage.ru_maxrss;
}

}  // namespace

TEST_CASE("ten times the frames need no more memory") {
  std::string pattern = (fs::temp_directory_path() / "lanwarden-memory-XXXXXX").string();
  REQUIRE(mkdtemp(pattern.data()));
  const long some = memory_for(pattern, 100'000), many = memory_for(pattern, 1'000'000);
  fs::remove_all(pattern);
  INFO(some << " KiB for 100,000 frames, " << many << " KiB for 1,000,000");
  CHECK(many < some + 1024);
}
