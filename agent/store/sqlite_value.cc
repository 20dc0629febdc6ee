#include "agent/store/sqlite_value.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <bit>
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

namespace {

constexpr std::uint64_t kAll = 0xffff'ffff'ffffU;

/// Known bits at the beginning of the address, and whole known octets at its end.
std::uint64_t known_beginning(const MacPattern& pattern) {
  std::uint64_t prefix = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 47; bit != 0 && (pattern.mask() & bit) != 0; bit >>= 1)
    prefix |= bit;
  return prefix;
}
int known_end(const MacPattern& pattern) {
  int octets = 0;
  while (octets < 6 && ((pattern.mask() >> (8 * octets)) & 0xff) == 0xff) ++octets;
  return octets;
}

}  // namespace

bool by_end(const MacPattern& pattern) {
  return 8 * known_end(pattern) > std::popcount(known_beginning(pattern));
}

void bind_pattern(SQLite::Statement& s, int first, const MacPattern& pattern) {
  std::uint64_t lowest = 0, unknown = 0;
  if (by_end(pattern)) {
    const int octets = known_end(pattern);
    for (int i = 0; i < octets; ++i) lowest |= ((pattern.value() >> (8 * i)) & 0xff) << (40 - 8 * i);
    unknown = kAll >> (8 * octets);
  } else {
    lowest = pattern.value() & known_beginning(pattern);
    unknown = kAll & ~known_beginning(pattern);
  }
  s.bind(first, static_cast<std::int64_t>(lowest));
  s.bind(first + 1, static_cast<std::int64_t>(lowest | unknown));
  s.bind(first + 2, static_cast<std::int64_t>(pattern.mask()));
  s.bind(first + 3, static_cast<std::int64_t>(pattern.value()));
}

}  // namespace lanwarden::agent::sqlite
