#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <nlohmann/json.hpp>

#include "agent/capture/frame_source.h"
#include "agent/commands/command.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"
#include "agent/watch/evidence_file.h"
#include "agent/watch/step_down.h"
#include "agent/watch/warden.h"

namespace lanwarden::agent {
namespace {

struct Options {
  std::vector<std::string> interfaces, files;
  std::string duration, evidence;
  StepDown step_down;
  bool locate = false, isolate = false, yes = false;
};

std::atomic<bool> g_interrupted{false};
void on_signal(int) { g_interrupted = true; }

/// Prints what the warden tells: with --json a line a finding, whole, once it is known what there is to know.
class Watch final : public Teller {
 public:
  Watch(App& app, const Options& options) : app_(app), o_(options), warden_(app, policy(), {}, *this) {}

  ExitCode run() {
    open();
    if (!o_.interfaces.empty()) step_down(app_, o_.step_down, written());
    if (!o_.evidence.empty()) {
      auto opened = EvidenceFile::open(o_.evidence);
      if (!opened) app_.fail(kUsage, opened.error());
      evidence_ = std::move(*opened);
      warden_.keep_frames();
    }
    if (o_.locate) {
      app_.require_switches();
      app_.warn_overdue();
      app_.poll_unknown();
      app_.locator().fabric();  // infer now, not when it is urgent
      warden_.start();
    }
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    listen();
    while (!g_interrupted && !(until_ && wall_clock() >= *until_) && warden_.listening() > 0)
      warden_.turn(std::chrono::milliseconds{100});
    warden_.finish(false);
    sum_up();
    return exit_code();
  }

 private:
  EnginePolicy policy() {
    EnginePolicy p;
    p.locate = o_.locate;
    p.dry_run = !o_.yes;
    if (o_.isolate) {
      p.mode = IsolationMode::kAuto;  // the command itself is the approval
      p.min_confidence = 0;           // the guard rails have their own
      const IsolationConfig& c = app_.config().isolation;
      p.duration = c.duration;
      p.way = c.way;
      p.mark = c.mark;
      p.rollback = c.rollback;
    }
    p.who = App::who();
    return p;
  }

  void open() {
    if (!o_.duration.empty()) {
      const auto d = parse_duration(o_.duration);
      if (!d) app_.fail(kUsage, fmt::format("--for \"{}\" is no duration; try 90s, 15m or 2h", o_.duration));
      until_ = wall_clock() + *d;
    }
    const auto add = [&](OpenResult&& opened) {
      if (!opened) app_.fail(kUsage, opened.error().message);
      sources_.push_back(std::move(*opened));
    };
    for (const std::string& i : o_.interfaces)
      add(open_interface(i, static_cast<std::uint32_t>(sources_.size())));
    for (const std::string& f : o_.files) add(open_file(f, static_cast<std::uint32_t>(sources_.size())));
    for (const std::string& i : o_.interfaces) app_.console.note("listening on " + i);
  }

  // What has to be written after privileges were dropped.
  std::vector<std::filesystem::path> written() {
    std::vector<std::filesystem::path> all;
    if (o_.locate) all = app_.store_files();
    if (!o_.evidence.empty()) all.emplace_back(o_.evidence);
    return all;
  }

  void listen() {
    if (!o_.files.empty()) {
      warden_.listen(std::move(sources_));  // one after the other
      return;
    }
    for (auto& source : sources_) {
      std::vector<std::unique_ptr<FrameSource>> one;
      one.push_back(std::move(source));
      warden_.listen(std::move(one));
    }
  }

  void on_finding(CaseId id, const FoundTrouble& found, bool being_located) override {
    ++findings_;
    const analysis::Finding& finding = found.finding;
    ++of_severity_[finding.severity];
    const std::string vendor(app_.vendors().lookup(finding.mac));
    if (evidence_) keep(found, vendor);
    if (!app_.console.json()) {
      app_.console.line(to_text(finding, vendor, app_.console));
      return;
    }
    Json json = to_json(finding, vendor, warden_.names());
    if (being_located || pending_.contains(id)) {
      pending_[id].push_back(std::move(json));  // printed whole, once located
      return;
    }
    add_incident(json, id);
    if (const auto known = location_of_.find(id); known != location_of_.end())
      json["location"] = known->second;
    app_.console.line(dump(json));
  }

  void keep(const FoundTrouble& found, const std::string& vendor) {
    evidence_missing_ += found.finding.frames.size() - found.frames.size();
    if (const auto failed = evidence_->add(
            found.finding, dump(to_json(found.finding, vendor, warden_.names())), found.frames))
      app_.console.error(*failed);
  }

  void on_located(const LocatedAnswer& a, bool goes_on) override {
    located_any_ = true;
    answered_any_ = answered_any_ || !a.located.asked.nothing_answered();
    app_.warn_failed(a.located.asked);
    if (!app_.console.json()) {
      if (std::exchange(shown_[a.id], a.text) != a.text) app_.console.line(a.text);
      return;
    }
    const Json location = Json::parse(a.location_json);
    location_of_[a.id] = location;
    if (const auto it = pending_.find(a.id); it != pending_.end())
      for (Json& json : it->second) json["location"] = location;
    if (!goes_on) flush(a.id);
  }

  void on_isolated(const IsolatedAnswer& a) override {
    if (!app_.console.json()) app_.console.line(to_text(a.outcome, app_.console));
    if (const auto it = pending_.find(a.id); it != pending_.end())
      for (Json& json : it->second) json["isolation"] = to_json(a.outcome);
    flush(a.id);
  }

  void on_verified(CaseId id, const VerifiedCommand& c) override {
    const std::string text =
        fmt::format("incident {}: the trouble {}: {}", warden_.incident_of(id).value_or(0),
                    c.ended ? "ended" : "did NOT end", c.text);
    if (app_.console.json())
      c.ended ? app_.console.note(text) : app_.console.warn(text);
    else
      app_.console.line(
          "  " +
          app_.console.paint(c.ended ? Style::kGreen : Style::kRed, c.ended ? "proved" : "not proved") +
          "  " + text);
  }

  void on_source_ended(std::uint32_t, const std::string& error) override {
    if (error.empty()) return;
    app_.console.error(error);
    read_failed_ = true;
  }

  void on_notice(std::uint32_t, const SourceNotice& notice) override { app_.console.warn(notice.text); }

  void on_failed(CaseId id, const std::string& why) override {
    app_.console.error(why);
    failed_ = true;
    flush(id);
  }

  void on_store(const StoreError* error, std::size_t waiting, std::size_t lost) override {
    if (error != nullptr)
      app_.console.error(fmt::format("{} ({} steps wait to be written)", error->message, waiting));
    if (lost > 0) app_.console.error(fmt::format("{} steps found no room to wait, and are lost", lost));
    failed_ = failed_ || error != nullptr;
  }

  void add_incident(Json& json, CaseId id) {
    if (const auto incident = warden_.incident_of(id)) json["incident"] = *incident;
  }

  void flush(CaseId id) {
    const auto it = pending_.find(id);
    if (it == pending_.end()) return;
    for (Json& json : it->second) {
      add_incident(json, id);
      app_.console.line(dump(json));
    }
    pending_.erase(it);
  }

  void sum_up() {
    const Totals t = warden_.totals();
    std::string summary =
        fmt::format("{} frames, {} finding{}", t.frames, findings_, findings_ == 1 ? "" : "s");
    for (const auto& [severity, count] : of_severity_)
      summary += fmt::format("{}{} {}", severity == of_severity_.begin()->first ? ": " : ", ", count,
                             analysis::to_string(severity));
    if (of_severity_.size() == 1 && of_severity_.contains(analysis::Severity::kInfo))
      summary += " (facts, no trouble)";
    if (t.undecodable > 0) summary += fmt::format(", {} frames could not be decoded", t.undecodable);
    if (t.skipped > 0) summary += fmt::format(", {} frames of other link types skipped", t.skipped);
    app_.console.note(summary);
    if (evidence_)
      app_.console.note(
          fmt::format("{} frames of evidence in {}", evidence_->frames(), evidence_->where().string()));
    if (evidence_missing_ > 0)
      app_.console.warn(fmt::format("{} frames of evidence were no longer kept when their finding was made",
                                    evidence_missing_));
    if (t.dropped > 0)
      app_.console.warn(fmt::format("{} frames were dropped before they could be read", t.dropped));
    if (t.unseen > 0)
      app_.console.warn(
          fmt::format("{} frames after a port was shut were not looked at: too many at once", t.unseen));
    if (warden_.recorder() == nullptr) return;
    for (const std::string& line : warden_.recorder()->unwritten()) app_.console.warn("not stored: " + line);
  }

  ExitCode exit_code() const {
    if (failed_) return kUsage;
    if (located_any_ && !answered_any_) return kNoAnswer;
    if (findings_ > 0) return o_.files.empty() ? kOk : kNothing;
    return read_failed_ ? kUsage : kOk;
  }

  App& app_;
  const Options& o_;
  Warden warden_;
  std::unique_ptr<EvidenceFile> evidence_;
  std::size_t evidence_missing_ = 0;
  std::vector<std::unique_ptr<FrameSource>> sources_;
  std::map<CaseId, std::vector<Json>> pending_;
  std::map<CaseId, Json> location_of_;
  std::map<CaseId, std::string> shown_;  ///< the last place printed: what is tried again is printed once
  std::optional<topology::Time> until_;
  std::uint64_t findings_ = 0;
  std::map<analysis::Severity, std::uint64_t, std::greater<>> of_severity_;  ///< the gravest first
  bool read_failed_ = false, located_any_ = false, answered_any_ = false, failed_ = false;
};

}  // namespace

CommandBody define_watch(CLI::App& cli) {
  auto o = std::make_shared<Options>();
  auto* i = cli.add_option("-i,--interface", o->interfaces, "listen on this interface (repeat for several)")
                ->type_name("IFACE");
  auto* r =
      cli.add_option("-r,--read", o->files, "read this capture file; - is standard input")->type_name("FILE");
  i->excludes(r);
  cli.add_option("--for", o->duration, "stop after so long: 90s, 15m, 2h")->type_name("T");
  cli.add_option("--evidence", o->evidence,
                 "write the frames that prove each finding: one pcapng, or a folder of them")
      ->type_name("FILE|DIR");
  add_step_down_options(cli, o->step_down);
  cli.add_flag("--locate", o->locate, "ask the switches where each culprit is, and keep the incident");
  cli.add_flag("--isolate", o->isolate, "and shut its port: a dry run unless --yes is given");
  cli.add_flag("--yes", o->yes, "really shut it");
  return [o](App& app) {
    if (o->interfaces.empty() && o->files.empty())
      app.fail(kUsage, "watch what? -i IFACE or -r FILE; try: lanwarden watch --help");
    if (o->isolate) o->locate = true;
    return Watch(app, *o).run();
  };
}

}  // namespace lanwarden::agent
