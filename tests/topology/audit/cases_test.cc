// What the building of 200 switches cannot show: switches that come and go, old ports, and words.
#include <catch2/catch.hpp>

#include "tests/topology/audit/building.h"
#include "topology/audit/words.h"

using namespace lanwarden;
using namespace lanwarden::topology::audit;
using topology::OperStatus;
using topology::VlanId;

namespace {

lab::World small() {
  lab::WorldOptions o;
  o.switches = 6, o.hosts = 60;
  return lab::generate(o);
}

}  // namespace

TEST_CASE("switches that come, go, and come back") {
  const lab::World world = small();
  auto fewer = [&](topology::Time now) {
    auto all = polled(world, now);
    all.pop_back();
    return all;
  };
  const std::string last = world.switches.back().name;
  Auditor auditor;
  auditor.audit(fewer(kMonday), kMonday);
  const auto come = auditor.audit(polled(world, kMonday + kHour), kMonday + kHour);
  INFO(lines(come.fresh) << lines(come.ended));
  CHECK(lines(come.fresh).find("switch-new " + last) != std::string::npos);
  const auto gone = auditor.audit(fewer(kMonday + 2 * kHour), kMonday + 2 * kHour);
  CHECK(lines(gone.fresh).find("switch-removed " + last) != std::string::npos);
  CHECK(lines(gone.fresh).find("link-gone") == std::string::npos);  // that its links went is no other matter

  Circumstances silent;
  silent.silent = {world.switches[2].name};
  const auto quiet = auditor.audit(fewer(kMonday + 3 * kHour), kMonday + 3 * kHour, silent);
  CHECK(lines(quiet.fresh) == "switch-silent " + world.switches[2].name + ": answered -> silent\n");
  const auto still = auditor.audit(fewer(kMonday + 4 * kHour), kMonday + 4 * kHour, silent);
  CHECK(still.fresh.empty());
  REQUIRE_FALSE(still.standing.empty());
  CHECK(still.standing[0].since == kMonday + 3 * kHour);
  const auto back = auditor.audit(fewer(kMonday + 5 * kHour), kMonday + 5 * kHour);
  CHECK(lines(back.fresh).find("switch-new " + world.switches[2].name + " [back]: silent -> answers") !=
        std::string::npos);
  CHECK(lines(back.ended).find("switch-silent") != std::string::npos);
}

TEST_CASE("a port that is down for long is told when asked for, once") {
  const lab::World world = small();
  const auto& sw = world.switches.back();
  const auto free =
      std::find_if(sw.ports.begin(), sw.ports.end(), [](const lab::Port& p) { return !p.link; });
  REQUIRE(free != sw.ports.end());
  const auto poll = [&](topology::Time now) {
    auto all = polled(world, now);
    for (auto& s : all)
      for (auto& i : s.interfaces) i.oper = OperStatus::kUp;
    set_state(find(all, sw.name), free->name, OperStatus::kDown, kMonday - 9 * 24 * kHour);
    return all;
  };
  Auditor never;
  CHECK(lines(never.audit(poll(kMonday), kMonday).fresh).find("port-unused") == std::string::npos);
  Auditor auditor;
  auditor.terms.unused = 10 * 24 * kHour;
  auditor.audit(poll(kMonday), kMonday);
  const auto now = kMonday + 25 * kHour;
  CHECK(lines(auditor.audit(poll(now), now).fresh) ==
        "port-unused " + sw.name + " " + free->name + ":  -> down\n");
  CHECK(auditor.audit(poll(now + kHour), now + kHour).fresh.empty());
}

TEST_CASE("sysUpTime that runs over after 497 days is no reboot") {
  const lab::World world = small();
  Auditor auditor;
  const auto at = [&](std::uint64_t uptime_cs, topology::Time now) {
    auto all = polled(world, now);
    find(all, world.switches[1].name).uptime_cs = uptime_cs;
    return auditor.audit(std::move(all), now);
  };
  constexpr std::uint64_t kWrap = std::uint64_t{1} << 32U, kHourInCs = 360'000;
  at(kWrap - kHourInCs, kMonday);
  CHECK(at(100, kMonday + kHour).fresh.empty());
  CHECK(at(100 + kHourInCs, kMonday + 2 * kHour).fresh.empty());
  CHECK(lines(at(600, kMonday + 3 * kHour).fresh) ==
        "switch-rebooted " + world.switches[1].name + ":  -> \n");
}

TEST_CASE("a long walk, or an agent that does not tell its uptime for once, is no reboot") {
  const lab::World world = small();
  Auditor auditor;
  auditor.audit(polled(world, kMonday), kMonday);
  auto slow = polled(world, kMonday + kHour);
  find(slow, world.switches[1].name).uptime_cs -= 6 * 60 * 100;  // read six minutes before the walk ended
  find(slow, world.switches[2].name).uptime_cs = 0;
  CHECK(lines(auditor.audit(std::move(slow), kMonday + kHour).fresh) == "");
  CHECK(lines(auditor.audit(polled(world, kMonday + 2 * kHour), kMonday + 2 * kHour).fresh) == "");
}

TEST_CASE("a baseline in which a link names switches that it lacks breaks nothing") {
  Wiring odd;
  odd.switches["core"] = {};
  for (const char* sw : {"a", "b"}) {
    WiredPort& p = odd.ports[{sw, "1"}];
    p.vlans_known = true;
    p.pvid = VlanId{sw[0] == 'a' ? std::uint16_t{1} : std::uint16_t{2}};
    p.untagged = {p.pvid};
  }
  odd.links[{{"a", "1"}, {"b", "1"}}].via = {topology::Source::kLldp};
  CHECK(faults(odd, {}).empty());
}

TEST_CASE("a port that lanwarden holds is no finding") {
  const lab::World world = small();
  const auto& sw = world.switches.back();
  Auditor auditor;
  auditor.audit(polled(world, kMonday), kMonday);
  auto all = polled(world, kMonday + kHour);
  set_state(find(all, sw.name), sw.ports[0].name, OperStatus::kDown, kMonday, true);
  auditor.terms.isolated = {{sw.name, sw.ports[0].name}};
  CHECK(lines(auditor.audit(std::move(all), kMonday + kHour).fresh).find("port-shut") == std::string::npos);
}

TEST_CASE("the same matter has the same fingerprint, another has another") {
  Finding a;
  a.kind = "port-shut";
  a.at = {"floor3", "A1"};
  Finding b = a;
  b.summary = "worded otherwise";
  b.severity = Severity::kCritical;
  CHECK(a.fingerprint() == b.fingerprint());
  CHECK(a.fingerprint() == "1004bbf8");  // what people have noted stays valid
  b.at = {"floor3A", "1"};
  CHECK(a.fingerprint() != b.fingerprint());
  b = a;
  b.subject = "x";
  CHECK(a.fingerprint() != b.fingerprint());
}

TEST_CASE("words of findings") {
  using namespace topology::audit::detail;
  CHECK(speed_words(0) == "unknown");
  CHECK(speed_words(2'500'000'000) == "2.5 Gbit/s");
  CHECK(speed_words(100'000'000) == "100 Mbit/s");
  CHECK(speed_words(12) == "12 bit/s");
  const auto vlans = [](std::initializer_list<std::uint16_t> ids) {
    std::vector<VlanId> all;
    for (const auto id : ids) all.emplace_back(id);
    return vlan_words(all);
  };
  CHECK(vlans({}) == "none");
  CHECK(vlans({1, 2, 3, 7, 8, 20}) == "1-3, 7, 8, 20");
  CHECK(list_words({"a", "b", "c", "d"}, 2) == "a, b and 2 more");
  CHECK(list_words({"a", "b", "c"}, 2) == "a, b and c");
  CHECK(list_words({"a"}, 2) == "a");
  CHECK(count_words(1, "port", "ports") == "1 port");
}
