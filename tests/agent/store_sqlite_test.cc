#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>

#include "agent/store/sqlite_tables.h"
#include "tests/agent/notice_contract.h"
#include "tests/agent/store_scratch.h"
#include "tests/agent/wiring_contract.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;

TEST_CASE("the SQLite store keeps the contract of incidents") {
  for (const ContractCase& c : incident_contract()) {
    DYNAMIC_SECTION(c.name) {
      SqliteWorkshop workshop;
      c.run(workshop);
    }
  }
}

TEST_CASE("the SQLite store keeps the contract of notices") {
  for (const ContractCase& c : wiring_contract()) {
    DYNAMIC_SECTION(c.name) {
      SqliteWorkshop workshop;
      c.run(workshop);
    }
  }
  for (const ContractCase& c : notice_contract()) {
    DYNAMIC_SECTION(c.name) {
      SqliteWorkshop workshop;
      c.run(workshop);
    }
  }
}

TEST_CASE("the SQLite store keeps the contract") {
  for (const ContractCase& c : store_contract()) {
    DYNAMIC_SECTION(c.name) {
      SqliteWorkshop workshop;
      c.run(workshop);
    }
  }
}

TEST_CASE("the SQLite store keeps the contract of single rows") {
  for (const ContractCase& c : rows_contract()) {
    DYNAMIC_SECTION(c.name) {
      SqliteWorkshop workshop;
      c.run(workshop);
    }
  }
}

TEST_CASE("the SQLite store keeps the contract of the chronicle") {
  for (const ContractCase& c : chronicle_contract()) {
    DYNAMIC_SECTION(c.name) {
      SqliteWorkshop workshop;
      c.run(workshop);
    }
  }
}

TEST_CASE("the SQLite store keeps the contract of the journal") {
  for (const ContractCase& c : isolation_contract()) {
    DYNAMIC_SECTION(c.name) {
      SqliteWorkshop workshop;
      c.run(workshop);
    }
  }
}

TEST_CASE("a store of every older schema is brought up to date, and tells what happens from then on") {
  for (int old = 1; old < sqlite::newest_schema(); ++old) {
    DYNAMIC_SECTION("schema " << old) {
      ScratchFolder folder;
      {
        SQLite::Database db(folder.store().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        sqlite::migrate(db, old);
        REQUIRE(sqlite::recognise(db) == old);
        db.exec(
            "INSERT INTO incident VALUES (7, 'open', 'ip-conflict', 'warning', 1, 'in use', '', '', 1, 1);"
            "INSERT INTO incident_event VALUES (1, 7, 1, 'open', 'found', '{}')");
      }
      const auto store = must(open_sqlite_store(folder.store(), false));
      CHECK(must(store->incident(7))->events.size() == 1);
      CHECK(must(notice_log(*store).newest_notice()) == (old < 4 ? 0 : 1));  // what is over is not told again
      must(store->append_event(7, {at(1), IncidentState::kLocated, "there", ""}, "floor3", "A1"));
      const auto told = must(notice_log(*store).notices(0, 10));
      REQUIRE_FALSE(told.empty());
      CHECK(told.back().text == "there");
      CHECK(told.back().incident == 7);
      CHECK(must(notice_log(*store).notice_origin()).size() == 12);
    }
  }
}

TEST_CASE("a notice whose incident has gone is told without its facts, never with those of another") {
  ScratchFolder folder;
  const auto store = must(open_sqlite_store(folder.store(), false));
  Incident old;
  old.severity = "warning";
  old.events.push_back({at(0), IncidentState::kOpen, "long ago", "{\"of\":\"old\"}"});
  const auto first = must(store->open_incident(old));
  {
    SQLite::Database db(folder.store().string(), SQLite::OPEN_READWRITE);
    db.exec("DELETE FROM incident_event; DELETE FROM incident");
  }
  old.events[0] = {at(1), IncidentState::kOpen, "now", "{\"of\":\"new\"}"};
  CHECK(must(store->open_incident(old)) != first);
  const auto told = must(notice_log(*store).notices(0, 10));
  REQUIRE(told.size() == 2);
  CHECK(told[0].text == "long ago");
  CHECK(told[0].data_json.empty());
  CHECK(told[1].data_json == "{\"of\":\"new\"}");
}
