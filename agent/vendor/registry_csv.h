// The IEEE registry files: "Registry,Assignment,Organization Name,Organization
// Address", RFC 4180 quoting (doubled quotes, separators and newlines in quotes).
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace lanwarden::agent {

/// Owns the names that do not stand in the file as they are (doubled quotes,
/// runs of spaces). A deque: growing moves none of them.
using CsvArena = std::deque<std::string>;

struct RegistryRow {
  std::uint64_t assignment = 0;  ///< the hexadecimal digits as a number
  unsigned digits = 0;           ///< how many: 6, 7 or 9
  std::string_view name;         ///< trimmed; into the file's text or the arena; never empty
};

/// All rows that make sense; others (the header, damaged lines) are passed over.
std::vector<RegistryRow> read_registry(std::string_view text, CsvArena& arena);

}  // namespace lanwarden::agent
