// What was on a port, and when.
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>

#include "agent/store/sqlite_tables.h"
#include "agent/store/sqlite_value.h"

namespace lanwarden::agent::sqlite {
namespace {

struct Place {
  std::int64_t sw = 0;
  std::vector<std::int64_t> ports;
};

/// The switch and this port of it, or (empty) all of its ports.
Place place(SQLite::Database& db, const std::string& switch_name, const std::string& port) {
  Place found;
  SQLite::Statement rows(db,
                         "SELECT s.id, p.id FROM switch s JOIN port p ON p.switch = s.id "
                         "WHERE s.name = ?1 AND (?2 = '' OR p.name = ?2)");
  rows.bind(1, switch_name);
  rows.bind(2, port);
  while (rows.executeStep()) {
    found.sw = rows.getColumn(0).getInt64();
    found.ports.push_back(rows.getColumn(1).getInt64());
  }
  return found;
}

}  // namespace

std::vector<Sighting> port_history(SQLite::Database& db, const std::string& switch_name,
                                   const std::string& port, Time since, std::size_t limit) {
  const Place at = place(db, switch_name, port);
  SQLite::Statement open(
      db,
      "SELECT f.mac, f.vlan, s.name, coalesce(p.name, ''), coalesce(p.ifindex, 0), f.status, f.from_time, "
      "coalesce(f.last_seen, l.fdb_time), NULL FROM fdb_open f JOIN switch s ON s.id = f.switch "
      "JOIN poll l ON l.switch = f.switch JOIN port p ON p.id = f.port "
      "WHERE f.switch = ?1 AND (?2 = 0 OR f.port = ?2) LIMIT ?3");
  open.bind(1, at.sw);
  open.bind(2, port.empty() || at.ports.empty() ? std::int64_t{0} : at.ports.front());
  open.bind(3, column_of_limit(limit));
  std::vector<Sighting> found;
  if (!at.ports.empty()) found = read_sightings(open);
  SQLite::Statement past(
      db,
      "SELECT f.mac, f.vlan, s.name, p.name, f.ifindex, f.status, f.from_time, f.last_seen, f.until_time "
      "FROM fdb_past f JOIN port p ON p.id = f.port JOIN switch s ON s.id = f.switch "
      "WHERE f.port = ?1 AND f.port <> 0 AND f.until_time > ?2 ORDER BY f.until_time DESC LIMIT ?3");
  for (const std::int64_t id : at.ports) {
    past.bind(1, id);
    past.bind(2, column_of(since));
    past.bind(3, column_of_limit(limit));
    auto more = read_sightings(past);
    past.reset();
    found.insert(found.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  if (found.size() > limit) {
    // Open ones are the newest of all.
    const auto newer = [](const Sighting& a, const Sighting& b) {
      return a.until.has_value() != b.until.has_value() ? !a.until : a.until && *a.until > *b.until;
    };
    std::stable_sort(found.begin(), found.end(), newer);
    found.resize(limit);
  }
  std::sort(found.begin(), found.end(), [](const Sighting& a, const Sighting& b) {
    return std::tie(a.from, a.mac, a.vlan, a.port) < std::tie(b.from, b.mac, b.vlan, b.port);
  });
  return found;
}

std::size_t stations_on(SQLite::Database& db, const std::string& switch_name, const std::string& port,
                        Time at) {
  const Place there = place(db, switch_name, port);
  if (port.empty() || there.ports.empty()) return 0;
  SQLite::Statement count(
      db,
      "SELECT count(*) FROM (SELECT mac FROM fdb_open WHERE switch = ?1 AND port = ?2 AND from_time <= ?3 "
      "AND status = 0 AND (mac >> 40) & 1 = 0 UNION SELECT mac FROM fdb_past WHERE port = ?2 AND port <> 0 "
      "AND until_time > ?3 AND from_time <= ?3 AND status = 0 AND (mac >> 40) & 1 = 0)");
  count.bind(1, there.sw);
  count.bind(2, there.ports.front());
  count.bind(3, column_of(at));
  count.executeStep();
  return static_cast<std::size_t>(count.getColumn(0).getInt64());
}

std::optional<Time> oldest_sighting(SQLite::Database& db) {
  SQLite::Statement oldest(
      db,
      "SELECT min(t) FROM (SELECT min(from_time) AS t FROM fdb_open UNION ALL SELECT min(from_time) "
      "FROM fdb_past)");
  oldest.executeStep();
  return optional_time(oldest.getColumn(0));
}

}  // namespace lanwarden::agent::sqlite
