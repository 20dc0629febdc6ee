// Incidents with their steps, and the journal of isolations.
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>

#include "agent/store/sqlite_tables.h"
#include "agent/store/sqlite_value.h"

namespace lanwarden::agent::sqlite {
namespace {

[[noreturn]] void damaged(SQLite::Database& db, const char* table, std::int64_t id,
                          const std::string& state) {
  throw StoreException({StoreCause::kCorrupt, db.getFilename() + ": " + table + " " + std::to_string(id) +
                                                  " has the state \"" + state + "\", which does not exist"});
}

[[noreturn]] void no_such(SQLite::Database& db, const char* table, std::int64_t id) {
  throw StoreException(
      {StoreCause::kOther, db.getFilename() + ": there is no " + table + " " + std::to_string(id)});
}

constexpr const char* kIncidentColumns =
    "SELECT id, state, kind, severity, mac, summary, switch_name, port, opened, updated FROM incident ";

Incident read_incident(SQLite::Database& db, SQLite::Statement& row) {
  Incident i;
  i.id = row.getColumn(0).getInt64();
  const std::string state = row.getColumn(1).getString();
  if (const auto known = incident_state(state))
    i.state = *known;
  else
    damaged(db, "incident", i.id, state);
  i.kind = row.getColumn(2).getString();
  i.severity = row.getColumn(3).getString();
  i.mac = mac_of(row.getColumn(4));
  i.summary = row.getColumn(5).getString();
  i.switch_name = row.getColumn(6).getString();
  i.port = row.getColumn(7).getString();
  i.opened = time_of(row.getColumn(8));
  i.updated = time_of(row.getColumn(9));
  return i;
}

void read_events(SQLite::Database& db, Incident& incident) {
  SQLite::Statement row(db,
                        "SELECT time, state, text, data FROM incident_event WHERE incident = ? ORDER BY id");
  row.bind(1, incident.id);
  while (row.executeStep()) {
    const std::string state = row.getColumn(1).getString();
    const auto known = incident_state(state);
    if (!known) damaged(db, "incident", incident.id, state);
    incident.events.push_back(
        {time_of(row.getColumn(0)), *known, row.getColumn(2).getString(), row.getColumn(3).getString()});
  }
}

void add_event(SQLite::Database& db, std::int64_t incident, const IncidentEvent& event) {
  SQLite::Statement add(
      db, "INSERT INTO incident_event (incident, time, state, text, data) VALUES (?, ?, ?, ?, ?)");
  add.bind(1, incident);
  add.bind(2, column_of(event.time));
  bind_text(add, 3, to_string(event.state));
  add.bind(4, event.text);
  add.bind(5, event.data_json);
  add.exec();
}

constexpr const char* kIsolationColumns =
    "SELECT id, state, incident, switch_name, port, ifindex, mac, who, reason, old_admin_status, intended, "
    "set_at, "
    "restored_at, until_time, note FROM isolation ";

Isolation read_isolation(SQLite::Database& db, SQLite::Statement& row) {
  Isolation i;
  i.id = row.getColumn(0).getInt64();
  const std::string state = row.getColumn(1).getString();
  if (const auto known = isolation_state(state))
    i.state = *known;
  else
    damaged(db, "isolation", i.id, state);
  if (const auto c = row.getColumn(2); !c.isNull()) i.incident = c.getInt64();
  i.switch_name = row.getColumn(3).getString();
  i.port = row.getColumn(4).getString();
  i.ifindex = topology::IfIndex{row.getColumn(5).getUInt()};
  i.mac = mac_of(row.getColumn(6));
  i.who = row.getColumn(7).getString();
  i.reason = row.getColumn(8).getString();
  i.old_admin_status = row.getColumn(9).getString();
  i.intended = time_of(row.getColumn(10));
  i.set_at = optional_time(row.getColumn(11));
  i.restored_at = optional_time(row.getColumn(12));
  i.until = optional_time(row.getColumn(13));
  i.note = row.getColumn(14).getString();
  return i;
}

/// Parameters 1 to 14, in the order of the columns after id.
void bind_isolation(SQLite::Statement& s, const Isolation& i) {
  bind_text(s, 1, to_string(i.state));
  i.incident ? s.bind(2, *i.incident) : s.bind(2);
  s.bind(3, i.switch_name);
  s.bind(4, i.port);
  s.bind(5, i.ifindex.value);
  s.bind(6, column_of(i.mac));
  s.bind(7, i.who);
  s.bind(8, i.reason);
  s.bind(9, i.old_admin_status);
  s.bind(10, column_of(i.intended));
  bind_optional(s, 11, i.set_at);
  bind_optional(s, 12, i.restored_at);
  bind_optional(s, 13, i.until);
  s.bind(14, i.note);
}

}  // namespace

std::int64_t open_incident(SQLite::Database& db, const Incident& incident) {
  SQLite::Statement add(
      db,
      "INSERT INTO incident (state, kind, severity, mac, summary, switch_name, port, opened, updated) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  bind_text(add, 1, to_string(incident.state));
  add.bind(2, incident.kind);
  add.bind(3, incident.severity);
  add.bind(4, column_of(incident.mac));
  add.bind(5, incident.summary);
  add.bind(6, incident.switch_name);
  add.bind(7, incident.port);
  add.bind(8, column_of(incident.opened));
  add.bind(9, column_of(std::max(incident.opened, incident.updated)));
  add.exec();
  const std::int64_t id = db.getLastInsertRowid();
  for (const IncidentEvent& event : incident.events) add_event(db, id, event);
  return id;
}

std::optional<Incident> find_open_incident(SQLite::Database& db, std::string_view kind, MacAddress mac) {
  SQLite::Statement row(db, std::string(kIncidentColumns) +
                                "WHERE mac = ? AND kind = ? AND state <> 'closed' ORDER BY id DESC LIMIT 1");
  row.bind(1, column_of(mac));
  bind_text(row, 2, kind);
  if (!row.executeStep()) return std::nullopt;
  Incident found = read_incident(db, row);
  read_events(db, found);
  return found;
}

void append_event(SQLite::Database& db, std::int64_t incident, const IncidentEvent& event,
                  const std::string& switch_name, const std::string& port) {
  SQLite::Statement step(
      db,
      "UPDATE incident SET state = ?1, updated = max(updated, ?2), "
      "switch_name = iif(?3 = '', switch_name, ?3), port = iif(?4 = '', port, ?4) WHERE id = ?5");
  bind_text(step, 1, to_string(event.state));
  step.bind(2, column_of(event.time));
  step.bind(3, switch_name);
  step.bind(4, port);
  step.bind(5, incident);
  if (step.exec() == 0) no_such(db, "incident", incident);
  add_event(db, incident, event);
}

std::vector<Incident> incidents(SQLite::Database& db, bool with_events) {
  SQLite::Statement row(db, std::string(kIncidentColumns) + "ORDER BY opened DESC, id DESC");
  std::vector<Incident> all;
  while (row.executeStep()) {
    all.push_back(read_incident(db, row));
    if (with_events) read_events(db, all.back());
  }
  return all;
}

std::optional<Incident> incident(SQLite::Database& db, std::int64_t id) {
  SQLite::Statement row(db, std::string(kIncidentColumns) + "WHERE id = ?");
  row.bind(1, id);
  if (!row.executeStep()) return std::nullopt;
  Incident found = read_incident(db, row);
  read_events(db, found);
  return found;
}

std::int64_t add_isolation(SQLite::Database& db, const Isolation& isolation) {
  SQLite::Statement add(
      db,
      "INSERT INTO isolation (state, incident, switch_name, port, ifindex, mac, who, reason, "
      "old_admin_status, intended, set_at, restored_at, until_time, note) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  bind_isolation(add, isolation);
  add.exec();
  return db.getLastInsertRowid();
}

void update_isolation(SQLite::Database& db, const Isolation& isolation) {
  SQLite::Statement change(
      db,
      "UPDATE isolation SET state = ?1, incident = ?2, switch_name = ?3, port = ?4, ifindex = ?5, "
      "mac = ?6, who = ?7, reason = ?8, old_admin_status = ?9, intended = ?10, set_at = ?11, "
      "restored_at = ?12, until_time = ?13, note = ?14 WHERE id = ?15");
  bind_isolation(change, isolation);
  change.bind(15, isolation.id);
  if (change.exec() == 0) no_such(db, "isolation", isolation.id);
}

std::vector<Isolation> isolations(SQLite::Database& db, bool open_only) {
  SQLite::Statement row(db, std::string(kIsolationColumns) +
                                (open_only ? "WHERE state IN ('intended', 'active') " : "") +
                                "ORDER BY intended DESC, id DESC");
  std::vector<Isolation> all;
  while (row.executeStep()) all.push_back(read_isolation(db, row));
  return all;
}

std::optional<Isolation> isolation(SQLite::Database& db, std::int64_t id) {
  SQLite::Statement row(db, std::string(kIsolationColumns) + "WHERE id = ?");
  row.bind(1, id);
  if (!row.executeStep()) return std::nullopt;
  return read_isolation(db, row);
}

std::size_t count_isolations_since(SQLite::Database& db, Time since) {
  SQLite::Statement count(db, "SELECT count(*) FROM isolation WHERE intended >= ?");
  count.bind(1, column_of(since));
  count.executeStep();
  return static_cast<std::size_t>(count.getColumn(0).getInt64());
}

}  // namespace lanwarden::agent::sqlite
