// What is to be told, and how far each channel is. Steps of incidents come by the trigger of the schema.
#include <SQLiteCpp/SQLiteCpp.h>

#include "agent/store/sqlite_notices.h"
#include "agent/store/sqlite_value.h"

namespace lanwarden::agent::sqlite {
namespace {

std::uint64_t count_of(const SQLite::Column& column) { return static_cast<std::uint64_t>(column.getInt64()); }

}  // namespace

std::int64_t add_notice(SQLite::Database& db, const Notice& n) {
  SQLite::Statement add(
      db,
      "INSERT INTO notice (time, event, severity, incident, kind, summary, switch_name, port, mac, text, "
      "data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  add.bind(1, column_of(n.time));
  add.bind(2, n.event);
  add.bind(3, n.severity);
  if (n.incident)
    add.bind(4, *n.incident);
  else
    add.bind(4);
  add.bind(5, n.kind);
  add.bind(6, n.summary);
  add.bind(7, n.switch_name);
  add.bind(8, n.port);
  add.bind(9, column_of(n.mac));
  add.bind(10, n.text);
  add.bind(11, n.data_json);
  add.exec();
  return db.getLastInsertRowid();
}

std::vector<Notice> notices(SQLite::Database& db, std::int64_t after, std::size_t limit) {
  SQLite::Statement row(
      db,
      "SELECT n.id, n.time, n.event, n.severity, n.incident, n.kind, n.summary, n.switch_name, n.port, "
      "n.mac, "
      "n.text, iif(n.step IS NULL, n.data, coalesce(e.data, '')) "
      // The number of a step that has gone may be given again, to another incident's.
      "FROM notice n LEFT JOIN incident_event e ON e.id = n.step AND e.incident = n.incident "
      "WHERE n.id > ? ORDER BY n.id LIMIT ?");
  row.bind(1, after);
  row.bind(2, column_of_limit(limit));
  std::vector<Notice> all;
  while (row.executeStep()) {
    Notice n;
    n.id = row.getColumn(0).getInt64();
    n.time = time_of(row.getColumn(1));
    n.event = row.getColumn(2).getString();
    n.severity = row.getColumn(3).getString();
    if (!row.getColumn(4).isNull()) n.incident = row.getColumn(4).getInt64();
    n.kind = row.getColumn(5).getString();
    n.summary = row.getColumn(6).getString();
    n.switch_name = row.getColumn(7).getString();
    n.port = row.getColumn(8).getString();
    n.mac = mac_of(row.getColumn(9));
    n.text = row.getColumn(10).getString();
    n.data_json = row.getColumn(11).getString();
    all.push_back(std::move(n));
  }
  return all;
}

std::int64_t newest_notice(SQLite::Database& db) {
  // Not max(id): what was written and has gone again counts.
  return db.execAndGet("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'notice'), 0)")
      .getInt64();
}

std::string notice_origin(SQLite::Database& db) {
  return db.execAndGet("SELECT token FROM notice_origin").getString();
}

std::vector<NoticeCursor> notice_cursors(SQLite::Database& db) {
  SQLite::Statement row(db,
                        "SELECT channel, last, delivered_at, delivered, digests, failed_tries, dropped, "
                        "failures, failing_since, next_try, error FROM notice_cursor ORDER BY channel");
  std::vector<NoticeCursor> all;
  while (row.executeStep()) {
    NoticeCursor c;
    c.channel = row.getColumn(0).getString();
    c.last = row.getColumn(1).getInt64();
    c.delivered_at = optional_time(row.getColumn(2));
    c.delivered = count_of(row.getColumn(3));
    c.digests = count_of(row.getColumn(4));
    c.failed_tries = count_of(row.getColumn(5));
    c.dropped = count_of(row.getColumn(6));
    c.failures = row.getColumn(7).getUInt();
    c.failing_since = optional_time(row.getColumn(8));
    c.next_try = optional_time(row.getColumn(9));
    c.error = row.getColumn(10).getString();
    all.push_back(std::move(c));
  }
  return all;
}

void save_notice_cursor(SQLite::Database& db, const NoticeCursor& c) {
  SQLite::Statement save(
      db,
      "INSERT OR REPLACE INTO notice_cursor (channel, last, delivered_at, delivered, digests, failed_tries, "
      "dropped, failures, failing_since, next_try, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  save.bind(1, c.channel);
  save.bind(2, c.last);
  bind_optional(save, 3, c.delivered_at);
  save.bind(4, static_cast<std::int64_t>(c.delivered));
  save.bind(5, static_cast<std::int64_t>(c.digests));
  save.bind(6, static_cast<std::int64_t>(c.failed_tries));
  save.bind(7, static_cast<std::int64_t>(c.dropped));
  save.bind(8, static_cast<std::int64_t>(c.failures));
  bind_optional(save, 9, c.failing_since);
  bind_optional(save, 10, c.next_try);
  save.bind(11, c.error);
  save.exec();
}

void forget_notice_cursor(SQLite::Database& db, const std::string& channel) {
  SQLite::Statement forget(db, "DELETE FROM notice_cursor WHERE channel = ?");
  forget.bind(1, channel);
  forget.exec();
}

}  // namespace lanwarden::agent::sqlite
