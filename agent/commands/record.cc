#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>

#include "agent/commands/command.h"
#include "agent/output/atomic_file.h"
#include "agent/output/views.h"

namespace lanwarden::agent {
namespace {

struct Options {
  std::string name, file;
  std::vector<std::string> roots;
  bool anonymize = false, keep_vendors = false;
};

/// "x.snmprec", and for VLAN 10 "x@10.snmprec" beside it: as snmpsim and LibreNMS name them.
std::string file_of(const std::string& file, const std::string& context) {
  constexpr std::string_view kEnding = ".snmprec";
  const std::string stem = file.substr(0, file.size() - kEnding.size());
  return stem + (context.empty() ? "" : "@" + context) + std::string(kEnding);
}

ExitCode record(App& app, const Options& options) {
  app.require_switches();
  const auto ids = app.switch_ids({options.name});
  if (!options.file.ends_with(".snmprec") || options.file.find('@') != std::string::npos)
    app.fail(kUsage, fmt::format("-o \"{}\": the name must end in .snmprec and have no @ (VLAN contexts get "
                                 "files of their own, NAME@10.snmprec); try: -o {}.snmprec",
                                 options.file, options.name));
  if (options.anonymize && !options.roots.empty())
    app.fail(kUsage, "--anonymize keeps only tables whose meaning it knows, so --root adds nothing to it");
  if (options.keep_vendors && !options.anonymize) app.fail(kUsage, "--keep-vendors needs --anonymize");

  snmp::RecordOptions how;
  how.more_roots = options.roots;
  how.anonymize = options.anonymize;
  how.keep_vendors = options.keep_vendors;
  how.secrets = app.config().credentials;
  std::random_device random;
  for (std::uint64_t& word : how.key) word = std::uint64_t{random()} << 32 | random();
  const auto recorded = app.collector().record(ids.front(), how, [&](const snmp::Progress& p) {
    app.console.progress(fmt::format("recording {}: {}/{} subtrees, {} variables", options.name,
                                     p.switches_done, p.switches, p.rows));
  });
  app.console.end_progress();
  if (!recorded) {
    if (recorded.error().cause == snmp::Cause::kLocal) app.fail(kUsage, recorded.error().detail);
    app.fail(kNoAnswer, recorded.error().detail);
  }

  Json j;
  j["switch"] = options.name;
  j["anonymized"] = options.anonymize;
  j["files"] = Json::array();
  std::size_t variables = 0, left_out = 0;
  for (const snmp::RecordedContext& c : *recorded) {
    const std::string file = file_of(options.file, c.context);
    if (const auto error = write_atomically(file, c.text)) app.fail(kUsage, *error);
    variables += c.variables;
    left_out += c.left_out;
    Json row;
    row["file"] = file;
    if (!c.context.empty()) row["context"] = c.context;
    row["variables"] = c.variables;
    row["left_out"] = c.left_out;
    row["cut"] = c.cut;
    j["files"].push_back(std::move(row));
    for (const std::string& cut : c.cut)
      app.console.warn(fmt::format("{}{}: not whole: {}", options.name,
                                   c.context.empty() ? "" : " in VLAN " + c.context, cut));
  }
  if (app.console.json()) {
    app.console.line(dump(j));
    return kOk;
  }
  app.console.line(fmt::format(
      "{}: {} variables{}{}", options.file, variables,
      recorded->size() > 1 ? fmt::format(", with {} VLAN contexts in files beside it", recorded->size() - 1)
                           : "",
      options.anonymize ? ", anonymised" : ""));
  if (left_out > 0)
    app.console.note(fmt::format("{} variables were left out: {}", left_out,
                                 options.anonymize ? "secrets, and what is not known to be free of names"
                                                   : "they may hold secrets (lanwarden record --help)"));
  if (!options.anonymize)
    app.console.note("it holds addresses and names of your network; --anonymize replaces them");
  return kOk;
}

}  // namespace

CommandBody define_record(CLI::App& cli) {
  auto options = std::make_shared<Options>();
  cli.add_option("SWITCH", options->name, "a name from the configuration")->required();
  cli.add_option("-o,--output", options->file, "the recording: NAME.snmprec")->required()->type_name("FILE");
  cli.add_flag("--anonymize", options->anonymize, "replaces addresses and names, keeps the shape");
  cli.add_flag("--keep-vendors", options->keep_vendors,
               "with --anonymize: MAC addresses keep their first half");
  cli.add_option("--root", options->roots, "also everything below this OID; may be given several times")
      ->type_name("OID")
      ->take_all();
  return [options](App& app) { return record(app, *options); };
}

}  // namespace lanwarden::agent
