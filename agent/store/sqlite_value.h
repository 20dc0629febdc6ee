// Our types as SQLite's columns. Included by the SQLite files of this folder only.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <limits>
#include <optional>
#include <string>

#include "agent/store/store.h"

namespace lanwarden::agent::sqlite {

/// Nanoseconds since 1970, UTC.
inline std::int64_t column_of(Time time) { return time.time_since_epoch().count(); }
inline Time time_of(const SQLite::Column& c) { return Time{topology::Duration{c.getInt64()}}; }
inline std::int64_t column_of(MacAddress mac) { return static_cast<std::int64_t>(mac.bits()); }
inline MacAddress mac_of(const SQLite::Column& c) {
  return MacAddress{static_cast<std::uint64_t>(c.getInt64())};
}

inline std::optional<Time> optional_time(const SQLite::Column& c) {
  if (c.isNull()) return std::nullopt;
  return time_of(c);
}
inline void bind_optional(SQLite::Statement& s, int index, const std::optional<Time>& time) {
  time ? s.bind(index, column_of(*time)) : s.bind(index);
}
inline void bind_text(SQLite::Statement& s, int index, std::string_view text) {
  s.bind(index, std::string(text));
}
inline std::int64_t column_of_limit(std::size_t limit) {
  constexpr auto kMost = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(limit < kMost ? limit : kMost);
}
/// Binds ?first … ?first+3 as lowest, highest, mask, value: "mac BETWEEN ? AND ? AND
/// (mac & ?) = ?". The range is what the leading known bits allow; an index can use it.
inline void bind_pattern(SQLite::Statement& s, int first, const MacPattern& pattern) {
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
