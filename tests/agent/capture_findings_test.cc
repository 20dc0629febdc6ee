// What all detectors together say about real captures, against what is known of them.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "agent/capture/capture_format.h"
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

namespace {

// The octets of a capture in batches of `most` frames, each in memory that holds something else as soon as
// the next one is read; `foresees`: the ear is told which frames come next in the batch.
std::vector<Finding> findings_in_batches(std::vector<std::uint8_t> file, std::size_t most, bool foresees) {
  std::vector<Finding> found;
  const auto sink = [&](Finding&& finding) { found.push_back(std::move(finding)); };
  std::span<const std::uint8_t> rest{file};
  std::unique_ptr<agent::CaptureFormat> format;
  if (agent::kind_of(rest) == agent::FileKind::kPcapng) {
    format = agent::make_pcapng_format();
  } else {
    format = agent::make_pcap_format(rest.first<agent::kPcapHeader>());
    rest = rest.subspan(agent::kPcapHeader);
  }
  analysis::Ear ear;
  std::vector<analysis::RawFrame> batch;
  std::vector<std::vector<std::uint8_t>> octets;
  agent::FrameCount count;
  for (;;) {
    for (auto& old : octets) std::fill(old.begin(), old.end(), std::uint8_t{0xee});
    octets.clear();
    batch.clear();
    const auto outcome = format->read(rest, batch, most, count);
    for (analysis::RawFrame& frame : batch) {
      octets.emplace_back(frame.bytes.begin(), frame.bytes.end());
      frame.bytes = octets.back();
    }
    if (foresees) ear.expect(batch);
    for (const analysis::RawFrame& frame : batch) ear.on_frame(frame, sink);
    using Step = agent::CaptureFormat::Step;
    if (outcome.step == Step::kSkipped) ++count.number;
    const std::uint64_t used = outcome.frames + outcome.used;
    if (outcome.step == Step::kMore || outcome.step == Step::kDamaged || used > rest.size()) break;
    rest = rest.subspan(static_cast<std::size_t>(used));
  }
  ear.finish(sink);
  return found;
}

bool same(const Finding& a, const Finding& b) {
  return a.time == b.time && a.kind == b.kind && a.severity == b.severity && a.mac == b.mac &&
         a.vlan == b.vlan && a.summary == b.summary && a.evidence == b.evidence && a.frames == b.frames;
}

std::vector<std::uint8_t> octets_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("where one batch of frames ends and the next begins changes no finding") {
  const auto captures = shared_captures();
  if (!captures) return;
  std::size_t files = 0, findings = 0;
  for (const auto& entry : fs::recursive_directory_iterator(*captures)) {
    constexpr std::uintmax_t kMost = 2'000'000;  // octets: the large ones hold more of the same
    if (!entry.is_regular_file() || entry.file_size() > kMost) continue;
    const auto octets = octets_of(entry.path());
    if (octets.size() < agent::kPcapHeader || agent::kind_of(octets) == agent::FileKind::kUnknown) continue;
    INFO(entry.path());
    ++files;
    const auto all = findings_in_batches(octets, 1'000'000, true);
    findings += all.size();
    for (const std::size_t most : {1U, 3U, 64U}) {
      INFO("batches of " << most);
      const auto found = findings_in_batches(octets, most, most == 3);
      CHECK(std::equal(found.begin(), found.end(), all.begin(), all.end(), same));
    }
  }
  CHECK(files >= 20);
  CHECK(findings >= 20);
}
