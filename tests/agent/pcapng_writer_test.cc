// Evidence files: what was written is read back, by our reader and by other people's tools.
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "agent/capture/frame_source.h"
#include "agent/capture/pcapng_writer.h"

namespace fs = std::filesystem;
using namespace lanwarden;
using agent::EvidenceFrame;
using analysis::LinkType;

namespace {

EvidenceFrame frame(std::int64_t nanoseconds, std::size_t length, std::string interface, std::string comment,
                    LinkType link_type = LinkType::kEthernet) {
  EvidenceFrame made;
  made.time = topology::Time{std::chrono::nanoseconds(nanoseconds)};
  made.bytes.assign(length, 0x11);
  made.wire_length = static_cast<std::uint32_t>(length);
  made.link_type = link_type;
  made.interface = std::move(interface);
  made.comment = std::move(comment);
  return made;
}

// A file of these octets in a folder that goes with it.
class Written {
 public:
  explicit Written(const std::string& octets) {
    std::string pattern = (fs::temp_directory_path() / "lanwarden-evidence-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()));
    folder_ = pattern;
    std::ofstream(path(), std::ios::binary) << octets;
  }
  ~Written() { fs::remove_all(folder_); }
  std::string path() const { return (folder_ / "evidence.pcapng").string(); }

 private:
  fs::path folder_;
};

struct Said {
  int code = -1;
  std::string text;
};
Said said_by(const std::string& command) {
  Said said;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  REQUIRE(pipe);
  char buffer[4096];
  while (const std::size_t got = fread(buffer, 1, sizeof buffer, pipe)) said.text.append(buffer, got);
  const int status = pclose(pipe);
  said.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return said;
}

// A gratuitous ARP request: something the tools can name.
EvidenceFrame clock_claims(std::int64_t nanoseconds) {
  EvidenceFrame made =
      frame(nanoseconds, 0, "eth0", "clock says: 10.0.0.7 is mine \xe2\x80\x93 and it is not");
  made.bytes = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x0d, 0x4b, 0xce, 0x20, 0xcd, 0x08, 0x06,
                0,    1,    8,    0,    6,    4,    0,    1,    0x00, 0x0d, 0x4b, 0xce, 0x20, 0xcd,
                10,   0,    0,    7,    0,    0,    0,    0,    0,    0,    10,   0,    0,    7};
  made.bytes.resize(60);
  made.wire_length = 60;
  return made;
}

}  // namespace

TEST_CASE("evidence is read back as it was written") {
  const std::vector<EvidenceFrame> frames = {
      frame(1'700'000'000'123'456'789, 60, "eth0", "first"),
      frame(1'700'000'000'123'456'790, 61, "eth1", ""),  // a length that needs padding
      frame(1'700'000'001'000'000'000, 33, "eth0", "cooked", LinkType::kLinuxSll),
      frame(1'700'000'002'000'000'000, 0, "", ""),
  };
  const Written file(agent::to_pcapng(frames, "the whole"));
  auto source = agent::open_file(file.path(), 0);
  REQUIRE(source);
  std::vector<analysis::RawFrame> batch;
  REQUIRE((*source)->next_batch(batch, std::chrono::milliseconds(0)));
  REQUIRE(batch.size() == frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    CHECK(batch[i].time == frames[i].time);
    CHECK(std::equal(batch[i].bytes.begin(), batch[i].bytes.end(), frames[i].bytes.begin(),
                     frames[i].bytes.end()));
    CHECK(batch[i].wire_length == frames[i].wire_length);
    CHECK(batch[i].link_type == frames[i].link_type);
  }
  CHECK(*(*source)->next_batch(batch, std::chrono::milliseconds(0)) == agent::BatchStatus::kEnd);
}

TEST_CASE("a frame cut short keeps its length on the wire, and hostile texts and times fit the format") {
  EvidenceFrame cut = frame(-5, 60, "eth0", std::string(65'534, 'x') + "\xc3\xa4 and more");
  cut.wire_length = 1514;
  const Written file(agent::to_pcapng(std::vector{cut}, std::string(70'000, 'y')));
  auto source = agent::open_file(file.path(), 0);
  REQUIRE(source);
  std::vector<analysis::RawFrame> batch;
  REQUIRE((*source)->next_batch(batch, std::chrono::milliseconds(0)));
  REQUIRE(batch.size() == 1);
  CHECK(batch[0].wire_length == 1514);
  CHECK(batch[0].bytes.size() == 60);
  CHECK(batch[0].time == topology::Time{});
}

TEST_CASE("evidence opens in other people's tools, comments and all") {
  const Written file(agent::to_pcapng(std::vector{clock_claims(1'700'000'000'123'456'789)}, "incident 7"));
  unsigned tried = 0;
  const auto try_tool = [&](const char* tool, const std::string& arguments,
                            const std::vector<std::string>& expected) {
    if (said_by(std::string("command -v ") + tool).code != 0) {
      WARN("SKIPPED: " << tool << " is not installed");
      return;
    }
    ++tried;
    const Said said = said_by(std::string(tool) + " " + arguments);
    INFO(tool << " said: " << said.text);
    CHECK(said.code == 0);
    for (const std::string& words : expected) CHECK(said.text.find(words) != std::string::npos);
  };
  try_tool("tcpdump", "-tt -nr " + file.path(), {"1700000000.123456", "who-has 10.0.0.7"});
  try_tool("capinfos", file.path(), {"incident 7", "Number of packets:   1", "Name = eth0", "lanwarden"});
  try_tool("tshark",
           "-r " + file.path() +
               " -T fields -e frame.time_epoch -e arp.src.proto_ipv4 -e frame.comment -o "
               "gui.console_open:NEVER",
           {"1700000000.123456789", "10.0.0.7", "clock says: 10.0.0.7 is mine \xe2\x80\x93 and it is not"});
  if (tried == 0) WARN("SKIPPED: none of tcpdump, capinfos, tshark is there to look at the evidence");
}
