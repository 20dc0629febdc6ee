#include "agent/app.h"

#include "agent/commands/names.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "agent/audit/auditor.h"
#include "agent/isolation/isolator.h"
#include "agent/isolation/schedule.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"
#include "agent/store/sqlite_store.h"

namespace lanwarden::agent {

using topology::SwitchId;

void App::fail(ExitCode code, std::string_view message) {
  console.error(message);
  throw Exit{code};
}

void App::fail(const StoreError& error) { fail(kUsage, error.message); }

const Config& App::config() {
  if (config_) return *config_;
  std::optional<std::filesystem::path> wanted;
  if (options.config) wanted = *options.config;
  const auto file = find_config(wanted);
  if (!file) {
    config_ = default_config();
    return *config_;
  }
  auto loaded = load_config(*file);
  if (!loaded) fail(kUsage, loaded.error().message);
  config_ = std::move(*loaded);
  for (const std::string& warning : config_->warnings) console.warn(warning);
  return *config_;
}

topology::Result<Config, std::string> App::load_again() {
  if (config().file.empty()) return tl::make_unexpected(std::string("no configuration file was found"));
  auto loaded = load_config(config().file);
  if (!loaded) return tl::make_unexpected(loaded.error().message);
  return std::move(*loaded);
}

void App::replace_config(Config fresh) {
  switches_.reset();
  locator_.reset();
  collector_.reset();
  fresh.store = config().store;
  config_ = std::move(fresh);
}

std::filesystem::path App::store_path() {
  return options.store ? std::filesystem::path(*options.store) : config().store;
}

std::vector<std::filesystem::path> App::store_files() {
  const std::filesystem::path file = std::filesystem::absolute(store_path());
  std::vector<std::filesystem::path> all = {file.parent_path()};
  for (const char* ending : {"", "-wal", "-shm", "-fabric"}) {
    std::filesystem::path one = file;
    one += ending;
    if (std::error_code error; std::filesystem::exists(one, error)) all.push_back(one);
  }
  return all;
}

std::unique_ptr<Store> App::another_store() {
  const std::filesystem::path path = store_path();
  SqliteOptions how;
  how.read_only = only_read_ && std::filesystem::exists(path);
  how.create_directory = !options.store && config().store_in_state_directory;
  auto opened = open_sqlite_store(path, how);
  if (!opened) fail(opened.error());
  return std::move(*opened);
}

Store& App::store() {
  if (!store_) store_ = another_store();
  return *store_;
}

std::unique_ptr<snmp::Collector> App::another_collector() {
  snmp::Limits limits;
  limits.concurrency = config().snmp.concurrency;
  return std::make_unique<snmp::Collector>(config().targets(), limits);
}

snmp::Collector& App::collector() {
  if (!collector_) collector_ = another_collector();
  return *collector_;
}

Locator& App::locator() {
  if (!locator_) {
    locator_ =
        std::make_unique<Locator>(config(), store(), config().switches.empty() ? nullptr : &collector(),
                                  FabricCache(store_path().string() + "-fabric"));
    need(fabric_suffices_ ? locator_->load_fabric() : locator_->load());
  }
  return *locator_;
}

Switches& App::switches() {
  if (!switches_) switches_ = std::make_unique<LiveSwitches>(config(), locator(), collector());
  return *switches_;
}

void App::require_switches() {
  if (!config().switches.empty()) return;
  fail(kUsage, config().file.empty()
                   ? "no configuration was found (./lanwarden.toml, ~/.config/lanwarden/lanwarden.toml, "
                     "/etc/lanwarden/lanwarden.toml); name one with -c FILE"
                   : config().file.string() + " names no [[switch]] to ask");
}

std::vector<SwitchId> App::switch_ids(const std::vector<std::string>& names) {
  std::vector<SwitchId> ids;
  const auto& switches = config().switches;
  for (const std::string& name : names) {
    const auto it =
        std::find_if(switches.begin(), switches.end(), [&](const SwitchConfig& s) { return s.name == name; });
    if (it != switches.end()) {
      ids.emplace_back(static_cast<std::uint32_t>(it - switches.begin()));
      continue;
    }
    std::vector<std::string_view> known;
    for (const SwitchConfig& s : switches) known.push_back(s.name);
    no_such(*this, "switch", name, known);
  }
  return ids;
}

Asked App::poll(std::span<const SwitchId> which) {
  const auto began = std::chrono::steady_clock::now();
  const auto progress = [&](const snmp::Progress& p) {
    const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    console.progress(fmt::format("polling: {}/{} switches, {} rows, {:.0f} rows/s, {:.0f} requests/s",
                                 p.switches_done, p.switches, p.rows,
                                 static_cast<double>(p.rows) / std::max(seconds, 0.1),
                                 static_cast<double>(p.requests) / std::max(seconds, 0.1)));
  };
  Asked asked = need(locator().poll(which, progress));
  console.end_progress();
  warn_failed(asked);
  return asked;
}

void App::remember_wiring(const Asked& asked) {
  if (asked.nothing_answered()) return;
  std::vector<std::string> silent;
  for (const Asked::Failed& f : asked.failed) silent.push_back(f.switch_name);
  Auditor auditor(config(), store());
  const auto done =
      auditor.remember({locator().fabric(), locator().routers(), std::move(silent)}, wall_clock());
  if (!done) console.warn("what is known of the wiring was not brought up to date: " + done.error().message);
}

void App::poll_unknown() {
  const std::size_t unknown = locator().never_polled();
  if (unknown == 0 || config().switches.empty()) return;
  std::vector<SwitchId> ids;
  const auto snapshots = locator().fabric().snapshots();
  for (std::uint32_t i = 0; i < snapshots.size(); ++i)
    if (snapshots[i].time == topology::Time{}) ids.emplace_back(i);
  console.note(
      fmt::format("{} of {} switches were never polled: polling them first", unknown, snapshots.size()));
  poll(ids);
}

void App::warn_failed(const Asked& asked) {
  if (asked.failed.empty()) return;
  std::string names;
  for (std::size_t i = 0; i < asked.failed.size() && i < 5; ++i)
    names += fmt::format("{}{} ({})", i ? ", " : "", asked.failed[i].switch_name, asked.failed[i].error);
  if (asked.failed.size() > 5) names += fmt::format(", … {} more", asked.failed.size() - 5);
  console.warn(fmt::format("{} of {} switches gave no answer: {}", asked.failed.size(), asked.asked, names));
  for (const auto& f : asked.failed) console.detail(f.detail);
  if (asked.failed.size() == 1 && console.verbosity() == 0) console.note("  " + asked.failed[0].detail);
}

bool App::mend(Isolator& isolator) {
  bool settled = true;
  for (const Recovered& r : need(isolator.recover(who()))) {
    settled = settled && r.settled;
    const std::string text = printable(r.text);
    r.settled ? console.note(text) : console.warn(text);
    const bool open_again =
        r.isolation.state == IsolationState::kRestored || r.isolation.state == IsolationState::kReleased;
    if (!r.isolation.incident || r.isolation.state == r.before) continue;
    const auto incident = need(store().incident(*r.isolation.incident));
    if (incident)
      need(store().append_event(
          incident->id, {wall_clock(), open_again ? IncidentState::kRestored : incident->state, r.text, ""}));
  }
  return settled;
}

void App::warn_overdue() {
  const auto now = wall_clock();
  const Moment moment = system_clock().now();
  for (const Isolation& i : need(store().isolations(true)))
    if (i.until && is_due(i, moment))
      console.warn(fmt::format("isolation {} of {} {} was to end {}; open the port: lanwarden restore --due",
                               i.id, i.switch_name, i.port, ago(*i.until, now)));
}

std::string App::who() {
  const passwd* pw = getpwuid(getuid());
  const std::string user = pw != nullptr ? pw->pw_name : std::to_string(getuid());
  if (const char* sudo = std::getenv("SUDO_USER"); sudo != nullptr && user != sudo)
    return std::string(sudo) + " (as " + user + ")";
  return user;
}

}  // namespace lanwarden::agent
