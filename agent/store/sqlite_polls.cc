// Saving a poll: what one switch said now against the intervals that are open.
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <unordered_set>

#include "agent/store/snapshot_json.h"
#include "agent/store/sqlite_claims_internal.h"
#include "agent/store/sqlite_switch_events_internal.h"
#include "agent/store/sqlite_tables.h"
#include "agent/store/sqlite_value.h"

namespace lanwarden::agent::sqlite {
namespace {

using topology::Completeness;
using topology::FdbEntry;
using topology::FdbStatus;
using topology::IfIndex;

constexpr std::int64_t kNoPort = 0;

/// A forwarding row with its port interned; what the key compares is what makes
/// it the same interval.
struct Row {
  std::int64_t mac = 0;
  std::int64_t vlan = 0;
  std::int64_t port = kNoPort;
  std::int32_t status = 0;
  std::int64_t bridge_port = 0;
  auto key() const { return std::tie(mac, vlan, port); }
};
struct OpenRow : Row {
  std::int64_t from = 0;
  std::optional<std::int64_t> last_seen;  ///< nullopt: the last poll had it
};

/// What is known of the switch before this poll.
struct Before {
  std::int64_t id = 0;
  std::optional<std::int64_t> fdb_time;
  std::optional<std::uint64_t> uptime_cs;
  std::optional<std::int64_t> document_hash;
  std::optional<std::int64_t> time, address_time, name_time;
  std::string failure;
  std::string address;
};

/// Statements are prepared once for all switches of a poll.
class PollWriter {
 public:
  explicit PollWriter(SQLite::Database& db) : db_(db) {}
  std::size_t save(const SwitchSnapshot& s);
  void save_rows(const SwitchSnapshot& s, std::span<const FdbEntry> rows, std::int64_t now);

 private:
  Before before(const SwitchSnapshot& s);
  void save_failure(const SwitchSnapshot& s, const Before& was);
  void save_document(const SwitchSnapshot& s, const Before& was, const std::string& json, std::int64_t hash);
  std::optional<std::int64_t> save_addresses(const SwitchSnapshot& s, const Before& was);
  std::optional<std::int64_t> save_names(const SwitchSnapshot& s, const Before& was);
  std::map<std::uint32_t, std::int64_t> save_ports(const SwitchSnapshot& s, const Before& was);
  std::size_t save_fdb(const SwitchSnapshot& s, const Before& was, std::int64_t now,
                       const std::map<std::uint32_t, std::int64_t>& ports);
  std::vector<OpenRow> open_rows(std::int64_t sw);
  void open(std::int64_t sw, const Row& row, std::int64_t now);
  void close(std::int64_t sw, const OpenRow& row, std::int64_t last_seen, std::int64_t now);
  void update(std::int64_t sw, const OpenRow& row);
  void know_station(std::int64_t mac);
  std::int64_t new_port(std::int64_t sw, const std::string& name, std::uint32_t ifindex);
  void renumber_port(std::int64_t id, std::uint32_t ifindex);

  SQLite::Database& db_;
  std::unordered_set<std::int64_t> stations_;
  SQLite::Statement find_switch_{
      db_,
      "SELECT s.id, s.address, p.fdb_time, p.uptime_cs, p.document_hash, p.time, p.failure, p.address_time, "
      "p.name_time FROM switch s "
      "LEFT JOIN poll p ON p.switch = s.id WHERE s.name = ?"};
  SQLite::Statement add_switch_{db_, "INSERT INTO switch (name, address) VALUES (?, ?)"};
  SQLite::Statement readdress_{db_, "UPDATE switch SET address = ? WHERE id = ?"};
  SQLite::Statement failed_{
      db_,
      "INSERT INTO poll (switch, attempted, failure) VALUES (?, ?, ?) ON CONFLICT (switch) "
      "DO UPDATE SET attempted = excluded.attempted, failure = excluded.failure"};
  SQLite::Statement answered_{
      db_,
      "INSERT OR REPLACE INTO poll (switch, attempted, failure, time, uptime_cs, fdb_time, "
      "tables, document_hash, address_time, name_time) VALUES (?1, ?2, NULL, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
  SQLite::Statement document_{db_, "INSERT OR REPLACE INTO document (switch, json) VALUES (?, ?)"};
  SQLite::Statement ports_{db_, "SELECT id, name, ifindex FROM port WHERE switch = ?"};
  SQLite::Statement add_port_{db_, "INSERT INTO port (switch, name, ifindex) VALUES (?, ?, ?)"};
  SQLite::Statement move_port_{db_, "UPDATE port SET ifindex = ? WHERE id = ?"};
  SQLite::Statement open_rows_{
      db_,
      "SELECT mac, vlan, port, status, bridge_port, from_time, last_seen FROM fdb_open "
      "WHERE switch = ? ORDER BY mac, vlan, port"};
  SQLite::Statement open_{db_,
                          "INSERT INTO fdb_open (switch, mac, vlan, port, status, bridge_port, from_time) "
                          "VALUES (?, ?, ?, ?, ?, ?, ?)"};
  SQLite::Statement update_{db_,
                            "UPDATE fdb_open SET status = ?, bridge_port = ?, last_seen = ? "
                            "WHERE switch = ? AND mac = ? AND vlan = ? AND port = ?"};
  SQLite::Statement forget_{db_,
                            "DELETE FROM fdb_open WHERE switch = ? AND mac = ? AND vlan = ? AND port = ?"};
  SQLite::Statement past_{
      db_,
      "INSERT INTO fdb_past (mac, vlan, switch, port, ifindex, status, from_time, last_seen, "
      "until_time) VALUES (?1, ?2, ?3, ?4, coalesce((SELECT ifindex FROM port WHERE id = ?4), 0), "
      "?5, ?6, ?7, ?8)"};
  SQLite::Statement station_{db_, "INSERT OR IGNORE INTO station (mac) VALUES (?)"};
  ClaimWriter addresses_{db_, ClaimWriter::Kind::kAddress};
  ClaimWriter names_{db_, ClaimWriter::Kind::kName};
  SwitchEventWriter events_{db_};
};

/// Runs a statement that returns no rows, and makes it ready for the next time.
void run(SQLite::Statement& s) {
  s.exec();
  s.reset();
}

Before PollWriter::before(const SwitchSnapshot& s) {
  Before was;
  bind_text(find_switch_, 1, s.name);
  const bool known = find_switch_.executeStep();
  if (known) {
    was.id = find_switch_.getColumn(0).getInt64();
    const auto number = [this](int column) -> std::optional<std::int64_t> {
      const auto c = find_switch_.getColumn(column);
      return c.isNull() ? std::nullopt : std::optional(c.getInt64());
    };
    was.address = find_switch_.getColumn(1).getString();
    was.fdb_time = number(2);
    if (const auto uptime = number(3)) was.uptime_cs = static_cast<std::uint64_t>(*uptime);
    was.document_hash = number(4);
    was.time = number(5);
    was.failure = find_switch_.getColumn(6).getString();
    was.address_time = number(7);
    was.name_time = number(8);
  }
  const bool moved = known && was.address != s.address;
  find_switch_.reset();
  if (!known) {
    bind_text(add_switch_, 1, s.name);
    bind_text(add_switch_, 2, s.address);
    run(add_switch_);
    was.id = db_.getLastInsertRowid();
  } else if (moved) {
    bind_text(readdress_, 1, s.address);
    readdress_.bind(2, was.id);
    run(readdress_);
    if (was.time) events_.add(was.id, s.time, SwitchEventKind::kReaddressed, was.address, s.address);
  }
  return was;
}

void PollWriter::save_failure(const SwitchSnapshot& s, const Before& was) {
  failed_.bind(1, was.id);
  failed_.bind(2, column_of(s.time));
  bind_text(failed_, 3, text_list(s.problems));
  run(failed_);
  if (was.time && was.failure.empty())
    events_.add(was.id, s.time, SwitchEventKind::kSilent, {}, s.problems.empty() ? "" : s.problems.front());
}

void PollWriter::save_document(const SwitchSnapshot& s, const Before& was, const std::string& json,
                               std::int64_t hash) {
  if (was.document_hash == hash) return;
  if (was.document_hash) events_.document_changed(was.id, s);
  document_.bind(1, was.id);
  document_.bind(2, json);
  run(document_);
}

std::int64_t PollWriter::new_port(std::int64_t sw, const std::string& name, std::uint32_t ifindex) {
  add_port_.bind(1, sw);
  bind_text(add_port_, 2, name);
  add_port_.bind(3, ifindex);
  run(add_port_);
  return db_.getLastInsertRowid();
}

void PollWriter::renumber_port(std::int64_t id, std::uint32_t ifindex) {
  move_port_.bind(1, ifindex);
  move_port_.bind(2, id);
  run(move_port_);
}

/// The port behind each ifIndex, by name: the numbers move, the names stay.
std::map<std::uint32_t, std::int64_t> PollWriter::save_ports(const SwitchSnapshot& s, const Before& was) {
  struct Known {
    std::int64_t id;
    std::uint32_t ifindex;
  };
  std::map<std::string, Known> known;
  ports_.bind(1, was.id);
  while (ports_.executeStep())
    known.emplace(ports_.getColumn(1).getString(),
                  Known{ports_.getColumn(0).getInt64(), ports_.getColumn(2).getUInt()});
  ports_.reset();

  std::map<std::string_view, int> uses;
  for (const auto& i : s.interfaces) ++uses[i.name];
  std::map<std::uint32_t, std::int64_t> by_ifindex;
  std::unordered_set<std::int64_t> present;
  for (const auto& i : s.interfaces) {
    // Two ports of one name must never become one: say which is meant.
    const std::string name =
        uses[i.name] == 1 ? i.name : i.name + " [ifIndex " + std::to_string(i.ifindex.value) + "]";
    const auto it = known.find(name);
    std::int64_t id = 0;
    if (it == known.end()) {
      id = new_port(was.id, name, i.ifindex.value);
    } else {
      id = it->second.id;
      if (it->second.ifindex != i.ifindex.value) renumber_port(id, i.ifindex.value);
    }
    present.insert(id);
    by_ifindex.emplace(i.ifindex.value, id);
  }
  const bool rebooted =
      was.uptime_cs && was.time &&
      sqlite::rebooted(*was.uptime_cs, s.uptime_cs, Time{topology::Duration{*was.time}}, s.time);
  for (const auto& [name, port] : known) {
    if (present.contains(port.id) || port.ifindex == 0) continue;
    if (by_ifindex.contains(port.ifindex) || rebooted) {
      // Gone, and its number may be another's: never let a row point there.
      renumber_port(port.id, 0);
    } else {
      by_ifindex.emplace(port.ifindex, port.id);  // the walk of ifTable was cut short
    }
  }
  for (const FdbEntry& e : s.fdb) {
    if (e.port == topology::kNoInterface || by_ifindex.contains(e.port.value)) continue;
    // A row for a port that no table names.
    const std::string name = "ifIndex " + std::to_string(e.port.value);
    const auto it = known.find(name);
    if (it != known.end()) renumber_port(it->second.id, e.port.value);
    by_ifindex.emplace(e.port.value,
                       it != known.end() ? it->second.id : new_port(was.id, name, e.port.value));
  }
  return by_ifindex;
}

std::vector<OpenRow> PollWriter::open_rows(std::int64_t sw) {
  std::vector<OpenRow> rows;
  open_rows_.bind(1, sw);
  while (open_rows_.executeStep()) {
    OpenRow& r = rows.emplace_back();
    r.mac = open_rows_.getColumn(0).getInt64();
    r.vlan = open_rows_.getColumn(1).getInt64();
    r.port = open_rows_.getColumn(2).getInt64();
    r.status = open_rows_.getColumn(3).getInt();
    r.bridge_port = open_rows_.getColumn(4).getInt64();
    r.from = open_rows_.getColumn(5).getInt64();
    if (const auto c = open_rows_.getColumn(6); !c.isNull()) r.last_seen = c.getInt64();
  }
  open_rows_.reset();
  return rows;
}

void PollWriter::know_station(std::int64_t mac) {
  if (!stations_.insert(mac).second) return;
  station_.bind(1, mac);
  run(station_);
}

void PollWriter::open(std::int64_t sw, const Row& row, std::int64_t now) {
  open_.bind(1, sw);
  open_.bind(2, row.mac);
  open_.bind(3, row.vlan);
  open_.bind(4, row.port);
  open_.bind(5, row.status);
  open_.bind(6, row.bridge_port);
  open_.bind(7, now);
  run(open_);
  know_station(row.mac);
}

void PollWriter::close(std::int64_t sw, const OpenRow& row, std::int64_t last_seen, std::int64_t now) {
  past_.bind(1, row.mac);
  past_.bind(2, row.vlan);
  past_.bind(3, sw);
  past_.bind(4, row.port);
  past_.bind(5, row.status);
  past_.bind(6, row.from);
  past_.bind(7, last_seen);
  past_.bind(8, now);
  run(past_);
  forget_.bind(1, sw);
  forget_.bind(2, row.mac);
  forget_.bind(3, row.vlan);
  forget_.bind(4, row.port);
  run(forget_);
}

void PollWriter::update(std::int64_t sw, const OpenRow& row) {
  update_.bind(1, row.status);
  update_.bind(2, row.bridge_port);
  row.last_seen ? update_.bind(3, *row.last_seen) : update_.bind(3);
  update_.bind(4, sw);
  update_.bind(5, row.mac);
  update_.bind(6, row.vlan);
  update_.bind(7, row.port);
  run(update_);
}

std::size_t PollWriter::save_fdb(const SwitchSnapshot& s, const Before& was, std::int64_t now,
                                 const std::map<std::uint32_t, std::int64_t>& ports) {
  std::vector<Row> rows;
  rows.reserve(s.fdb.size());
  for (const FdbEntry& e : s.fdb)
    rows.push_back({column_of(e.mac), e.vlan.value,
                    e.port == topology::kNoInterface ? kNoPort : ports.at(e.port.value),
                    static_cast<std::int32_t>(e.status), e.bridge_port.value});
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.key() < b.key(); });
  rows.erase(
      std::unique(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.key() == b.key(); }),
      rows.end());

  std::vector<OpenRow> old = open_rows(was.id);
  const std::int64_t previous = was.fdb_time.value_or(now);
  const bool complete = s.fdb_complete();
  std::size_t written = 0;
  // Both are sorted by key: one pass tells what came, what stayed, what is missing.
  auto o = old.begin();
  auto n = rows.cbegin();
  while (o != old.end() || n != rows.cend()) {
    if (o == old.end() || (n != rows.cend() && n->key() < o->key())) {
      open(was.id, *n++, now);
      ++written;
    } else if (n == rows.cend() || o->key() < n->key()) {
      if (complete) {
        close(was.id, *o, o->last_seen.value_or(previous), now);
        ++written;
      } else if (!o->last_seen) {
        // Missing in half a table means nothing, but it was not seen this time.
        o->last_seen = previous;
        update(was.id, *o);
        ++written;
      }
      ++o;
    } else {
      if (o->status != n->status || o->bridge_port != n->bridge_port || o->last_seen) {
        o->status = n->status;
        o->bridge_port = n->bridge_port;
        o->last_seen.reset();
        update(was.id, *o);
        ++written;
      }
      ++o;
      ++n;
    }
  }
  return written;
}

std::optional<std::int64_t> PollWriter::save_addresses(const SwitchSnapshot& s, const Before& was) {
  if (s.addresses.empty() && s.table(topology::Table::kAddresses).completeness != Completeness::kComplete)
    return was.address_time;
  std::vector<Claim> claims;
  for (const auto& a : s.addresses) {
    const auto octets = a.ip.octets();
    claims.push_back({column_of(a.mac), std::string(octets.begin(), octets.end()),
                      s.name + (a.ip.is_v6() ? " (ND)" : " (ARP)")});
  }
  const std::int64_t now = std::max(column_of(s.time), was.address_time.value_or(column_of(s.time)));
  addresses_.polled(was.id, was.address_time, now, std::move(claims));
  return now;
}

/// What neighbours call themselves: a telephone, a server, an access point.
std::optional<std::int64_t> PollWriter::save_names(const SwitchSnapshot& s, const Before& was) {
  const auto whole = [&s](topology::Table t) { return s.table(t).completeness == Completeness::kComplete; };
  if (s.neighbors.empty() && !whole(topology::Table::kLldp) && !whole(topology::Table::kCdp) &&
      !whole(topology::Table::kFdp) && !whole(topology::Table::kEdp))
    return was.name_time;
  std::vector<Claim> claims;
  for (const topology::Neighbor& n : s.neighbors) {
    const std::string name = kept_name(n.system_name);
    if (name.empty()) continue;
    for (const auto& mac : {n.chassis_mac, n.port_mac})
      if (mac && !mac->is_zero() && !mac->is_group())
        claims.push_back({column_of(*mac), name, std::string(topology::to_string(n.protocol))});
  }
  const std::int64_t now = std::max(column_of(s.time), was.name_time.value_or(column_of(s.time)));
  names_.polled(was.id, was.name_time, now, std::move(claims));
  return now;
}

std::size_t PollWriter::save(const SwitchSnapshot& s) {
  const Before was = before(s);
  if (!s.answered) {
    save_failure(s, was);
    return 0;
  }
  const std::string json = snapshot_document(s);
  const auto hash = static_cast<std::int64_t>(document_hash(json));
  if (!was.time)
    events_.add(was.id, s.time, SwitchEventKind::kFirstPolled, {}, s.system_descr);
  else if (!was.failure.empty())
    events_.add(was.id, s.time, SwitchEventKind::kAnswered);
  if (was.uptime_cs && was.time)
    events_.rebooted(was.id, *was.uptime_cs, s.uptime_cs, Time{topology::Duration{*was.time}}, s.time);
  save_document(s, was, json, hash);
  const auto ports = save_ports(s, was);

  // A clock that was set back must not make an interval end before it began.
  std::optional<std::int64_t> fdb_time = was.fdb_time;
  std::size_t written = 0;
  if (!s.fdb.empty() || s.fdb_complete()) {
    const std::int64_t now =
        std::max(column_of(s.time), fdb_time.value_or(std::numeric_limits<std::int64_t>::min()));
    written = save_fdb(s, was, now, ports);
    fdb_time = now;
  }

  answered_.bind(1, was.id);
  answered_.bind(2, column_of(s.time));
  answered_.bind(3, static_cast<std::int64_t>(s.uptime_cs));
  fdb_time ? answered_.bind(4, *fdb_time) : answered_.bind(4);
  answered_.bind(5, tables_document(s));
  answered_.bind(6, hash);
  const auto bind = [this](int index, std::optional<std::int64_t> time) {
    time ? answered_.bind(index, *time) : answered_.bind(index);
  };
  bind(7, save_addresses(s, was));
  bind(8, save_names(s, was));
  run(answered_);
  return written;
}

void PollWriter::save_rows(const SwitchSnapshot& s, std::span<const FdbEntry> rows, std::int64_t now) {
  const Before was = before(s);
  const auto ports = save_ports(s, was);
  const std::int64_t previous = was.fdb_time.value_or(now);
  SQLite::Statement of_station(db_,
                               "SELECT port, status, bridge_port, from_time, last_seen FROM fdb_open "
                               "WHERE switch = ? AND mac = ? AND vlan = ?");
  for (const FdbEntry& e : rows) {
    const auto at = ports.find(e.port.value);
    if (at == ports.end()) continue;  // a port that no table names: the next walk learns it
    Row row{column_of(e.mac), e.vlan.value, at->second, static_cast<std::int32_t>(e.status),
            e.bridge_port.value};
    std::vector<OpenRow> elsewhere;
    bool there = false;
    of_station.bind(1, was.id);
    of_station.bind(2, row.mac);
    of_station.bind(3, row.vlan);
    while (of_station.executeStep()) {
      OpenRow old;
      old.mac = row.mac, old.vlan = row.vlan;
      old.port = of_station.getColumn(0).getInt64();
      old.status = of_station.getColumn(1).getInt();
      old.bridge_port = of_station.getColumn(2).getInt64();
      old.from = of_station.getColumn(3).getInt64();
      if (const auto c = of_station.getColumn(4); !c.isNull()) old.last_seen = c.getInt64();
      if (old.port == row.port)
        there = true;
      else
        elsewhere.push_back(old);
    }
    of_station.reset();
    for (const OpenRow& old : elsewhere) close(was.id, old, old.last_seen.value_or(previous), now);
    if (there) continue;
    open(was.id, row, now);
    OpenRow seen{row, now, now};
    update(was.id, seen);  // seen now, which is not the time of the last walk
  }
}

}  // namespace

void save_rows(SQLite::Database& db, const SwitchSnapshot& sw, std::span<const FdbEntry> rows, Time now) {
  PollWriter(db).save_rows(sw, rows, column_of(now));
}

std::string revision(SQLite::Database& db) {
  // Every poll writes when it was attempted, to the nanosecond.
  SQLite::Statement one(
      db, "SELECT count(*), coalesce(max(attempted), 0), total(attempted % 1000000007) FROM poll");
  one.executeStep();
  return std::to_string(one.getColumn(0).getInt64()) + ":" + std::to_string(one.getColumn(1).getInt64()) +
         ":" + std::to_string(static_cast<std::int64_t>(one.getColumn(2).getDouble()));
}

SavedPoll save_poll(SQLite::Database& db, std::span<const SwitchSnapshot> snapshots) {
  PollWriter writer(db);
  SavedPoll saved;
  for (const SwitchSnapshot& s : snapshots) {
    saved.rows_of.push_back(writer.save(s));
    saved.rows += saved.rows_of.back();
  }
  return saved;
}

}  // namespace lanwarden::agent::sqlite
