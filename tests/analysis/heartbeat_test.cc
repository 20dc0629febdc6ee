#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "tests/analysis/story.h"

using namespace lanwarden;
using namespace lanwarden::test;
using Names = std::vector<std::string>;
using Teams = std::vector<Names>;

namespace {

// Every line of the table is a broadcast frame: seconds,source.
void play(Story& story, const char* table, std::uint16_t ethertype) {
  std::ifstream in(std::string(LANWARDEN_SOURCE_DIR "/tests/data/") + table);
  REQUIRE(in);
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    const auto comma = line.find(',');
    REQUIRE(comma != std::string::npos);
    story.frame(std::stod(line.substr(0, comma)),
                ethernet(topology::kBroadcast, mac(line.substr(comma + 1)), ethertype, {0, 0, 0, 0}));
  }
}

void beat(Story& story, double when, topology::MacAddress from,
          topology::MacAddress to = topology::kBroadcast, std::uint16_t ethertype = 0x9000) {
  story.frame(when, ethernet(to, from, ethertype, {}));
}

}  // namespace

TEST_CASE("two seconds of the loop trace: one vendor's cards beat once a second, three pairs are teams") {
  Story story;
  play(story, "loop-trace.csv", 0x9000);
  CHECK(story.frames() == 43);
  story.end();
  REQUIRE(story.found().size() == 1);
  const auto& finding = story.found()[0];
  CHECK(finding.kind == "heartbeat-broadcast");
  CHECK(finding.severity == analysis::Severity::kWarning);
  CHECK(finding.mac.is_zero());
  CHECK(evidence<double>(finding, "period_s") == Approx(0.99).margin(0.015));
  CHECK(evidence<double>(finding, "jitter_s") < 0.02);
  CHECK(evidence<Names>(finding, "sources").size() == 36);
  CHECK(evidence<std::string>(finding, "ethertype") == "0x9000");
  CHECK(evidence<std::string>(finding, "oui") == "00:08:c7");
  CHECK(evidence<double>(finding, "frames_per_second") == Approx(21.5).margin(0.5));
  CHECK(evidence<Teams>(finding, "teams") == Teams{{"00:08:c7:c5:9c:fb", "00:08:c7:c5:9c:fc"},
                                                   {"00:08:c7:c5:9d:a7", "00:08:c7:c5:9d:a8"},
                                                   {"00:08:c7:c5:a0:41", "00:08:c7:c5:a0:42"}});
}

TEST_CASE("the load balancing trace: one source, about half a second") {
  Story story;
  play(story, "nlb-trace.csv", 0x886f);
  story.end();
  REQUIRE(story.found().size() == 1);
  const auto& finding = story.found()[0];
  CHECK(finding.kind == "heartbeat-broadcast");
  CHECK(finding.mac == mac("02:01:00:00:00:00"));
  CHECK(evidence<double>(finding, "period_s") == Approx(0.5).margin(0.02));
  CHECK(evidence<Names>(finding, "sources") == Names{"02:01:00:00:00:00"});
  CHECK(evidence<std::string>(finding, "ethertype") == "0x886f");
  CHECK_FALSE(has_evidence(finding, "oui"));
  CHECK(evidence<Teams>(finding, "teams").empty());
}

TEST_CASE("where fifty cards beat, two and a half seconds suffice") {
  Story story;
  for (unsigned second = 0; second < 4; ++second)
    for (unsigned n = 0; n < 50; ++n)
      beat(story, second + n * 0.019, topology::MacAddress(0x0008'c700'0000 + n * 256));
  REQUIRE(story.found().size() == 1);
  CHECK(story.found()[0].time - at(0) < std::chrono::milliseconds(3100));
  CHECK(evidence<Names>(story.found()[0], "sources").size() == 50);
}

TEST_CASE("missed beats do not change the period") {
  Story story;
  for (unsigned n = 0; n < 60; ++n)
    if (n % 5 != 3) beat(story, n * 2.0, mac("00:08:c7:00:00:01"));
  story.end();
  REQUIRE(story.found().size() == 1);
  CHECK(evidence<double>(story.found()[0], "period_s") == Approx(2.0));
}

TEST_CASE("broadcasts without a rhythm are no heartbeat") {
  Story story;
  double when = 0;
  for (unsigned n = 0; n < 60; ++n)
    beat(story, when += 0.01 * ((n * n * 7919) % 1013), mac("00:08:c7:00:00:01"), topology::kBroadcast,
         0x8888);
  story.end();
  CHECK(story.found().empty());
}

TEST_CASE("a benign protocol on its own multicast address, and a loop keepalive to itself, are no alarm") {
  Story story;
  for (unsigned n = 0; n < 60; ++n)
    for (unsigned bridge = 0; bridge < 20; ++bridge) {
      const topology::MacAddress from(0x001b'0d00'0000 + bridge * 0x1'0001);
      beat(story, n + bridge * 0.03, from, mac("01:80:c2:00:00:0e"), 0x88cc);
      beat(story, n + bridge * 0.03 + 0.01, from, from, 0x9000);
    }
  story.end();
  REQUIRE(story.found().size() == 2);  // not one for each of the twenty
  for (const auto& finding : story.found()) {
    CHECK(finding.kind == "heartbeat-protocol");
    CHECK(finding.severity == analysis::Severity::kInfo);
    CHECK(evidence<double>(finding, "period_s") == Approx(1.0).epsilon(0.01));
  }
  CHECK(evidence<std::string>(story.found()[0], "protocol") == "LLDP");
  CHECK(evidence<std::string>(story.found()[1], "protocol") == "LOOP");
}

TEST_CASE("a broadcast nobody knows is told with its bytes") {
  Story story;
  for (unsigned n = 0; n < 20; ++n)
    story.frame(n,
                ethernet(topology::kBroadcast, mac("00:08:c7:00:00:01"), 0x8765, {0xde, 0xad, 0xbe, 0xef}));
  story.end();
  REQUIRE(story.found().size() == 1);
  CHECK_FALSE(has_evidence(story.found()[0], "protocol"));
  CHECK(evidence<std::string>(story.found()[0], "payload").starts_with("deadbeef"));
}

TEST_CASE("how grave a broadcast is, is what it costs; it is told again when it becomes worse") {
  Story story;
  for (unsigned n = 0; n < 200; ++n) {
    const unsigned cards = n < 60 ? 2 : 40;
    for (unsigned card = 0; card < cards; ++card)
      beat(story, n + card * 0.02, topology::MacAddress(0x0008'c700'0000 + card * 256));
  }
  story.end();
  REQUIRE(story.found().size() == 2);
  CHECK(story.found()[0].severity == analysis::Severity::kInfo);
  CHECK(story.found()[1].severity == analysis::Severity::kWarning);
}

TEST_CASE("cards of one vendor that keep two periods are two heartbeats") {
  Story story;
  for (unsigned n = 0; n < 400; ++n)
    for (unsigned card = 0; card < 4; ++card) {
      const topology::MacAddress from(0x0008'c700'0000 + card * 256);
      if (card < 2 || n % 7 == 0) beat(story, n + card * 0.1, from);
    }
  story.end();
  REQUIRE(story.found().size() == 2);
  CHECK(evidence<double>(story.found()[0], "period_s") == Approx(1.0).epsilon(0.01));
  CHECK(evidence<Names>(story.found()[0], "sources").size() == 2);
  CHECK(evidence<double>(story.found()[1], "period_s") == Approx(7.0).epsilon(0.01));
}

TEST_CASE("neighbouring addresses that beat at different times are no team") {
  Story story;
  for (unsigned n = 0; n < 10; ++n) {
    beat(story, n, mac("00:08:c7:00:00:01"));
    beat(story, n + 0.4, mac("00:08:c7:00:00:02"));
  }
  story.end();
  REQUIRE(story.found().size() == 1);
  CHECK(evidence<Teams>(story.found()[0], "teams").empty());
}

TEST_CASE("frames that a mirror port delivers twice change nothing") {
  Story story;
  for (unsigned n = 0; n < 10; ++n)
    for (unsigned twice = 0; twice < 2; ++twice) beat(story, n + twice * 0.0001, mac("00:08:c7:00:00:01"));
  story.end();
  REQUIRE(story.found().size() == 1);
  CHECK(evidence<double>(story.found()[0], "period_s") == Approx(1.0).epsilon(0.001));
  CHECK(evidence<double>(story.found()[0], "frames_per_second") == Approx(1.0).epsilon(0.01));
}
