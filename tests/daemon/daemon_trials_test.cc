// The short forms of what ./dev soak and ./dev bench try for longer.
#include <catch2/catch.hpp>

#include "tests/daemon/site.h"
#include "tests/daemon/trials.h"

using namespace lanwarden::daemon_test;
using namespace std::chrono_literals;

namespace {

void stands(const Outcome& outcome) {
  if (!outcome.skipped.empty()) {
    WARN("SKIPPED: " + outcome.skipped);
    return;
  }
  for (const auto& line : outcome.measured) UNSCOPED_INFO(line);
  CHECK(outcome.problems == std::vector<std::string>{});
}

}  // namespace

TEST_CASE("the clock's port is down, by itself, while every switch is 20 ms away", "[reaction]") {
  stands(reaction(40, 200, 20ms, 0ms));
}

TEST_CASE(
    "trouble in the first second of a daemon that knows no switch yet: it looks first, and finds the port",
    "[reaction]") {
  stands(reaction(40, 200, 20ms, 0ms, false));
}

TEST_CASE("a daemon under all misfortunes at once loses nothing", "[soak]") {
  SoakOptions options;
  options.switches = 12;
  options.hosts = 60;
  options.span = 20s;
  options.poll_every = 5s;
  stands(soak(options));
}

TEST_CASE("a daemon killed at random moments leaves a store that opens and ports that open", "[kills]") {
  stands(kills(12, 7));
}

TEST_CASE("status: one screen of a daemon that runs, and what the store knows without one", "[status]") {
  SiteOptions options;
  options.switches = 6;
  options.hosts = 30;
  options.config = "[traps]\nlisten = \"127.0.0.1:1162\"\n";
  Site site(options);
  if (!site.missing().empty()) {
    WARN("SKIPPED: " + site.missing());
    return;
  }
  const auto without = site.lanwarden("status");
  CHECK(without.code == 1);
  CHECK(without.out.find("no lanwarden run works on this store") != std::string::npos);

  site.start();
  // Six switches that nobody knew, walked at once; one of them says that a link went down.
  REQUIRE(wait_for(30s, [&] {
    const json s = site.status();
    return s.is_object() && s["snmp"]["walks"].get<int>() >= 6;
  }));
  site.trap(2, 1);
  REQUIRE(wait_for(30s, [&] {
    const json s = site.status();
    return s.is_object() && s["switches"][2]["walks"].get<int>() >= 2;
  }));
  const json s = site.status();
  CHECK(s["running"] == true);
  CHECK(s["mode"] == "off");
  CHECK(s["interfaces"][0]["interface"] == "near0");
  CHECK(s["interfaces"][0]["listening"] == true);
  CHECK(s["snmp"]["notifications"] == 1);
  CHECK(s["snmp"]["asked_again"] == 1);
  CHECK(s["switches"].size() == 6);
  CHECK(s["switches"][2]["walks"] == 2);
  CHECK(s["switches"][3]["walks"] == 1);
  CHECK_FALSE(s["switches"][0].contains("error"));
  const auto screen = site.lanwarden("status");
  CHECK(screen.code == 0);
  for (const char* what : {"runs ", "near0: ", "6 switches", "6 answered", "1 notification by switches",
                           "0 incidents open", "ports shut none"})
    CHECK(screen.out.find(what) != std::string::npos);
  CHECK(site.stop() == 0);
  CHECK(site.lanwarden("status").code == 1);
}

TEST_CASE("a second daemon on the same store is refused, and the first goes on", "[status]") {
  SiteOptions options;
  options.switches = 2;
  options.hosts = 4;
  Site site(options);
  if (!site.missing().empty()) {
    WARN("SKIPPED: " + site.missing());
    return;
  }
  site.start();
  const auto second = site.lanwarden("run --user root");
  CHECK(second.code == 2);
  CHECK(second.errors.find("another lanwarden run works on this store") != std::string::npos);
  CHECK(site.status().is_object());
}
