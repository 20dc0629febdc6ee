// Rows as CSV, as RFC 4180 has it: fields quoted where they must be, quotes doubled,
// a header first. Lines end with LF alone, as every other line this program prints:
// readers of RFC 4180 take both, and `cut` and `awk` take no CR.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lanwarden::agent {

enum class CsvText {
  /// Text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a CR, and is no plain
  /// number) gets an apostrophe before it. A switch's ifAlias and a neighbour's LLDP name are strangers'
  /// words: opening a list must not run them.
  kForPeople,
  /// Every field as it is: for what a program reads back.
  kExact,
};

/// One record without its line end. An empty field is an unknown value.
std::string csv_line(const std::vector<std::string>& fields, CsvText text = CsvText::kForPeople);

/// The records of a text that csv_line wrote, or any other RFC 4180 text: CR LF or LF, quoted line ends. A
/// record whose quote is never closed, or with text behind a closing quote, is nullopt.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : rest_(text) {}
  /// False at the end of the text.
  bool next(std::optional<std::vector<std::string>>& record);
  /// The line on which the last record began, from 1.
  std::size_t line() const { return line_; }

 private:
  std::string_view rest_;
  std::size_t line_ = 0, next_line_ = 1;
};

}  // namespace lanwarden::agent
