// What the daemon makes notices of, beside the steps of incidents.
#include "agent/notify/telling.h"

#include <catch2/catch.hpp>

#include "tests/agent/config_scratch.h"

using namespace lanwarden;
using namespace lanwarden::agent;

namespace {

struct Desk {
  explicit Desk(const std::string& toml = {}) : folder(toml) { app.options.config = folder.file().string(); }
  agent::testing::ConfigFolder folder;
  App app;
  std::vector<Notice> told;
  Telling telling{app, [this](Notice n) { told.push_back(std::move(n)); }};
};

AuditFinding finding(const char* kind, topology::audit::Severity severity, const char* sw) {
  AuditFinding f;
  f.kind = kind;
  f.severity = severity;
  f.summary = std::string(sw) + ": " + kind;
  f.at.sw = sw;
  return f;
}

using Severity = topology::audit::Severity;

}  // namespace

TEST_CASE("each new finding of an audit is a notice of its own, from the severity that is wanted") {
  Desk desk;
  AuditReport report;
  report.fresh = {finding("link-gone", Severity::kWarning, "floor3"),
                  finding("port-unused", Severity::kInfo, "floor4"),
                  finding("switch-silent", Severity::kCritical, "floor5")};
  report.standing = {finding("vlan-mismatch", Severity::kWarning, "floor6")};
  desk.telling.audited(report);
  // Silence is told by the polls, sooner; what stands was told before.
  REQUIRE(desk.told.size() == 1);
  CHECK(desk.told[0].event == "audit-finding");
  CHECK(desk.told[0].severity == "warning");
  CHECK(desk.told[0].kind == "link-gone");
  CHECK(desk.told[0].switch_name == "floor3");
  CHECK(desk.told[0].data_json.find("\"link-gone\"") != std::string::npos);

  Desk wants_all("[audit]\ntell = \"info\"\n");
  wants_all.telling.audited(report);
  CHECK(wants_all.told.size() == 2);
}

TEST_CASE("the first audit, and one that finds very much, are one notice") {
  AuditReport report;
  for (int n = 0; n < 31; ++n) report.fresh.push_back(finding("link-gone", Severity::kWarning, "floor3"));
  Desk desk;
  desk.telling.audited(report);
  REQUIRE(desk.told.size() == 1);
  CHECK(desk.told[0].severity == "warning");
  CHECK(desk.told[0].text.find("31") != std::string::npos);
  report.first = true;
  desk.telling.audited(report);
  REQUIRE(desk.told.size() == 2);
  CHECK(desk.told[1].severity == "info");
  CHECK(desk.told[1].text.starts_with("the first audit of the wiring: "));
  desk.telling.audited(AuditReport{});
  CHECK(desk.told.size() == 2);
}

TEST_CASE("an interface that goes away is told once, and once when it is back") {
  Desk desk;
  desk.telling.interface_back("eth0");
  CHECK(desk.told.empty());
  desk.telling.interface_lost("eth0", "eth0: is down");
  desk.telling.interface_lost("eth0", "eth0: is down");
  desk.telling.interface_back("eth0");
  REQUIRE(desk.told.size() == 2);
  CHECK(desk.told[0].event == "interface-lost");
  CHECK(desk.told[0].text == "eth0: is down");
  CHECK(desk.told[1].event == "interface-back");
}
