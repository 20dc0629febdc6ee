#include "agent/store/sqlite_value.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <limits>
#include <string>

namespace lanwarden::agent::sqlite {

std::int64_t column_of_limit(std::size_t limit) {
  constexpr auto kMost = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(std::min(limit, kMost));
}

Time time_of(const SQLite::Column& column) { return Time{topology::Duration{column.getInt64()}}; }

std::optional<Time> optional_time(const SQLite::Column& column) {
  if (column.isNull()) return std::nullopt;
  return time_of(column);
}

MacAddress mac_of(const SQLite::Column& column) {
  return MacAddress{static_cast<std::uint64_t>(column.getInt64())};
}

void bind_optional(SQLite::Statement& s, int index, const std::optional<Time>& time) {
  time ? s.bind(index, column_of(*time)) : s.bind(index);
}

void bind_text(SQLite::Statement& s, int index, std::string_view text) { s.bind(index, std::string(text)); }

void bind_pattern(SQLite::Statement& s, int first, const MacPattern& pattern) {
  constexpr std::uint64_t kAll = 0xffff'ffff'ffffU;
  std::uint64_t prefix = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 47; bit != 0 && (pattern.mask() & bit) != 0; bit >>= 1)
    prefix |= bit;
  s.bind(first, static_cast<std::int64_t>(pattern.value() & prefix));
  s.bind(first + 1, static_cast<std::int64_t>((pattern.value() & prefix) | (kAll & ~prefix)));
  s.bind(first + 2, static_cast<std::int64_t>(pattern.mask()));
  s.bind(first + 3, static_cast<std::int64_t>(pattern.value()));
}

}  // namespace lanwarden::agent::sqlite
