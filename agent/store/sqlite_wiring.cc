// What audits know: each item's value with its interval, the audits, the acknowledgements.
#include "agent/store/sqlite_wiring.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <unordered_map>

#include "agent/store/sqlite_value.h"

namespace lanwarden::agent::sqlite {
namespace {

std::string text_of(SQLite::Statement& s, int column) { return s.getColumn(column).getString(); }

}  // namespace

KeptWiring wiring(SQLite::Database& db, std::optional<topology::Time> at) {
  KeptWiring kept;
  SQLite::Statement state(db, "SELECT revision, time FROM wiring_state");
  if (!state.executeStep()) return kept;
  kept.revision = state.getColumn(0).getInt64();
  kept.time = time_of(state.getColumn(1));
  if (at && *at < kept.time) kept.time = *at;
  SQLite::Statement rows(
      db, at ? "SELECT key, value, from_time FROM wiring WHERE from_time <= ?1 AND "
               "(until_time IS NULL OR until_time > ?1) ORDER BY key"
             : "SELECT key, value, from_time FROM wiring WHERE until_time IS NULL ORDER BY key");
  if (at) rows.bind(1, column_of(*at));
  while (rows.executeStep())
    kept.items.push_back({text_of(rows, 0), text_of(rows, 1), time_of(rows.getColumn(2))});
  if (at && kept.items.empty()) kept.time = {};
  return kept;
}

std::optional<topology::Time> wiring_begins(SQLite::Database& db) {
  SQLite::Statement first(db, "SELECT min(from_time) FROM wiring");
  first.executeStep();
  return optional_time(first.getColumn(0));
}

bool save_wiring(SQLite::Database& db, std::span<const WiringItem> items, topology::Time now,
                 std::int64_t revision) {
  SQLite::Statement state(db, "SELECT revision, time FROM wiring_state");
  const bool kept = state.executeStep();
  if ((kept ? state.getColumn(0).getInt64() : 0) != revision) return false;
  // A clock that was set back must not make an interval end before it began.
  const std::int64_t time = std::max(column_of(now), kept ? state.getColumn(1).getInt64() : column_of(now));
  state.reset();

  struct Open {
    std::int64_t row = 0, from = 0;
    std::string value;
    bool stays = false;
  };
  std::unordered_map<std::string, Open> open;
  SQLite::Statement rows(db, "SELECT rowid, key, value, from_time FROM wiring WHERE until_time IS NULL");
  while (rows.executeStep())
    open.emplace(text_of(rows, 1),
                 Open{rows.getColumn(0).getInt64(), rows.getColumn(3).getInt64(), text_of(rows, 2)});
  rows.reset();

  SQLite::Statement begin(db, "INSERT INTO wiring (key, value, from_time) VALUES (?, ?, ?)");
  SQLite::Statement end(db, "UPDATE wiring SET until_time = ? WHERE rowid = ?");
  SQLite::Statement replace(db, "UPDATE wiring SET value = ? WHERE rowid = ?");
  const auto run = [](SQLite::Statement& s) {
    s.exec();
    s.reset();
  };
  const auto close = [&](const Open& was) {
    end.bind(1, time);
    end.bind(2, was.row);
    run(end);
  };
  for (const WiringItem& item : items) {
    const auto was = open.find(item.key);
    if (was != open.end()) {
      was->second.stays = true;
      if (was->second.value == item.value) continue;
      if (was->second.from == time) {  // it had that value for no time at all
        bind_text(replace, 1, item.value);
        replace.bind(2, was->second.row);
        run(replace);
        continue;
      }
      close(was->second);
    }
    bind_text(begin, 1, item.key);
    bind_text(begin, 2, item.value);
    begin.bind(3, time);
    run(begin);
  }
  for (const auto& [key, was] : open)
    if (!was.stays) close(was);
  SQLite::Statement keep(db, "INSERT OR REPLACE INTO wiring_state (id, revision, time) VALUES (1, ?, ?)");
  keep.bind(1, revision + 1);
  keep.bind(2, time);
  keep.exec();
  return true;
}

std::int64_t add_audit(SQLite::Database& db, const AuditRecord& a) {
  SQLite::Statement add(
      db, "INSERT INTO wiring_audit (time, by, fresh, standing, report) VALUES (?, ?, ?, ?, ?)");
  add.bind(1, column_of(a.time));
  bind_text(add, 2, a.by);
  add.bind(3, a.fresh);
  add.bind(4, a.standing);
  bind_text(add, 5, a.report_json);
  add.exec();
  return db.getLastInsertRowid();
}

std::vector<AuditRecord> audits(SQLite::Database& db, std::size_t limit) {
  SQLite::Statement rows(
      db, "SELECT id, time, by, fresh, standing, report FROM wiring_audit ORDER BY id DESC LIMIT ?");
  rows.bind(1, column_of_limit(limit));
  std::vector<AuditRecord> all;
  while (rows.executeStep()) {
    AuditRecord& a = all.emplace_back();
    a.id = rows.getColumn(0).getInt64();
    a.time = time_of(rows.getColumn(1));
    a.by = text_of(rows, 2);
    a.fresh = rows.getColumn(3).getUInt();
    a.standing = rows.getColumn(4).getUInt();
    a.report_json = text_of(rows, 5);
  }
  return all;
}

void acknowledge(SQLite::Database& db, const Acknowledgement& a) {
  SQLite::Statement add(
      db,
      "INSERT OR REPLACE INTO acknowledgement (fingerprint, kind, switch_name, port, summary, who, "
      "reason, time, until_time) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  int column = 0;
  for (const std::string* text :
       {&a.fingerprint, &a.kind, &a.switch_name, &a.port, &a.summary, &a.who, &a.reason})
    bind_text(add, ++column, *text);
  add.bind(8, column_of(a.time));
  bind_optional(add, 9, a.until);
  add.exec();
}

bool withdraw_acknowledgement(SQLite::Database& db, const std::string& fingerprint) {
  SQLite::Statement s(db, "DELETE FROM acknowledgement WHERE fingerprint = ?");
  bind_text(s, 1, fingerprint);
  return s.exec() > 0;
}

std::vector<Acknowledgement> acknowledgements(SQLite::Database& db) {
  SQLite::Statement rows(
      db,
      "SELECT fingerprint, kind, switch_name, port, summary, who, reason, time, until_time "
      "FROM acknowledgement ORDER BY time, fingerprint");
  std::vector<Acknowledgement> all;
  while (rows.executeStep()) {
    Acknowledgement& a = all.emplace_back();
    int column = 0;
    for (std::string* text :
         {&a.fingerprint, &a.kind, &a.switch_name, &a.port, &a.summary, &a.who, &a.reason})
      *text = text_of(rows, column++);
    a.time = time_of(rows.getColumn(7));
    a.until = optional_time(rows.getColumn(8));
  }
  return all;
}

std::size_t forget_wiring(SQLite::Database& db, std::int64_t before, std::int64_t rows) {
  std::size_t gone = 0;
  for (const char* query :
       {"DELETE FROM wiring WHERE rowid IN (SELECT rowid FROM wiring WHERE until_time < ? LIMIT ?)",
        "DELETE FROM wiring_audit WHERE id IN (SELECT id FROM wiring_audit WHERE time < ? ORDER BY id LIMIT "
        "?)"}) {
    SQLite::Statement s(db, query);
    s.bind(1, before);
    s.bind(2, rows);
    gone = std::max(gone, static_cast<std::size_t>(s.exec()));
  }
  return gone;
}

}  // namespace lanwarden::agent::sqlite
