#include "agent/audit/audit_views.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

using namespace lanwarden;
using namespace lanwarden::agent;
using topology::Time;
using topology::audit::Severity;

namespace {

constexpr Time kNoon{std::chrono::seconds{1'800'000'000}};

AuditFinding finding(const char* kind, Severity severity, const char* sw, const char* port,
                     const char* summary) {
  AuditFinding f;
  f.kind = kind;
  f.severity = severity;
  f.at = {sw, port};
  f.summary = summary;
  return f;
}

AuditReport report() {
  AuditReport r;
  r.time = kNoon;
  r.compared_with = kNoon - std::chrono::hours(2);
  r.switches = 3, r.ports = 72, r.links = 2, r.stations = 40;
  r.fresh.push_back(finding("link-gone", Severity::kWarning, "core", "1",
                            "the link core 1 - <b>&floor3</b> \"2\" is gone"));
  r.fresh.back().before = "core 1 - floor3 2";
  r.fresh.back().since = kNoon - std::chrono::hours(1);
  for (int i = 0; i < 9; ++i)
    r.fresh.push_back(
        finding("port-shut", Severity::kInfo, "floor3", ("A" + std::to_string(i)).c_str(), "it is shut"));
  r.standing.push_back(finding("snmp-v1", Severity::kInfo, "core", "", "core is asked with SNMPv1"));
  r.ended.push_back(finding("switch-silent", Severity::kCritical, "attic", "", "attic does not answer"));
  AuditReport::Acknowledged a{finding("several-stations", Severity::kInfo, "floor3", "B1", "5 stations"), {}};
  a.by.who = "anna", a.by.reason = "desk switch";
  r.acknowledged.push_back(a);
  return r;
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("an audit as JSON has the contract's fields, and none where nothing is known") {
  const Json j = audit_json(report());
  REQUIRE(j["findings"].size() == 10);
  const Json& gone = j["findings"][0];
  CHECK(gone["kind"] == "link-gone");
  CHECK(gone["severity"] == "warning");
  CHECK(gone["switch"] == "core");
  CHECK(gone["port"] == "1");
  CHECK(gone["before"] == "core 1 - floor3 2");
  CHECK_FALSE(gone.contains("after"));
  CHECK(gone["since"] == "2027-01-15T07:00:00Z");
  CHECK(gone["id"].get<std::string>().size() == 8);
  CHECK(j["standing"].size() == 1);
  CHECK_FALSE(j["standing"][0].contains("port"));
  CHECK(j["ended"].size() == 1);
  CHECK(j["acknowledged"][0]["acknowledged"]["reason"] == "desk switch");
  AuditReport first = report();
  first.first = true;
  CHECK_FALSE(audit_json(first).contains("against"));
}

TEST_CASE("an audit as text is short, and whole when asked for") {
  const Console console;
  const std::string text = audit_text(report(), console, 0, false);
  CHECK(count(text, "it is shut") == 5);
  CHECK(text.find("4 more of port-shut") != std::string::npos);
  CHECK(text.find("SNMPv1") == std::string::npos);
  CHECK(text.find("no longer: attic does not answer") != std::string::npos);
  CHECK(text.find("10 findings: 1 warning, 9 to know; 1 known before stands; 1 acknowledged") !=
        std::string::npos);
  // At 80 columns, too, the label keeps its margin and no line is longer.
  const std::string narrow = audit_text(report(), console, 80, false);
  CHECK(narrow.find("\ninfo       it is shut\n") != std::string::npos);
  std::istringstream lines(narrow);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 80);
  const std::string all = audit_text(report(), console, 0, true);
  CHECK(count(all, "it is shut") == 9);
  CHECK(all.find("SNMPv1") != std::string::npos);
  CHECK(all.find("by anna: desk switch") != std::string::npos);
}

TEST_CASE("what switches call themselves does not become HTML or XML") {
  for (const std::string& text : {audit_html(report()), audit_junit(report())}) {
    CHECK(text.find("<b>") == std::string::npos);
    CHECK(text.find("&lt;b&gt;&amp;floor3") != std::string::npos);
  }
}

TEST_CASE("JUnit counts what it lists") {
  const std::string text = audit_junit(report());
  CHECK(count(text, "<failure ") == 10);
  CHECK(text.find("failures=\"10\"") != std::string::npos);
  CHECK(text.find("tests=\"" + std::to_string(count(text, "<testcase ")) + "\"") != std::string::npos);
  CHECK(count(text, "name=\"vlan-mismatch\"/>") == 1);
}
