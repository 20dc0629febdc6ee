// The report: whole, and safe whatever the network is called.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "agent/report/bundle.h"
#include "agent/report/frame_words.h"
#include "agent/report/html.h"
#include "agent/report/kind_words.h"
#include "analysis/kinds.h"

using namespace lanwarden::agent;
using lanwarden::topology::IfIndex;

namespace {

const Time kNoon = Time{} + std::chrono::hours{24 * 20'000 + 12};
const MacAddress kClock = *MacAddress::parse("00:0d:4b:ce:20:cd");

EvidenceFrame arp_answer() {
  EvidenceFrame f;
  f.time = kNoon + std::chrono::microseconds{123456};
  f.number = 9;
  f.interface = "eth0";
  f.bytes = {0x00, 0x0c, 0x29, 0x11, 0x22, 0x33, 0x00, 0x0d, 0x4b, 0xce, 0x20, 0xcd, 0x08, 0x06,
             0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x02, 0x00, 0x0d, 0x4b, 0xce, 0x20, 0xcd,
             0xc0, 0xa8, 0x00, 0x50, 0x00, 0x0c, 0x29, 0x11, 0x22, 0x33, 0x00, 0x00, 0x00, 0x00};
  f.wire_length = 60;
  return f;
}

std::string dump_of(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

/// A whole story; every text that can come from the network is `name`.
IncidentBundle bundle(const std::string& name) {
  IncidentBundle b;
  Incident& i = b.incident;
  i.id = 7;
  i.state = IncidentState::kVerified;
  i.kind = "arp-bogus-responder";
  i.severity = "critical";
  i.mac = kClock;
  i.summary = "answers every address probe " + name;
  i.switch_name = name;
  i.port = name;
  i.opened = i.updated = kNoon;
  const nlohmann::ordered_json finding = {
      {"kind", "arp-bogus-responder"},
      {"summary", name},
      {"interface", name},
      {"evidence", {{name, name}, {"addresses", {name, "192.168.0.80"}}}}};
  const nlohmann::ordered_json location = {
      {"verdict", "edge"},
      {"confidence", 0.98},
      {"evidence", {name}},
      {"way", {{{"switch", name}, {"out", name}}, {{"switch", "floor3"}, {"in", name}, {"out", "A1"}}}}};
  i.events = {{kNoon, IncidentState::kOpen, name, dump_of(finding)},
              {kNoon, IncidentState::kLocated, "floor3 A1; " + name, dump_of(location)},
              {kNoon, IncidentState::kIsolated, "floor3 A1 is shut: isolation 3", "not JSON " + name},
              {kNoon, IncidentState::kVerified, "the trouble ended: in 5.0 s", ""}};
  Isolation shut;
  shut.id = 3;
  shut.state = IsolationState::kActive;
  shut.incident = 7;
  shut.switch_name = name;
  shut.port = name;
  shut.ifindex = IfIndex{1};
  shut.who = shut.reason = shut.note = name;
  shut.intended = kNoon;
  b.isolations = {shut};
  b.frames = {arp_answer()};
  b.frames[0].interface = b.frames[0].comment = name;
  b.vendor = name;
  return b;
}

const ReportAbout kAbout{kNoon, "monitor", "0.1.0"};

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("texts are mended and escaped") {
  CHECK(html("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;");
  CHECK(html("a\tb\nc") == "a b c");
  CHECK(html(std::string("x\0y", 3)) == "x\xef\xbf\xbdy");
  CHECK(html("caf\xe9") == "caf\xef\xbf\xbd");  // Latin-1
  CHECK(html("caf\xc3\xa9") == "caf\xc3\xa9");  // UTF-8
  CHECK(html("\xe2\x80\xae"
             "evil") ==
        "\xef\xbf\xbd"
        "evil");                                                          // right-to-left override
  CHECK(html("\xc0\xbc") == "\xef\xbf\xbd\xef\xbf\xbd");                  // an overlong "<"
  CHECK(html("\xed\xa0\x80") == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");  // half a surrogate pair
  CHECK(html("\xf0\x9f\x98\x80") == "\xf0\x9f\x98\x80");
  CHECK(html("\xf0\x9f") == "\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(dot_text("a\"b\\N&lt;") == "a\\\"b\\\\N&amp;lt;");
}

TEST_CASE("a report tells the whole story in one file") {
  const std::string text = report_html(bundle("floor3"), kAbout);
  for (const char* part :
       {"A device claims addresses that are not its own", "RFC 5227", "00:0d:4b:ce:20:cd", "<svg",
        "the trouble ended: in 5.0 s", "lanwarden restore 3", "192.168.0.80 is at 00:0d:4b:ce:20:cd",
        "answer to a probe", "00 0d 4b ce 20 cd", ".123456", "confidence 0.98"})
    CHECK(text.find(part) != std::string::npos);
  // Nothing outside of it, and nothing that runs.
  for (const char* never : {"<script", "src=", "href=\"http", "url(", "@import", "<link"})
    CHECK(text.find(never) == std::string::npos);
}

TEST_CASE("no name from the network gets out of its place") {
  const std::string evil =
      "\"><script>alert(1)</script><img src=x onerror=alert(1)>'\\N\\\" ]; x -- y;\n</style>&lt;\xff\x1b[2J";
  const std::string text = report_html(bundle(evil), kAbout);
  for (const char* never : {"<script", "<img", "onerror=alert(1)>'", "\x1b", "\xff"})
    CHECK(text.find(never) == std::string::npos);
  CHECK(count(text, "</style>") == 1);
  CHECK(count(text, "<svg") == 1);  // the picture stands: the names did not break its language
  CHECK(count(text, "&lt;script&gt;") > 10);
}

TEST_CASE("the picture has the switches on the way and the device, and nothing when no way is known") {
  const std::string dot = way_dot(bundle("core"));
  CHECK(dot.find("s0 [label=\"core\"]") != std::string::npos);
  CHECK(dot.find("s1 [label=\"floor3\"]") != std::string::npos);
  CHECK(dot.find("s1 -- device [label=\"  A1, shut  \"") != std::string::npos);
  IncidentBundle nowhere = bundle("core");
  nowhere.incident.events.clear();
  CHECK(way_dot(nowhere).empty());
  CHECK(report_html(nowhere, kAbout).find("<svg") == std::string::npos);
}

TEST_CASE("an incident of which little is known still has a report") {
  IncidentBundle b;
  b.incident.id = 1;
  b.incident.kind = "a-kind-of-tomorrow";
  b.incident.severity = "warning";
  const std::string text = report_html(b, kAbout);
  CHECK(text.find("a-kind-of-tomorrow") != std::string::npos);
  CHECK(text.find("It could not be located") != std::string::npos);
  CHECK(text.find("No frame was kept") != std::string::npos);
  CHECK(text.find("00:00:00:00:00:00") == std::string::npos);
}

TEST_CASE("incident.json is the contract's incident, with what was done and the frames") {
  const auto j = bundle_json(bundle("floor3"));
  CHECK(j.at("id") == 7);
  CHECK(j.at("state") == "verified");
  CHECK(j.at("timeline").size() == 4);
  CHECK(j.at("isolations")[0].at("isolation") == 3);
  CHECK(j.at("frames")[0].at("text") == "192.168.0.80 is at 00:0d:4b:ce:20:cd (answer to a probe)");
  CHECK(j.at("frames")[0].at("time").get<std::string>().ends_with("Z"));
}

TEST_CASE("every kind of finding has words") {
  for (const auto kind : lanwarden::analysis::kKinds) {
    INFO(kind);
    CHECK(kind_words(kind).title != kind);
  }
}

TEST_CASE("octets that are no frame are shown, not decoded") {
  EvidenceFrame f = arp_answer();
  f.bytes.resize(5);
  CHECK(frame_words(f).text.starts_with("cannot be decoded: "));
  CHECK(hex_dump(f, 96) ==
        "0000  00 0c 29 11 22                                   ..).\"\n… 60 octets in all\n");
  f.bytes.clear();
  CHECK(hex_dump(f, 96) == "… 60 octets in all\n");
}
