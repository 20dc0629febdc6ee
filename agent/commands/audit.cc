#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "agent/audit/audit_views.h"
#include "agent/audit/auditor.h"
#include "agent/audit/wiring_items.h"
#include "agent/commands/command.h"
#include "agent/output/atomic_file.h"
#include "agent/output/time_text.h"

namespace lanwarden::agent {
namespace {

using topology::audit::Severity;

struct Options {
  std::string against, since, save, format, severity;
  bool stored = false, all = false, log = false;
  std::string accept, withdraw, reason, until;
  bool accepted = false;
};

topology::Time time_of(App& app, std::string_view option, const std::string& text) {
  const auto time = parse_time(text, wall_clock());
  if (!time)
    app.fail(kUsage, fmt::format("{} \"{}\" is no time; try 2h ago, yesterday 14:00, or 2026-01-02T03:04:05Z",
                                 option, text));
  return *time;
}

Auditor::Against against(App& app, const Options& o) {
  if (!o.against.empty()) {
    std::ifstream in(o.against, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    if (!in)
      app.fail(kUsage, fmt::format("{}: cannot be read; one is made with: lanwarden audit --save {}",
                                   o.against, o.against));
    auto wiring = read_baseline(text.str());
    if (!wiring) app.fail(kUsage, fmt::format("{}: {}", o.against, printable(wiring.error())));
    if (wiring->empty())
      app.fail(kUsage, o.against + ": it names no switch: nothing can be compared with it");
    return Auditor::Baseline{o.against, std::move(*wiring)};
  }
  if (o.since.empty()) return Auditor::SinceLast{};
  topology::Time time = time_of(app, "--since", o.since);
  const auto begins = app.need(wiring_log(app.store()).wiring_begins());
  if (!begins) app.fail(kUsage, "nothing was known of the wiring before now; audit once without --since");
  // Times are printed to the second.
  if (time < *begins && time >= std::chrono::floor<std::chrono::seconds>(*begins)) time = *begins;
  if (time < *begins)
    app.fail(kUsage,
             fmt::format("nothing is known of the wiring before {}; the oldest: lanwarden audit --since {}",
                         local_time(*begins), rfc3339(*begins)));
  return Auditor::SinceTime{time};
}

/// The words that end an audit's line in the log.
void print_log(App& app) {
  TextTable table({"AUDIT", "TIME", "BY", "NEW", "KNOWN BEFORE"});
  for (const AuditRecord& a : app.need(wiring_log(app.store()).audits(1000))) {
    if (app.console.json()) {
      // As it was printed then.
      app.console.line(a.report_json);
      continue;
    }
    table.row({std::to_string(a.id), local_time(a.time), printable(a.by), std::to_string(a.fresh),
               std::to_string(a.standing)});
  }
  if (!table.empty()) app.console.line(table.render(app.console));
}

ExitCode print_accepted(App& app) {
  const auto all = app.need(wiring_log(app.store()).acknowledgements());
  TextTable table({"ID", "UNTIL", "BY", "REASON", "FINDING"});
  for (const Acknowledgement& a : all) {
    if (app.console.json()) {
      Json j = {{"id", a.fingerprint}, {"kind", a.kind},     {"summary", a.summary},
                {"by", a.who},         {"reason", a.reason}, {"time", rfc3339(a.time)}};
      if (!a.switch_name.empty()) j["switch"] = a.switch_name;
      if (!a.port.empty()) j["port"] = a.port;
      if (a.until) j["until"] = rfc3339(*a.until);
      app.console.line(dump(j));
      continue;
    }
    table.row({a.fingerprint, a.until ? local_time(*a.until) : "for good", printable(a.who),
               printable(a.reason), printable(a.summary)});
  }
  if (!table.empty()) app.console.line(table.render(app.console));
  if (all.empty()) app.console.note("nothing was acknowledged; try: lanwarden audit --all");
  return kOk;
}

/// Of the last audit, or of the one before that any finding was told in.
ExitCode accept(App& app, const Options& o) {
  if (o.reason.empty())
    app.fail(kUsage, "--acknowledge needs a --reason: whoever reads it in a year will ask");
  WiringLog& log = wiring_log(app.store());
  for (const AuditRecord& a : app.need(log.audits(1000))) {
    const Json report = Json::parse(a.report_json, nullptr, false);
    if (!report.is_object()) continue;
    for (const char* list : {"findings", "standing", "acknowledged"}) {
      const auto findings = report.find(list);
      if (findings == report.end()) continue;
      for (const Json& f : *findings) {
        if (f.value("id", "") != o.accept) continue;
        Acknowledgement ack{o.accept,
                            f.value("kind", ""),
                            f.value("switch", ""),
                            f.value("port", ""),
                            f.value("summary", ""),
                            App::who(),
                            o.reason,
                            wall_clock(),
                            std::nullopt};
        if (!o.until.empty()) {
          ack.until = time_of(app, "--until", o.until);
          if (*ack.until <= ack.time) app.fail(kUsage, "--until " + o.until + " is over already");
        }
        app.need(log.acknowledge(ack));
        app.console.note("acknowledged: " + printable(ack.summary));
        return kOk;
      }
    }
  }
  app.console.error(
      fmt::format("no audit has told a finding {}; the ids: lanwarden audit --all --stored", o.accept));
  return kNothing;
}

void keep_severe(AuditReport& report, const std::string& least) {
  if (least.empty()) return;
  const auto mild = [&](const AuditFinding& f) {
    return f.severity < (least == "critical"  ? Severity::kCritical
                         : least == "warning" ? Severity::kWarning
                                              : Severity::kInfo);
  };
  std::erase_if(report.fresh, mild);
  std::erase_if(report.standing, mild);
}

void print(App& app, std::string document) {
  while (document.ends_with('\n')) document.pop_back();
  app.console.line(document);
}

ExitCode audit(App& app, const Options& o) {
  if (!o.accept.empty()) return accept(app, o);
  if (!o.withdraw.empty()) {
    if (app.need(wiring_log(app.store()).withdraw_acknowledgement(o.withdraw))) return kOk;
    app.console.error(
        fmt::format("{} was not acknowledged; what was: lanwarden audit --acknowledged", o.withdraw));
    return kNothing;
  }
  if (o.accepted) return print_accepted(app);
  if (o.log) return print_log(app), kOk;
  if (app.console.json() && !o.format.empty() && o.format != "json")
    app.fail(kUsage, "--json and --format " + o.format + " contradict each other");
  const std::string format = !o.format.empty() ? o.format : app.console.json() ? "json" : "text";

  app.require_switches();
  const Auditor::Against with = against(app, o);
  std::optional<Asked> asked;
  std::vector<std::string> silent;
  if (!o.stored) {
    asked = app.poll({});
    if (asked->nothing_answered()) {
      app.console.error("no switch answered; try: lanwarden check\nas last polled: lanwarden audit --stored");
      return kNoAnswer;
    }
    for (const Asked::Failed& f : asked->failed) silent.push_back(f.switch_name);
  } else if (!app.locator().oldest_poll()) {
    app.fail(kUsage, "nothing was ever polled; try: lanwarden poll, or audit without --stored");
  }
  Auditor auditor(app.config(), app.store());
  app.need(
      auditor.remember({app.locator().fabric(), app.locator().routers(), std::move(silent)}, wall_clock()));
  AuditReport report = app.need(auditor.audit(with, App::who()));
  keep_severe(report, o.severity);

  if (!o.save.empty()) {
    if (const auto wrong = write_atomically(o.save, baseline_text(auditor.wiring())))
      app.fail(kUsage, *wrong);
    app.console.note(fmt::format("saved: {}; compare with it: lanwarden audit --against {}", o.save, o.save));
  }
  if (format == "json") {
    Json j = audit_json(report);
    if (asked) j["polled"] = to_json(*asked);
    app.console.line(dump(j));
  } else if (format == "html") {
    print(app, audit_html(report));
  } else if (format == "junit") {
    print(app, audit_junit(report));
  } else {
    print(app,
          audit_text(report, app.console, app.console.stdout_is_terminal() ? app.console.width() : 0, o.all));
  }
  return report.fresh.empty() ? kOk : kNothing;
}

}  // namespace

CommandBody define_audit(CLI::App& cli) {
  auto o = std::make_shared<Options>();
  auto* against =
      cli.add_option("--against", o->against, "compare with a file that --save wrote")->type_name("FILE");
  cli.add_option("--since", o->since, "compare with what was known then: 2h ago, yesterday 14:00")
      ->type_name("TIME")
      ->excludes(against);
  cli.add_option("--save", o->save, "write the wiring as it is now to a file")->type_name("FILE");
  cli.add_option("--format", o->format, "text, json, html or junit")
      ->type_name("F")
      ->check(CLI::IsMember({"text", "json", "html", "junit"}));
  cli.add_option("--severity", o->severity, "only findings at least so severe")
      ->type_name("S")
      ->check(CLI::IsMember({"info", "warning", "critical"}));
  cli.add_flag("--all", o->all, "with those that were told before, and those that were acknowledged");
  cli.add_flag("--stored", o->stored, "as last polled: ask nobody");
  cli.add_option("--acknowledge,--ack", o->accept,
                 "this finding is all right, and is told no more; needs --reason")
      ->type_name("ID");
  cli.add_option("--reason", o->reason, "why")->type_name("TEXT");
  cli.add_option("--until", o->until, "it is all right until then; else for good")->type_name("TIME");
  cli.add_option("--withdraw", o->withdraw, "it is not all right any more")->type_name("ID");
  cli.add_flag("--acknowledged", o->accepted, "what was acknowledged, by whom, why, and until when");
  cli.add_flag("--log", o->log, "the audits there were");
  return [o](App& app) { return audit(app, *o); };
}

}  // namespace lanwarden::agent
