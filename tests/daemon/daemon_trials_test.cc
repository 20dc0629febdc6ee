// The short forms of what ./dev soak and ./dev bench try for longer.
#include <catch2/catch.hpp>

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
