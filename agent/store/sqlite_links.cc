// Links between switches over time.
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "agent/store/sqlite_tables.h"
#include "agent/store/sqlite_value.h"

namespace lanwarden::agent::sqlite {
namespace {

/// How exact the last time of an unchanged link is: a poll a second on a campus must not write one each.
constexpr std::int64_t kLinkGrain = std::int64_t{600} * 1'000'000'000;

struct OpenLink {
  std::int64_t a, b, from;
  std::optional<std::int64_t> last_seen;
  std::string via;
  bool sure;
};

/// Ids of ports by switch and name; a port that no poll has brought yet is made.
class Ports {
 public:
  explicit Ports(SQLite::Database& db) : db_(db) {}
  std::optional<std::int64_t> id(const LinkInterval::End& end) {
    find_.bind(1, end.switch_name);
    find_.bind(2, end.port);
    if (!find_.executeStep()) {
      find_.reset();
      return std::nullopt;  // a switch that was never polled
    }
    const std::int64_t sw = find_.getColumn(0).getInt64();
    const auto port = find_.getColumn(1);
    std::int64_t id = port.isNull() ? 0 : port.getInt64();
    find_.reset();
    if (id == 0) {
      SQLite::Statement add(db_, "INSERT INTO port (switch, name, ifindex) VALUES (?, ?, 0)");
      add.bind(1, sw);
      add.bind(2, end.port);
      add.exec();
      id = db_.getLastInsertRowid();
    }
    return id;
  }

 private:
  SQLite::Database& db_;
  SQLite::Statement find_{
      db_,
      "SELECT s.id, p.id FROM switch s LEFT JOIN port p ON p.switch = s.id AND p.name = ?2 "
      "WHERE s.name = ?1"};
};

std::vector<OpenLink> open_links(SQLite::Database& db, std::span<const std::string> unsure) {
  const std::set<std::string_view> doubted(unsure.begin(), unsure.end());
  SQLite::Statement rows(db,
                         "SELECT l.a_port, l.b_port, l.from_time, l.last_seen, l.via, sa.name, sb.name "
                         "FROM link l JOIN port a ON a.id = l.a_port JOIN switch sa ON sa.id = a.switch "
                         "JOIN port b ON b.id = l.b_port JOIN switch sb ON sb.id = b.switch "
                         "WHERE l.until_time IS NULL");
  std::vector<OpenLink> found;
  while (rows.executeStep()) {
    OpenLink l{rows.getColumn(0).getInt64(),  rows.getColumn(1).getInt64(),
               rows.getColumn(2).getInt64(),  std::nullopt,
               rows.getColumn(4).getString(), true};
    if (const auto c = rows.getColumn(3); !c.isNull()) l.last_seen = c.getInt64();
    l.sure =
        !doubted.contains(rows.getColumn(5).getString()) && !doubted.contains(rows.getColumn(6).getString());
    found.push_back(std::move(l));
  }
  return found;
}

}  // namespace

void save_links(SQLite::Database& db, std::span<const LinkInterval> links,
                std::span<const std::string> unsure, Time time) {
  Ports ports(db);
  std::map<std::pair<std::int64_t, std::int64_t>, const LinkInterval*> present;
  std::set<std::int64_t> taken;
  for (const LinkInterval& l : links) {
    const auto a = ports.id(l.a);
    const auto b = ports.id(l.b);
    if (!a || !b) continue;
    present.emplace(std::minmax(*a, *b), &l);
    taken.insert({*a, *b});
  }
  SQLite::Statement last_saved(db, "SELECT time FROM link_saved");
  const bool first = !last_saved.executeStep();
  const std::int64_t saved = first ? column_of(time) : last_saved.getColumn(0).getInt64();
  last_saved.reset();
  const std::int64_t now = std::max(column_of(time), saved);

  SQLite::Statement change(
      db,
      "UPDATE link SET last_seen = ?4, until_time = ?5, via = ?6 WHERE a_port = ?1 AND b_port = ?2 AND "
      "from_time = ?3");
  const auto write = [&](const OpenLink& l, std::optional<std::int64_t> until) {
    change.bind(1, l.a);
    change.bind(2, l.b);
    change.bind(3, l.from);
    l.last_seen ? change.bind(4, *l.last_seen) : change.bind(4);
    until ? change.bind(5, *until) : change.bind(5);
    change.bind(6, l.via);
    change.exec();
    change.reset();
  };
  for (OpenLink& l : open_links(db, unsure)) {
    const auto it = present.find({l.a, l.b});
    if (it != present.end()) {
      const bool other = l.via != it->second->via || l.last_seen;
      l.via = it->second->via;
      l.last_seen.reset();
      if (other) write(l, std::nullopt);
      present.erase(it);
      continue;
    }
    const bool unseen_before = l.last_seen.has_value();
    if (!unseen_before) l.last_seen = std::max(l.from, saved);
    if (l.sure || taken.contains(l.a) || taken.contains(l.b))
      write(l, now);
    else if (!unseen_before)
      write(l, std::nullopt);
  }
  SQLite::Statement add(db,
                        "INSERT OR REPLACE INTO link (a_port, b_port, from_time, via) VALUES (?, ?, ?, ?)");
  for (const auto& [pair, l] : present) {
    add.bind(1, pair.first);
    add.bind(2, pair.second);
    add.bind(3, now);
    add.bind(4, l->via);
    add.exec();
    add.reset();
  }
  if (!first && now - saved < kLinkGrain && present.empty()) return;
  SQLite::Statement stamp(db,
                          !first ? "UPDATE link_saved SET time = ?" : "INSERT INTO link_saved VALUES (?)");
  stamp.bind(1, now);
  stamp.exec();
}

std::vector<LinkInterval> links(SQLite::Database& db, const std::string& switch_name) {
  SQLite::Statement rows(
      db,
      "SELECT sa.name, a.name, sb.name, b.name, l.via, l.from_time, coalesce(l.last_seen, max(l.from_time, "
      "coalesce((SELECT time FROM link_saved), l.from_time))), l.until_time "
      "FROM link l JOIN port a ON a.id = l.a_port JOIN switch sa ON sa.id = a.switch "
      "JOIN port b ON b.id = l.b_port JOIN switch sb ON sb.id = b.switch "
      "WHERE ?1 = '' OR sa.name = ?1 OR sb.name = ?1 ORDER BY l.from_time, sa.name, a.name, sb.name, b.name");
  rows.bind(1, switch_name);
  std::vector<LinkInterval> found;
  while (rows.executeStep()) {
    LinkInterval& l = found.emplace_back();
    l.a = {rows.getColumn(0).getString(), rows.getColumn(1).getString()};
    l.b = {rows.getColumn(2).getString(), rows.getColumn(3).getString()};
    if (l.b < l.a) std::swap(l.a, l.b);
    l.via = rows.getColumn(4).getString();
    l.from = time_of(rows.getColumn(5));
    l.last_seen = time_of(rows.getColumn(6));
    l.until = optional_time(rows.getColumn(7));
  }
  return found;
}

}  // namespace lanwarden::agent::sqlite
