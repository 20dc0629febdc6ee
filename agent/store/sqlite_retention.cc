// What is old enough goes, a little at a time: a transaction of a thousand rows holds nobody up.
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <limits>

#include "agent/store/sqlite_tables.h"
#include "agent/store/sqlite_value.h"
#include "agent/store/sqlite_wiring.h"

namespace lanwarden::agent::sqlite {
namespace {

std::int64_t number(SQLite::Database& db, const char* query) { return db.execAndGet(query).getInt64(); }

std::size_t run(SQLite::Statement& s) { return static_cast<std::size_t>(s.exec()); }

/// Pages that hold something; what is free is used again before the file grows.
std::uint64_t octets_used(SQLite::Database& db) {
  const std::int64_t pages = number(db, "PRAGMA page_count") - number(db, "PRAGMA freelist_count");
  return static_cast<std::uint64_t>(pages * number(db, "PRAGMA page_size"));
}

/// Intervals were written in the order in which they ended: the first rows are the oldest.
std::size_t forget_intervals(SQLite::Database& db, std::int64_t before, std::int64_t rows) {
  SQLite::Statement s(db,
                      "DELETE FROM fdb_past WHERE rowid IN (SELECT rowid FROM (SELECT rowid, until_time FROM "
                      "fdb_past ORDER BY rowid LIMIT ?) WHERE until_time < ?)");
  s.bind(1, rows);
  s.bind(2, before);
  return run(s);
}

/// Addresses, names, links and events of switches that ended, or were last seen, before.
std::size_t forget_claims(SQLite::Database& db, std::int64_t before, std::int64_t rows) {
  std::size_t gone = 0;
  for (const char* query :
       {"DELETE FROM address_open WHERE (switch, mac, value, source) IN (SELECT switch, mac, value, source "
        "FROM address_open WHERE last_seen < ? LIMIT ?)",
        "DELETE FROM name_open WHERE (switch, mac, value, source) IN (SELECT switch, mac, value, source "
        "FROM name_open WHERE last_seen < ? LIMIT ?)",
        "DELETE FROM address_past WHERE rowid IN (SELECT rowid FROM (SELECT rowid, until_time FROM "
        "address_past ORDER BY rowid LIMIT ?2) WHERE until_time < ?1)",
        "DELETE FROM name_past WHERE rowid IN (SELECT rowid FROM (SELECT rowid, until_time FROM "
        "name_past ORDER BY rowid LIMIT ?2) WHERE until_time < ?1)",
        "DELETE FROM link WHERE (a_port, b_port, from_time) IN (SELECT a_port, b_port, from_time FROM link "
        "WHERE until_time < ? LIMIT ?)",
        "DELETE FROM switch_event WHERE id IN (SELECT id FROM (SELECT id, time FROM switch_event ORDER BY id "
        "LIMIT ?2) WHERE time < ?1)"}) {
    SQLite::Statement s(db, query);
    s.bind(1, before);
    s.bind(2, rows);
    gone = std::max(gone, run(s));
  }
  return gone;
}

/// Those that led to an isolation stay: the journal and the trail speak of them.
std::size_t forget_incidents(SQLite::Database& db, std::int64_t before, std::int64_t rows) {
  std::vector<std::int64_t> old;
  SQLite::Statement find(
      db,
      "SELECT id FROM incident WHERE state = 'closed' AND updated < ? AND NOT EXISTS "
      "(SELECT 1 FROM isolation WHERE isolation.incident = incident.id) ORDER BY id LIMIT ?");
  find.bind(1, before);
  find.bind(2, rows);
  while (find.executeStep()) old.push_back(find.getColumn(0).getInt64());
  for (const char* query :
       {"DELETE FROM evidence_frame WHERE incident = ?", "DELETE FROM incident_event WHERE incident = ?",
        "DELETE FROM incident WHERE id = ?"}) {
    SQLite::Statement s(db, query);
    for (const std::int64_t id : old) {
      s.bind(1, id);
      s.exec();
      s.reset();
    }
  }
  return old.size();
}

/// Stations that nothing speaks of any more, among the next so many; where to go on, or zero at the end.
std::size_t forget_stations(SQLite::Database& db, MacAddress& from, std::int64_t rows) {
  SQLite::Statement last(
      db, "SELECT max(mac) FROM (SELECT mac FROM station WHERE mac >= ? ORDER BY mac LIMIT ?)");
  last.bind(1, column_of(from));
  last.bind(2, rows);
  last.executeStep();
  if (last.getColumn(0).isNull()) {
    from = MacAddress{};
    return 0;
  }
  const std::int64_t to = last.getColumn(0).getInt64();
  SQLite::Statement s(db,
                      "DELETE FROM station WHERE mac BETWEEN ? AND ? "
                      "AND NOT EXISTS (SELECT 1 FROM fdb_open WHERE fdb_open.mac = station.mac) "
                      "AND NOT EXISTS (SELECT 1 FROM fdb_past WHERE fdb_past.mac = station.mac) "
                      "AND NOT EXISTS (SELECT 1 FROM address_open a WHERE a.mac = station.mac) "
                      "AND NOT EXISTS (SELECT 1 FROM address_past a WHERE a.mac = station.mac) "
                      "AND NOT EXISTS (SELECT 1 FROM name_open n WHERE n.mac = station.mac) "
                      "AND NOT EXISTS (SELECT 1 FROM name_past n WHERE n.mac = station.mac)");
  s.bind(1, column_of(from));
  s.bind(2, to);
  const std::size_t gone = run(s);
  from = MacAddress{static_cast<std::uint64_t>(to + 1)};
  return gone;
}

}  // namespace

Forgotten forget(SQLite::Database& db, const Retention& retention) {
  Forgotten f;
  const auto rows = column_of_limit(retention.rows);
  const std::int64_t before = column_of(retention.before);
  f.intervals = forget_intervals(db, before, rows);
  f.claims = forget_claims(db, before, rows);
  f.incidents = forget_incidents(db, before, rows);
  f.wiring = forget_wiring(db, before, rows);
  if (retention.most_octets != 0 && octets_used(db) > retention.most_octets) {
    f.short_of_room = true;
    // However young: what is known now, and the story of each incident, stay.
    f.intervals += forget_intervals(db, std::numeric_limits<std::int64_t>::max(), rows);
  }
  f.station = retention.station;
  f.stations = forget_stations(db, f.station, rows);
  f.more = f.intervals == retention.rows || f.claims == retention.rows || f.incidents == retention.rows ||
           f.wiring == retention.rows || !f.station.is_zero() || (f.short_of_room && f.intervals > 0);
  return f;
}

}  // namespace lanwarden::agent::sqlite
