// The programs end to end: real UDP, real SNMP, a real database, the contract's JSON and exit codes.
#include "tests/agent/program.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>

using namespace lanwarden::testing;
using nlohmann::json;

TEST_CASE("in a campus of 50 switches and 1,000 hosts, where is right for every host", "[campus]") {
  const auto options = GENERATE(std::string("--lldp 1 --stp 1"), std::string("--lldp 0 --stp 0"));
  INFO(options);
  Folder f;
  const std::string lw =
      generate(f, "--switches 50 --hosts 1000 --seed 11 --unmanaged 8 --middles 2 " + options);
  Served served(f, "w");
  REQUIRE(sh(f, lw + "poll -q").code == 0);

  const json truth = json::parse(f.read("w/truth.json"));
  std::map<std::string, json> expected;
  std::string macs;
  for (const json& s : truth["stations"]) {
    expected[s["mac"]] = s;
    macs += s["mac"].get<std::string>() + "\n";
  }
  REQUIRE(expected.size() >= 1000);
  f.write("macs", macs);
  const Ran ran = sh(f, lw + "where - --json <macs");
  CHECK(ran.code == 0);
  std::size_t right = 0;
  for (const json& answer : ran.lines()) {
    const json& want = expected.at(answer["query"]);
    INFO(answer.dump() << "\n" << want.dump());
    REQUIRE(answer["results"].size() == 1);
    const json& got = answer["results"][0];
    CHECK(got["verdict"] == want["verdict"]);
    CHECK(got.value("switch", "") == want.value("switch", ""));
    CHECK(got.value("port", "") == want.value("port", ""));
    CHECK(answer["switches"]["answered"] == 50);
    ++right;
  }
  CHECK(right == expected.size());
}

TEST_CASE("a malformed configuration is exit 2, with file, line and key") {
  Folder f;
  f.write("bad.toml", "[[switch]]\nname = \"floor3\"\nadress = \"10.0.3.2\"\n");
  const Ran ran = sh(f, "$LW -c bad.toml poll");
  CHECK(ran.code == 2);
  CHECK(mentions(ran.err, "bad.toml:3"));
  CHECK(mentions(ran.err, "did you mean \"address\""));
  CHECK(ran.out.empty());
}

TEST_CASE("a switch that does not answer is named, and the others serve") {
  Folder f;
  const std::string lw = generate(f, "--switches 5 --hosts 20");
  const std::string dead =
      "[[switch]]\nname = \"attic\"\naddress = \"127.0.200.200:" + std::to_string(free_port()) +
      "\"\ncredential = \"ro\"\ntimeout = \"100ms\"\nretries = 0\n";
  f.write("w/lanwarden.toml", f.read("w/lanwarden.toml") + dead);
  {
    Served served(f, "w");
    const Ran poll = sh(f, lw + "poll --json");
    CHECK(poll.code == 0);
    CHECK(poll.json()["switches"]["asked"] == 6);
    CHECK(poll.json()["switches"]["answered"] == 5);
    CHECK(poll.json()["switches"]["failed"][0]["switch"] == "attic");
    CHECK(mentions(poll.err, "attic"));
  }
  const Ran none = sh(f, lw + "poll");
  CHECK(none.code == 3);
  // What was stored before is not lost.
  CHECK(sh(f, lw + "fdb --json").code == 0);
}

TEST_CASE("a wrong community is silence, and says what to look at, without the community") {
  Folder f;
  const std::string lw = generate(f, "--switches 2 --hosts 4");
  std::string toml = f.read("w/lanwarden.toml");
  const auto at = toml.find("\"public\"");
  REQUIRE(at != std::string::npos);
  toml.replace(at, 8, "\"wr0ng-s3cret\"");
  f.write("w/lanwarden.toml", toml + "[snmp]\ntimeout = \"100ms\"\nretries = 0\n");
  Served served(f, "w");
  const Ran ran = sh(f, lw + "check -v");
  CHECK(ran.code == 3);
  CHECK(mentions(ran.out + ran.err, "timeout"));
  CHECK(mentions(ran.out + ran.err, "credential"));
  CHECK_FALSE(mentions(ran.out + ran.err, "wr0ng-s3cret"));
}

TEST_CASE("a capture that ends in the middle of a frame gives everything before it") {
  Folder f;
  generate(f, "--story clock");
  REQUIRE(sh(f, "$LAB traffic w --trouble clock --for 30s -o whole.pcap").code == 0);
  const Ran whole = sh(f, "$LW watch -r whole.pcap --json");
  REQUIRE(whole.code == 1);
  const auto size = std::filesystem::file_size(f.path("whole.pcap"));
  std::filesystem::copy_file(f.path("whole.pcap"), f.path("cut.pcap"));
  std::filesystem::resize_file(f.path("cut.pcap"), size - 7);
  const Ran cut = sh(f, "$LW watch -r cut.pcap --json");
  CHECK(cut.code == 1);
  CHECK(cut.lines().size() == whole.lines().size());
  CHECK(mentions(cut.err, "cut.pcap"));

  f.write("no.pcap", "this is no capture");
  const Ran none = sh(f, "$LW watch -r no.pcap");
  CHECK(none.code == 2);
  CHECK(mentions(none.err, "no.pcap"));
  CHECK(sh(f, "$LW watch -r absent.pcap").code == 2);
}

TEST_CASE("--evidence keeps the frames that prove each finding, as captures that can be read again") {
  Folder f;
  generate(f, "--story clock");
  REQUIRE(sh(f, "$LAB traffic w --trouble clock --for 30s -o clock.pcap").code == 0);
  const Ran ran = sh(f, "$LW watch -r clock.pcap --evidence proof/ --json");
  CHECK(ran.code == 1);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(f.path("proof"))) {
    ++files;
    const Ran again = sh(f, "$LW watch -r " + entry.path().string());
    INFO(entry.path() << ": " << again.err);
    CHECK((again.code == 0 || again.code == 1));
    CHECK_FALSE(mentions(again.err, " 0 frames"));
  }
  CHECK(files == ran.lines().size());
  CHECK(sh(f, "$LW watch -r clock.pcap --evidence one.pcapng").code == 1);
  CHECK(sh(f, "$LW watch -r one.pcapng").code != 2);
  const Ran refused = sh(f, "$LW watch -r clock.pcap --evidence /nonexistent/x.pcapng");
  CHECK(refused.code == 2);
  CHECK(mentions(refused.err, "/nonexistent/x.pcapng"));
}

TEST_CASE("a store that cannot be written is one clear message, before anything is done") {
  Folder f;
  const std::string lw = generate(f, "--switches 2 --hosts 4");
  Served served(f, "w");
  const Ran ran = sh(f, lw + "--store /proc/lanwarden.db poll");
  CHECK(ran.code == 2);
  CHECK(mentions(ran.err, "/proc/lanwarden.db"));
  CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') <= 2);
}

TEST_CASE("a capture of the clock story is located and, as a dry run, would be isolated") {
  Folder f;
  const std::string lw = generate(f, "--story clock");
  Served served(f, "w");
  REQUIRE(sh(f, "$LAB traffic w --trouble clock --for 30s -o clock.pcap").code == 0);
  const Ran ran = sh(f, lw + "watch -r clock.pcap --locate --isolate --json");
  CHECK(ran.code == 1);
  json found;
  for (const json& finding : ran.lines())
    if (finding["kind"] == "arp-bogus-responder") found = finding;
  INFO(ran.out << ran.err);
  REQUIRE(found.is_object());
  CHECK(found["mac"] == "00:0d:4b:ce:20:cd");
  CHECK(found["severity"] == "critical");
  CHECK(found["location"]["verdict"] == "edge");
  CHECK(found["location"]["switch"] == "floor3");
  CHECK(found["location"]["port"] == "A1");
  CHECK(found["isolation"]["result"] == "would-isolate");
  CHECK(sh(f, lw + "restore --all --yes").code == 1);  // nothing was shut
  const json incident = sh(f, lw + "incidents --json").lines().at(0);
  CHECK(incident["state"] == "dry-run");

  CHECK(sh(f, lw + "incidents --open --since '1h ago' --json").lines().size() == 1);
  CHECK(sh(f, lw + "incidents --since 'in a while'").code == 2);
  CHECK(sh(f, lw + "report 99 -o bundle").code == 1);

  const Ran report = sh(f, lw + "report " + incident["id"].dump() + " -o bundle");
  INFO(report.out << report.err);
  CHECK(report.code == 0);
  const std::string page = f.read("bundle/report.html");
  for (const char* part :
       {"A device claims addresses that are not its own", "<svg", "floor3", "answer to a probe"})
    CHECK(mentions(page, part));
  CHECK_FALSE(mentions(page, "private"));
  CHECK(json::parse(f.read("bundle/incident.json"))["frames"].size() >= 2);
  CHECK(sh(f, "$LW watch -r bundle/evidence.pcapng").code != 2);  // it can be read again

  const Ran wild = sh(f, lw + "where ce:20:cd --json");
  CHECK(wild.code == 0);
  CHECK(wild.json()["results"][0]["mac"] == "00:0d:4b:ce:20:cd");
  CHECK(sh(f, lw + "where 02:00:00:00:00:99 --json").code == 1);
  CHECK(sh(f, lw + "where not-a-mac").code == 2);
  // Nothing that was printed or kept holds a community.
  CHECK_FALSE(mentions(ran.out + ran.err + f.read("w/lanwarden.db"), "private"));
}

TEST_CASE("a station that the last poll knows is no newcomer in a capture of this network, and another is") {
  Folder f;
  const std::string lw = generate(f, "--story clock");
  Served served(f, "w");
  REQUIRE(sh(f, "$LAB traffic w --trouble clock --for 30s -o clock.pcap").code == 0);
  const auto newcomers = [&](const std::string& options) {
    const Ran ran = sh(f, lw + "watch -r clock.pcap --json " + options);
    std::vector<std::string> stations;
    for (const json& finding : ran.lines())
      if (finding["kind"] == "new-station") stations.push_back(finding["mac"]);
    return stations;
  };
  CHECK(newcomers("").empty());  // within its first hour everybody is new
  REQUIRE(sh(f, lw + "poll").code == 0);
  const auto polled = newcomers("--locate");
  for (const std::string& station : polled) {
    INFO(station);
    const Ran where = sh(f, lw + "where --json --stored " + station);
    // In no table, or an address that a switch itself sends from.
    CHECK((where.code == 1 || where.json()["results"][0]["verdict"] == "infrastructure"));
  }
  CHECK(std::find(polled.begin(), polled.end(), "00:0d:4b:ce:20:cd") == polled.end());

  // One request of somebody whom no switch knows: as a pcap, in octets.
  const std::string stranger(
      "\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0"
      "\x05\x34\x57\x69\0\0\0\0\x2a\0\0\0\x2a\0\0\0"
      "\xff\xff\xff\xff\xff\xff\0\x1b\x21\xaa\xbb\x01\x08\x06\0\x01\x08\0\x06\x04\0\x01"
      "\0\x1b\x21\xaa\xbb\x01\xc0\xa8\0\xc8\0\0\0\0\0\0\xc0\xa8\0\x01",
      24 + 16 + 42);
  f.write("stranger.pcap", stranger);
  const Ran ran = sh(f, lw + "watch -r stranger.pcap --locate --json");
  INFO(ran.out << ran.err);
  REQUIRE(ran.lines().size() == 1);
  CHECK(ran.lines()[0]["kind"] == "new-station");
  CHECK(ran.lines()[0]["mac"] == "00:1b:21:aa:bb:01");
  CHECK(ran.lines()[0]["severity"] == "info");
}

TEST_CASE("isolate by hand shuts the port, reads it back, and restore opens it") {
  Folder f;
  const std::string lw = generate(f, "--story clock");
  Served served(f, "w");
  REQUIRE(sh(f, lw + "poll -q").code == 0);
  const Ran unconfirmed = sh(f, lw + "isolate 00:0d:4b:ce:20:cd --json");
  CHECK(unconfirmed.code == 4);
  const Ran shut = sh(f, lw + "isolate 00:0d:4b:ce:20:cd --yes --reason test --json");
  INFO(shut.out << shut.err);
  CHECK(shut.code == 0);
  CHECK(shut.json()["result"] == "isolated");
  CHECK(shut.json()["verified"]["admin_status"] == "down");
  const Ran opened = sh(f, lw + "restore --all --yes --json");
  CHECK(opened.code == 0);
  CHECK(opened.lines().at(0)["result"] == "restored");
  // An uplink is never shut, whoever asks.
  const json topology = sh(f, lw + "topology --stored --json").json();
  const json link = topology["links"].at(0)["a"];
  const Ran uplink = sh(f, lw + "isolate " + link["switch"].get<std::string>() + " '" +
                               link["port"].get<std::string>() + "' --yes --json");
  CHECK(uplink.code == 4);
  CHECK(uplink.json()["result"] == "refused");
}

TEST_CASE("the demo tells the story, and the trouble provably ends") {
  Folder f;
  const Ran ran = sh(f, "$LAB demo --lanwarden $LW --out story");
  INFO(ran.out << ran.err << f.read("story/programs.log"));
  CHECK(ran.code == 0);
  CHECK(mentions(ran.out, "floor3"));
  CHECK(mentions(f.read("story/topology.svg"), "<svg"));
}
