#include <catch2/catch.hpp>

#include "tests/lab/agent/testing.h"

using namespace lanwarden::lab;
using namespace lanwarden::lab::testing;

namespace {

Bench bench() {
  Bench b;
  fill(*b.table);
  return b;
}

Request get(std::vector<Oid> names) { return {.names = std::move(names)}; }
Request next(std::vector<Oid> names) { return {.type = PduType::kGetNext, .names = std::move(names)}; }
Request bulk(std::vector<Oid> names, std::int32_t repetitions, std::int32_t non_repeaters = 0) {
  return {.type = PduType::kGetBulk,
          .names = std::move(names),
          .non_repeaters = non_repeaters,
          .repetitions = repetitions};
}
Request version1(Request request) {
  request.version = 0;
  return request;
}

const Oid kNothing{1, 3, 6, 1, 4, 1, 99999, 1, 0};

}  // namespace

TEST_CASE("a GET of sysDescr.0 is answered octet by octet as RFC 3416 and RFC 1901 lay it out") {
  Bench b;
  b.table->table().set(kSysDescr, Value::of_octets("sw"));
  const ber::Octets request{0x30, 0x26, 0x02, 0x01, 0x01, 0x04, 0x06, 'p',  'u',  'b',
                            'l',  'i',  'c',  0xa0, 0x19, 0x02, 0x01, 0x07, 0x02, 0x01,
                            0x00, 0x02, 0x01, 0x00, 0x30, 0x0e, 0x30, 0x0c, 0x06, 0x08,
                            0x2b, 0x06, 0x01, 0x02, 0x01, 0x01, 0x01, 0x00, 0x05, 0x00};
  const ber::Octets expected{0x30, 0x28, 0x02, 0x01, 0x01, 0x04, 0x06, 'p',  'u',  'b',  'l',
                             'i',  'c',  0xa2, 0x1b, 0x02, 0x01, 0x07, 0x02, 0x01, 0x00, 0x02,
                             0x01, 0x00, 0x30, 0x10, 0x30, 0x0e, 0x06, 0x08, 0x2b, 0x06, 0x01,
                             0x02, 0x01, 0x01, 0x01, 0x00, 0x04, 0x02, 's',  'w'};
  ber::Octets answer;
  CHECK(b.responder.respond(b.identity, *b.view, b.faults, b.now, request, answer) == Verdict::kAnswer);
  CHECK(answer == expected);
}

TEST_CASE("GET tells a missing instance from a missing object, RFC 3416 4.2.1") {
  Bench b = bench();
  const Answer answer = b.ask(get({kSysName, kIfDescr + 7U, kNothing}));
  REQUIRE(answer.rows.size() == 3);
  CHECK(answer.id == 4711);
  CHECK(answer.status == ErrorStatus::kNoError);
  CHECK(answer.rows[0].value == Value::of_octets("floor3"));
  CHECK(answer.rows[1].value.tag == Tag::kNoSuchInstance);
  CHECK(answer.rows[1].name == kIfDescr + 7U);
  CHECK(answer.rows[2].value.tag == Tag::kNoSuchObject);
}

TEST_CASE("a station that is not in the forwarding table is a missing instance") {
  Bench b = bench();
  const Answer answer = b.ask(get({kFdbPort + Oid{10, 0, 13, 75, 206, 99, 1}}));
  REQUIRE(answer.rows.size() == 1);
  CHECK(answer.rows[0].value.tag == Tag::kNoSuchInstance);
}

TEST_CASE("GETNEXT walks every variable once, in order, to the end of the view") {
  Bench b = bench();
  std::vector<Oid> walked;
  Oid at{1, 3};
  while (true) {
    const Answer answer = b.ask(next({at}));
    REQUIRE(answer.rows.size() == 1);
    if (answer.rows[0].value.tag == Tag::kEndOfMibView) break;
    CHECK(at < answer.rows[0].name);
    at = answer.rows[0].name;
    walked.push_back(at);
  }
  std::vector<Oid> expected;
  b.table->table().for_each(
      [&](OidView name, const Value&) { expected.emplace_back(name.begin(), name.end()); });
  CHECK(walked == expected);
  CHECK(walked.size() == 17);
}

TEST_CASE("the walk may begin before everything: 0.0, 1, or the empty name") {
  Bench b = bench();
  for (const Oid& start : {Oid{}, Oid{0, 0}, Oid{1}, Oid{1, 0}}) {
    const Answer answer = b.ask(next({start}));
    REQUIRE(answer.rows.size() == 1);
    CHECK(answer.rows[0].name == kSysDescr);
  }
}

TEST_CASE("GETBULK gives non-repeaters once and the others in rows, RFC 3416 4.2.3") {
  Bench b = bench();
  const Answer answer = b.ask(bulk({Oid{1, 3, 6, 1, 2, 1, 1, 3}, kFdbPort, kFdbStatus}, 2, 1));
  REQUIRE(answer.rows.size() == 5);
  CHECK(answer.rows[0].value == Value::of_timeticks(4711));
  CHECK(answer.rows[1].name == kFdbPort + Oid{10, 0, 13, 75, 206, 32, 1});
  CHECK(answer.rows[2].name == kFdbStatus + Oid{10, 0, 13, 75, 206, 32, 1});
  CHECK(answer.rows[3].name == kFdbPort + Oid{10, 0, 13, 75, 206, 32, 2});
  CHECK(answer.rows[4].name == kFdbStatus + Oid{10, 0, 13, 75, 206, 32, 2});
}

TEST_CASE("GETBULK goes on past a column's end, and says endOfMibView after the last variable") {
  Bench b = bench();
  const Answer answer = b.ask(bulk({kFdbPort + Oid{10, 0, 13, 75, 206, 32, 3}, kFdbStatus}, 8));
  // Row by row: port 4, status 1 | status 1, status 2 | … the second column ends at the fourth row.
  REQUIRE(answer.rows.size() >= 12);
  CHECK(answer.rows[0].name == kFdbPort + Oid{10, 0, 13, 75, 206, 32, 4});
  CHECK(answer.rows[2].name == kFdbStatus + Oid{10, 0, 13, 75, 206, 32, 1});
  CHECK(answer.rows[9].value.tag == Tag::kEndOfMibView);
  CHECK(answer.rows[9].name == kFdbStatus + Oid{10, 0, 13, 75, 206, 32, 4});
  // When every column has ended, one row of it is enough.
  CHECK(answer.rows.size() == 12);
  CHECK(answer.rows[10].value.tag == Tag::kEndOfMibView);
}

TEST_CASE("GETBULK without repetitions or names answers with nothing") {
  Bench b = bench();
  CHECK(b.ask(bulk({kFdbPort}, 0)).rows.empty());
  CHECK(b.ask(bulk({kFdbPort}, -5)).rows.empty());
  CHECK(b.ask(bulk({}, 10)).came);
  CHECK(b.ask(bulk({kFdbPort}, 10, -1)).rows.size() == 9);
  CHECK(b.ask(bulk({kFdbPort}, 10, 99)).rows.size() == 1);
}

TEST_CASE("a GETBULK is cut where the message is full, at a whole variable") {
  Bench b = bench();
  b.identity.max_message = 200;
  const Answer answer = b.ask(bulk({kFdbPort, kFdbStatus}, 2147483647));
  CHECK(b.octets <= 200);
  CHECK(answer.came);
  CHECK(answer.status == ErrorStatus::kNoError);
  CHECK(answer.rows.size() >= 3);
  CHECK(answer.rows.size() < 8);
}

TEST_CASE("thousands of repeaters with billions of repetitions stay one message") {
  Bench b = bench();
  const Answer answer = b.ask(bulk(std::vector<Oid>(3000, kFdbPort), 2147483647));
  CHECK(answer.came);
  CHECK(b.octets <= 65507);
}

TEST_CASE(
    "an answer that does not fit is tooBig: GET, GETNEXT, and a GETBULK whose first variable is too long") {
  Bench b = bench();
  b.table->table().set(kSysDescr, Value::of_octets(std::string(500, 'x')));
  b.identity.max_message = 484;
  for (const Request& request : {get({kSysDescr}), next({Oid{1, 3}}), bulk({Oid{1, 3}}, 5)}) {
    const Answer answer = b.ask(request);
    CHECK(answer.status == ErrorStatus::kTooBig);
    CHECK(answer.index == 0);
    CHECK(answer.rows.empty());
  }
}

TEST_CASE("version 1 has no exceptions: noSuchName, the place, and the request's variables back") {
  Bench b = bench();
  for (const Request& request : {get({kSysName, kNothing}), next({kSysName, Oid{2, 5}})}) {
    const Answer answer = b.ask(version1(request));
    CHECK(answer.version == 0);
    CHECK(answer.status == ErrorStatus::kNoSuchName);
    CHECK(answer.index == 2);
    REQUIRE(answer.rows.size() == 2);
    CHECK(answer.rows[0].name == request.names[0]);
    CHECK(answer.rows[0].value.tag == Tag::kNull);
  }
}

TEST_CASE("version 1 never sees a Counter64, RFC 3584 4.2.2.1") {
  Bench b = bench();
  const Oid octets{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6};
  b.table->table().set(octets + 1U, Value::of_counter64(1));
  b.table->table().set(octets + 2U, Value::of_counter64(2));
  CHECK(b.ask(version1(get({octets + 1U}))).status == ErrorStatus::kNoSuchName);
  CHECK(b.ask(version1(next({kFdbStatus + Oid{10, 0, 13, 75, 206, 32, 4}}))).status ==
        ErrorStatus::kNoSuchName);
  b.table->table().set(octets + 3U, Value::of_integer(3));
  const Answer answer = b.ask(version1(next({octets})));
  REQUIRE(answer.rows.size() == 1);
  CHECK(answer.rows[0].name == octets + 3U);
  CHECK(b.ask(next({octets})).rows[0].name == octets + 1U);
}

TEST_CASE("version 1 knows no GETBULK") {
  Bench b = bench();
  CHECK_FALSE(b.ask(version1(bulk({kFdbPort}, 5))).came);
}

TEST_CASE("a wrong community, an unknown context, an unknown version: silence") {
  Bench b = bench();
  Request request = get({kSysName});
  for (const char* community : {"", "publi", "publicc", "public@99", "@", "public@", "PUBLIC"}) {
    INFO(community);
    request.community = community;
    const bool empty_context = std::string(community) == "public@";
    CHECK(b.ask(request).came == empty_context);
    if (!empty_context) CHECK(b.verdict == Verdict::kBadCommunity);
  }
  request.community = "public";
  request.version = 2;
  CHECK_FALSE(b.ask(request).came);
  CHECK(b.verdict == Verdict::kBadVersion);
}

TEST_CASE("public@10 asks the tables of VLAN 10") {
  Bench b = bench();
  const Oid base_port{1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2, 3};
  b.table->table("10").set(base_port, Value::of_integer(10103));
  Request request = get({base_port});
  CHECK(b.ask(request).rows.at(0).value.tag == Tag::kNoSuchObject);
  request.community = "public@10";
  CHECK(b.ask(request).rows.at(0).value == Value::of_integer(10103));
  CHECK(b.ask(request).community == "public@10");
}

TEST_CASE("a community with an @ in it is taken whole first") {
  Bench b = bench();
  b.identity.read_community = "secret@home";
  Request request = get({kSysName});
  request.community = "secret@home";
  CHECK(b.ask(request).came);
}

TEST_CASE("SET changes what may be written, and only with the write community") {
  Bench b = bench();
  b.table->allow_set(kIfAdminStatus);
  Request request{.type = PduType::kSet,
                  .names = {kIfAdminStatus + 1U},
                  .values = {Value::of_integer(2)},
                  .community = "private"};
  const Answer answer = b.ask(request);
  CHECK(answer.status == ErrorStatus::kNoError);
  CHECK(answer.rows.at(0).value == Value::of_integer(2));
  CHECK(b.table->table().find(kIfAdminStatus + 1U) == Value::of_integer(2));

  request.values = {Value::of_integer(1)};
  request.community = "public";
  CHECK(b.ask(request).status == ErrorStatus::kNoAccess);
  CHECK(b.ask(request).index == 1);
  CHECK(b.ask(version1(request)).status == ErrorStatus::kNoSuchName);
  CHECK(b.table->table().find(kIfAdminStatus + 1U) == Value::of_integer(2));
}

TEST_CASE("a SET of several is all or nothing, and names the one that failed") {
  Bench b = bench();
  b.table->allow_set(kIfAdminStatus);
  b.table->on_set(
      [](const Asked&, const Assignment& a) {
        return a.value.integer < 4 ? ErrorStatus::kNoError : ErrorStatus::kWrongValue;
      },
      nullptr);
  struct Case {
    Oid name;
    Value value;
    ErrorStatus status, version1;
  };
  for (const Case& c :
       {Case{kSysName, Value::of_octets("x"), ErrorStatus::kNotWritable, ErrorStatus::kNoSuchName},
        Case{kIfAdminStatus + 9U, Value::of_integer(2), ErrorStatus::kNoCreation, ErrorStatus::kNoSuchName},
        Case{kIfAdminStatus + 2U, Value::of_octets("2"), ErrorStatus::kWrongType, ErrorStatus::kBadValue},
        Case{kIfAdminStatus + 2U, Value::of_integer(7), ErrorStatus::kWrongValue, ErrorStatus::kBadValue}}) {
    Request request{.type = PduType::kSet,
                    .names = {kIfAdminStatus + 1U, c.name},
                    .values = {Value::of_integer(2), c.value},
                    .community = "private"};
    const Answer answer = b.ask(request);
    CHECK(to_text(answer.status) == to_text(c.status));
    CHECK(answer.index == 2);
    CHECK(answer.rows.size() == 2);
    CHECK(b.ask(version1(request)).status == c.version1);
    CHECK(b.table->table().find(kIfAdminStatus + 1U) == Value::of_integer(1));
  }
}

TEST_CASE("an agent answers no responses, traps or reports") {
  Bench b = bench();
  for (const int tag : {0xa2, 0xa4, 0xa6, 0xa7, 0xa8, 0x30}) {
    Request request = get({kSysName});
    request.type = static_cast<PduType>(tag);
    CHECK_FALSE(b.ask(request).came);
    CHECK(b.verdict == Verdict::kMalformed);
  }
}

TEST_CASE("sysUpTime counts hundredths of seconds, and begins again at a reboot") {
  Bench b = bench();
  const Oid uptime{1, 3, 6, 1, 2, 1, 1, 3, 0};
  b.table->count_uptime(std::chrono::seconds(100), 500);
  b.now = std::chrono::milliseconds(102'340);
  CHECK(b.ask(get({uptime})).rows.at(0).value == Value::of_timeticks(734));
  CHECK(b.ask(next({Oid{1, 3, 6, 1, 2, 1, 1, 2, 0}})).rows.at(0).value == Value::of_timeticks(734));
  b.view->reboot(b.now);
  b.now += std::chrono::milliseconds(70);
  CHECK(b.ask(get({uptime})).rows.at(0).value == Value::of_timeticks(7));
}

TEST_CASE("a table keeps order whatever order its rows came in, and the newest value of a name") {
  Table table;
  for (const std::uint32_t i : {5U, 3U, 9U, 3U, 1U, 9U}) table.set(kIfDescr + i, Value::of_integer(i));
  table.set(kIfDescr + 3U, Value::of_octets("a longer value than before"));
  CHECK(table.size() == 4);
  std::vector<std::uint32_t> order;
  table.for_each([&](OidView name, const Value&) { order.push_back(name.back()); });
  CHECK(order == std::vector<std::uint32_t>{1, 3, 5, 9});
  CHECK(table.find(kIfDescr + 3U) == Value::of_octets("a longer value than before"));
  CHECK(table.erase(kIfDescr + 5U));
  CHECK_FALSE(table.erase(kIfDescr + 5U));
  CHECK(table.count_below(kIfDescr) == 3);
  CHECK(table.count_below(Oid{1}) == 3);
  CHECK(table.erase_below(kIfDescr) == 3);
  CHECK(table.size() == 0);
}

TEST_CASE("a table that changes for ever does not grow") {
  Table table;
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    table.set(kIfDescr + i % 10U, Value::of_octets(std::string(i % 90, 'x')));
  }
  CHECK(table.size() == 10);
  CHECK(table.find(kIfDescr + 9U) == Value::of_octets(std::string(99'999 % 90, 'x')));
}
