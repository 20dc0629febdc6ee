// What all detectors together say about real captures, against what is known of them.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "agent/capture/frame_source.h"
#include "analysis/detector.h"

namespace fs = std::filesystem;
using namespace lanwarden;
using analysis::Finding;
using analysis::Severity;

namespace {

std::optional<fs::path> shared_captures() {
  const char* set = std::getenv("LANWARDEN_SHARED");
  const fs::path shared = set ? fs::path(set) : fs::path(LANWARDEN_SOURCE_DIR) / ".." / "shared";
  if (fs::is_directory(shared / "captures")) return shared / "captures";
  WARN("SKIPPED: no captures at " << shared << "; set LANWARDEN_SHARED");
  return std::nullopt;
}

std::vector<Finding> findings_in(const fs::path& file) {
  std::vector<Finding> found;
  const auto sink = [&](Finding&& finding) { found.push_back(std::move(finding)); };
  auto source = agent::open_file(file.string(), 0);
  if (!source) return found;
  analysis::Ear ear;
  std::vector<analysis::RawFrame> batch;
  for (;;) {
    const auto status = (*source)->next_batch(batch, std::chrono::milliseconds(0));
    if (!status || *status == agent::BatchStatus::kEnd) break;
    for (const auto& frame : batch) ear.on_frame(frame, sink);
  }
  ear.finish(sink);
  return found;
}

}  // namespace

TEST_CASE("no alarm on any capture that is known to be benign") {
  const auto captures = shared_captures();
  if (!captures) return;
  std::ifstream in(*captures / "expected.json");
  const auto expected = nlohmann::json::parse(in);
  std::size_t benign = 0;
  for (const auto& entry : expected.at("cases")) {
    if (entry.at("expected_verdict").get<std::string>().starts_with("ANOMALY")) continue;
    ++benign;
    const std::string file = entry.at("file");
    for (const Finding& finding : findings_in(*captures / file)) {
      INFO(file << ": " << finding.summary);
      CHECK(finding.severity == Severity::kInfo);
    }
  }
  CHECK(benign >= 10);
}

TEST_CASE("the troubles in real captures are found, with the culprit, and soon") {
  const auto captures = shared_captures();
  if (!captures) return;
  struct Trouble {
    const char *file, *kind, *mac;
    std::uint64_t by_frame;  // the frame that decides comes no later
  };
  const Trouble troubles[] = {
      {"arp/kholia_duplicate_ip_garp_fight_10-0.0-1415621710.pcap", "ip-conflict", "aa:bb:cc:00:0a:00", 1880},
      {"arp/pcaphunt_hs-arpScan.pcap", "arp-sweep", "00:0c:29:20:a8:7f", 300},
      {"arp/zeek_nmap-vsn.pcap", "arp-sweep", "c4:2c:03:3b:6c:aa", 400},
  };
  for (const Trouble& trouble : troubles) {
    INFO(trouble.file);
    auto found = findings_in(*captures / trouble.file);
    std::erase_if(found, [](const Finding& finding) { return finding.kind == "heartbeat-protocol"; });
    REQUIRE(found.size() == 1);
    CHECK(found[0].kind == trouble.kind);
    CHECK(found[0].mac.to_string() == trouble.mac);
    CHECK(found[0].frames.back().number <= trouble.by_frame);
  }
}

TEST_CASE("what is found in all the other captures is told, with frames that prove it") {
  const auto captures = shared_captures();
  if (!captures) return;
  for (const auto& entry : fs::recursive_directory_iterator(*captures)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".pcap" && extension != ".pcapng") continue;
    for (const Finding& finding : findings_in(entry.path())) {
      INFO(entry.path() << ": " << finding.kind << ": " << finding.summary);
      CHECK_FALSE(finding.frames.empty());
      CHECK_FALSE(finding.evidence.empty());
      if (std::getenv("LANWARDEN_SHOW_FINDINGS"))
        std::cout << fs::relative(entry.path(), *captures).string() << ": " << to_string(finding.severity)
                  << " " << finding.kind << ": " << finding.summary << '\n';
    }
  }
}
