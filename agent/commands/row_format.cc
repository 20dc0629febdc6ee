#include "agent/commands/row_format.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "agent/output/csv.h"
#include "agent/output/views.h"

namespace lanwarden::agent {
namespace {

std::string field_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.is_null() ? "" : dump(value);
  std::string list;
  for (const Json& element : value) list += (list.empty() ? "" : "; ") + field_text(element);
  return list;
}

}  // namespace

void add_row_format(CLI::App& cli, std::string& chosen) {
  cli.add_option("--format", chosen, "text, json (as --json) or csv (RFC 4180, with a header)")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json", "csv"}));
}

RowPrinter::RowPrinter(App& app, const std::string& chosen, std::vector<std::string> columns)
    : app_(app), columns_(std::move(columns)) {
  if (app.console.json() && !chosen.empty() && chosen != "json")
    app.fail(kUsage, "--json and --format " + chosen + " contradict each other");
  if (chosen == "json") app.console.print_json();
  if (app.console.json()) format_ = Format::kJson;
  if (chosen == "csv") {
    format_ = Format::kCsv;
    app.console.line(csv_line(columns_));
  }
}

void RowPrinter::row(const Json& row) {
  if (format_ == Format::kJson) app_.console.line(dump(row));
  if (format_ != Format::kCsv) return;
  std::vector<std::string> fields;
  for (const std::string& column : columns_)
    fields.push_back(row.contains(column) ? printable(field_text(row[column])) : "");
  app_.console.line(csv_line(fields));
}

}  // namespace lanwarden::agent
