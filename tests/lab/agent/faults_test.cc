// Each deviation of QUIRKS.md that an agent can play, as the manager sees it.
// The clock is the test's: nothing here waits.
#include "tests/lab/agent/faults.h"

#include <catch2/catch.hpp>
#include <set>

#include "tests/lab/agent/faulty_view.h"
#include "tests/lab/agent/testing.h"

using namespace lanwarden::lab;
using namespace lanwarden::lab::testing;
using namespace std::chrono_literals;

namespace {

Faults faults(std::string_view text) {
  auto parsed = Faults::parse(text);
  if (!parsed) FAIL(parsed.error().cause);
  return *parsed;
}

Bench bench(std::string_view text) {
  Bench b;
  fill(*b.table);
  b.faults = faults(text);
  b.view = std::make_shared<FaultyView>(b.table, b.faults);
  return b;
}

Request get(Oid name) { return {.names = {std::move(name)}}; }
Request next(Oid name) { return {.type = PduType::kGetNext, .names = {std::move(name)}}; }
Request bulk(std::vector<Oid> names, std::int32_t repetitions) {
  return {.type = PduType::kGetBulk, .names = std::move(names), .repetitions = repetitions};
}

Oid station(std::uint32_t last) { return Oid{10, 0, 13, 75, 206, 32, last}; }

// An agent on a real socket whose time stands still until told otherwise.
struct Wire {
  explicit Wire(std::string_view text)
      : server({.clock = [this] { return clock; }, .seed = 1, .receive_buffer = 1 << 20}),
        agent(add(text)),
        manager(server.endpoint(agent)) {}

  AgentId add(std::string_view text) {
    fill(*table);
    AgentConfig config;
    config.name = "floor3";
    config.view = table;
    config.write_community = "private";
    config.faults = faults(text);
    const auto id = server.add(config);
    REQUIRE(id);
    return *id;
  }
  // Sends it and lets the agent take it; says how many answers left since.
  std::uint64_t send(const Request& request) {
    const auto before = server.counters(agent);
    manager.send(encode(request));
    while (server.counters(agent).received == before.received) server.poll_once(100ms);
    return server.counters(agent).answered - before.answered;
  }
  std::uint64_t wait(std::chrono::nanoseconds time) {
    const auto before = server.counters(agent).answered;
    clock += time;
    server.poll_once(0ns);
    return server.counters(agent).answered - before;
  }
  Answer receive() { return decode(manager.receive(5s)); }

  std::chrono::nanoseconds clock{1h};
  std::shared_ptr<TableMib> table = std::make_shared<TableMib>();
  AgentServer server;
  AgentId agent;
  Socket manager;
};

}  // namespace

TEST_CASE("faults are read from one line") {
  const Faults f = faults(
      "delay=20ms,jitter=1.5s,loss=0.1,dup=0.05,rate=200,max-reps=5,toobig=silence,"
      "slow-agent=300ms..3s,slow-column=1.3.6.1.2.1.17:20s,set-refused=noAccess,dead,"
      "oid-not-increasing=7:1.3.6.1.2.1.2,endless-table,partial-then-complete=0.25:30s,"
      "counter-restart=60s,no-get-bulk=generr,max-size=484,other-source-address,wrong-context=default");
  CHECK(f.delay == 20ms);
  CHECK(f.jitter == 1500ms);
  CHECK(f.loss == 0.1);
  CHECK(f.duplication == 0.05);
  CHECK(f.rate == 200);
  CHECK(f.max_repetitions == 5);
  CHECK(f.too_big == Faults::TooBig::kSilence);
  CHECK(f.service_min == 300ms);
  CHECK(f.service_max == 3s);
  REQUIRE(f.slow_columns.size() == 1);
  CHECK(f.slow_columns[0].time == 20s);
  CHECK(f.set_refused == ErrorStatus::kNoAccess);
  CHECK(f.dead);
  CHECK(f.not_increasing->row == 7);
  CHECK(f.not_increasing->below == std::vector<Oid>{{1, 3, 6, 1, 2, 1, 2}});
  CHECK(f.endless == std::vector<Oid>{kFdbPort});
  CHECK(f.partial->fraction == 0.25);
  CHECK(f.reboot_every == 60s);
  CHECK(f.no_bulk == Faults::NoBulk::kGenErr);
  CHECK(f.max_message == 484);
  CHECK(f.other_source == "");
  CHECK(f.unknown_context == Faults::UnknownContext::kDefault);
  CHECK(faults("").delay == 0ns);
}

TEST_CASE("a fault that does not exist, or a value that cannot be, says where and what would be right") {
  const auto unknown = Faults::parse("delay=1s,latency=2s");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().offset == 9);
  CHECK(unknown.error().cause.find("no fault \"latency\"") == 0);
  const auto bad = Faults::parse("loss=2");
  REQUIRE_FALSE(bad);
  CHECK(bad.error().offset == 5);
  for (const char* text :
       {"delay", "delay=3", "delay=-1s", "loss=x", "slow-agent=3s..1s", "toobig=maybe", "set-refused=no",
        "endless-table=a.b", "dead=perhaps", "counter-restart=0s", ",", "max-size=1"}) {
    INFO(text);
    CHECK_FALSE(Faults::parse(text));
  }
}

TEST_CASE("oid-not-increasing: after some rows the column begins again") {
  Bench b = bench("oid-not-increasing=2");
  CHECK(b.ask(next(kFdbPort + station(1))).rows.at(0).name == kFdbPort + station(2));
  CHECK(b.ask(next(kFdbPort + station(2))).rows.at(0).name == kFdbPort + station(1));
  const auto rows = b.ask(bulk({kFdbPort}, 5)).rows;
  REQUIRE(rows.size() == 5);
  CHECK(rows[1].name == kFdbPort + station(2));
  CHECK(rows[2].name == kFdbPort + station(1));
  CHECK(rows[4].name == kFdbPort + station(1));
  // Other columns go on.
  CHECK(b.ask(next(kFdbStatus + station(2))).rows.at(0).name == kFdbStatus + station(3));
}

TEST_CASE("endless-table: rows for ever, each after the last, every index a MAC address") {
  Bench b = bench("endless-table");
  Oid at = kFdbPort + station(1);
  for (int i = 0; i < 2000; ++i) {
    const Oid row = b.ask(next(at)).rows.at(0).name;
    REQUIRE(starts_with(row, kFdbPort));
    REQUIRE(at < row);
    REQUIRE(row.size() == kFdbPort.size() + 7);
    for (std::size_t k = row.size() - 6; k < row.size(); ++k) REQUIRE(row[k] < 256);
    at = row;
  }
  CHECK(b.ask(bulk({kFdbPort}, 1000)).rows.size() == 1000);
}

TEST_CASE("endless-table: a table that is not there at all has no end either") {
  Bench b = bench("endless-table=1.3.6.1.2.1.17.4.3.1.2");
  const Oid column{1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 2};
  CHECK(b.ask(next(column)).rows.at(0).name == column + 1U);
  CHECK(b.ask(next(column + 255U)).rows.at(0).name == column + 256U);
  CHECK(b.ask(next(kIfAdminStatus + 2U)).rows.at(0).name == column + 1U);
}

TEST_CASE(
    "partial-then-complete: a fraction of the stations at first, the same in every column, all of them "
    "later") {
  Bench b = bench("partial-then-complete=0.5:30s");
  for (std::uint32_t i = 5; i <= 100; ++i) {
    b.table->table().set(kFdbPort + station(i), Value::of_integer(1));
    b.table->table().set(kFdbStatus + station(i), Value::of_integer(3));
  }
  const auto stations = [&](const Oid& column) {
    std::set<std::uint32_t> found;
    for (const auto& row : b.ask(bulk({column}, 100)).rows) {
      if (starts_with(row.name, column)) found.insert(row.name.back());
    }
    return found;
  };
  const auto early = stations(kFdbPort);
  CHECK(early.size() > 20);
  CHECK(early.size() < 80);
  CHECK(stations(kFdbStatus) == early);
  std::uint32_t hidden = 1;
  while (early.contains(hidden)) ++hidden;
  CHECK(b.ask(get(kFdbPort + station(hidden))).rows.at(0).value.tag == Tag::kNoSuchInstance);
  CHECK(b.ask(next(kIfDescr)).rows.at(0).name == kIfDescr + 1U);
  b.now += 30s;
  CHECK(stations(kFdbPort).size() == 100);
  CHECK(b.ask(get(kFdbPort + station(hidden))).rows.at(0).value.tag == Tag::kInteger);
}

TEST_CASE("get-bulk-too-big: tooBig, silence, a cut PDU or fewer rows above so many repetitions") {
  for (const char* way : {"error", "silence", "truncated", "short"}) {
    INFO(way);
    Bench b = bench(std::string("get-bulk-too-big=3,toobig=") + way);
    CHECK(b.ask(bulk({kFdbPort, kFdbStatus}, 3)).rows.size() == 6);
    const Answer answer = b.ask(bulk({kFdbPort, kFdbStatus}, 4));
    if (std::string_view(way) == "error") {
      CHECK(answer.status == ErrorStatus::kTooBig);
    } else if (std::string_view(way) == "silence") {
      CHECK_FALSE(answer.came);
      CHECK(b.verdict == Verdict::kSilence);
    } else if (std::string_view(way) == "truncated") {
      CHECK_FALSE(answer.came);
      CHECK(b.verdict == Verdict::kTruncated);
      CHECK(b.octets > 0);
    } else {
      CHECK(answer.rows.size() == 6);
    }
  }
}

TEST_CASE("max-size: answers end before that many octets") {
  Bench b = bench("max-size=150");
  const Answer answer = b.ask(bulk({kFdbPort}, 50));
  CHECK(answer.came);
  CHECK(b.octets <= 150);
  CHECK(answer.rows.size() >= 2);
}

TEST_CASE("no-get-bulk: version 2c gets silence, or GETBULK gets genErr; GETNEXT works") {
  Bench v1 = bench("no-get-bulk=v1");
  CHECK_FALSE(v1.ask(get(kSysName)).came);
  Request old = get(kSysName);
  old.version = 0;
  CHECK(v1.ask(old).came);

  Bench generr = bench("no-get-bulk=generr");
  CHECK(generr.ask(bulk({kFdbPort}, 5)).status == ErrorStatus::kGenErr);
  CHECK(generr.ask(next(kFdbPort)).status == ErrorStatus::kNoError);
}

TEST_CASE("set-ignored: noError, and nothing changes") {
  Bench b = bench("set-ignored");
  b.table->allow_set(kIfAdminStatus);
  const Request set{.type = PduType::kSet,
                    .names = {kIfAdminStatus + 1U},
                    .values = {Value::of_integer(2)},
                    .community = "private"};
  const Answer answer = b.ask(set);
  CHECK(answer.status == ErrorStatus::kNoError);
  CHECK(answer.rows.at(0).value == Value::of_integer(2));
  CHECK(b.ask(get(kIfAdminStatus + 1U)).rows.at(0).value == Value::of_integer(1));
}

TEST_CASE("set-refused: each error status, and nothing changes") {
  for (const char* status : {"noAccess", "notWritable", "authorizationError", "inconsistentValue", "genErr",
                             "commitFailed", "undoFailed", "resourceUnavailable", "wrongValue"}) {
    Bench b = bench(std::string("set-refused=") + status);
    b.table->allow_set(kIfAdminStatus);
    const Answer answer = b.ask({.type = PduType::kSet,
                                 .names = {kIfAdminStatus + 1U},
                                 .values = {Value::of_integer(2)},
                                 .community = "private"});
    CHECK(to_text(answer.status) == status);
    CHECK(answer.index == 1);
    CHECK(b.table->table().find(kIfAdminStatus + 1U) == Value::of_integer(1));
  }
}

TEST_CASE("wrong-context: silence, or the default tables again as a Nexus does") {
  Bench silent = bench("wrong-context=silence");
  Request request = get(kSysName);
  request.community = "public@77";
  CHECK_FALSE(silent.ask(request).came);
  Bench repeats = bench("wrong-context=default");
  CHECK(repeats.ask(request).rows.at(0).value == Value::of_octets("floor3"));
}

TEST_CASE("delay: the answer leaves when its time has come, not before") {
  Wire wire("delay=300ms");
  CHECK(wire.send(get(kSysName)) == 0);
  CHECK(wire.wait(299ms) == 0);
  CHECK(wire.wait(1ms) == 1);
  CHECK(wire.receive().rows.at(0).value == Value::of_octets("floor3"));
}

TEST_CASE("jitter: answers overtake each other") {
  Wire wire("delay=10ms,jitter=100ms");
  std::vector<std::int32_t> sent, heard;
  for (std::int32_t id = 1; id <= 20; ++id) {
    Request request = get(kSysName);
    request.id = id;
    wire.send(request);
    sent.push_back(id);
  }
  CHECK(wire.wait(110ms) == 20);
  for (int i = 0; i < 20; ++i) heard.push_back(wire.receive().id);
  CHECK(heard != sent);
  std::ranges::sort(heard);
  CHECK(heard == sent);
}

TEST_CASE("loss: about that share is not answered; a lost SET may have been carried out") {
  Wire wire("loss=0.3");
  wire.table->allow_set(kSysName);
  std::uint64_t answered = 0;
  for (int i = 0; i < 1000; ++i) {
    answered += wire.send({.type = PduType::kSet,
                           .names = {kSysName},
                           .values = {Value::of_octets("x")},
                           .community = "private"});
  }
  const Counters counters = wire.server.counters(wire.agent);
  CHECK(answered > 600);
  CHECK(answered < 800);
  CHECK(counters.lost == 1000 - answered);
  CHECK(counters.sets > answered);
}

TEST_CASE("dup and duplicate-answers: the same answer twice, at once or late") {
  Wire twice("dup=1");
  CHECK(twice.send(get(kSysName)) == 2);
  CHECK(twice.receive().id == twice.receive().id);

  Wire late("duplicate-answers=2s");
  CHECK(late.send(get(kSysName)) == 1);
  CHECK(late.wait(1999ms) == 0);
  CHECK(late.wait(1ms) == 1);
}

TEST_CASE("rate: what is over it is dropped, and time brings new answers") {
  Wire wire("rate=100");
  std::uint64_t answered = 0;
  for (int i = 0; i < 50; ++i) answered += wire.send(get(kSysName));
  CHECK(answered == 10);
  CHECK(wire.server.counters().over_rate == 40);
  wire.wait(50ms);
  for (int i = 0; i < 50; ++i) answered += wire.send(get(kSysName));
  CHECK(answered == 15);
}

TEST_CASE("slow-agent: one PDU after the other, each taking its time") {
  Wire wire("slow-agent=300ms");
  CHECK(wire.send(get(kSysName)) == 0);
  CHECK(wire.send(get(kSysName)) == 0);
  CHECK(wire.wait(300ms) == 1);
  CHECK(wire.wait(299ms) == 0);
  CHECK(wire.wait(1ms) == 1);
}

TEST_CASE("slow-agent: one column takes twenty seconds, the others do not") {
  Wire wire("slow-column=1.3.6.1.2.1.17.7:20s");
  CHECK(wire.send(get(kSysName)) == 1);
  CHECK(wire.send(next(kFdbPort)) == 0);
  CHECK(wire.wait(20s) == 1);
}

TEST_CASE("other-source-address: the answer comes from another address of the switch") {
  Wire wire("other-source-address");
  CHECK(wire.send(get(kSysName)) == 1);
  CHECK(wire.receive().came);
  CHECK(wire.manager.sender() == "127.128.0.1:" + std::to_string(wire.server.endpoint(wire.agent).port));

  Wire named("other-source-address=127.9.9.9");
  CHECK(named.send(get(kSysName)) == 1);
  CHECK(named.receive().came);
  CHECK(named.manager.sender().starts_with("127.9.9.9:"));
}

TEST_CASE("dead: nothing at all, until it lives again") {
  Wire wire("dead");
  CHECK(wire.send(get(kSysName)) == 0);
  REQUIRE(wire.server.set_faults(wire.agent, Faults{}));
  CHECK(wire.send(get(kSysName)) == 1);
}

TEST_CASE("counter-restart: sysUpTime goes back when the switch reboots") {
  Wire wire("counter-restart=60s");
  wire.table->count_uptime(wire.clock, 100);
  const Oid uptime{1, 3, 6, 1, 2, 1, 1, 3, 0};
  const auto ask = [&] {
    wire.send(get(uptime));
    return wire.receive().rows.at(0).value.number;
  };
  CHECK(ask() == 100);
  wire.wait(59s);
  CHECK(ask() == 6000);
  wire.wait(1s);
  CHECK(ask() == 0);
  wire.wait(10s);
  CHECK(ask() == 1000);
  wire.server.reboot(wire.agent);
  CHECK(ask() == 0);
}
