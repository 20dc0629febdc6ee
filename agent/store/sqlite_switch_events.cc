#include "agent/store/sqlite_switch_events_internal.h"

#include <algorithm>

#include "agent/store/snapshot_json.h"
#include "agent/store/sqlite_tables.h"
#include "agent/store/sqlite_value.h"

namespace lanwarden::agent::sqlite {
namespace {

/// "41 d 3 h", "5 min"
std::string up_for(std::uint64_t cs) {
  const std::uint64_t minutes = cs / 6000, hours = minutes / 60, days = hours / 24;
  if (days > 0) return "up " + std::to_string(days) + " d " + std::to_string(hours % 24) + " h";
  if (hours > 0) return "up " + std::to_string(hours) + " h " + std::to_string(minutes % 60) + " min";
  return "up " + std::to_string(minutes) + " min";
}

}  // namespace

bool rebooted(std::uint64_t before_cs, std::uint64_t now_cs, Time before, Time now) {
  if (now_cs >= before_cs) return false;
  constexpr std::uint64_t kFull = std::uint64_t{1} << 32;
  // A poll takes its time, and an agent's clock its own course: minutes, in a year and a half.
  constexpr std::uint64_t kSlack = 10 * 60 * 100;
  const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - before).count() / 10;
  const std::uint64_t expected = before_cs + static_cast<std::uint64_t>(std::max<std::int64_t>(passed, 0));
  if (expected + kSlack < kFull) return true;
  const std::uint64_t wrapped = expected > kFull ? expected - kFull : 0;
  return now_cs > wrapped + kSlack || now_cs + kSlack < wrapped;
}

void SwitchEventWriter::add(std::int64_t sw, Time time, SwitchEventKind kind, const std::string& before,
                            const std::string& after) {
  add_.bind(1, sw);
  add_.bind(2, column_of(time));
  bind_text(add_, 3, to_string(kind));
  bind_text(add_, 4, before);
  bind_text(add_, 5, after);
  add_.exec();
  add_.reset();
}

void SwitchEventWriter::rebooted(std::int64_t sw, std::uint64_t before_cs, std::uint64_t now_cs, Time before,
                                 Time now) {
  if (sqlite::rebooted(before_cs, now_cs, before, now))
    add(sw, now, SwitchEventKind::kRebooted, up_for(before_cs), up_for(now_cs));
}

void SwitchEventWriter::document_changed(std::int64_t sw, const topology::SwitchSnapshot& now) {
  document_.bind(1, sw);
  SwitchSnapshot old;
  // An old document that cannot be read is replaced now: nothing can be said of it.
  const bool known =
      document_.executeStep() && read_snapshot_document(document_.getColumn(0).getString(), old).has_value();
  document_.reset();
  if (!known) return;
  // Empty: that table was cut short, which is no change.
  const auto differs = [](const std::string& a, const std::string& b) {
    return !a.empty() && !b.empty() && a != b;
  };
  if (!old.bridge_address.is_zero() && !now.bridge_address.is_zero() &&
      old.bridge_address != now.bridge_address)
    add(sw, now.time, SwitchEventKind::kReplaced, old.bridge_address.to_string(),
        now.bridge_address.to_string());
  if (differs(old.system_name, now.system_name))
    add(sw, now.time, SwitchEventKind::kRenamed, old.system_name, now.system_name);
  if (differs(old.system_descr, now.system_descr))
    add(sw, now.time, SwitchEventKind::kUpdated, old.system_descr, now.system_descr);
}

std::vector<SwitchEvent> switch_events(SQLite::Database& db, const std::string& switch_name, Time since,
                                       std::size_t limit) {
  SQLite::Statement rows(
      db,
      "SELECT s.name, e.time, e.kind, e.before, e.after FROM switch_event e JOIN switch s ON s.id = e.switch "
      "WHERE (?1 = '' OR s.name = ?1) AND e.time >= ?2 ORDER BY e.time DESC, e.id DESC LIMIT ?3");
  rows.bind(1, switch_name);
  rows.bind(2, column_of(since));
  rows.bind(3, column_of_limit(limit));
  std::vector<SwitchEvent> found;
  while (rows.executeStep()) {
    const auto kind = switch_event_kind(rows.getColumn(2).getString());
    if (!kind) continue;  // of a newer lanwarden
    found.push_back({rows.getColumn(0).getString(), time_of(rows.getColumn(1)), *kind,
                     rows.getColumn(3).getString(), rows.getColumn(4).getString()});
  }
  std::reverse(found.begin(), found.end());
  return found;
}

}  // namespace lanwarden::agent::sqlite
