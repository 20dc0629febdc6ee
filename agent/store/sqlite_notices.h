// The part of SqliteStore that keeps notices; as sqlite_tables.h.
#pragma once

#include <vector>

#include "agent/store/notice_log.h"

namespace SQLite {
class Database;
}

namespace lanwarden::agent::sqlite {

std::int64_t add_notice(SQLite::Database& db, const Notice& notice);
std::vector<Notice> notices(SQLite::Database& db, std::int64_t after, std::size_t limit);
std::int64_t newest_notice(SQLite::Database& db);
std::string notice_origin(SQLite::Database& db);
std::vector<NoticeCursor> notice_cursors(SQLite::Database& db);
void save_notice_cursor(SQLite::Database& db, const NoticeCursor& cursor);
void forget_notice_cursor(SQLite::Database& db, const std::string& channel);

}  // namespace lanwarden::agent::sqlite
