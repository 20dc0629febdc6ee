#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <nlohmann/json.hpp>

#include "agent/capture/frame_source.h"
#include "agent/commands/command.h"
#include "agent/engine/engine.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"
#include "agent/watch/evidence_file.h"
#include "agent/watch/frame_ring.h"
#include "agent/watch/snmp_worker.h"
#include "agent/watch/step_down.h"
#include "analysis/detector.h"

namespace lanwarden::agent {
namespace {

using analysis::Finding;
using topology::Time;

struct Options {
  std::vector<std::string> interfaces, files;
  std::string duration, evidence;
  StepDown step_down;
  bool locate = false, isolate = false, yes = false;
};

constexpr std::size_t kMostOctets = 4096;  // of the frame that decides; of those before it the ring's share

std::atomic<bool> g_interrupted{false};
void on_signal(int) { g_interrupted = true; }

/// A source, its own ear, and what is known of its time.
struct Listened {
  std::unique_ptr<FrameSource> source;
  analysis::Ear ear;
  FrameRing ring;  ///< the last frames, for --evidence
  Time last{};
  std::uint64_t dropped_told = 0;
  bool ended = false;
  bool present =
      false;  ///< its frames are of now: an interface, or a stream that somebody writes this minute
};

class Watch {
 public:
  Watch(App& app, const Options& options) : app_(app), o_(options), engine_(policy()) {}

  ExitCode run() {
    open();
    if (!o_.interfaces.empty()) step_down(app_, o_.step_down, written());
    if (!o_.evidence.empty()) {
      auto opened = EvidenceFile::open(o_.evidence);
      if (!opened) app_.fail(kUsage, opened.error());
      evidence_ = std::move(*opened);
    }
    if (o_.locate) {
      app_.require_switches();
      record_ = app_.another_store();
      app_.warn_overdue();
      app_.poll_unknown();
      app_.locator().fabric();  // infer now, not when it is urgent
      worker_ = std::make_unique<SnmpWorker>(app_);
    }
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    listen();
    finish();
    return exit_code();
  }

 private:
  EnginePolicy policy() {
    EnginePolicy p;
    p.locate = o_.locate;
    p.isolate = o_.isolate;
    p.dry_run = !o_.yes;
    if (o_.isolate) p.duration = app_.config().isolation.duration;
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
      auto listened = std::make_unique<Listened>();
      listened->present = (*opened)->live();
      names_.push_back((*opened)->name());
      listened->source = std::move(*opened);
      sources_.push_back(std::move(listened));
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
    const std::chrono::milliseconds wait{std::max<std::size_t>(5, 100 / sources_.size())};
    while (!g_interrupted && !(until_ && wall_clock() >= *until_)) {
      bool open = false;
      for (auto& s : sources_) {
        if (s->ended) continue;
        open = true;
        read(*s, wait);
        if (!s->source->live() && !s->ended) break;  // files one after the other
      }
      if (!open) return;
      take_answers(std::chrono::milliseconds{0});
      tick();
    }
  }

  void read(Listened& s, std::chrono::milliseconds wait) {
    const auto status = s.source->next_batch(batch_, wait);
    const auto sink = [&](Finding&& finding) { found(s, std::move(finding)); };
    if (!status) {
      app_.console.error(status.error().message);
      read_failed_ = true;
      s.ended = true;
      s.ear.finish(sink);
      return;
    }
    if (!batch_.empty() && s.last == Time{})
      s.present = s.present || std::chrono::abs(wall_clock() - batch_.front().time) < std::chrono::minutes{2};
    for (const analysis::RawFrame& raw : batch_) {
      s.last = raw.time;
      current_ = &raw;
      s.ear.on_frame(raw, sink);
      if (!evidence_ && !engine_.watching()) continue;
      if (const analysis::Frame* frame = s.ear.last_frame()) {
        if (evidence_ && is_evidence(*frame)) s.ring.add(raw);
        if (engine_.watching()) engine_.on_frame(*frame);
      }
    }
    current_ = nullptr;
    if (s.source->live()) {
      s.source->want(s.ear.interest());
      if (const auto notice = s.source->take_notice()) app_.console.warn(*notice);
      warn_dropped(s);
    }
    if (*status == BatchStatus::kIdle && s.source->live()) s.ear.on_tick(s.last = wall_clock(), sink);
    if (*status == BatchStatus::kEnd) {
      s.ended = true;
      s.ear.finish(sink);
    }
  }

  // As it happens, and then as often as it doubles: whoever listens for hours has to know now.
  void warn_dropped(Listened& s) {
    const std::uint64_t dropped = s.source->stats().dropped;
    if (dropped == 0 || dropped < s.dropped_told * 2) return;
    s.dropped_told = dropped;
    app_.console.warn(
        fmt::format("{}: {} frames were dropped for want of room so far", s.source->name(), dropped));
  }

  void tick() {
    if (!engine_.watching()) return;
    Time latest = wall_clock();
    for (const auto& s : sources_)
      if (s->present) latest = std::max(latest, s->last);
    carry_out(engine_.on_tick(latest, wall_clock()));
  }

  void found(Listened& s, Finding&& finding) {
    ++findings_;
    const std::string vendor(app_.vendors().lookup(finding.mac));
    if (evidence_) keep(s, finding, vendor);
    if (!o_.locate) {
      print(finding, vendor);
      return;
    }
    auto [id, commands] = engine_.on_finding(finding, wall_clock());
    source_of_[id] = &s;
    const bool wait = std::any_of(commands.begin(), commands.end(),
                                  [](const Command& c) { return std::holds_alternative<LocateCommand>(c); });
    if (app_.console.json() && wait)
      pending_[id] = to_json(finding, vendor, names_);  // printed whole, once located
    else
      print(finding, vendor);
    carry_out(std::move(commands));
  }

  // Ordinary unicast would drive out what proves something.
  static bool is_evidence(const analysis::Frame& frame) {
    return frame.dst.is_group() || !std::holds_alternative<std::monostate>(frame.body);
  }

  void keep(const Listened& s, const Finding& finding, const std::string& vendor) {
    std::vector<EvidenceFrame> frames;
    for (const analysis::FrameRef& ref : finding.frames) {
      std::optional<EvidenceFrame> frame = current_ && current_->number == ref.number
                                               ? std::optional(evidence_of(*current_, kMostOctets))
                                               : s.ring.find(ref.number);
      if (!frame) continue;
      frame->interface = s.source->name();
      frames.push_back(std::move(*frame));
    }
    evidence_missing_ += finding.frames.size() - frames.size();
    if (const auto failed =
            evidence_->add(finding, dump(to_json(finding, vendor, names_)), std::move(frames)))
      app_.console.error(*failed);
  }

  void print(const Finding& finding, const std::string& vendor) {
    app_.console.line(app_.console.json() ? dump(to_json(finding, vendor, names_))
                                          : to_text(finding, vendor, app_.console));
  }

  void carry_out(Commands commands) {
    for (Command& command : commands) std::visit([this](auto& c) { carry(c); }, command);
  }

  void carry(OpenCommand& c) {
    if (auto known = app_.need(record_->find_open_incident(c.incident.kind, c.incident.mac)))
      incident_of_[c.id] = known->id;
    else
      incident_of_[c.id] = app_.need(record_->open_incident(c.incident));
  }
  void carry(StepCommand& c) {
    app_.need(record_->append_event(incident_of_.at(c.id), c.event, c.switch_name, c.port));
  }
  void carry(LocateCommand& c) {
    if (!worker_->ask(c))
      app_.console.warn("too many findings at once: " + c.mac.to_string() + " is not located");
  }
  void carry(IsolateCommand& c) {
    c.request.incident = incident_of_.at(c.id);
    if (!worker_->ask(c))
      app_.console.warn("too many findings at once: " + c.request.mac->to_string() + " is not isolated");
  }
  void carry(VerifiedCommand& c) {
    const std::string text = fmt::format("incident {}: the trouble {}: {}", incident_of_.at(c.id),
                                         c.ended ? "ended" : "did NOT end", c.text);
    if (app_.console.json())
      c.ended ? app_.console.note(text) : app_.console.warn(text);
    else
      app_.console.line(
          "  " +
          app_.console.paint(c.ended ? Style::kGreen : Style::kRed, c.ended ? "proved" : "not proved") +
          "  " + text);
  }

  void take_answers(std::chrono::milliseconds wait) {
    if (!worker_) return;
    for (Answer& answer : worker_->answers(wait)) std::visit([this](auto& a) { take(a); }, answer);
  }

  void take(LocatedAnswer& a) {
    located_any_ = true;
    answered_any_ = answered_any_ || !a.located.asked.nothing_answered();
    app_.warn_failed(a.located.asked);
    if (!app_.console.json()) app_.console.line(a.text);
    auto commands = engine_.on_located(a.id, a.located, a.place, wall_clock());
    const bool goes_on = std::any_of(commands.begin(), commands.end(), [](const Command& c) {
      return std::holds_alternative<IsolateCommand>(c);
    });
    if (const auto it = pending_.find(a.id); it != pending_.end()) {
      it->second["incident"] = incident_of_.at(a.id);
      it->second["location"] = Json::parse(a.location_json);
      if (!goes_on) flush(a.id);
    }
    carry_out(std::move(commands));
  }
  void take(IsolatedAnswer& a) {
    const Listened* s = source_of_.at(a.id);
    std::optional<Time> capture_now;
    if (s->present) capture_now = std::max(s->last, wall_clock());
    if (!app_.console.json()) app_.console.line(to_text(a.outcome, app_.console));
    if (const auto it = pending_.find(a.id); it != pending_.end())
      it->second["isolation"] = to_json(a.outcome);
    flush(a.id);
    carry_out(engine_.on_isolated(a.id, a.outcome, capture_now, wall_clock()));
  }
  void take(FailedAnswer& a) {
    flush(a.id);
    app_.fail(a.error);
  }

  void flush(CaseId id) {
    const auto it = pending_.find(id);
    if (it == pending_.end()) return;
    app_.console.line(dump(it->second));
    pending_.erase(it);
  }

  void finish() {
    for (auto& s : sources_)
      if (!s->ended) s->ear.finish([&](Finding&& finding) { found(*s, std::move(finding)); });
    while (engine_.waiting() && worker_) take_answers(std::chrono::milliseconds{200});
    if (record_) carry_out(engine_.on_end(wall_clock()));
    std::uint64_t frames = 0, undecodable = 0, dropped = 0, skipped = 0;
    for (const auto& s : sources_) {
      frames += s->ear.frames();
      undecodable += s->ear.undecodable();
      dropped += s->source->stats().dropped;
      skipped += s->source->stats().skipped;
    }
    std::string summary = fmt::format("{} frames, {} findings", frames, findings_);
    if (undecodable > 0) summary += fmt::format(", {} frames could not be decoded", undecodable);
    if (skipped > 0) summary += fmt::format(", {} frames of other link types skipped", skipped);
    app_.console.note(summary);
    if (evidence_)
      app_.console.note(
          fmt::format("{} frames of evidence in {}", evidence_->frames(), evidence_->where().string()));
    if (evidence_missing_ > 0)
      app_.console.warn(fmt::format("{} frames of evidence were no longer kept when their finding was made",
                                    evidence_missing_));
    if (dropped > 0)
      app_.console.warn(fmt::format("{} frames were dropped before they could be read", dropped));
  }

  ExitCode exit_code() const {
    if (located_any_ && !answered_any_) return kNoAnswer;
    if (findings_ > 0) return o_.files.empty() ? kOk : kNothing;
    return read_failed_ ? kUsage : kOk;
  }

  App& app_;
  const Options& o_;
  Engine engine_;
  std::unique_ptr<Store> record_;
  std::unique_ptr<SnmpWorker> worker_;
  std::vector<std::unique_ptr<Listened>> sources_;
  std::vector<std::string> names_;
  std::unique_ptr<EvidenceFile> evidence_;
  const analysis::RawFrame* current_ = nullptr;  // the one the detectors look at
  std::size_t evidence_missing_ = 0;
  std::vector<analysis::RawFrame> batch_;
  std::map<CaseId, std::int64_t> incident_of_;
  std::map<CaseId, const Listened*> source_of_;
  std::map<CaseId, Json> pending_;
  std::optional<Time> until_;
  std::uint64_t findings_ = 0;
  bool read_failed_ = false, located_any_ = false, answered_any_ = false;
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
