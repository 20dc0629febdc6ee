// What `heartbeats` prints, made from a census of known frames.
#include "agent/output/census_views.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

using namespace lanwarden;
using namespace lanwarden::agent;
using analysis::BeatKind;
using analysis::CensusRow;
using analysis::Service;
using topology::MacAddress;

namespace {

topology::Time at(double seconds) {
  return topology::Time{
      std::chrono::duration_cast<topology::Duration>(std::chrono::duration<double>(seconds))};
}

CensusRow row(Service service, MacAddress to, std::size_t sources, double period, double rate, double share) {
  CensusRow r;
  r.kind.service = service;
  r.kind.destination = to;
  r.kind.vendor = 0x0008c7;
  r.rhythm = {period, period / 100};
  for (std::size_t n = 0; n < sources; ++n)
    r.sources.push_back({MacAddress(0x0008'c700'0000 + n), 60, 1, at(0), at(60)});
  r.frames = 60 * sources;
  r.missed = sources;
  r.first = at(0);
  r.last = at(60);
  r.frames_per_second = rate;
  r.octets_per_second = rate * 60;
  r.share = share;
  r.payload = {0xde, 0xad};
  return r;
}

CensusReport report() {
  CensusReport out;
  out.places = {{"eth0", {3000, 100, at(0), at(60)}}};
  out.rows = {
      row({Service::Layer::kEtherType, 0, 0x9000, 0}, topology::kBroadcast, 50, 1, 50, 0.9),
      row({Service::Layer::kEtherType, 0, 0x8765, 0}, topology::kBroadcast, 1, 2.5, 0.4, 0.05),
      row({Service::Layer::kEtherType, 0xfe, 0x8892, 0}, MacAddress(0x010e'cf00'0000), 1, 30, 0.033, 0.0005)};
  out.rows[0].teams = {{MacAddress(0x0008'c700'0000), MacAddress(0x0008'c700'0001)}};
  return out;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

}  // namespace

TEST_CASE("the census fits a terminal of 80 columns, and keeps its order") {
  const VendorNames vendors("/nonexistent");
  Console console;
  const auto text = lines(to_text(report(), vendors, console, 80, false));
  REQUIRE(text.size() > 4);
  for (std::size_t i = 0; i < 4; ++i) {
    INFO(text[i]);
    CHECK(text[i].size() <= 80);
  }
  CHECK(text[0].starts_with("NAME"));
  CHECK(text[1].starts_with("LOOP"));
  CHECK(text[1].find("50 sources") != std::string::npos);
  CHECK(text[1].find("1.00 s") != std::string::npos);
  CHECK(text[1].find("90.0 %") != std::string::npos);
  CHECK(text[2].starts_with("0x8765"));
  CHECK(text[3].find("2.0/min") != std::string::npos);
  CHECK(text[3].find("<0.1 %") != std::string::npos);
}

TEST_CASE("below the table: what is not known, with its bytes, teams, and what it is a share of") {
  const VendorNames vendors("/nonexistent");
  Console console;
  const std::string text = to_text(report(), vendors, console, 140, false);
  CHECK(text.find("EtherType 0x8765 is not known; it begins: de ad") != std::string::npos);
  CHECK(text.find("pairs of neighbouring addresses") != std::string::npos);
  CHECK(text.find("eth0: 3000 broadcast and 100 multicast frames in 60.00 s (51.7/s)") != std::string::npos);
  CHECK(to_text(report(), vendors, console, 140, true).find("00:08:c7:00:00:31  60 frames, 1 missed") !=
        std::string::npos);
}

TEST_CASE("where nothing beats, the census says so, and how much was heard") {
  const VendorNames vendors("/nonexistent");
  Console console;
  CensusReport quiet = report();
  quiet.rows.clear();
  CHECK(to_text(quiet, vendors, console, 80, false).find("nothing beats") != std::string::npos);
  quiet.places[0].totals = {};
  CHECK(to_text(quiet, vendors, console, 80, false) == "eth0: nobody said anything to everybody");
}

TEST_CASE("the census as JSON has the evidence fields of heartbeat-broadcast; unknown is absent") {
  const VendorNames vendors("/nonexistent");
  const Json j = to_json(report(), vendors);
  REQUIRE(j.at("heartbeats").size() == 3);
  const Json& loop = j["heartbeats"][0];
  CHECK(loop.at("name") == "LOOP");
  CHECK(loop.at("to") == "broadcast");
  CHECK(loop.at("ethertype") == "0x9000");
  CHECK(loop.at("oui") == "00:08:c7");
  CHECK(loop.at("period_s") == 1.0);
  CHECK(loop.at("sources").size() == 50);
  CHECK(loop.at("teams") == Json::parse(R"([["00:08:c7:00:00:00", "00:08:c7:00:00:01"]])"));
  CHECK(loop.at("first_seen") == "1970-01-01T00:00:00.000Z");
  CHECK_FALSE(loop.contains("vendor"));
  CHECK_FALSE(loop.contains("vlan"));
  CHECK(j["heartbeats"][1].at("payload") == "dead");
  CHECK_FALSE(j["heartbeats"][1].contains("protocol"));
  CHECK(j.at("places")[0].at("broadcast") == 3000);
}
