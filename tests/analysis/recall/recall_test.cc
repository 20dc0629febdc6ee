// The lab's troubles are heard, and its everyday life raises no alarm.
#include <catch2/catch.hpp>

#include <map>

#include "tests/analysis/recall/measure.h"

using namespace lanwarden;
using namespace lanwarden::analysis;
using namespace lanwarden::analysis::recall;

namespace {

lab::World campus() {
  lab::WorldOptions o;
  o.seed = 11;
  o.switches = 60;
  o.hosts = 2000;
  o.vlans = 6;
  o.access_points = 5;
  o.virtual_hosts = 10;
  return lab::generate(o);
}

std::map<std::string, std::size_t> alarms(const Heard& heard) {
  std::map<std::string, std::size_t> out;
  for (const Finding& f : heard.findings)
    if (f.severity != Severity::kInfo) ++out[std::string(f.kind) + ": " + f.summary];
  return out;
}

}  // namespace

TEST_CASE("an hour of a campus of 2,000 hosts raises no alarm", "[recall][healthy]") {
  const lab::World world = campus();
  Ask ask;
  ask.traffic.troubles.clear();
  ask.traffic.campus = true;
  ask.traffic.seed = 5;
  ask.traffic.boots_within = std::chrono::minutes(50);
  ask.length = std::chrono::hours(1);
  const Heard heard = listen(world, ask);
  CHECK(heard.frames > 300'000);
  for (const auto& [text, count] : alarms(heard)) {
    INFO(count << " times " << text);
    CHECK(count == 0);
  }
}

TEST_CASE("a campus that comes up all at once raises no alarm", "[recall][healthy]") {
  const lab::World world = campus();
  Ask ask;
  ask.traffic.troubles.clear();
  ask.traffic.campus = true;
  ask.traffic.seed = 6;
  ask.traffic.boots_within = std::chrono::seconds(20);
  ask.length = std::chrono::minutes(5);
  for (const auto& [text, count] : alarms(listen(world, ask))) {
    INFO(count << " times " << text);
    CHECK(count == 0);
  }
}
