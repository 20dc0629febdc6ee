#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <csignal>
#include <map>

#include "agent/capture/frame_source.h"
#include "agent/commands/command.h"
#include "agent/notify/snmp.h"
#include "agent/notify/telling.h"
#include "agent/output/log.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"
#include "agent/watch/daemon_host.h"
#include "agent/watch/name_rounds.h"
#include "agent/watch/outward_host.h"
#include "agent/watch/passed.h"
#include "agent/watch/status_server.h"
#include "agent/watch/step_down.h"
#include "agent/watch/warden.h"

namespace lanwarden::agent {
namespace {

using topology::Time;

struct Options {
  StepDown step_down;
};

std::atomic<bool> g_stop{false}, g_reload{false};
void on_stop(int) { g_stop = true; }
void on_reload(int) { g_reload = true; }

constexpr std::chrono::milliseconds kTurn{200};
constexpr std::chrono::seconds kReopen{5};
constexpr std::chrono::minutes kRepeat{10};
constexpr std::chrono::minutes kCounts{10};
constexpr std::chrono::seconds kPublish{1};

LogLevel level_of(analysis::Severity severity) {
  return severity == analysis::Severity::kInfo ? LogLevel::kInfo : LogLevel::kWarning;
}

std::string id_text(std::optional<std::int64_t> id) { return id ? std::to_string(*id) : ""; }

/// The life of the daemon: begins what listens and asks, and logs what it is told.
class Daemon final : public Teller {
 public:
  Daemon(App& app, const Options& options)
      : app_(app),
        o_(options),
        log_(log_format(app.console.json()), app.console.verbosity() > 0   ? LogLevel::kDetail
                                             : app.console.verbosity() < 0 ? LogLevel::kWarning
                                                                           : LogLevel::kInfo),
        warden_(app, policy_of(app.config()), duties(), *this),
        telling_(
            app, [this](Notice n) { warden_.notice(std::move(n)); },
            [this](const ChannelConfig& c) {
              return c.type == ChannelType::kSnmp ? make_snmp(c, outward_.desk()) : make_channel(c);
            }) {}

  ExitCode run() {
    app_.require_switches();
    for (const SnifferConfig& s : app_.config().sniffers) {
      auto opened =
          open_interface(s.interface, warden_.next_source() + static_cast<std::uint32_t>(early_.size()));
      if (!opened) app_.fail(kUsage, opened.error().message);
      early_.push_back(std::move(*opened));
    }
    open_notifications();
    // Before the first thread, and before the first octet of a frame is read.
    if (!early_.empty() || notifications_) step_down(app_, o_.step_down, app_.store_files());
    app_.store();
    auto lock = DaemonLock::take(app_.store_path().string() + "-run");
    if (!lock) app_.fail(kUsage, lock.error());
    handle_signals();
    log_.write(LogLevel::kInfo, "start",
               {{"config", app_.config().file.string()},
                {"store", app_.store_path().string()},
                {"switches", std::to_string(app_.config().switches.size())},
                {"mode", mode_word()},
                {"pid", std::to_string(::getpid())}});
    if (early_.empty())
      log_.write(LogLevel::kWarning, "no-sniffer",
                 {{"text",
                   "no [[sniffer]] is configured: nothing is heard; switches are polled and ports "
                   "opened in time"}});
    face_outward();
    fabric();
    telling_.begin();
    name_stations();
    warden_.start();
    for (auto& source : early_) listen(std::move(source));
    early_.clear();
    auto status = StatusServer::open(status_socket(app_.store_path()), board_);
    if (!status)
      log_.write(LogLevel::kWarning, "no-status",
                 {{"error", status.error()}, {"text", "lanwarden status cannot ask this daemon"}});
    publish();
    tell_systemd("READY=1");
    while (!g_stop) {
      warden_.turn(kTurn);
      publish();
      watchdog_.beat(warden_.snmp_pulse());
      if (g_reload.exchange(false)) reload();
      reopen();
      tell();
      for (const OutwardHost::News& news : outward_.take_news())
        repeated(news.good ? LogLevel::kInfo : LogLevel::kWarning, news.event, {{"text", news.text}});
      if (names_)
        for (const NameRounds::News& news : names_->take_news())
          repeated(news.good ? LogLevel::kInfo : LogLevel::kWarning, "names", {{"text", news.text}});
      count();
    }
    tell_systemd("STOPPING=1");
    names_.reset();
    warden_.finish(true);
    telling_.end();
    return leave();
  }

 private:
  SnmpDuties duties() { return {true, app_.config().poll, notifications_.get(), true, outward_.outward()}; }

  void face_outward() {
    outward_.begin(app_.config(), app_.store_path());
    warden_.set_duties(duties());
  }

  void open_notifications() {
    const std::string& where = app_.config().traps.listen;
    if (where.empty()) return;
    auto opened = snmp::NotificationReceiver::open(where);
    if (!opened) app_.fail(kUsage, opened.error());
    notifications_ = std::move(*opened);
    notifications_->accept(app_.config().credentials);
    warden_.set_duties(duties());
  }

  void name_stations() {
    names_.reset();
    if (!app_.config().names.reverse_dns) return;
    auto dns = ReverseDns::open({.servers = app_.config().names.servers});
    if (!dns) return repeated(LogLevel::kWarning, "names", {{"text", dns.error()}});
    names_ = std::make_unique<NameRounds>(app_.another_store(), std::move(*dns));
  }

  /// Inferred in the way that follows single switches: the first hunt must not pay for a whole one.
  void fabric() {
    app_.locator().keep_up();
    app_.locator().fabric();
  }

  std::string mode_word() {
    constexpr const char* kWords[] = {"off", "ask", "auto"};
    return kWords[static_cast<std::size_t>(app_.config().isolation.mode)];
  }

  static void handle_signals() {
    struct sigaction action {};
    action.sa_handler = on_stop;
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGINT, &action, nullptr);
    action.sa_handler = on_reload;
    ::sigaction(SIGHUP, &action, nullptr);
    action.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &action, nullptr);
    ::sigaction(SIGXFSZ, &action, nullptr);  // a file that may not grow is an error of the store, not the end
  }

  void listen(std::unique_ptr<FrameSource> source) {
    log_.write(LogLevel::kInfo, "listening", {{"interface", source->name()}});
    std::vector<std::unique_ptr<FrameSource>> one;
    one.push_back(std::move(source));
    warden_.listen(std::move(one));
  }

  void publish() {
    if (!passed(published_, wall_clock(), kPublish)) return;
    DaemonState s = warden_.state();
    s.version = app_.version;
    s.mode = mode_word();
    s.config = app_.config().file.string();
    s.store = app_.store_path().string();
    s.pid = ::getpid();
    s.since = since_;
    s.reloaded = reloaded_;
    outward_.add_to(s);
    board_.put(std::move(s));
  }

  /// Interfaces that went away: they may come back.
  void reopen() {
    const Time now = wall_clock();
    for (auto it = closed_.begin(); it != closed_.end();) {
      if (now < it->second) {
        ++it;
        continue;
      }
      auto opened = open_interface(it->first, warden_.next_source());
      if (!opened) {
        repeated(LogLevel::kWarning, "not-listening",
                 {{"interface", it->first}, {"error", opened.error().message}});
        it->second = now + kReopen;
        ++it;
        continue;
      }
      listen(std::move(*opened));
      telling_.interface_back(it->first);
      it = closed_.erase(it);
    }
  }

  void reload() {
    auto fresh = app_.load_again();
    if (!fresh) {
      log_.write(LogLevel::kError, "reload-failed",
                 {{"error", fresh.error()}, {"text", "going on with the configuration as it was"}});
      return;
    }
    warden_.stop_snmp();
    std::vector<std::string> before, after;
    for (const SnifferConfig& s : app_.config().sniffers) before.push_back(s.interface);
    for (const SnifferConfig& s : fresh->sniffers) after.push_back(s.interface);
    if (fresh->store != app_.config().store)
      log_.write(LogLevel::kWarning, "store-kept",
                 {{"store", app_.config().store.string()}, {"text", "another store takes a restart"}});
    if (fresh->traps.listen != app_.config().traps.listen)
      log_.write(
          LogLevel::kWarning, "traps-kept",
          {{"listen", app_.config().traps.listen}, {"text", "another [traps] listen takes a restart"}});
    app_.replace_config(std::move(*fresh));
    warden_.set_policy(policy_of(app_.config()));
    if (notifications_) notifications_->accept(app_.config().credentials);
    face_outward();
    fabric();
    telling_.begin();
    name_stations();
    warden_.start();
    for (const std::string& name : before)
      if (std::find(after.begin(), after.end(), name) == after.end()) {
        closed_.erase(name);
        telling_.forget_interface(name);
        warden_.stop_listening(name);
      }
    for (const std::string& name : after)
      if (std::find(before.begin(), before.end(), name) == before.end()) closed_[name] = wall_clock();
    reloaded_ = wall_clock();
    log_.write(LogLevel::kInfo, "reloaded",
               {{"config", app_.config().file.string()},
                {"switches", std::to_string(app_.config().switches.size())},
                {"mode", mode_word()}});
  }

  /// A line that may come again and again is written once, and then now and then with how often.
  void repeated(LogLevel level, std::string_view event,
                std::initializer_list<std::pair<std::string_view, std::string>> fields) {
    const std::string line = logfmt(event, fields);
    if (repeats_.size() > 1000) repeats_.clear();
    auto& [last, times] = repeats_[line];
    ++times;
    const Time now = wall_clock();
    if (times > 1 && now - last < kRepeat && now >= last) return;
    last = now;
    log_.write(level, event, fields);
    if (times > 1)
      log_.write(level, "repeated", {{"event", std::string(event)}, {"times", std::to_string(times)}});
  }

  void tell() {
    telling_.turn(warden_.recorder()->written());
    for (const ChannelNews& news : telling_.take_news())
      repeated(news.what == ChannelNews::What::kWorks ? LogLevel::kInfo : LogLevel::kWarning,
               log_event(news.what),
               {{"channel", news.channel},
                {"notices", news.notices > 0 ? std::to_string(news.notices) : ""},
                {"text", news.text}});
  }

  void count() {
    if (!passed(counted_, wall_clock(), kCounts)) return;
    const Totals t = warden_.totals();
    log_.write(
        LogLevel::kDetail, "heard",
        {{"frames", std::to_string(t.frames)}, {"incidents", std::to_string(warden_.engine().cases())}});
  }

  ExitCode leave() {
    const Totals t = warden_.totals();
    for (const std::string& line : warden_.recorder()->unwritten())
      log_.write(LogLevel::kError, "not-stored", {{"text", line}});
    log_.write(LogLevel::kInfo, "stop", {{"frames", std::to_string(t.frames)}});
    return warden_.recorder()->waiting() > 0 ? kUsage : kOk;
  }

  void on_finding(CaseId id, const FoundTrouble& found, bool) override {
    const analysis::Finding& finding = found.finding;
    log_.write(level_of(finding.severity), "finding",
               {{"kind", std::string(finding.kind)},
                {"severity", std::string(to_string(finding.severity))},
                {"mac", finding.mac.is_zero() ? "" : finding.mac.to_string()},
                {"vendor", std::string(app_.vendors().lookup(finding.mac))},
                {"interface", finding.source < warden_.names().size() ? warden_.names()[finding.source] : ""},
                {"incident", id_text(warden_.incident_of(id))},
                {"summary", finding.summary}});
  }

  void on_located(const LocatedAnswer& a, bool) override {
    for (const auto& f : a.located.asked.failed)
      repeated(LogLevel::kWarning, "silent", {{"switch", f.switch_name}, {"error", f.detail}});
  }

  void on_isolated(const IsolatedAnswer&) override {}  // its steps say it all

  void on_restored(const RestoredAnswer& a) override {
    telling_.restored(a);
    const Isolation& i = a.outcome.isolation;
    if (a.outcome.restored)
      log_.write(LogLevel::kInfo, "restored",
                 {{"isolation", std::to_string(i.id)},
                  {"switch", i.switch_name},
                  {"port", i.port},
                  {"incident", id_text(i.incident)},
                  {"why", a.why}});
    else
      repeated(LogLevel::kError, "not-restored",
               {{"isolation", std::to_string(i.id)},
                {"switch", i.switch_name},
                {"port", i.port},
                {"incident", id_text(i.incident)},
                {"error", a.outcome.failure},
                {"text", "it is tried again"}});
  }

  void on_recovered(const Recovered& r) override {
    const Isolation& i = r.isolation;
    const LogFields fields = {{"isolation", std::to_string(i.id)},
                              {"state", std::string(to_string(i.state))},
                              {"incident", id_text(i.incident)},
                              {"text", r.text}};
    if (r.settled)
      log_.write(LogLevel::kInfo, "recovered", fields);
    else
      repeated(LogLevel::kWarning, "not-recovered", fields);
  }

  void on_step(CaseId id, const IncidentEvent& event) override {
    const bool bad = event.state == IncidentState::kRefused || event.state == IncidentState::kAsked;
    log_.write(bad ? LogLevel::kWarning : LogLevel::kInfo, "incident",
               {{"incident", id_text(warden_.incident_of(id))},
                {"state", std::string(to_string(event.state))},
                {"text", event.text}});
  }

  void on_verified(CaseId id, const VerifiedCommand& c) override {
    if (!c.ended)
      log_.write(LogLevel::kError, "not-ended",
                 {{"incident", id_text(warden_.incident_of(id))}, {"text", c.text}});
  }

  void on_polled(const Asked& asked) override {
    log_.write(LogLevel::kDetail, "polled",
               {{"asked", std::to_string(asked.asked)}, {"answered", std::to_string(asked.answered)}});
    telling_.polled(asked);
    for (const auto& f : asked.failed)
      repeated(LogLevel::kWarning, "silent", {{"switch", f.switch_name}, {"error", f.detail}});
  }

  void on_audited(const AuditReport& report) override {
    log_.write(report.fresh.empty() ? LogLevel::kDetail : LogLevel::kInfo, "audited",
               {{"findings", std::to_string(report.fresh.size())},
                {"standing", std::to_string(report.standing.size())},
                {"text", report.fresh.empty() ? "" : "read them: lanwarden audit --all --stored"}});
    telling_.audited(report);
  }

  void on_notice(std::uint32_t source, const SourceNotice& notice) override {
    const std::string& name = warden_.names()[source];
    const bool lost = notice.what == SourceNotice::What::kLost;
    log_.write(lost ? LogLevel::kError : LogLevel::kWarning, lost ? "not-listening" : "interface",
               {{"interface", name}, {"text", notice.text}});
    if (lost) telling_.interface_lost(name, notice.text);
    if (notice.what == SourceNotice::What::kBack) telling_.interface_back(name);
  }

  void on_source_ended(std::uint32_t source, const std::string& error) override {
    const std::string& name = warden_.names()[source];
    if (g_stop || error.empty()) return;
    log_.write(LogLevel::kError, "not-listening",
               {{"interface", name}, {"error", error}, {"text", "it is opened again when it is back"}});
    closed_[name] = wall_clock() + kReopen;
    telling_.interface_lost(name, error);
  }

  void on_failed(CaseId id, const std::string& why) override {
    repeated(LogLevel::kError, "failed", {{"incident", id_text(warden_.incident_of(id))}, {"error", why}});
  }

  void on_store(const StoreError* error, std::size_t waiting, std::size_t lost) override {
    if (error == nullptr || lost == 0) telling_.store(error);
    if (error != nullptr)
      log_.write(
          LogLevel::kError, "store-failed",
          {{"error", error->message},
           {"waiting", std::to_string(waiting)},
           {"text", "no port is shut meanwhile; steps wait in memory and are written when it can be"}});
    else
      log_.write(LogLevel::kInfo, "store-works", {{"text", "all that waited is written"}});
    if (lost > 0) log_.write(LogLevel::kError, "lost", {{"steps", std::to_string(lost)}});
  }

  App& app_;
  const Options& o_;
  Log log_;
  std::unique_ptr<snmp::NotificationReceiver> notifications_;  ///< outlives the thread that uses it
  Board<DaemonState> board_;
  OutwardHost outward_{board_};  ///< the same
  Warden warden_;
  Telling telling_;
  std::unique_ptr<NameRounds> names_;
  std::vector<std::unique_ptr<FrameSource>> early_;  ///< opened while that was still allowed
  std::map<std::string, Time> closed_;               ///< interfaces to open again, and when
  std::map<std::string, std::pair<Time, std::uint64_t>> repeats_;
  Time counted_ = wall_clock();
  const Time since_ = wall_clock();
  Time reloaded_{}, published_{};
  Watchdog watchdog_;
};

}  // namespace

CommandBody define_run(CLI::App& cli) {
  auto o = std::make_shared<Options>();
  add_step_down_options(cli, o->step_down);
  return [o](App& app) { return Daemon(app, *o).run(); };
}

}  // namespace lanwarden::agent
