// The archive's rows to and from an open database. As sqlite_tables.h: within a transaction, and throwing.
#pragma once

#include "agent/store/archive.h"

namespace SQLite {
class Database;
}

namespace lanwarden::agent::sqlite {

std::size_t export_lines(SQLite::Database& db, const std::vector<std::string>& kinds,
                         const Archive::LineSink& sink);
std::size_t import_lines(SQLite::Database& db, const Archive::LineSource& source);
/// Outside of a transaction.
void backup(SQLite::Database& db, const std::filesystem::path& file);

}  // namespace lanwarden::agent::sqlite
