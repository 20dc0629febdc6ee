// Incidents with their steps.
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>

#include "agent/store/sqlite_tables.h"
#include "agent/store/sqlite_value.h"

namespace lanwarden::agent::sqlite {
namespace {

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
                                "WHERE mac = ?1 AND (?2 = '' OR kind = ?2) AND state <> 'closed' "
                                "ORDER BY id DESC LIMIT 1");
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

void worsen_incident(SQLite::Database& db, std::int64_t incident, const std::string& kind,
                     const std::string& severity, const std::string& summary) {
  SQLite::Statement change(db, "UPDATE incident SET kind = ?, severity = ?, summary = ? WHERE id = ?");
  change.bind(1, kind);
  change.bind(2, severity);
  change.bind(3, summary);
  change.bind(4, incident);
  if (change.exec() == 0) no_such(db, "incident", incident);
}

std::vector<Incident> incidents(SQLite::Database& db, bool with_events, bool open_only) {
  SQLite::Statement row(db, std::string(kIncidentColumns) + (open_only ? "WHERE state <> 'closed' " : "") +
                                "ORDER BY opened DESC, id DESC");
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

}  // namespace lanwarden::agent::sqlite
