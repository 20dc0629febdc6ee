// The part of SqliteStore that keeps what audits know; as sqlite_tables.h.
#pragma once

#include <span>
#include <vector>

#include "agent/store/wiring_log.h"

namespace SQLite {
class Database;
}

namespace lanwarden::agent::sqlite {

KeptWiring wiring(SQLite::Database& db, std::optional<topology::Time> at);
std::optional<topology::Time> wiring_begins(SQLite::Database& db);
bool save_wiring(SQLite::Database& db, std::span<const WiringItem> items, topology::Time now,
                 std::int64_t revision);
std::int64_t add_audit(SQLite::Database& db, const AuditRecord& audit);
std::vector<AuditRecord> audits(SQLite::Database& db, std::size_t limit);
void acknowledge(SQLite::Database& db, const Acknowledgement& acknowledgement);
bool withdraw_acknowledgement(SQLite::Database& db, const std::string& fingerprint);
std::vector<Acknowledgement> acknowledgements(SQLite::Database& db);
/// Values that ended, and audits, before this; at most `rows` of each. Returns how many have gone.
std::size_t forget_wiring(SQLite::Database& db, std::int64_t before, std::int64_t rows);

}  // namespace lanwarden::agent::sqlite
