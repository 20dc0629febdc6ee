// Reading what polls left: the last snapshots, where a station is or was, its addresses.
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <tuple>

#include "agent/store/snapshot_json.h"
#include "agent/store/sqlite_tables.h"
#include "agent/store/sqlite_value.h"

namespace lanwarden::agent::sqlite {
namespace {

using topology::FdbEntry;
using topology::FdbStatus;
using topology::IfIndex;

[[noreturn]] void damaged(SQLite::Database& db, const std::string& sw, const std::string& what) {
  throw StoreException({StoreCause::kCorrupt, db.getFilename() + ": what is stored of switch \"" + sw +
                                                  "\" cannot be read (" + what +
                                                  "): poll it again, or begin a new store"});
}

FdbStatus status_of(int stored) {
  return stored >= 0 && stored <= static_cast<int>(FdbStatus::kOther) ? static_cast<FdbStatus>(stored)
                                                                      : FdbStatus::kOther;
}

/// The open rows of one switch as its forwarding table. Where a table was cut
/// short, a station that was seen elsewhere since has left the older place: a
/// filtering database holds a station once. (The history keeps both, open.)
void read_fdb(SQLite::Statement& rows, std::int64_t sw, SwitchSnapshot& s) {
  rows.bind(1, sw);
  std::vector<bool> unseen;
  while (rows.executeStep()) {
    FdbEntry e;
    e.mac = mac_of(rows.getColumn(0));
    e.vlan = VlanId{static_cast<std::uint16_t>(rows.getColumn(1).getUInt())};
    const bool on_a_port = rows.getColumn(2).getInt64() != 0;
    e.port = IfIndex{rows.getColumn(3).getUInt()};
    if (on_a_port && e.port == topology::kNoInterface) continue;  // the port has no number any more
    e.status = status_of(rows.getColumn(4).getInt());
    e.bridge_port = topology::BridgePort{rows.getColumn(5).getUInt()};
    s.fdb.push_back(e);
    unseen.push_back(!rows.getColumn(6).isNull());
  }
  rows.reset();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < s.fdb.size(); ++i) {
    bool superseded = false;
    if (unseen[i]) {
      const auto same = [&](std::size_t k) {
        return s.fdb[k].mac == s.fdb[i].mac && s.fdb[k].vlan == s.fdb[i].vlan;
      };
      for (std::size_t k = i + 1; k < s.fdb.size() && same(k); ++k) superseded = superseded || !unseen[k];
      for (std::size_t k = i; k-- > 0 && !superseded && same(k);) superseded = !unseen[k];
    }
    if (!superseded) s.fdb[kept++] = s.fdb[i];
  }
  s.fdb.resize(kept);
  std::sort(s.fdb.begin(), s.fdb.end(), [](const FdbEntry& a, const FdbEntry& b) {
    return std::tie(a.mac, a.vlan, a.port) < std::tie(b.mac, b.vlan, b.port);
  });
}

}  // namespace

std::vector<SwitchSnapshot> snapshots(SQLite::Database& db, const std::span<const std::string>* names) {
  std::vector<SwitchSnapshot> all;
  SQLite::Statement switches(
      db,
      "SELECT s.id, s.name, s.address, p.attempted, p.failure, p.time, p.uptime_cs, p.tables, "
      "d.json FROM switch s JOIN poll p ON p.switch = s.id "
      "LEFT JOIN document d ON d.switch = s.id ORDER BY s.name");
  SQLite::Statement rows(
      db,
      "SELECT f.mac, f.vlan, f.port, p.ifindex, f.status, f.bridge_port, f.last_seen FROM fdb_open f "
      "LEFT JOIN port p ON p.id = f.port WHERE f.switch = ? ORDER BY f.mac, f.vlan, f.port");
  while (switches.executeStep()) {
    std::string name = switches.getColumn(1).getString();
    if (names != nullptr && std::find(names->begin(), names->end(), name) == names->end()) continue;
    SwitchSnapshot& s = all.emplace_back();
    s.name = std::move(name);
    if (!switches.getColumn(8).isNull()) {
      if (auto r = read_snapshot_document(switches.getColumn(8).getString(), s); !r)
        damaged(db, s.name, r.error());
      if (auto r = read_tables_document(switches.getColumn(7).getString(), s); !r)
        damaged(db, s.name, r.error());
      s.time = time_of(switches.getColumn(5));
      s.uptime_cs = static_cast<std::uint64_t>(switches.getColumn(6).getInt64());
      read_fdb(rows, switches.getColumn(0).getInt64(), s);
    } else {
      s.time = time_of(switches.getColumn(3));
    }
    s.address = switches.getColumn(2).getString();
    if (!switches.getColumn(4).isNull()) {
      const auto failure = read_text_list(switches.getColumn(4).getString());
      if (!failure) damaged(db, s.name, failure.error());
      for (const std::string& text : *failure)
        if (std::find(s.problems.begin(), s.problems.end(), text) == s.problems.end())
          s.problems.push_back(text);
    }
  }
  return all;
}

std::vector<Sighting> read_sightings(SQLite::Statement& rows) {
  std::vector<Sighting> found;
  while (rows.executeStep()) {
    Sighting& s = found.emplace_back();
    s.mac = mac_of(rows.getColumn(0));
    s.vlan = VlanId{static_cast<std::uint16_t>(rows.getColumn(1).getUInt())};
    s.switch_name = rows.getColumn(2).getString();
    s.port = rows.getColumn(3).getString();
    s.ifindex = IfIndex{rows.getColumn(4).getUInt()};
    s.status = status_of(rows.getColumn(5).getInt());
    s.from = time_of(rows.getColumn(6));
    s.last_seen = time_of(rows.getColumn(7));
    s.until = optional_time(rows.getColumn(8));
  }
  return found;
}

std::vector<Sighting> history(SQLite::Database& db, MacAddress mac, Time since, std::size_t limit) {
  SQLite::Statement rows(
      db,
      "SELECT f.mac, f.vlan, s.name, coalesce(p.name, ''), coalesce(p.ifindex, 0), f.status, f.from_time, "
      "coalesce(f.last_seen, l.fdb_time), NULL FROM fdb_open f JOIN switch s ON s.id = f.switch "
      "JOIN poll l ON l.switch = f.switch LEFT JOIN port p ON p.id = f.port WHERE f.mac = ?1 "
      "UNION ALL "
      "SELECT f.mac, f.vlan, s.name, coalesce(p.name, ''), f.ifindex, f.status, f.from_time, f.last_seen, "
      "f.until_time FROM fdb_past f JOIN switch s ON s.id = f.switch LEFT JOIN port p ON p.id = f.port "
      "WHERE f.mac = ?1 AND f.until_time > ?2 ORDER BY 7, 3, 4, 2 LIMIT ?3");
  rows.bind(1, column_of(mac));
  rows.bind(2, column_of(since));
  rows.bind(3, column_of_limit(limit));
  return read_sightings(rows);
}

namespace {

/// A search among the stations "t" for the pattern bound as ?1 to ?4, through the index that narrows it most.
/// The expression is that of the index station_end (sqlite_schema.cc), to the letter.
struct StationSearch {
  std::string from, where;
  explicit StationSearch(const MacPattern& pattern) {
    const bool end = by_end(pattern);
    from = end ? "station AS t INDEXED BY station_end" : "station AS t";
    const std::string key =
        end ? "(((t.mac & 255) << 40) | ((t.mac & 65280) << 24) | ((t.mac & 16711680) << 8) | "
              "((t.mac >> 8) & 16711680) | ((t.mac >> 24) & 65280) | (t.mac >> 40))"
            : "t.mac";
    where = key + " BETWEEN ?1 AND ?2 AND (t.mac & ?3) = ?4";
  }
};

}  // namespace

std::vector<Sighting> sightings(SQLite::Database& db, const MacPattern& pattern, std::optional<Time> at,
                                std::size_t limit) {
  // From the stations, which are few, to their intervals: both by index.
  const StationSearch stations(pattern);
  std::string query =
      "SELECT f.mac, f.vlan, s.name, coalesce(p.name, ''), coalesce(p.ifindex, 0), f.status, f.from_time, "
      "coalesce(f.last_seen, l.fdb_time) AS seen, NULL FROM " +
      stations.from +
      " CROSS JOIN fdb_open f ON f.mac = t.mac "
      "JOIN switch s ON s.id = f.switch JOIN poll l ON l.switch = f.switch LEFT JOIN port p ON p.id = f.port "
      "WHERE " +
      stations.where;
  if (at)
    query +=
        " AND f.from_time <= ?6 UNION ALL "
        "SELECT f.mac, f.vlan, s.name, coalesce(p.name, ''), f.ifindex, f.status, f.from_time, f.last_seen "
        "AS seen, "
        "f.until_time FROM " +
        stations.from +
        " CROSS JOIN fdb_past f ON f.mac = t.mac "
        "JOIN switch s ON s.id = f.switch LEFT JOIN port p ON p.id = f.port "
        "WHERE " +
        stations.where + " AND f.from_time <= ?6 AND f.until_time > ?6";
  query += " ORDER BY 1, 8 DESC, 3, 4, 2 LIMIT ?5";
  SQLite::Statement rows(db, query);
  bind_pattern(rows, 1, pattern);
  rows.bind(5, column_of_limit(limit));
  if (at) rows.bind(6, column_of(*at));
  return read_sightings(rows);
}

std::vector<MacAddress> stations(SQLite::Database& db, const MacPattern& pattern, std::size_t limit) {
  // Group addresses and zero are in forwarding tables, but they are no stations.
  const StationSearch search(pattern);
  SQLite::Statement rows(db, "SELECT t.mac FROM " + search.from + " WHERE " + search.where +
                                 " AND (t.mac >> 40) & 1 = 0 AND t.mac <> 0 ORDER BY t.mac LIMIT ?5");
  bind_pattern(rows, 1, pattern);
  rows.bind(5, column_of_limit(limit));
  std::vector<MacAddress> found;
  while (rows.executeStep()) found.push_back(mac_of(rows.getColumn(0)));
  return found;
}

}  // namespace lanwarden::agent::sqlite
