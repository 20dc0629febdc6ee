// What goes wrong in real networks: each gives a clear message, the right exit code, and changes nothing.
#include <catch2/catch.hpp>

#include "product.h"
#include "product_case.h"
#include "shared_lan.h"

using namespace lanwarden::integration;
using nlohmann::json;

namespace {

// Exit codes of the contract.
constexpr int kFindings = 1, kNoAnswer = 3, kGuardRail = 4;

/// On the management network, but nobody's.
constexpr const char* kNobody = "10.99.0.99";

std::vector<SwitchEntry> with(const LanPlan& plan, const std::string& name, void (*change)(SwitchEntry&)) {
  auto entries = entries_of(plan);
  for (auto& entry : entries)
    if (entry.name == name) change(entry);
  return entries;
}

}  // namespace

TEST_CASE("a wrong community is named with its switch, and the others still answer") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  const Product lanwarden(lan, "wrong-community",
                          with(lan.plan(), "floor1", [](auto& s) { s.credential = "wrong"; }));
  const auto checked = lanwarden.run({"check"});
  INFO("check: " << checked.everything());
  CHECK(checked.exit_code == kFindings);
  CHECK((checked.out + checked.err).find("floor1") != std::string::npos);
  CHECK((checked.out + checked.err).find("not-the-community") == std::string::npos);
  const auto polled = lanwarden.run({"poll"});
  INFO("poll: " << polled.everything());
  CHECK(polled.exit_code == 0);
  CHECK(polled.err.find("floor1") != std::string::npos);
  CHECK(lanwarden.run({"poll", "floor1"}).exit_code == kNoAnswer);
}

TEST_CASE("an unreachable switch is listed as failed, and does not stop the search") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  lan.announce_all();
  auto entries = entries_of(lan.plan());
  entries.push_back({"attic", kNobody, "v2c-read", ""});
  const Product lanwarden(lan, "unreachable", entries);
  const auto answer = lanwarden.run({"where", lan.plan().host_named(kClock).mac, "--json"});
  INFO(answer.everything());
  CHECK(answer.exit_code == 0);
  CHECK(answer.err.find("attic") != std::string::npos);
  const auto switches = answer.document().value("switches", json::object());
  CHECK(switches.value("asked", 0) == 4);
  CHECK(switches.value("answered", 0) == 3);
  REQUIRE(switches.value("failed", json::array()).size() == 1);
  CHECK(switches["failed"][0].value("switch", "") == "attic");
  CHECK_FALSE(switches["failed"][0].value("error", "").empty());
}

TEST_CASE("when no switch at all answers, that is what it says") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  const Product lanwarden(lan, "nobody", {{"attic", kNobody, "v2c-read", ""}});
  for (const std::string command : {"check", "poll"}) {
    const auto answer = lanwarden.run({command});
    INFO(command << ": " << answer.everything());
    CHECK(answer.exit_code == kNoAnswer);
    CHECK((answer.out + answer.err).find("attic") != std::string::npos);
  }
}

TEST_CASE("a switch that refuses the SET is named, and its port stays as it is") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  lan.announce_all();
  const Product lanwarden(lan, "read-only",
                          with(lan.plan(), "floor1", [](auto& s) { s.write_credential = "v2c-read"; }));
  const auto& printer = lan.plan().host_named("printer");
  const auto answer = lanwarden.run({"isolate", printer.mac, "--yes", "--json"});
  INFO(answer.everything());
  CHECK(answer.exit_code == kNoAnswer);
  CHECK(answer.document().value("result", "") == "failed");
  CHECK((answer.out + answer.err).find("floor1") != std::string::npos);
  CHECK(lan.admin_up(printer.switch_name, printer.port));
}

TEST_CASE("a switch without a write credential is never written to") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  lan.announce_all();
  const Product lanwarden(lan, "no-write", entries_of(lan.plan()));
  const auto& printer = lan.plan().host_named("printer");
  const auto answer = lanwarden.run({"isolate", printer.mac, "--yes", "--json"});
  INFO(answer.everything());
  CHECK(answer.exit_code == kGuardRail);
  CHECK(answer.document().value("result", "") == "refused");
  CHECK_FALSE(answer.document().value("refusals", json::array()).empty());
  CHECK(lan.admin_up(printer.switch_name, printer.port));
}

TEST_CASE("a port that others share is not shut for one of them") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  lan.announce_all();
  const Product lanwarden(lan, "shared", entries_of(lan.plan()));
  const auto answer = lanwarden.run({"isolate", lan.plan().host_named(kVictim).mac, "--yes", "--json"});
  INFO(answer.everything());
  CHECK(answer.exit_code == kGuardRail);
  CHECK(answer.document().value("result", "") == "refused");
  CHECK(lan.admin_up("core", "A2"));
}
