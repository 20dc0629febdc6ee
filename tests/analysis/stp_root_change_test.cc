#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/analysis/story.h"

using namespace lanwarden;
using namespace lanwarden::test;
using analysis::Severity;
using topology::MacAddress;

namespace {

constexpr std::uint64_t kCore = 0x001b'0d00'0001, kBackup = 0x001b'0d00'0002, kStranger = 0x00de'ad00'0001;

// A rapid spanning tree BPDU of the switch before our port.
Octets bpdu(unsigned priority, std::uint64_t root, bool change = false,
            std::uint64_t port = 0x001b'0d00'00aa) {
  Octets b{0x42, 0x42, 0x03, 0, 0, 2, 2};
  append(b, {change ? 0x3dU : 0x3cU, priority >> 8, priority & 0xff});
  append(b, MacAddress(root));
  append(b, {0, 0, 0x4e, 0x20, 0x80, 0});
  append(b, MacAddress(port));
  append(b, {0x80, 1, 0, 0, 20, 0, 2, 0, 15, 0, 0});
  return ethernet(mac("01:80:c2:00:00:00"), MacAddress(port), static_cast<std::uint16_t>(b.size()), b);
}

// Every two seconds.
void hellos(Story& story, double begin, double end, const Octets& octets) {
  for (double when = begin; when < end; when += 2) story.frame(when, octets);
}

std::vector<analysis::Finding> changes(Story& story) {
  story.end();
  return story.found("stp-root-change");
}

}  // namespace

TEST_CASE("a switch somebody brought along takes the root: a warning that names it") {
  Story story;
  hellos(story, 0, 60, bpdu(32768, kCore));
  hellos(story, 60, 80, bpdu(4096, kStranger));
  const auto found = changes(story);
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == Severity::kWarning);
  CHECK(found[0].mac == MacAddress(kStranger));
  CHECK(evidence<std::string>(found[0], "root_before") == "32768/00:1b:0d:00:00:01");
  CHECK(found[0].frames.size() == 3);
  CHECK(found[0].time == at(62));
}

TEST_CASE("a root that falls silent is replaced, and comes back: for the record") {
  Story story;
  hellos(story, 0, 60, bpdu(4096, kCore));
  hellos(story, 60, 120, bpdu(8192, kBackup));
  hellos(story, 120, 180, bpdu(4096, kCore));
  const auto found = changes(story);
  REQUIRE(found.size() == 2);
  for (const auto& finding : found) CHECK(finding.severity == Severity::kInfo);
}

TEST_CASE("everybody proposes himself while the tree is built: no finding") {
  Story story;
  for (unsigned n = 0; n < 5; ++n) {
    story.frame(n * 0.1, bpdu(32768, kStranger + n));
    story.frame(n * 0.1 + 0.05, bpdu(4096, kCore));
  }
  hellos(story, 1, 60, bpdu(4096, kCore));
  CHECK(changes(story).empty());
}

TEST_CASE("a root that takes over from one heard for some seconds only is told for the record") {
  Story story;
  story.frame(3, bpdu(8192, kCore));
  hellos(story, 14, 60, bpdu(0, kStranger));
  const auto found = changes(story);
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == Severity::kInfo);
  CHECK(found[0].mac == MacAddress(kStranger));
}

TEST_CASE("one odd BPDU is no change") {
  Story story;
  hellos(story, 0, 60, bpdu(4096, kCore));
  story.frame(60.5, bpdu(0, kStranger));
  hellos(story, 62, 120, bpdu(4096, kCore));
  CHECK(changes(story).empty());
}

TEST_CASE("a root that changes again and again is a warning, told once") {
  Story story;
  for (unsigned n = 0; n < 10; ++n)
    hellos(story, n * 30, (n + 1) * 30, n % 2 ? bpdu(8192, kBackup) : bpdu(4096, kCore));
  const auto found = changes(story);
  const auto warnings = std::count_if(found.begin(), found.end(),
                                      [](const auto& f) { return f.severity == Severity::kWarning; });
  CHECK(warnings == 1);
  CHECK(found.size() <= 4);
}

TEST_CASE("topology changes that do not end are a warning; some are daily life") {
  const auto play = [](unsigned changes_in_all) {
    Story story;
    for (unsigned n = 0; n < changes_in_all; ++n) {
      hellos(story, n * 8, n * 8 + 4, bpdu(4096, kCore, true));
      hellos(story, n * 8 + 4, n * 8 + 8, bpdu(4096, kCore, false));
    }
    return changes(story);
  };
  CHECK(play(30).empty());
  const auto found = play(75);
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == Severity::kWarning);
  CHECK(evidence<std::int64_t>(found[0], "topology_changes") == 60);
}
