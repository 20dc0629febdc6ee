#include "agent/vendor/registry_csv.h"

#include <charconv>

namespace lanwarden::agent {
namespace {

/// Takes one field off `rest`; afterwards `rest` begins at the separator that ended it.
/// A quoted field is returned without its outer quotes, inner doubled quotes as they stand.
std::string_view take_field(std::string_view& rest) {
  if (!rest.empty() && rest.front() == '"') {
    std::size_t end = 1;
    for (;;) {
      end = rest.find('"', end);
      if (end == std::string_view::npos) {  // never closed: the rest of the file is this field
        const std::string_view field = rest.substr(1);
        rest = {};
        return field;
      }
      if (end + 1 >= rest.size() || rest[end + 1] != '"') break;
      end += 2;
    }
    const std::string_view field = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    return field;
  }
  std::size_t end = 0;
  while (end < rest.size() && rest[end] != ',' && rest[end] != '\n' && rest[end] != '\r') ++end;
  const std::string_view field = rest.substr(0, end);
  rest.remove_prefix(end);
  return field;
}

/// Whether another field of the same line follows; if so `rest` begins with it.
bool next_field(std::string_view& rest) {
  if (rest.empty() || rest.front() != ',') return false;
  rest.remove_prefix(1);
  return true;
}

/// The remaining fields are not wanted, but their quotes may hide newlines.
void skip_line(std::string_view& rest) {
  while (next_field(rest)) take_field(rest);
  const std::size_t end = rest.find('\n');
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r')) s.remove_suffix(1);
  return s;
}

/// One line, single spaces, single quotes: as a person would write it.
std::string_view tidy(std::string_view name, CsvArena& arena) {
  name = trim(name);
  if (name.find("\"\"") == std::string_view::npos && name.find("  ") == std::string_view::npos &&
      name.find('\n') == std::string_view::npos)
    return name;
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i] == '\n' || name[i] == '\r' ? ' ' : name[i];
    if (c == '"' && i + 1 < name.size() && name[i + 1] == '"') ++i;
    if (c == ' ' && !out.empty() && out.back() == ' ') continue;
    out.push_back(c);
  }
  return arena.emplace_back(std::move(out));
}

}  // namespace

std::vector<RegistryRow> read_registry(std::string_view text, CsvArena& arena) {
  std::vector<RegistryRow> rows;
  rows.reserve(text.size() / 90);
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (!text.empty()) {
    take_field(text);
    if (next_field(text)) {
      const std::string_view assignment = take_field(text);
      if (next_field(text)) {
        const std::string_view name = tidy(take_field(text), arena);
        RegistryRow row;
        const char* const end = assignment.data() + assignment.size();
        const auto [stop, error] = std::from_chars(assignment.data(), end, row.assignment, 16);
        row.digits = static_cast<unsigned>(assignment.size());
        row.name = name;
        if (error == std::errc{} && stop == end && !name.empty()) rows.push_back(row);
      }
    }
    skip_line(text);
  }
  return rows;
}

}  // namespace lanwarden::agent
