#include "agent/store/sqlite_claims_internal.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>

#include "agent/store/sqlite_tables.h"
#include "agent/store/sqlite_value.h"

namespace lanwarden::agent::sqlite {
namespace {

/// As SQLite's NOCASE has it: ASCII alone.
std::string folded(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string table(ClaimWriter::Kind kind, const char* which) {
  return std::string(kind == ClaimWriter::Kind::kAddress ? "address_" : "name_") + which;
}

void run(SQLite::Statement& s) {
  s.exec();
  s.reset();
}

}  // namespace

ClaimWriter::ClaimWriter(SQLite::Database& db, Kind kind)
    : kind_(kind),
      of_switch_(db, "SELECT mac, value, source, from_time, last_seen FROM " + table(kind, "open") +
                         " WHERE switch = ?"),
      of_station_(db, "SELECT mac, value, source, from_time, last_seen FROM " + table(kind, "open") +
                          " WHERE switch = ? AND mac = ?"),
      open_(db, "INSERT INTO " + table(kind, "open") +
                    " (switch, mac, value, source, from_time, last_seen) VALUES (?, ?, ?, ?, ?, ?)"),
      past_(db, "INSERT INTO " + table(kind, "past") +
                    " (switch, mac, value, source, from_time, last_seen, until_time) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?)"),
      remove_(db, "DELETE FROM " + table(kind, "open") +
                      " WHERE switch = ? AND mac = ? AND value = ? AND source = ?"),
      seen_(db, "UPDATE " + table(kind, "open") +
                    " SET last_seen = ?5 WHERE switch = ?1 AND mac = ?2 AND value = ?3 AND source = ?4"),
      station_(db, "INSERT OR IGNORE INTO station (mac) VALUES (?)") {}

void ClaimWriter::bind_value(SQLite::Statement& s, int index, const std::string& value) const {
  if (kind_ == Kind::kAddress)
    s.bind(index, value.data(), static_cast<int>(value.size()));
  else
    s.bind(index, value);
}

void ClaimWriter::bind_claim(SQLite::Statement& s, int first, std::int64_t sw, const Claim& claim) const {
  s.bind(first, sw);
  s.bind(first + 1, claim.mac);
  bind_value(s, first + 2, claim.value);
  s.bind(first + 3, claim.source);
}

std::vector<ClaimWriter::Open> ClaimWriter::read(SQLite::Statement& rows) const {
  std::vector<Open> found;
  while (rows.executeStep()) {
    Open& o = found.emplace_back();
    o.mac = rows.getColumn(0).getInt64();
    const auto value = rows.getColumn(1);
    o.value.assign(static_cast<const char*>(value.getBlob()), static_cast<std::size_t>(value.getBytes()));
    o.source = rows.getColumn(2).getString();
    o.from = rows.getColumn(3).getInt64();
    if (const auto c = rows.getColumn(4); !c.isNull()) o.last_seen = c.getInt64();
  }
  rows.reset();
  return found;
}

void ClaimWriter::open(std::int64_t sw, const Claim& claim, std::int64_t from,
                       std::optional<std::int64_t> last_seen) {
  bind_claim(open_, 1, sw, claim);
  open_.bind(5, from);
  last_seen ? open_.bind(6, *last_seen) : open_.bind(6);
  run(open_);
  station_.bind(1, claim.mac);
  run(station_);
}

void ClaimWriter::close(std::int64_t sw, const Open& row, std::int64_t last_seen, std::int64_t until) {
  bind_claim(past_, 1, sw, row);
  past_.bind(5, row.from);
  past_.bind(6, last_seen);
  past_.bind(7, until);
  run(past_);
  bind_claim(remove_, 1, sw, row);
  run(remove_);
}

void ClaimWriter::seen(std::int64_t sw, const Claim& claim, std::optional<std::int64_t> last_seen) {
  bind_claim(seen_, 1, sw, claim);
  last_seen ? seen_.bind(5, *last_seen) : seen_.bind(5);
  run(seen_);
}

std::string ClaimWriter::subject(const Claim& claim) const {
  return claim.source + '\0' + (kind_ == Kind::kAddress ? claim.value : std::to_string(claim.mac));
}

void ClaimWriter::polled(std::int64_t sw, std::optional<std::int64_t> previous, std::int64_t now,
                         std::vector<Claim> claims) {
  const auto key = [this](const Claim& c) {
    return std::tuple(c.mac, kind_ == Kind::kName ? folded(c.value) : c.value, c.source);
  };
  const auto before = [&](const Claim& a, const Claim& b) { return key(a) < key(b); };
  std::sort(claims.begin(), claims.end(), before);
  claims.erase(std::unique(claims.begin(), claims.end(),
                           [&](const Claim& a, const Claim& b) { return key(a) == key(b); }),
               claims.end());
  std::unordered_set<std::string> held;
  for (const Claim& c : claims) held.insert(subject(c));
  of_switch_.bind(1, sw);
  std::vector<Open> old = read(of_switch_);
  std::sort(old.begin(), old.end(), before);

  const std::int64_t last = previous.value_or(now);
  auto o = old.begin();
  auto n = claims.cbegin();
  while (o != old.end() || n != claims.cend()) {
    if (o == old.end() || (n != claims.cend() && before(*n, *o))) {
      open(sw, *n++, now, std::nullopt);
    } else if (n == claims.cend() || before(*o, *n)) {
      // A table that forgot it says nothing against it; one that has another in its place does.
      if (held.contains(subject(*o)))
        close(sw, *o, o->last_seen.value_or(last), now);
      else if (!o->last_seen)
        seen(sw, *o, last);
      ++o;
    } else {
      if (now - o->last_seen.value_or(last) > kClaimSilence) {
        const std::int64_t end = o->last_seen.value_or(last);
        close(sw, *o, end, end);
        open(sw, *n, now, std::nullopt);
      } else if (o->last_seen) {
        seen(sw, *o, std::nullopt);
      }
      ++o;
      ++n;
    }
  }
}

void ClaimWriter::heard(const Claim& claim, std::int64_t time) {
  of_station_.bind(1, 0);
  of_station_.bind(2, claim.mac);
  const std::string wanted = folded(claim.value);
  const bool one_name = kind_ == Kind::kName && claim.source != to_string(NameSource::kDns) &&
                        claim.source != to_string(NameSource::kMdns);
  bool known = false;
  for (const Open& o : read(of_station_)) {
    if (o.source != claim.source) continue;
    const std::int64_t last = o.last_seen.value_or(o.from);
    if (kind_ == Kind::kName ? folded(o.value) == wanted : o.value == claim.value) {
      known = true;
      if (time - last > kClaimSilence) {
        close(0, o, last, last);
        known = false;
      } else if (time - last >= (kind_ == Kind::kName ? kNameGrain : 1)) {
        seen(0, claim, time);
      }
    } else if (one_name && time > last) {
      close(0, o, last, time);
    }
  }
  if (!known) open(0, claim, time, time);
}

std::string kept_name(std::string_view name) {
  std::string kept;
  for (const char c : name)
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) kept += c;
  while (!kept.empty() && (kept.back() == '.' || kept.back() == ' ')) kept.pop_back();
  kept.erase(0, kept.find_first_not_of(' '));
  if (kept.size() > kLongestName) kept.clear();
  return kept;
}

void save_bindings(SQLite::Database& db, std::span<const IpBinding> bindings) {
  if (bindings.empty()) return;
  ClaimWriter writer(db, ClaimWriter::Kind::kAddress);
  for (const IpBinding& b : bindings) {
    const auto octets = b.ip.octets();
    writer.heard({column_of(b.mac), std::string(octets.begin(), octets.end()), b.source},
                 column_of(b.last_seen));
  }
}

void save_names(SQLite::Database& db, std::span<const NameBinding> names) {
  ClaimWriter writer(db, ClaimWriter::Kind::kName);
  for (const NameBinding& n : names) {
    std::string name = kept_name(n.name);
    if (name.empty() || n.mac.is_zero() || n.mac.is_group()) continue;
    writer.heard({column_of(n.mac), std::move(name), std::string(to_string(n.source))},
                 column_of(n.last_seen));
  }
}

namespace {

/// Rows of value, mac, source, from, last seen, until: of open intervals and, with them, of past ones.
std::string rows_of(const char* kind, const char* time, const std::string& where, bool past) {
  const std::string name(kind);
  std::string query = "SELECT o.value, o.mac, o.source, o.from_time, coalesce(o.last_seen, p." +
                      std::string(time) + ", o.from_time) AS seen, NULL AS until_time FROM " + name +
                      "_open o LEFT JOIN poll p ON p.switch = o.switch WHERE o." + where;
  if (past)
    query += " UNION ALL SELECT value, mac, source, from_time, last_seen, until_time FROM " + name +
             "_past WHERE " + where;
  return query;
}

std::vector<IpBinding> read_bindings(SQLite::Statement& query) {
  std::vector<IpBinding> found;
  while (query.executeStep()) {
    const auto ip = query.getColumn(0);
    const auto* const octets = static_cast<const std::uint8_t*>(ip.getBlob());
    IpBinding b;
    if (ip.getBytes() == 4)
      b.ip = IpAddress::v4(std::span<const std::uint8_t, 4>(octets, 4));
    else if (ip.getBytes() == 16)
      b.ip = IpAddress::v6(std::span<const std::uint8_t, 16>(octets, 16));
    else
      continue;
    b.mac = mac_of(query.getColumn(1));
    b.source = query.getColumn(2).getString();
    b.from = time_of(query.getColumn(3));
    b.last_seen = time_of(query.getColumn(4));
    b.until = optional_time(query.getColumn(5));
    found.push_back(std::move(b));
  }
  return found;
}

std::vector<IpBinding> bindings_of(SQLite::Database& db, const IpAddress& ip, bool past, const char* order) {
  SQLite::Statement query(db, rows_of("address", "address_time", "value = ?1", past) + order);
  const auto octets = ip.octets();
  query.bind(1, octets.data(), static_cast<int>(octets.size()));
  return read_bindings(query);
}

std::vector<IpBinding> bindings_of(SQLite::Database& db, MacAddress mac, bool past, const char* order) {
  SQLite::Statement query(db, rows_of("address", "address_time", "mac = ?1", past) + order);
  query.bind(1, column_of(mac));
  return read_bindings(query);
}

constexpr const char* kNewest = " ORDER BY seen DESC, o.mac, o.value, o.source";  // of open ones alone
constexpr const char* kInTime = " ORDER BY 4, 1, 2, 3";

}  // namespace

std::vector<IpBinding> bindings(SQLite::Database& db, const IpAddress& ip) {
  return bindings_of(db, ip, false, kNewest);
}
std::vector<IpBinding> bindings(SQLite::Database& db, MacAddress mac) {
  return bindings_of(db, mac, false, kNewest);
}
std::vector<IpBinding> address_history(SQLite::Database& db, const IpAddress& ip) {
  return bindings_of(db, ip, true, kInTime);
}
std::vector<IpBinding> address_history(SQLite::Database& db, MacAddress mac) {
  return bindings_of(db, mac, true, kInTime);
}

std::vector<IpBinding> unnamed_addresses(SQLite::Database& db, NameSource source, Time named_since,
                                         Time seen_since, std::size_t limit) {
  SQLite::Statement query(
      db,
      rows_of("address", "address_time",
              "value IS NOT NULL AND coalesce(o.last_seen, p.address_time, o.from_time) >= ?1 AND NOT EXISTS "
              "(SELECT 1 FROM name_open n WHERE n.mac = o.mac AND n.source = ?2 AND "
              "n.last_seen >= ?3) ORDER BY o.value, o.mac LIMIT ?4",
              false));
  query.bind(1, column_of(seen_since));
  query.bind(2, std::string(to_string(source)));
  query.bind(3, column_of(named_since));
  query.bind(4, column_of_limit(limit));
  return read_bindings(query);
}

std::vector<NameBinding> names(SQLite::Database& db, MacAddress mac) {
  SQLite::Statement query(db, "SELECT * FROM (" + rows_of("name", "name_time", "mac = ?1", true) +
                                  ") ORDER BY until_time IS NOT NULL, seen DESC, value, source");
  query.bind(1, column_of(mac));
  std::vector<NameBinding> found;
  while (query.executeStep()) {
    const auto source = name_source(query.getColumn(2).getString());
    if (!source) continue;  // of a newer lanwarden
    found.push_back({mac_of(query.getColumn(1)), query.getColumn(0).getString(), *source,
                     time_of(query.getColumn(4)), time_of(query.getColumn(3)),
                     optional_time(query.getColumn(5))});
  }
  return found;
}

std::vector<MacAddress> stations_named(SQLite::Database& db, std::string_view name, std::size_t limit) {
  const std::string text = folded(kept_name(name));
  if (text.empty()) return {};
  std::vector<MacAddress> found;
  const auto read = [&](SQLite::Statement& query) {
    while (query.executeStep()) found.push_back(mac_of(query.getColumn(0)));
  };
  if (text.find_first_of("*?") != std::string::npos) {
    std::string like;
    for (const char c : text) {
      if (c == '%' || c == '_' || c == '\\') like += '\\';
      like += c == '*' ? '%' : c == '?' ? '_' : c;
    }
    SQLite::Statement query(
        db, "SELECT DISTINCT mac FROM name_open WHERE value LIKE ? ESCAPE '\\' ORDER BY mac LIMIT ?");
    query.bind(1, like);
    query.bind(2, column_of_limit(limit));
    read(query);
  } else {
    // "printer3" itself, and what begins with "printer3." ('/' is the character after '.').
    SQLite::Statement query(db,
                            "SELECT mac FROM name_open WHERE value = ?1 UNION SELECT mac FROM name_open "
                            "WHERE value >= ?1 || '.' AND value < ?1 || '/' ORDER BY mac LIMIT ?2");
    query.bind(1, text);
    query.bind(2, column_of_limit(limit));
    read(query);
  }
  return found;
}

}  // namespace lanwarden::agent::sqlite
