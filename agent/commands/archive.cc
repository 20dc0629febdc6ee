#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "agent/commands/command.h"
#include "agent/output/csv.h"
#include "agent/output/views.h"
#include "agent/store/archive.h"

namespace lanwarden::agent {
namespace {

namespace fs = std::filesystem;

/// The longest line an import reads: a switch of a thousand ports has a snapshot of one or two megabytes.
constexpr std::size_t kLongestLine = 64 * 1024 * 1024;

/// A file that is there whole, or not at all; for its owner alone, as it tells who is where.
class NewFile {
 public:
  NewFile(App& app, const std::string& name, bool may_replace)
      : app_(app), name_(name), part_(name + ".part") {
    std::error_code ec;
    if (!may_replace && fs::exists(name, ec))
      app.fail(kUsage, name + " is there already; replace it with --force, or name another file");
    fs::remove(part_, ec);
  }
  ~NewFile() {
    std::error_code ignored;
    fs::remove(part_, ignored);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  const std::string& part() const { return part_; }
  void keep() {
    std::error_code ec;
    fs::permissions(part_, fs::perms::owner_read | fs::perms::owner_write, ec);
    if (!ec) fs::rename(part_, name_, ec);
    if (ec) app_.fail(kUsage, fmt::format("{}: {}", name_, ec.message()));
  }

 private:
  App& app_;
  std::string name_, part_;
};

struct ExportOptions {
  std::vector<std::string> kinds;
  std::string format = "jsonl";
  std::string file;
  bool force = false;
};

ExitCode export_memory(App& app, const ExportOptions& o) {
  const std::vector<std::string> known = archive_kinds();
  for (const std::string& kind : o.kinds)
    if (std::find(known.begin(), known.end(), kind) == known.end()) {
      const auto near = did_you_mean(kind, std::vector<std::string_view>(known.begin(), known.end()));
      std::string all;
      for (const std::string& k : known) all += (all.empty() ? "" : " ") + k;
      app.fail(kUsage,
               fmt::format("there is no kind \"{}\"{}", printable(kind),
                           near.empty() ? "; there are: " + all : fmt::format("; did you mean {}?", near)));
    }
  const bool csv = o.format == "csv";
  if (csv && o.kinds.size() != 1)
    app.fail(kUsage, "a table of CSV has rows of one kind; name it: lanwarden export place --format csv");
  app.only_read();
  Store& store = app.store();

  std::optional<NewFile> file;
  std::ofstream stream;
  if (!o.file.empty()) {
    file.emplace(app, o.file, o.force);
    stream.open(file->part(), std::ios::binary);
    if (!stream) app.fail(kUsage, fmt::format("{}: {}", o.file, std::strerror(errno)));
  }
  std::ostream& out = file ? stream : std::cout;
  std::size_t written = 0;
  const std::vector<std::string> fields = csv ? archive_fields(o.kinds.front()) : std::vector<std::string>{};
  if (csv) out << csv_line(fields) << '\n';
  auto done = archive(store).export_lines(o.kinds, [&](std::string_view line) {
    if (csv) {
      const Json j = Json::parse(line, nullptr, false);
      if (j["kind"] != o.kinds.front()) return true;
      std::vector<std::string> row;
      for (const std::string& field : fields) {
        const auto it = j.find(field);
        row.push_back(it == j.end() ? "" : it->is_string() ? printable(it->get<std::string>()) : dump(*it));
      }
      out << csv_line(row) << '\n';
    } else {
      out << line << '\n';
    }
    if (++written % 100'000 == 0) app.console.progress(fmt::format("{} rows", written));
    return static_cast<bool>(out);
  });
  app.console.end_progress();
  if (!done) app.fail(done.error());
  out.flush();
  if (!out)
    app.fail(kUsage, fmt::format("{}: could not be written ({}); nothing was kept of it",
                                 file ? o.file : "standard output", std::strerror(errno)));
  if (file) {
    stream.close();
    file->keep();
    app.console.note(fmt::format("{}: {} rows", o.file, *done));
  }
  return kOk;
}

/// A line of any length up to the limit, which is an error.
bool next_line(App& app, std::istream& in, const std::string& name, std::size_t& number, std::string& line) {
  line.clear();
  ++number;
  std::streambuf& buffer = *in.rdbuf();
  for (int c = buffer.sbumpc(); c != EOF; c = buffer.sbumpc()) {
    if (c == '\n') return true;
    line += static_cast<char>(c);
    if (line.size() > kLongestLine)
      app.fail(kUsage,
               fmt::format("{}: line {} is longer than {} MB: this is no export; nothing was imported", name,
                           number, kLongestLine / 1024 / 1024));
  }
  return !line.empty();
}

ExitCode import_memory(App& app, const std::string& name) {
  std::ifstream file;
  if (name != "-") {
    file.open(name, std::ios::binary);
    if (!file) app.fail(kUsage, fmt::format("{}: {}", name, std::strerror(errno)));
    if (std::error_code ec; fs::is_directory(name, ec)) app.fail(kUsage, name + " is a directory");
  }
  std::istream& in = name == "-" ? std::cin : file;
  std::size_t number = 0;
  auto rows = archive(app.store()).import_lines([&](std::string& line) {
    if (number > 0 && number % 100'000 == 0) app.console.progress(fmt::format("{} rows", number));
    return next_line(app, in, name, number, line);
  });
  app.console.end_progress();
  if (!rows) {
    const std::string& why = rows.error().message;
    app.fail(kUsage, why.starts_with("line ") ? fmt::format("{}: {}", name, why) : why);
  }
  app.console.note(fmt::format("{}: {} rows imported into {}", name, *rows, app.store_path().string()));
  return kOk;
}

ExitCode backup(App& app, const std::string& name, bool force) {
  app.only_read();
  std::error_code ec;
  if (fs::equivalent(name, app.store_path(), ec)) app.fail(kUsage, name + " is the store itself");
  Store& store = app.store();
  NewFile file(app, name, force);
  if (auto done = archive(store).backup(file.part()); !done) app.fail(done.error());
  file.keep();
  app.console.note(fmt::format("{}: {:.1f} MB, checked; to use it: lanwarden --store {} …", name,
                               static_cast<double>(fs::file_size(name, ec)) / 1e6, name));
  return kOk;
}

}  // namespace

CommandBody define_export(CLI::App& cli) {
  auto o = std::make_shared<ExportOptions>();
  cli.add_option("KIND", o->kinds, "rows of these kinds alone; all when none is given");
  cli.add_option("--format", o->format, "jsonl (what import reads), or csv: one kind, with a heading")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"jsonl", "csv"}));
  cli.add_option("-o,--output", o->file, "this file; standard output without it")->type_name("FILE");
  cli.add_flag("--force", o->force, "replace the file when it is there");
  return [o](App& app) { return export_memory(app, *o); };
}

CommandBody define_import(CLI::App& cli) {
  auto name = std::make_shared<std::string>();
  cli.add_option("FILE", *name, "what export wrote; - for standard input")->required();
  return [name](App& app) { return import_memory(app, *name); };
}

CommandBody define_backup(CLI::App& cli) {
  auto name = std::make_shared<std::string>();
  auto force = std::make_shared<bool>(false);
  cli.add_option("FILE", *name, "the copy")->required();
  cli.add_flag("--force", *force, "replace the file when it is there");
  return [name, force](App& app) { return backup(app, *name, *force); };
}

}  // namespace lanwarden::agent
