// Our types as SQLite's columns, for the SQLite files of this folder.
#pragma once

#include <optional>
#include <string_view>

#include "agent/store/store.h"

namespace SQLite {
class Column;
class Statement;
}  // namespace SQLite

namespace lanwarden::agent::sqlite {

/// Nanoseconds since 1970, UTC.
inline std::int64_t column_of(Time time) { return time.time_since_epoch().count(); }
inline std::int64_t column_of(MacAddress mac) { return static_cast<std::int64_t>(mac.bits()); }
/// LIMIT, which is signed.
std::int64_t column_of_limit(std::size_t limit);

Time time_of(const SQLite::Column& column);
std::optional<Time> optional_time(const SQLite::Column& column);  ///< nullopt for NULL
MacAddress mac_of(const SQLite::Column& column);

void bind_optional(SQLite::Statement& s, int index, const std::optional<Time>& time);
void bind_text(SQLite::Statement& s, int index, std::string_view text);
/// Whether more of the end of the address is known than of its beginning: searched in the index of stations
/// by their end.
bool by_end(const MacPattern& pattern);
/// Binds ?first … ?first+3 as lowest, highest, mask, value: "KEY BETWEEN ? AND ? AND (mac & ?) = ?", where
/// KEY is the address, or with by_end() its octets in the opposite order. The range is what the known bits
/// there allow; an index can use it.
void bind_pattern(SQLite::Statement& s, int first, const MacPattern& pattern);

/// Rows of mac, vlan, switch, port, ifIndex, status, from, last seen, until. (sqlite_history.cc)
std::vector<Sighting> read_sightings(SQLite::Statement& rows);

}  // namespace lanwarden::agent::sqlite
