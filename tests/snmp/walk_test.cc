// Walks and GETs without a wire: answers are handed in, questions are looked at.
#include <catch2/catch.hpp>
#include <map>

#include "snmp/walk.h"

using namespace lanwarden::snmp;
using lanwarden::mibs::Oid;
using lanwarden::mibs::OidView;
using lanwarden::mibs::Value;
using lanwarden::topology::Completeness;

namespace {

const Oid kPort{1, 3, 1}, kStatus{1, 3, 2};

struct Rows final : VariableSink {
  std::map<std::pair<std::size_t, std::vector<std::uint32_t>>, std::int64_t> seen;
  void variable(lanwarden::mibs::RequestId, std::size_t column, OidView index, const Value& value) override {
    seen[{column, {index.begin(), index.end()}}] = value.integer;
  }
};

/// One answer in the making.
struct Said {
  std::vector<Oid> names;
  std::vector<Binding> bindings;
  Answer answer;

  Said& row(Oid name, std::int64_t value) {
    names.push_back(std::move(name));
    Value v;
    v.type = Value::Type::kInteger;
    v.integer = value;
    bindings.push_back({{}, v});
    return *this;
  }
  Said& end_of_view(Oid name) {
    row(std::move(name), 0);
    bindings.back().value.type = Value::Type::kEndOfMibView;
    return *this;
  }
  Said& error(int status, unsigned index) {
    answer.error_status = status;
    answer.error_index = index;
    return *this;
  }
  const Answer& now() {
    for (std::size_t i = 0; i < names.size(); ++i) bindings[i].name = names[i].view();
    answer.bindings = bindings;
    return answer;
  }
};

struct Case {
  Manners manners;
  Rows rows;
  WalkLimits limits;
  Walk walk;

  explicit Case(std::vector<Oid> columns, WalkLimits l = {}, Version version = Version::kV2c)
      : limits(l), walk(request(std::move(columns)), with(version), limits, rows) {
    walk.started(TimePoint{} + std::chrono::hours(1));
  }
  static lanwarden::mibs::Request request(std::vector<Oid> columns) {
    lanwarden::mibs::Request r;
    r.oids = std::move(columns);
    return r;
  }
  Manners& with(Version version) {
    manners.version = version;
    return manners;
  }
  Query ask(unsigned attempt = 0) {
    Query q;
    walk.question(attempt, q);
    return q;
  }
  void tell(Said& said, unsigned attempt = 0) {
    walk.answer(attempt, said.now(), TimePoint{} + std::chrono::hours(1));
  }
  void tell(Said&& said, unsigned attempt = 0) { tell(said, attempt); }
};

bool asks(const Query& q, std::vector<Oid> names) {
  if (q.names.size() != names.size()) return false;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (!std::ranges::equal(q.names[i], names[i].view())) return false;
  return true;
}

}  // namespace

TEST_CASE("related columns are asked for together, and each goes on where it stands") {
  Case c({kPort, kStatus});
  const Query first = c.ask();
  CHECK(first.kind == Query::Kind::kGetBulk);
  CHECK(first.repetitions == BulkSize::kStart / 2);
  CHECK(asks(first, {kPort, kStatus}));
  c.tell(Said{}.row({1, 3, 1, 5}, 50).row({1, 3, 2, 5}, 3).row({1, 3, 1, 7}, 70));
  CHECK(asks(c.ask(), {Oid{1, 3, 1, 7}, Oid{1, 3, 2, 5}}));
  CHECK(c.rows.seen.size() == 3);
  CHECK_FALSE(c.walk.done());
}

TEST_CASE("a column ends where the next one begins; the other one goes on alone") {
  Case c({kPort, kStatus});
  c.ask();
  c.tell(Said{}.row({1, 3, 1, 5}, 50).row({1, 3, 2, 5}, 3).row({1, 3, 2, 5}, 3).row({1, 3, 2, 6}, 3));
  CHECK(asks(c.ask(), {Oid{1, 3, 2, 6}}));
  c.tell(Said{}.end_of_view({1, 3, 2, 6}));
  CHECK(c.walk.done());
  CHECK(c.walk.ending().completeness == Completeness::kComplete);
}

TEST_CASE("an answer that goes back ends its column as incomplete") {
  Case c({kPort});
  c.ask();
  c.tell(Said{}.row({1, 3, 1, 5}, 50).row({1, 3, 1, 4}, 40));
  CHECK(c.walk.done());
  CHECK(c.walk.ending().completeness == Completeness::kPartial);
  CHECK(c.walk.ending().cause == "OID not increasing");
  CHECK(c.rows.seen.size() == 1);
}

TEST_CASE("an answer that repeats the question ends its column as incomplete") {
  Case c({kPort});
  c.ask();
  c.tell(Said{}.row({1, 3, 1, 5}, 50));
  c.ask();
  c.tell(Said{}.row({1, 3, 1, 5}, 50));
  CHECK(c.walk.done());
  CHECK(c.walk.ending().cause == "OID not increasing");
}

TEST_CASE("an answer without a variable ends the walk, incomplete") {
  Case c({kPort});
  c.ask();
  c.tell(Said{});
  CHECK(c.walk.done());
  CHECK(c.walk.ending().completeness == Completeness::kPartial);
}

TEST_CASE("silence: first the same again, then a quarter, a sixteenth, and GETNEXT") {
  Case c({kPort});
  CHECK(c.ask(0).repetitions == 32);
  CHECK(c.ask(1).repetitions == 32);
  CHECK(c.ask(2).repetitions == 8);
  CHECK(c.ask(3).repetitions == 2);
  CHECK(c.ask(4).kind == Query::Kind::kGetNext);
}

TEST_CASE("tooBig: half of it at once") {
  Case c({kPort});
  c.ask();
  c.tell(Said{}.error(error_status::kTooBig, 0));
  CHECK(c.ask().repetitions == 16);
  CHECK_FALSE(c.walk.done());
}

TEST_CASE("tooBig for one repetition of several columns: fewer columns") {
  Case c({kPort, kStatus});
  for (int i = 0; i < 12 && c.ask().names.size() == 2; ++i) c.tell(Said{}.error(error_status::kTooBig, 0));
  CHECK(asks(c.ask(), {kPort}));
}

TEST_CASE("genErr on GETBULK: GETNEXT, for the whole switch once that has worked") {
  Case c({kPort});
  c.ask();
  c.tell(Said{}.error(error_status::kGenErr, 0));
  CHECK(c.ask().kind == Query::Kind::kGetNext);
  CHECK_FALSE(c.manners.no_get_bulk);
  c.tell(Said{}.row({1, 3, 1, 5}, 50));
  CHECK(c.manners.no_get_bulk);
}

TEST_CASE("genErr in the middle of a table: GETNEXT for this walk alone, and its error ends the column") {
  Case c({kPort});
  c.ask();
  c.tell(Said{}.row({1, 3, 1, 5}, 50));
  c.ask();
  c.tell(Said{}.error(error_status::kGenErr, 0));
  CHECK(c.ask().kind == Query::Kind::kGetNext);
  c.tell(Said{}.error(error_status::kGenErr, 1));
  CHECK(c.walk.done());
  CHECK(c.walk.ending().cause == "genErr");
  CHECK_FALSE(c.manners.no_get_bulk);
}

TEST_CASE("v1: noSuchName is the end of the named column, and no loss") {
  Case c({kPort, kStatus}, {}, Version::kV1);
  CHECK(c.ask().kind == Query::Kind::kGetNext);
  c.tell(Said{}.error(error_status::kNoSuchName, 2));
  CHECK(asks(c.ask(), {kPort}));
  c.tell(Said{}.error(error_status::kNoSuchName, 1));
  CHECK(c.walk.done());
  CHECK(c.walk.ending().completeness == Completeness::kComplete);
}

TEST_CASE("v1: noSuchName for nobody in particular: the columns are asked one by one") {
  Case c({kPort, kStatus}, {}, Version::kV1);
  c.ask();
  c.tell(Said{}.error(error_status::kNoSuchName, 0));
  CHECK(asks(c.ask(), {kPort}));
  c.tell(Said{}.error(error_status::kNoSuchName, 0));
  CHECK(asks(c.ask(), {kStatus}));
}

TEST_CASE("authorizationError ends the walk with that name") {
  Case c({kPort, kStatus});
  c.ask();
  c.tell(Said{}.error(error_status::kAuthorizationError, 1));
  CHECK(c.walk.done());
  CHECK(c.walk.ending().cause == "authorizationError");
}

TEST_CASE("the row cap ends a column") {
  WalkLimits limits;
  limits.rows = 2;
  Case c({kPort}, limits);
  c.ask();
  c.tell(Said{}.row({1, 3, 1, 5}, 1).row({1, 3, 1, 6}, 1).row({1, 3, 1, 7}, 1));
  CHECK(c.walk.done());
  CHECK(c.rows.seen.size() == 2);
  CHECK(c.walk.ending().cause == "more than 2 rows");
}

TEST_CASE("an agent that sends more than was asked is not believed beyond it") {
  Case c({kPort});
  c.ask(4);
  c.tell(Said{}.row({1, 3, 1, 5}, 1).row({1, 3, 1, 6}, 1), 4);
  CHECK(c.rows.seen.size() == 1);
}

TEST_CASE("GET: v1 refuses all for one that is missing; the others are asked for again") {
  Rows rows;
  Get get(Case::request({Oid{1, 1, 0}, Oid{1, 2, 0}, Oid{1, 3, 0}}), {}, rows);
  Query q;
  get.question(0, q);
  CHECK(q.names.size() == 3);
  Said refused;
  get.answer(0, refused.error(error_status::kNoSuchName, 2).now(), {});
  Query again;
  get.question(0, again);
  CHECK(asks(again, {Oid{1, 1, 0}, Oid{1, 3, 0}}));
  Said said;
  get.answer(0, said.row({1, 1, 0}, 1).row({1, 3, 0}, 3).now(), {});
  CHECK(get.done());
  CHECK(get.ending().completeness == Completeness::kComplete);
  CHECK(rows.seen.at({2, {}}) == 3);
}

TEST_CASE("GET: an answer about something else is not taken") {
  Rows rows;
  Get get(Case::request({Oid{1, 1, 0}}), {}, rows);
  Query q;
  get.question(0, q);
  Said said;
  get.answer(0, said.row({1, 9, 0}, 1).now(), {});
  CHECK(get.done());
  CHECK(get.ending().completeness == Completeness::kPartial);
  CHECK(rows.seen.empty());
}
