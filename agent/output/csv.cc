#include "agent/output/csv.h"

#include <algorithm>

namespace lanwarden::agent {
namespace {

bool plain_number(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0) return false;
  text.remove_prefix(digits);
  if (text.empty()) return true;
  return text.front() == '.' && text.size() > 1 &&
         text.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

/// OWASP's list for "CSV injection".
bool looks_like_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos &&
         !plain_number(text);
}

void append_field(std::string& line, std::string_view field, bool guard) {
  const bool quoted = guard || field.find_first_of(",\"\r\n") != std::string_view::npos ||
                      (!field.empty() && (field.front() == ' ' || field.back() == ' '));
  if (!quoted) {
    line += field;
    return;
  }
  line += guard ? "\"'" : "\"";
  for (const char c : field) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

}  // namespace

std::string csv_line(const std::vector<std::string>& fields, CsvText text) {
  std::string line;
  for (const std::string& field : fields) {
    if (&field != fields.data()) line += ',';
    append_field(line, field, text == CsvText::kForPeople && looks_like_formula(field));
  }
  // An empty line is no record to many readers.
  if (line.empty() && !fields.empty()) line = "\"\"";
  return line;
}

bool CsvReader::next(std::optional<std::vector<std::string>>& record) {
  if (rest_.empty()) return false;
  line_ = next_line_;
  record.emplace();
  bool good = true;
  while (true) {
    std::string field;
    const bool quoted = rest_.starts_with('"');
    if (quoted) {
      rest_.remove_prefix(1);
      while (true) {
        const std::size_t quote = std::min(rest_.find('"'), rest_.size());
        field += rest_.substr(0, quote);
        next_line_ += static_cast<std::size_t>(
            std::count(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(quote), '\n'));
        if (quote == rest_.size()) {
          rest_ = {};
          record.reset();
          return true;
        }
        rest_.remove_prefix(quote + 1);
        if (!rest_.starts_with('"')) break;
        field += '"';
        rest_.remove_prefix(1);
      }
    }
    const std::size_t end = std::min(rest_.find_first_of(",\n"), rest_.size());
    std::string_view tail = rest_.substr(0, end);
    const bool last = end == rest_.size() || rest_[end] == '\n';
    if (last && tail.ends_with('\r')) tail.remove_suffix(1);
    if (quoted && !tail.empty()) good = false;
    field += tail;
    record->push_back(std::move(field));
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (!last && rest_.empty()) record->emplace_back();  // a comma ends the text: one more, empty field
    if (last || rest_.empty()) break;
  }
  ++next_line_;
  if (!good) record.reset();
  return true;
}

}  // namespace lanwarden::agent
