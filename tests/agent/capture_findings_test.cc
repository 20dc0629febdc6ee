// What all detectors together say about real captures, against what is known of them.
#include <algorithm>
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

namespace {

struct Trouble {
  const char *file, *kind, *mac;
  std::uint64_t by_frame;  // the frame that decides comes no later
};
// One for each ANOMALY of expected.json. The station is the culprit's; null when it is not one.
const Trouble kTroubles[] = {
    {"arp/kholia_duplicate_ip_garp_fight_10-0.0-1415621710.pcap", "ip-conflict", "aa:bb:cc:00:0a:00", 1880},
    {"arp/pcaphunt_hs-arpScan.pcap", "arp-sweep", "00:0c:29:20:a8:7f", 300},
    {"arp/zeek_nmap-vsn.pcap", "arp-sweep", "c4:2c:03:3b:6c:aa", 400},
    {"ipv6nd/suricata_kill_router6.pcap", "rogue-router-advertisement", "00:50:b6:19:e6:50", 20},
    {"ipv6nd/suricata_rsmurf6.pcap", "broadcast-storm", nullptr, 1000},
    // The frames say who asks: expected.json names the server here.
    {"dhcp/zeek_dhcp_flood.pcap", "dhcp-flood", "90:b1:1c:99:49:29", 200},
};

bool is_detected(std::string_view kind) {
  if (kind != "broadcast-storm") return true;
  const auto& registry = analysis::detector_registry();
  return std::any_of(registry.begin(), registry.end(),
                     [](const auto& entry) { return entry.name.find("storm") != std::string_view::npos; });
}

}  // namespace

TEST_CASE("every trouble that is known in the real captures is found, with the culprit, and soon") {
  const auto captures = shared_captures();
  if (!captures) return;
  std::ifstream in(*captures / "expected.json");
  const auto expected = nlohmann::json::parse(in);
  std::size_t anomalies = 0;
  for (const auto& entry : expected.at("cases")) {
    if (!entry.at("expected_verdict").get<std::string>().starts_with("ANOMALY")) continue;
    ++anomalies;
    const std::string file = entry.at("file");
    INFO(file);
    const auto* trouble = std::find_if(std::begin(kTroubles), std::end(kTroubles),
                                       [&](const Trouble& t) { return file == t.file; });
    REQUIRE(trouble != std::end(kTroubles));
    if (!is_detected(trouble->kind)) {
      WARN("SKIPPED: no detector of " << trouble->kind << " for " << file);
      continue;
    }
    const auto found = findings_in(*captures / file);
    const auto it = std::find_if(found.begin(), found.end(),
                                 [&](const Finding& finding) { return finding.kind == trouble->kind; });
    REQUIRE(it != found.end());
    CHECK(it->severity != Severity::kInfo);
    if (trouble->mac) CHECK(it->mac.to_string() == trouble->mac);
    REQUIRE_FALSE(it->frames.empty());
    CHECK(it->frames.back().number <= trouble->by_frame);
    // And nothing else is raised about the same frames.
    for (const Finding& other : found) {
      INFO(other.kind << ": " << other.summary);
      CHECK((other.kind == trouble->kind || other.severity == Severity::kInfo));
    }
  }
  CHECK(anomalies == std::size(kTroubles));
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
