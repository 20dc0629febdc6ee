// The journal of isolations, and the audit trail.
#include <SQLiteCpp/SQLiteCpp.h>

#include "agent/store/sqlite_tables.h"
#include "agent/store/sqlite_value.h"

namespace lanwarden::agent::sqlite {

void damaged(SQLite::Database& db, const char* table, std::int64_t id, const std::string& state) {
  throw StoreException({StoreCause::kCorrupt, db.getFilename() + ": " + table + " " + std::to_string(id) +
                                                  " has the state \"" + state + "\", which does not exist"});
}

void no_such(SQLite::Database& db, const char* table, std::int64_t id) {
  throw StoreException(
      {StoreCause::kOther, db.getFilename() + ": there is no " + table + " " + std::to_string(id)});
}

namespace {

constexpr const char* kColumns =
    "SELECT id, state, incident, switch_name, port, ifindex, mac, who, reason, old_admin_status, intended, "
    "set_at, restored_at, until_time, note, way, forced, boot, until_since_boot, owner, attempts, "
    "next_attempt, revision FROM isolation ";
constexpr const char* kOpen = "state IN ('intended', 'active', 'restoring')";

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return lines;
}

std::optional<std::int64_t> optional_id(const SQLite::Column& column) {
  if (column.isNull()) return std::nullopt;
  return column.getInt64();
}
void bind_id(SQLite::Statement& s, int index, const std::optional<std::int64_t>& id) {
  id ? s.bind(index, *id) : s.bind(index);
}

void read_changes(SQLite::Database& db, Isolation& isolation) {
  SQLite::Statement row(db,
                        "SELECT oid, name, syntax, before, after, bit FROM isolation_change "
                        "WHERE isolation = ? ORDER BY place");
  row.bind(1, isolation.id);
  while (row.executeStep()) {
    VariableChange c;
    c.oid = row.getColumn(0).getString();
    c.name = row.getColumn(1).getString();
    const std::string syntax = row.getColumn(2).getString();
    if (syntax.size() != 1) damaged(db, "isolation", isolation.id, syntax);
    c.syntax = syntax[0];
    c.before = row.getColumn(3).getString();
    c.after = row.getColumn(4).getString();
    c.bit = row.getColumn(5).getUInt();
    isolation.changes.push_back(std::move(c));
  }
}

void write_changes(SQLite::Database& db, const Isolation& isolation) {
  SQLite::Statement add(db, "INSERT INTO isolation_change VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  int place = 0;
  for (const VariableChange& c : isolation.changes) {
    add.bind(1, isolation.id);
    add.bind(2, place++);
    add.bind(3, c.oid);
    add.bind(4, c.name);
    add.bind(5, std::string(1, c.syntax));
    add.bind(6, c.before);
    add.bind(7, c.after);
    add.bind(8, c.bit);
    add.exec();
    add.reset();
  }
}

Isolation read_isolation(SQLite::Database& db, SQLite::Statement& row) {
  Isolation i;
  i.id = row.getColumn(0).getInt64();
  const std::string state = row.getColumn(1).getString();
  if (const auto known = isolation_state(state))
    i.state = *known;
  else
    damaged(db, "isolation", i.id, state);
  i.incident = optional_id(row.getColumn(2));
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
  const std::string way = row.getColumn(15).getString();
  if (const auto known = isolation_way(way))
    i.way = *known;
  else
    damaged(db, "isolation", i.id, way);
  i.forced = lines_of(row.getColumn(16).getString());
  i.boot = row.getColumn(17).getString();
  if (const auto c = row.getColumn(18); !c.isNull()) i.until_since_boot = topology::Duration{c.getInt64()};
  i.owner = row.getColumn(19).getString();
  i.attempts = row.getColumn(20).getUInt();
  i.next_attempt = optional_time(row.getColumn(21));
  i.revision = row.getColumn(22).getInt64();
  read_changes(db, i);
  return i;
}

/// Parameters 1 to 22, in the order of the columns after id.
void bind_isolation(SQLite::Statement& s, const Isolation& i) {
  bind_text(s, 1, to_string(i.state));
  bind_id(s, 2, i.incident);
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
  bind_text(s, 15, to_string(i.way));
  s.bind(16, joined(i.forced));
  s.bind(17, i.boot);
  i.until_since_boot ? s.bind(18, static_cast<std::int64_t>(i.until_since_boot->count())) : s.bind(18);
  s.bind(19, i.owner);
  s.bind(20, i.attempts);
  bind_optional(s, 21, i.next_attempt);
  s.bind(22, i.revision);
}

std::vector<Isolation> read_all(SQLite::Database& db, const std::string& where) {
  SQLite::Statement row(db, std::string(kColumns) + where + " ORDER BY intended DESC, id DESC");
  std::vector<Isolation> all;
  while (row.executeStep()) all.push_back(read_isolation(db, row));
  return all;
}

void append(SQLite::Database& db, std::span<const AuditEntry> audit, std::optional<std::int64_t> isolation) {
  for (AuditEntry entry : audit) {
    if (!entry.isolation) entry.isolation = isolation;
    append_audit(db, entry);
  }
}

}  // namespace

IsolationClaim claim_isolation(SQLite::Database& db, const Isolation& isolation,
                               const IsolationLimits& limits, std::span<const AuditEntry> audit) {
  using Answer = IsolationClaim::Answer;
  SQLite::Statement holder(
      db, std::string("SELECT id FROM isolation WHERE switch_name = ? AND port = ? AND ") + kOpen);
  holder.bind(1, isolation.switch_name);
  holder.bind(2, isolation.port);
  if (is_open(isolation.state) && holder.executeStep())
    return {Answer::kPortIsTaken, holder.getColumn(0).getInt64(), 1};
  const IsolationCounts counts = count_isolations(db, limits.since);
  if (limits.per_hour && counts.recent >= *limits.per_hour)
    return {Answer::kTooManyInAnHour, 0, counts.recent};
  if (limits.at_once && counts.open >= *limits.at_once) return {Answer::kTooManyAtOnce, 0, counts.open};

  SQLite::Statement add(
      db,
      "INSERT INTO isolation (state, incident, switch_name, port, ifindex, mac, who, reason, "
      "old_admin_status, intended, set_at, restored_at, until_time, note, way, forced, boot, "
      "until_since_boot, owner, attempts, next_attempt, revision) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  Isolation entry = isolation;
  entry.revision = 0;
  bind_isolation(add, entry);
  add.exec();
  entry.id = db.getLastInsertRowid();
  write_changes(db, entry);
  append(db, audit, entry.id);
  return {Answer::kClaimed, entry.id, 0};
}

bool update_isolation(SQLite::Database& db, Isolation& isolation, std::span<const AuditEntry> audit) {
  SQLite::Statement change(
      db,
      "UPDATE isolation SET state = ?1, incident = ?2, switch_name = ?3, port = ?4, ifindex = ?5, "
      "mac = ?6, who = ?7, reason = ?8, old_admin_status = ?9, intended = ?10, set_at = ?11, "
      "restored_at = ?12, until_time = ?13, note = ?14, way = ?15, forced = ?16, boot = ?17, "
      "until_since_boot = ?18, owner = ?19, attempts = ?20, next_attempt = ?21, revision = ?22 "
      "WHERE id = ?23 AND revision = ?24");
  const std::int64_t seen = isolation.revision++;
  bind_isolation(change, isolation);
  change.bind(23, isolation.id);
  change.bind(24, seen);
  if (change.exec() == 0) {
    SQLite::Statement there(db, "SELECT 1 FROM isolation WHERE id = ?");
    there.bind(1, isolation.id);
    if (!there.executeStep()) no_such(db, "isolation", isolation.id);
    return false;
  }
  SQLite::Statement forget(db, "DELETE FROM isolation_change WHERE isolation = ?");
  forget.bind(1, isolation.id);
  forget.exec();
  write_changes(db, isolation);
  append(db, audit, isolation.id);
  return true;
}

std::vector<Isolation> isolations(SQLite::Database& db, bool open_only) {
  return read_all(db, open_only ? std::string("WHERE ") + kOpen : "");
}

std::optional<Isolation> isolation(SQLite::Database& db, std::int64_t id) {
  SQLite::Statement row(db, std::string(kColumns) + "WHERE id = ?");
  row.bind(1, id);
  if (!row.executeStep()) return std::nullopt;
  return read_isolation(db, row);
}

IsolationCounts count_isolations(SQLite::Database& db, Time since) {
  SQLite::Statement count(db, std::string("SELECT (SELECT count(*) FROM isolation WHERE intended >= ?), "
                                          "(SELECT count(*) FROM isolation WHERE ") +
                                  kOpen + ")");
  count.bind(1, column_of(since));
  count.executeStep();
  return {static_cast<std::size_t>(count.getColumn(0).getInt64()),
          static_cast<std::size_t>(count.getColumn(1).getInt64())};
}

void append_audit(SQLite::Database& db, const AuditEntry& entry) {
  SQLite::Statement add(db,
                        "INSERT INTO audit (time, who, action, why, isolation, incident, switch_name, port, "
                        "mac, varbinds, answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  add.bind(1, column_of(entry.time));
  add.bind(2, entry.who);
  add.bind(3, entry.action);
  add.bind(4, entry.why);
  bind_id(add, 5, entry.isolation);
  bind_id(add, 6, entry.incident);
  add.bind(7, entry.switch_name);
  add.bind(8, entry.port);
  add.bind(9, column_of(entry.mac));
  add.bind(10, entry.varbinds);
  add.bind(11, entry.answer);
  add.exec();
}

std::vector<AuditEntry> audit(SQLite::Database& db, const AuditFilter& filter) {
  SQLite::Statement row(
      db,
      "SELECT * FROM (SELECT id, time, who, action, why, isolation, incident, switch_name, port, mac, "
      "varbinds, answer FROM audit WHERE (?1 IS NULL OR isolation = ?1) AND (?2 IS NULL OR incident = ?2) "
      "ORDER BY id DESC LIMIT ?3) ORDER BY id");
  bind_id(row, 1, filter.isolation);
  bind_id(row, 2, filter.incident);
  row.bind(3, column_of_limit(filter.limit));
  std::vector<AuditEntry> all;
  while (row.executeStep()) {
    AuditEntry e;
    e.id = row.getColumn(0).getInt64();
    e.time = time_of(row.getColumn(1));
    e.who = row.getColumn(2).getString();
    e.action = row.getColumn(3).getString();
    e.why = row.getColumn(4).getString();
    e.isolation = optional_id(row.getColumn(5));
    e.incident = optional_id(row.getColumn(6));
    e.switch_name = row.getColumn(7).getString();
    e.port = row.getColumn(8).getString();
    e.mac = mac_of(row.getColumn(9));
    e.varbinds = row.getColumn(10).getString();
    e.answer = row.getColumn(11).getString();
    all.push_back(std::move(e));
  }
  return all;
}

}  // namespace lanwarden::agent::sqlite
