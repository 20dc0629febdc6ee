// The lab's troubles are heard, and its everyday life raises no alarm.
#include <catch2/catch.hpp>

#include <algorithm>
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
  ask.poller = true;
  const Heard heard = listen(world, ask);
  CHECK(heard.frames > 300'000);
  CHECK(std::count_if(heard.findings.begin(), heard.findings.end(), [](const Finding& f) {
          return f.kind == "arp-sweep" && f.mac == kPoller && f.severity == Severity::kInfo;
        }) == 1);
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

TEST_CASE(
    "every trouble of the lab is found when all of it is heard, and half of the frames suffice for the clock",
    "[recall]") {
  lab::WorldOptions o;
  o.seed = 900;  // none that ./dev recall shows
  o.hosts = 300;
  const lab::World world = lab::generate(o);
  Ask ask;
  ask.traffic.seed = 9;
  ask.traffic.trouble_at = std::chrono::seconds(30);
  ask.traffic.boots_within = std::chrono::seconds(150);
  for (const lab::TroubleName& trouble : lab::troubles()) {
    INFO(trouble.name);
    const Result r = measure(world, trouble, ask);
    CHECK(r.found);
    if (trouble.name == "arp-flood") continue;  // is a storm of broadcasts, too
    for (const std::string& other : r.bystanders) {
      INFO(other);
      CHECK(other.empty());
    }
  }
  ask.unseen = 0.5;
  CHECK(measure(world, lab::troubles().front(), ask).found);
}

namespace {

using Told = std::multimap<std::string, topology::Time>;

// Kind, station, severity; and when.
Told told(const Heard& heard) {
  Told out;
  for (const Finding& f : heard.findings)
    out.emplace(std::string(f.kind) + ' ' + f.mac.to_string() + ' ' + std::string(to_string(f.severity)),
                f.time);
  return out;
}

// A loop's first round may be routine.
bool same(const Told& a, const Told& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.first == y.first && std::chrono::abs(x.second - y.second) <= std::chrono::milliseconds(20);
  });
}

}  // namespace

TEST_CASE("what is passed by as routine changes no finding", "[recall][routine]") {
  lab::WorldOptions o;
  o.seed = 77;
  o.hosts = 120;
  const lab::World world = lab::generate(o);
  Ask ask;
  ask.traffic.seed = 4;
  ask.traffic.campus = true;
  // When most of what hosts ask is routine already.
  ask.traffic.trouble_at = std::chrono::minutes(6);
  ask.traffic.boots_within = std::chrono::minutes(9);
  ask.length = std::chrono::minutes(9);
  for (const double unseen : {0.0, 0.5})
    for (const lab::TroubleName& trouble : lab::troubles()) {
      INFO(trouble.name << ", unseen " << unseen);
      ask.traffic.troubles = {std::string(trouble.name)};
      ask.unseen = unseen;
      ask.examine_all = true;
      const Heard all = listen(world, ask);
      ask.examine_all = false;
      CHECK(all.findings.size() >= 4);
      CHECK(same(told(listen(world, ask)), told(all)));
    }
}
