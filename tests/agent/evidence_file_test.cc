// --evidence: what is written, where, and with which words.
#include "agent/watch/evidence_file.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "agent/capture/frame_source.h"

namespace fs = std::filesystem;
using namespace lanwarden;
using agent::EvidenceFile;
using agent::EvidenceFrame;

namespace {

class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "lanwarden-evidence-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()));
    path = pattern;
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

topology::Time at(std::int64_t seconds) { return topology::Time{std::chrono::seconds(seconds)}; }

EvidenceFrame reply(std::int64_t time) {
  EvidenceFrame frame;
  frame.time = at(time);
  frame.bytes = {0x00, 0x0c, 0x29, 0, 0,    0x50, 0x00, 0x0d, 0x4b, 0xce, 0x20, 0xcd, 0x08, 0x06,
                 0,    1,    8,    0, 6,    4,    0,    2,    0x00, 0x0d, 0x4b, 0xce, 0x20, 0xcd,
                 10,   0,    0,    7, 0x00, 0x0c, 0x29, 0,    0,    0x50, 0,    0,    0,    0};
  frame.wire_length = 60;
  frame.interface = "eth0";
  return frame;
}

analysis::Finding finding() {
  analysis::Finding made;
  made.time = at(1'700'000'000);
  made.kind = "arp-bogus-responder";
  made.mac = topology::MacAddress{0x000d4bce20cdU};
  made.summary = "it takes every address";
  return made;
}

std::size_t frames_in(const fs::path& file) {
  auto source = agent::open_file(file.string(), 0);
  REQUIRE(source);
  std::size_t frames = 0;
  std::vector<analysis::RawFrame> batch;
  while ((*source)->next_batch(batch, std::chrono::milliseconds(0)) == agent::BatchStatus::kFrames)
    frames += batch.size();
  return frames;
}

}  // namespace

TEST_CASE("each frame says in words what it is, and of which finding") {
  std::vector<EvidenceFrame> frames = {reply(2), reply(1)};
  agent::comment(frames, finding());
  CHECK(frames[0].time == at(1));  // as they came
  CHECK(frames[0].comment ==
        "00:0d:4b:ce:20:cd answers 00:0c:29:00:00:50: 10.0.0.7 is at 00:0d:4b:ce:20:cd\n"
        "arp-bogus-responder (1 of 2): it takes every address");
}

TEST_CASE("one file takes all findings and can be read after each") {
  const Folder folder;
  const fs::path file = folder.path / "evidence.pcapng";
  auto evidence = EvidenceFile::open(file);
  REQUIRE(evidence);
  CHECK(frames_in(file) == 0);
  CHECK_FALSE((*evidence)->add(finding(), "{}", {reply(1), reply(2)}));
  CHECK(frames_in(file) == 2);
  CHECK_FALSE((*evidence)->add(finding(), "{}", {reply(3)}));
  CHECK(frames_in(file) == 3);
  CHECK((*evidence)->frames() == 3);
}

TEST_CASE("a folder takes a file for each finding, named for time, kind and station") {
  const Folder folder;
  auto evidence = EvidenceFile::open(folder.path / "all/");
  REQUIRE(evidence);
  CHECK_FALSE((*evidence)->add(finding(), "{}", {reply(1)}));
  CHECK_FALSE((*evidence)->add(finding(), "{}", {reply(2), reply(3)}));
  CHECK(frames_in(folder.path / "all/2023-11-14T221320Z-001-arp-bogus-responder-000d4bce20cd.pcapng") == 1);
  CHECK(frames_in(folder.path / "all/2023-11-14T221320Z-002-arp-bogus-responder-000d4bce20cd.pcapng") == 2);
}

TEST_CASE("what cannot be written is said once, with the file's name") {
  const auto nowhere = EvidenceFile::open("/nonexistent/evidence.pcapng");
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().find("/nonexistent/evidence.pcapng") != std::string::npos);
  auto full = EvidenceFile::open("/dev/full");
  CHECK_FALSE(full);
}
