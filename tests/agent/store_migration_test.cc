// A store of every older schema is brought up to date, and nothing of it is lost.
#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>

#include "agent/store/snapshot_json.h"
#include "agent/store/sqlite_tables.h"
#include "tests/agent/store_scratch.h"

using namespace lanwarden;
using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;

namespace {

constexpr const char* kClock = "00:0d:4b:ce:20:cd";
constexpr const char* kServer = "00:50:56:00:00:01";

std::string number(std::int64_t n) { return std::to_string(n); }
std::string when(int minute) { return number(at(minute).time_since_epoch().count()); }
std::string bits(const char* text) { return number(static_cast<std::int64_t>(mac(text).bits())); }

/// What a lanwarden of that schema would have written: SQL that names every column it knew.
void fill(SQLite::Database& db, int schema) {
  SwitchSnapshot s = polled_switch("floor3", at(20));
  s.system_name = "floor3";
  {
    SQLite::Statement document(db, "INSERT INTO document (switch, json) VALUES (1, ?)");
    db.exec(
        "INSERT INTO switch (id, name, address) VALUES (1, 'floor3', '10.0.0.1'), (2, 'gw', '10.0.0.254')");
    document.bind(1, snapshot_document(s));
    document.exec();
    SQLite::Statement poll(db,
                           "INSERT INTO poll (switch, attempted, failure, time, uptime_cs, fdb_time, tables, "
                           "document_hash) VALUES (1, ?1, NULL, ?1, ?2, ?1, ?3, ?4)");
    poll.bind(1, at(20).time_since_epoch().count());
    poll.bind(2, static_cast<std::int64_t>(s.uptime_cs));
    poll.bind(3, tables_document(s));
    poll.bind(4, static_cast<std::int64_t>(document_hash(snapshot_document(s))));
    poll.exec();
  }
  db.exec("INSERT INTO port (id, switch, name, ifindex) VALUES (1, 1, 'A1', 1), (2, 1, 'A2', 2)");
  db.exec("INSERT INTO station (mac) VALUES (" + bits(kClock) + "), (" + bits(kServer) + ")");
  db.exec(
      "INSERT INTO fdb_open (switch, mac, vlan, port, status, bridge_port, from_time, last_seen) VALUES "
      "(1, " +
      bits(kClock) + ", 10, 1, 0, 1, " + when(10) + ", NULL)");
  db.exec(
      "INSERT INTO fdb_past (mac, vlan, switch, port, ifindex, status, from_time, last_seen, until_time) "
      "VALUES (" +
      bits(kClock) + ", 10, 1, 2, 2, 0, " + when(0) + ", " + when(5) + ", " + when(10) + ")");
  if (schema < 5) {
    SQLite::Statement binding(db, "INSERT INTO binding (ip, mac, source, last_seen) VALUES (?, ?, ?, ?)");
    const auto ip = *IpAddress::parse("192.168.0.77");
    for (const char* source : {"gw (ARP)", "gone (ARP)", "sniffed"}) {
      binding.bind(1, ip.octets().data(), static_cast<int>(ip.octets().size()));
      binding.bind(2, static_cast<std::int64_t>(mac(kClock).bits()));
      binding.bind(3, source);
      binding.bind(4, at(15).time_since_epoch().count());
      binding.exec();
      binding.reset();
    }
  }
  db.exec(
      "INSERT INTO incident (id, state, kind, severity, mac, summary, switch_name, port, opened, updated) "
      "VALUES (7, 'isolated', 'arp-bogus-responder', 'critical', " +
      bits(kClock) + ", 'it answers', 'floor3', 'A1', " + when(16) + ", " + when(17) + ")");
  db.exec("INSERT INTO incident_event (id, incident, time, state, text, data) VALUES (1, 7, " + when(16) +
          ", 'open', 'found', '{}')");
  db.exec(
      "INSERT INTO isolation (id, state, incident, switch_name, port, ifindex, mac, who, reason, "
      "old_admin_status, intended, set_at, restored_at, until_time, note) VALUES (3, 'active', 7, 'floor3', "
      "'A1', 1, " +
      bits(kClock) + ", 'root', 'why', 'up', " + when(17) + ", " + when(17) + ", NULL, NULL, '')");
  if (schema >= 2) {
    db.exec(
        "INSERT INTO isolation_change VALUES (3, 0, '1.3.6.1.2.1.2.2.1.7.1', 'ifAdminStatus.1', 'i', '1', "
        "'2', 0)");
    db.exec(
        "INSERT INTO audit (time, who, action, why, isolation, incident, switch_name, port, mac, varbinds, "
        "answer) VALUES (" +
        when(17) + ", 'root', 'set', 'why', 3, 7, 'floor3', 'A1', 1, '', 'noError')");
  }
  if (schema >= 3)
    db.exec("INSERT INTO evidence_frame VALUES (1, 7, " + when(16) +
            ", 'eth0', 12, 1, 60, x'010203', 'here')");
  if (schema >= 4)
    db.exec("INSERT INTO notice_cursor VALUES ('pager', 1, NULL, 5, 0, 0, 0, 0, NULL, NULL, '')");
}

}  // namespace

TEST_CASE("nothing is lost on the way from any older schema") {
  for (int old = 1; old <= sqlite::newest_schema(); ++old) {
    DYNAMIC_SECTION("schema " << old) {
      ScratchFolder folder;
      {
        SQLite::Database db(folder.store().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        sqlite::migrate(db, old);
        fill(db, old);
      }
      if (old < sqlite::newest_schema()) {
        // To be read only, it must be brought up to date first, and says so.
        const auto read = open_sqlite_store(folder.store(), true);
        REQUIRE_FALSE(read);
        CHECK(read.error().message.find("must be brought up to date") != std::string::npos);
      }
      const auto store = must(open_sqlite_store(folder.store(), false));
      const auto all = must(store->snapshots());
      REQUIRE(all.size() == 1);
      CHECK(all[0].system_name == "floor3");
      CHECK(all[0].interfaces.size() == 8);
      REQUIRE(all[0].fdb.size() == 1);
      CHECK(all[0].fdb[0].mac == mac(kClock));

      const auto past = must(store->history(mac(kClock), Time{}, 10));
      REQUIRE(past.size() == 2);
      CHECK(past[0].port == "A2");
      CHECK(past[0].until == at(10));
      CHECK(past[1].from == at(10));
      CHECK(past[1].last_seen == at(20));
      CHECK(must(store->sightings(pattern("ce:20:cd"), at(3), 10)).at(0).port == "A2");
      CHECK(must(store->stations(pattern("ce:20:cd"), 10)) == std::vector{mac(kClock)});
      CHECK(must(store->port_history("floor3", "A2", Time{}, 10)).size() == 1);

      if (old < 5) {
        const auto bindings = must(store->bindings(mac(kClock)));
        REQUIRE(bindings.size() == 3);
        for (const IpBinding& b : bindings) {
          CHECK(b.ip.to_string() == "192.168.0.77");
          CHECK(b.last_seen == at(15));
          CHECK(b.from == at(15));
        }
      }

      const auto incident = must(store->incident(7));
      REQUIRE(incident);
      CHECK(incident->events.size() == 1);
      CHECK(incident->port == "A1");
      const auto isolation = must(store->isolation(3));
      REQUIRE(isolation);
      CHECK(isolation->state == IsolationState::kActive);
      REQUIRE(isolation->changes.size() == 1);  // also of schema 1: what it has shut can be opened
      CHECK(isolation->changes[0].oid == "1.3.6.1.2.1.2.2.1.7.1");
      CHECK(must(store->audit({})).size() == (old >= 2 ? 1 : 0));
      CHECK(must(store->evidence(7)).size() == (old >= 3 ? 1 : 0));

      // It goes on: the next poll extends what was open, a router's table what it had said.
      SwitchSnapshot next = polled_switch("floor3", at(30));
      next.system_name = "floor3";
      learn(next, kClock, 1);
      SwitchSnapshot gw = polled_switch("gw", at(30));
      gw.addresses.push_back({*IpAddress::parse("192.168.0.77"), mac(kClock), topology::IfIndex{1}});
      const std::array polls = {next, gw};
      must(store->save_poll(polls));
      const auto now = must(store->sightings(pattern(kClock), std::nullopt, 10));
      REQUIRE(now.size() == 1);
      CHECK(now[0].from == at(10));
      CHECK(now[0].last_seen == at(30));
      if (old < 5) {
        const auto bindings = must(store->bindings(mac(kClock)));
        REQUIRE(bindings.size() == 3);
        CHECK(bindings[0].source == "gw (ARP)");
        CHECK(bindings[0].from == at(15));
        CHECK(bindings[0].last_seen == at(30));
      }
      SQLite::Database db(folder.store().string(), SQLite::OPEN_READONLY);
      CHECK(db.execAndGet("PRAGMA integrity_check").getString() == "ok");
      SQLite::Statement broken(db, "PRAGMA foreign_key_check");
      CHECK_FALSE(broken.executeStep());
    }
  }
}

TEST_CASE("a migration that fails half-way leaves the older store as it was") {
  ScratchFolder folder;
  {
    SQLite::Database db(folder.store().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    sqlite::migrate(db, 1);
    fill(db, 1);
    db.exec("CREATE TABLE notice (surprise)");  // what a later migration wants to make
  }
  CHECK_FALSE(open_sqlite_store(folder.store(), false));
  SQLite::Database db(folder.store().string(), SQLite::OPEN_READWRITE);
  CHECK(db.execAndGet("PRAGMA user_version").getInt() == 1);
  CHECK(db.execAndGet("SELECT count(*) FROM binding").getInt() == 3);
  CHECK(db.execAndGet("SELECT count(*) FROM sqlite_schema WHERE name = 'audit'").getInt() == 0);
  db.exec("DROP TABLE notice");
  CHECK(open_sqlite_store(folder.store(), false));
}
