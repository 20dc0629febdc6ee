// How the commands that list rows print them: --format text|json|csv.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "agent/app.h"

namespace CLI {
class App;
}

namespace lanwarden::agent {

/// Adds --format.
void add_row_format(CLI::App& cli, std::string& chosen);

/// Rows for programs, as JSON Lines or as CSV. The columns of the CSV are fields of the JSON, by their names;
/// the header is printed at once, so that no rows are still a table.
class RowPrinter {
 public:
  /// What --format and --json ask for together; Exit(kUsage) when they contradict each other. After
  /// --format json the console prints JSON, as with --json.
  RowPrinter(App& app, const std::string& chosen, std::vector<std::string> columns);
  /// Rows are the command's own matter: a table for people.
  bool is_text() const { return format_ == Format::kText; }
  /// In text nothing. In CSV a field that is absent is empty, a list its elements with "; " between them, and
  /// a control character a blank.
  void row(const nlohmann::ordered_json& row);

 private:
  enum class Format { kText, kJson, kCsv };
  App& app_;
  Format format_ = Format::kText;
  std::vector<std::string> columns_;
};

}  // namespace lanwarden::agent
