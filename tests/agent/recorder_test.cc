// What a store that takes nothing for a while does to the record of incidents: delays it.
#include "agent/watch/recorder.h"

#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <set>

#include "tests/agent/store_child.h"
#include "tests/agent/store_scratch.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;

namespace {

const MacAddress kCulprit = *MacAddress::parse("00:0d:4b:ce:20:cd");
const Time kNoon = Time{} + std::chrono::hours{24 * 20'000 + 12};

Incident an_incident(const char* kind = "arp-bogus-responder") {
  Incident i;
  i.kind = kind;
  i.severity = "critical";
  i.mac = kCulprit;
  i.summary = "answers every probe";
  i.opened = i.updated = kNoon;
  return i;
}
IncidentEvent step(const std::string& text) { return {kNoon, IncidentState::kLocated, text, ""}; }

}  // namespace

TEST_CASE("steps are written in order, and the case knows its incident") {
  ScratchFolder folder;
  Recorder recorder(must(open_sqlite_store(folder.store(), false)));
  recorder.open(1, an_incident());
  recorder.step(1, step("one"), "floor3", "A1");
  recorder.step(1, step("two"), "", "");
  CHECK_FALSE(recorder.incident_of(1));
  CHECK_FALSE(recorder.flush());
  REQUIRE(recorder.incident_of(1));
  CHECK(recorder.case_of(*recorder.incident_of(1)) == 1);
  const auto written = must(recorder.store().incident(*recorder.incident_of(1)));
  REQUIRE(written->events.size() == 2);
  CHECK(written->events[0].text == "one");
  CHECK(written->port == "A1");
}

TEST_CASE("what stations tell of themselves is stored") {
  ScratchFolder folder;
  Recorder recorder(must(open_sqlite_store(folder.store(), false)));
  const auto ip = *lanwarden::topology::IpAddress::parse("10.0.0.5");
  lanwarden::analysis::AcquaintanceNews news;
  news.addresses.push_back({kCulprit, ip, kNoon});
  using lanwarden::analysis::NameSource;
  for (const auto source : {NameSource::kDhcp, NameSource::kNetbios, NameSource::kMdns, NameSource::kLlmnr})
    news.names.push_back({{kCulprit, ip, "clock-" + std::string(to_string(source)), source}, kNoon});
  recorder.stations(news);
  CHECK_FALSE(recorder.flush());
  std::set<std::string> names;
  for (const auto& n : must(recorder.store().names(kCulprit)))
    names.insert(n.name + " " + std::string(to_string(n.source)));
  CHECK(names == std::set<std::string>{"clock-dhcp dhcp", "clock-llmnr llmnr", "clock-mdns mdns",
                                       "clock-netbios netbios"});
  const auto bindings = must(recorder.store().bindings(ip));
  REQUIRE(bindings.size() == 1);
  CHECK(bindings[0].mac == kCulprit);
  CHECK(bindings[0].source == "sniffed");
  CHECK(bindings[0].last_seen == kNoon);
}

TEST_CASE("an incident that another process has open is joined, of whatever kind") {
  ScratchFolder folder;
  auto other = must(open_sqlite_store(folder.store(), false));
  const auto id = must(other->open_incident(an_incident("ip-conflict")));
  Recorder recorder(must(open_sqlite_store(folder.store(), false)));
  recorder.open(1, an_incident());
  CHECK_FALSE(recorder.flush());
  CHECK(recorder.incident_of(1) == id);
}

TEST_CASE("a full disk: everything waits, nothing is written twice, and all is there when it is free again") {
  ScratchFolder folder;
  const std::string told = in_child([&]() -> std::string {
    std::signal(SIGXFSZ, SIG_IGN);
    Recorder recorder(must(open_sqlite_store(folder.store(), false)));
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlimit full{200'000, limit.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &full);
    recorder.open(1, an_incident());
    std::size_t said = 0;
    std::optional<StoreError> error;
    for (; said < 1000 && !error; ++said) {
      recorder.step(1, step(std::to_string(said) + std::string(2000, '.')), "", "");
      error = recorder.flush();
    }
    if (!error) return "the disk never was full";
    if (error->cause != StoreCause::kFull) return error->message;
    for (int more = 0; more < 5; ++more) recorder.step(1, step(std::to_string(said++)), "", "");
    if (!recorder.flush()) return "written to a full disk";
    const std::size_t waiting = recorder.waiting();
    if (waiting < 6 || recorder.unwritten().size() != waiting) return "does not tell what waits";
    ::setrlimit(RLIMIT_FSIZE, &limit);
    if (const auto still = recorder.flush()) return still->message;
    const auto written = must(recorder.store().incident(*recorder.incident_of(1)));
    if (written->events.size() != said) return std::to_string(written->events.size()) + " written";
    for (std::size_t i = 0; i < said; ++i)
      if (std::stoul(written->events[i].text) != i) return "out of order";
    return "all there";
  });
  CHECK(told == "all there");
}

TEST_CASE("what finds no room to wait is counted") {
  ScratchFolder folder;
  Recorder recorder(must(open_sqlite_store(folder.store(), false)));
  for (std::size_t i = 0; i < Recorder::kMostWaiting + 7; ++i) recorder.step(1, step("x"), "", "");
  CHECK(recorder.waiting() == Recorder::kMostWaiting);
  CHECK(recorder.take_lost() == 7);
  CHECK(recorder.take_lost() == 0);
}

TEST_CASE(
    "a thousand switches that fall silent at once are all written, in order, between the steps around them") {
  ScratchFolder folder;
  Recorder recorder(must(open_sqlite_store(folder.store(), false)));
  recorder.open(1, an_incident());
  for (int n = 0; n < 1000; ++n) {
    Notice notice;
    notice.time = kNoon;
    notice.event = "switch-silent";
    notice.severity = "warning";
    notice.switch_name = "floor" + std::to_string(n);
    recorder.notice(std::move(notice));
  }
  recorder.step(1, step("afterwards"), "floor3", "A1");
  CHECK_FALSE(recorder.flush());
  CHECK(recorder.waiting() == 0);
  const auto told = must(notice_log(recorder.store()).notices(0, 2000));
  std::vector<std::string> silent;
  for (const Notice& n : told)
    if (n.event == "switch-silent") silent.push_back(n.switch_name);
  REQUIRE(silent.size() == 1000);
  CHECK(silent.front() == "floor0");
  CHECK(silent.back() == "floor999");
  CHECK(told.back().text == "afterwards");
}
