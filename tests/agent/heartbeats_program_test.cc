// lanwarden heartbeats, as a person runs it.
#include <catch2/catch.hpp>

#include "tests/agent/program.h"

using namespace lanwarden::testing;

TEST_CASE("heartbeats lists the cards that beat, the costliest first, from a file and from a stream") {
  Folder f;
  generate(f, "--story clock");
  REQUIRE(sh(f, "$LAB traffic w --trouble heartbeats --for 60s -o beats.pcap").code == 0);
  const Ran ran = sh(f, "$LW heartbeats -r beats.pcap --json");
  REQUIRE(ran.code == 0);
  const auto beats = ran.json().at("heartbeats");
  REQUIRE(!beats.empty());
  CHECK(beats[0].at("ethertype") == "0x9000");
  CHECK(beats[0].at("name") == "LOOP");
  CHECK(beats[0].at("sources").size() >= 30);
  CHECK(beats[0].at("period_s").get<double>() == Approx(1.0).margin(0.02));
  for (std::size_t i = 1; i < beats.size(); ++i)
    CHECK(beats[i].at("frames_per_second") <= beats[i - 1].at("frames_per_second"));

  const Ran stream = sh(f, "cat beats.pcap | $LW heartbeats -r - --json");
  CHECK(stream.code == 0);
  CHECK(stream.json().at("heartbeats").size() == beats.size());

  const Ran text = sh(f, "$LW heartbeats -r beats.pcap");
  CHECK(text.code == 0);
  CHECK(mentions(text.out, "LOOP"));
  CHECK(mentions(text.out, "sources"));
}

TEST_CASE("heartbeats says what is wrong with its arguments") {
  Folder f;
  f.write("no.pcap", "this is no capture");
  CHECK(sh(f, "$LW heartbeats").code == 2);
  CHECK(sh(f, "$LW heartbeats -r absent.pcap").code == 2);
  CHECK(sh(f, "$LW heartbeats -r no.pcap").code == 2);
  CHECK(mentions(sh(f, "$LW heartbeats -i lo --for soon").err, "soon"));
  CHECK(mentions(sh(f, "$LW heartbeats --help").out, "examples:"));
}
