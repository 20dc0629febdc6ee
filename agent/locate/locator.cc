#include "agent/locate/locator.h"

#include <algorithm>
#include <map>
#include <set>

#include "agent/locate/past_rows.h"
#include "agent/output/time_text.h"

namespace lanwarden::agent {
namespace {

/// How far back earlier polls are heard: over a long weekend.
constexpr auto kMemory = std::chrono::hours(24 * 7);
constexpr std::size_t kMostIntervals = 20'000;

using topology::Location;
using topology::MacRow;
using topology::SwitchId;

SwitchSnapshot never_polled_snapshot(const SwitchConfig& sw) {
  SwitchSnapshot s;
  s.name = sw.name;
  s.address = sw.address;
  s.problems = {"never polled"};
  return s;
}

}  // namespace

Locator::Locator(const Config& config, Store& store, snmp::Collector* collector,
                 std::optional<FabricCache> cache)
    : config_(config), store_(store), collector_(collector), cache_(std::move(cache)) {}

std::string Locator::cache_key() const {
  if (!cache_ || config_.switches.empty()) return {};
  const auto revision = store_.revision();
  if (!revision) return {};
  std::string key = *revision;
  for (const SwitchConfig& sw : config_.switches)
    key.append(1, '\n')
        .append(sw.router ? "router " : "switch ")
        .append(sw.name)
        .append(1, ' ')
        .append(sw.address);
  return key;
}

StoreResult<void> Locator::load_fabric() {
  const std::string key = cache_key();
  auto cached = key.empty() ? std::nullopt : cache_->read(key);
  if (!cached) return load();
  fabric_ = std::move(cached->fabric);
  routers_ = std::move(cached->routers);
  switch_count_ = fabric_->snapshots().size();
  without_rows_ = true;
  return {};
}

StoreResult<void> Locator::load() {
  // Before the snapshots are read: of a poll that another process saves meanwhile, the key must not speak.
  key_ = cache_key();
  revision_ = store_.revision().value_or("");
  auto stored = store_.snapshots();
  if (!stored) return tl::make_unexpected(stored.error());
  std::map<std::string, SwitchSnapshot> by_name;
  for (auto& s : *stored) by_name.emplace(s.name, std::move(s));
  std::vector<SwitchSnapshot> all;
  if (config_.switches.empty()) {  // a store without its configuration: all that was ever polled
    for (auto& [_, s] : by_name) all.push_back(std::move(s));
    switch_count_ = all.size();
  } else {
    switch_count_ = 0;
    for (const SwitchConfig& sw : config_.switches) {
      const auto found = by_name.find(sw.name);
      all.push_back(found == by_name.end() ? never_polled_snapshot(sw) : std::move(found->second));
      all.back().address = sw.address;
      if (!sw.router) ++switch_count_;
    }
  }
  split(std::move(all));
  return {};
}

void Locator::split(std::vector<SwitchSnapshot> all) {
  routers_.assign(std::make_move_iterator(all.begin() + static_cast<std::ptrdiff_t>(switch_count_)),
                  std::make_move_iterator(all.end()));
  all.resize(switch_count_);
  switches_ = std::move(all);
  fabric_.reset(), inference_.reset();
  without_rows_ = false;
}

const topology::Fabric& Locator::fabric() {
  if (present() == nullptr) {
    if (keeps_up_)
      inference_.emplace(std::move(switches_));
    else
      fabric_.emplace(topology::infer(std::move(switches_)));
    cache_is_old_ = true;
    save_cache();
    remember_links();
  }
  return *present();
}

std::size_t Locator::never_polled() const {
  const auto snapshots = switches();
  return static_cast<std::size_t>(
      std::count_if(snapshots.begin(), snapshots.end(),
                    [](const SwitchSnapshot& s) { return s.time == topology::Time{}; }));
}

std::optional<topology::Time> Locator::oldest_poll() const {
  const auto snapshots = switches();
  std::optional<topology::Time> oldest;
  for (const SwitchSnapshot& s : snapshots)
    if (s.answered && (!oldest || s.time < *oldest)) oldest = s.time;
  return oldest;
}

StoreResult<Asked> Locator::poll(std::span<const SwitchId> which, const snmp::ProgressFn& progress,
                                 snmp::Collector* walker) {
  snmp::Collector& collector = walker != nullptr ? *walker : *collector_;
  // Targets are in the order of the configuration: switches, then routers.
  std::vector<const SwitchSnapshot*> last;
  for (const SwitchSnapshot& s : switches()) last.push_back(&s);
  for (const SwitchSnapshot& s : routers_) last.push_back(&s);
  std::vector<SwitchSnapshot> fresh = collector.poll(which, progress, last);
  if (collector.abandoned()) return Asked{};
  Asked asked;
  asked.live = true;
  asked.asked = fresh.size();
  for (const auto& [id, failure] : collector.failures())
    asked.failed.push_back(
        {config_.switches[id.value].name, std::string(to_string(failure.cause)), failure.detail});
  asked.answered = static_cast<std::size_t>(
      std::count_if(fresh.begin(), fresh.end(), [](const SwitchSnapshot& s) { return s.answered; }));
  // Whatever other processes have polled since it was loaded, has to be read, too. (What one of them saves
  // between these two lines is read when its switches are polled again.)
  const bool alone = store_.revision().value_or("?") == revision_;
  auto saved = store_.save_poll(fresh);
  if (!saved) return tl::make_unexpected(saved.error());
  for (std::size_t i = 0; i < fresh.size(); ++i)
    asked.walks.push_back({which.empty() ? SwitchId(static_cast<std::uint32_t>(i)) : which[i],
                           fresh[i].answered, fresh[i].fdb.size(), saved->rows_of[i]});
  if (inference_ && alone && !which.empty() && follow(which)) return asked;
  // What a silent switch said before is still the best that is known of it, and a
  // partial table is completed by the store: read back what holds now.
  if (auto loaded = load(); !loaded) return tl::make_unexpected(loaded.error());
  return asked;
}

StoreResult<void> Locator::ask_again(SwitchId sw, std::span<const topology::MacAddress> macs) {
  const topology::SwitchSnapshot& known = fabric().snapshot(sw);
  const auto answers = collector_->where(macs, fabric().snapshots(), std::span(&sw, 1));
  std::vector<topology::FdbEntry> rows;
  for (std::size_t n = 0; n < macs.size(); ++n)
    for (const MacRow& row : answers[n].rows) rows.push_back({macs[n], row.port, {}, row.vlan, row.status});
  if (rows.empty()) return {};
  return store_.save_rows(known, rows, wall_clock());
}

bool Locator::follow(std::span<const SwitchId> which) {
  std::vector<std::string> names;
  for (const SwitchId id : which) names.push_back(config_.switches[id.value].name);
  auto stored = store_.snapshots(names);
  const auto revision = store_.revision();
  if (!stored || !revision) return false;
  std::vector<std::pair<SwitchId, SwitchSnapshot>> polled;
  for (SwitchSnapshot& s : *stored) {
    const auto id = which[std::find(names.begin(), names.end(), s.name) - names.begin()];
    s.address = config_.switches[id.value].address;
    if (id.value < switch_count_)
      polled.emplace_back(id, std::move(s));
    else
      routers_[id.value - switch_count_] = std::move(s);
  }
  inference_->update(std::move(polled));
  revision_ = *revision;
  key_ = cache_key();
  cache_is_old_ = true;
  remember_links();
  return true;
}

void Locator::save_cache() {
  if (!cache_is_old_ || present() == nullptr || without_rows_) return;
  cache_is_old_ = false;
  if (!key_.empty()) cache_->write(key_, *present(), routers_);
}

Asked Locator::stored_asked() const {
  Asked asked;
  const auto snapshots = switches();
  asked.asked = snapshots.size();
  for (const SwitchSnapshot& s : snapshots) {
    if (s.answered)
      ++asked.answered;
    else
      asked.failed.push_back(
          {s.name, "never-polled", s.name + " was never polled; try: lanwarden poll " + s.name});
  }
  return asked;
}

std::vector<topology::PastRow> Locator::past(topology::MacAddress mac, std::optional<topology::Time> until) {
  topology::Time end{};
  for (const SwitchSnapshot& s : fabric().snapshots()) end = std::max(end, s.time);
  if (until) end = *until;
  auto seen = store_.history(mac, end - kMemory, kMostIntervals);
  if (!seen) return {};
  if (until) {
    std::erase_if(*seen, [&](const Sighting& s) { return s.from > *until; });
    for (Sighting& s : *seen) {
      s.last_seen = std::min(s.last_seen, *until);
      if (s.until && *s.until > *until) s.until.reset();
    }
  }
  return past_rows(fabric(), *seen);
}

Located Locator::stored(topology::MacAddress mac) {
  // A store that cannot be read now leaves what is here: a fabric without rows, which knows no station.
  if (without_rows_) static_cast<void>(load());
  const topology::Fabric& f = fabric();
  const auto rows = topology::stored_rows(f, mac);
  std::vector<SwitchId> unanswered;
  for (std::uint32_t i = 0; i < f.snapshots().size(); ++i)
    if (!f.snapshots()[i].answered) unanswered.emplace_back(i);
  return {topology::locate(f, {mac, rows, unanswered}, past(mac)), stored_asked(), {}, false};
}

Located Locator::live(topology::MacAddress mac) { return std::move(live(std::span(&mac, 1)).front()); }

std::vector<Located> Locator::live(std::span<const topology::MacAddress> macs) {
  const std::vector<snmp::WhereAnswer> answers = collector_->where(macs, fabric().snapshots());
  std::vector<Located> out;
  for (std::size_t n = 0; n < macs.size(); ++n) {
    const snmp::WhereAnswer& answer = answers[n];
    Located& located = out.emplace_back();
    located.asked.live = true;
    located.asked.asked = answer.asked;
    located.asked.answered = answer.asked - answer.failed.size();
    std::vector<SwitchId> unanswered;
    for (const auto& [id, failure] : answer.failed) {
      unanswered.push_back(id);
      located.asked.failed.push_back(
          {config_.switches[id.value].name, std::string(to_string(failure.cause)), failure.detail});
    }
    located.live = true;
    located.rows = answer.rows;
    located.location = topology::locate(fabric(), {macs[n], answer.rows, unanswered, true}, past(macs[n]));
    if (located.location.verdict != topology::Verdict::kUnknown) continue;
    // Silent since, or its switch cannot be asked: the last place known, said to be old.
    Located before = stored(macs[n]);
    if (!before.found()) continue;
    before.asked = located.asked;
    const std::string when = before.location.seen ? ", seen at " + rfc3339(*before.location.seen) : "";
    before.location.evidence.insert(
        before.location.evidence.begin(),
        "no switch that answered holds it now; this is the last place known" + when);
    before.location.confidence = std::min(before.location.confidence, 0.5);
    before.location.remembered = true;
    located = std::move(before);
  }
  return out;
}

}  // namespace lanwarden::agent
