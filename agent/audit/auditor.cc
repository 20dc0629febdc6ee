#include "agent/audit/auditor.h"

#include <algorithm>
#include <array>

#include "agent/audit/audit_views.h"
#include "agent/audit/wiring_items.h"

namespace lanwarden::agent {
namespace {

using topology::Time;
using topology::audit::Circumstances;
using topology::audit::Terms;
using topology::audit::Wiring;

/// What any scanner tries first.
bool is_default_community(const std::string& community) {
  constexpr std::array<std::string_view, 9> kKnown = {"public",  "private", "community", "cisco", "admin",
                                                      "monitor", "manager", "snmp",      "write"};
  return std::find(kKnown.begin(), kKnown.end(), community) != kKnown.end();
}

}  // namespace

StoreResult<Wiring> Auditor::stored(std::optional<Time> at) {
  auto kept = log_.wiring(at);
  if (!kept) return tl::make_unexpected(kept.error());
  if (!at) revision_ = kept->revision;
  auto wiring = from_items(kept->items, kept->time);
  if (!wiring)
    return tl::make_unexpected(
        StoreError{StoreCause::kCorrupt, "the store's memory of the wiring is damaged: " + wiring.error()});
  return std::move(*wiring);
}

StoreResult<void> Auditor::load() {
  auto known = stored(std::nullopt);
  if (!known) return tl::make_unexpected(known.error());
  wiring_ = std::move(*known);
  return {};
}

void Auditor::look(const AuditedNetwork& network, Time now, const topology::audit::PortWatch* watch) {
  Circumstances around;
  around.now = now;
  around.silent.insert(network.silent.begin(), network.silent.end());
  around.routers = network.routers;
  if (watch != nullptr) around.changes = watch->changes();
  for (const snmp::Target& t : config_.targets()) {
    if (t.addresses_only) continue;
    constexpr std::array<const char*, 3> kVersions = {"1", "2c", "3"};
    Circumstances::Access& access = around.access[t.name];
    access.version = kVersions[static_cast<std::size_t>(t.read.version)];
    const auto known = [](const snmp::Credential& c) {
      return c.version != snmp::Version::kV3 && is_default_community(c.community.reveal());
    };
    access.default_community = known(t.read) || (t.write && known(*t.write));
  }
  wiring_ = topology::audit::remember(std::move(wiring_), network.fabric, around);
}

StoreResult<bool> Auditor::save() {
  auto saved = log_.save_wiring(to_items(wiring_), wiring_.time, revision_);
  if (saved && *saved) ++revision_;
  return saved;
}

StoreResult<void> Auditor::remember(const AuditedNetwork& network, Time now) {
  constexpr int kTries = 5;
  for (int tries = 0; tries < kTries; ++tries) {
    if (auto loaded = load(); !loaded) return loaded;
    look(network, now);
    const auto saved = save();
    if (!saved) return tl::make_unexpected(saved.error());
    if (*saved) return {};
  }
  return tl::make_unexpected(
      StoreError{StoreCause::kBusy, "other processes keep writing what is known of the wiring: try again"});
}

StoreResult<Terms> Auditor::terms(Time now) {
  Terms t;
  t.now = now;
  t.unused = config_.audit.unused;
  t.flaps = config_.audit.flaps;
  const auto held = store_.isolations(true);
  if (!held) return tl::make_unexpected(held.error());
  for (const Isolation& i : *held) t.isolated.insert({i.switch_name, i.port});
  return t;
}

StoreResult<void> Auditor::set_aside_acknowledged(AuditReport& report) {
  const auto all = log_.acknowledgements();
  if (!all) return tl::make_unexpected(all.error());
  for (std::vector<AuditFinding>* list : {&report.fresh, &report.standing})
    std::erase_if(*list, [&](AuditFinding& f) {
      const auto it =
          std::find_if(all->begin(), all->end(), [&, id = f.fingerprint()](const Acknowledgement& a) {
            return a.fingerprint == id && (!a.until || *a.until > report.time);
          });
      if (it == all->end()) return false;
      report.acknowledged.push_back({std::move(f), *it});
      return true;
    });
  return {};
}

StoreResult<AuditReport> Auditor::audit(const Against& against, const std::string& by) {
  Wiring before;
  AuditReport report;
  report.time = wiring_.time;
  if (const auto* file = std::get_if<Baseline>(&against)) {
    before = file->wiring;
    report.baseline = file->name;
  } else {
    std::optional<Time> at;
    if (const auto* time = std::get_if<SinceTime>(&against)) {
      at = time->time;
    } else {
      const auto last = log_.audits(1);
      if (!last) return tl::make_unexpected(last.error());
      if (!last->empty()) at = last->front().time;
    }
    if (at) {
      auto then = stored(*at);
      if (!then) return tl::make_unexpected(then.error());
      before = std::move(*then);
    }
  }
  report.first = before.empty();
  report.compared_with = before.time;
  report.switches = wiring_.switches.size();
  report.ports = wiring_.ports.size();
  report.links = static_cast<std::size_t>(std::count_if(wiring_.links.begin(), wiring_.links.end(),
                                                        [](const auto& l) { return !l.second.tentative; }));
  report.stations = wiring_.stations.size();

  const auto how = terms(wiring_.time);
  if (!how) return tl::make_unexpected(how.error());
  auto compared = topology::audit::compare(before, wiring_, *how);
  report.fresh = std::move(compared.fresh);
  report.standing = std::move(compared.standing);
  report.ended = std::move(compared.ended);
  if (auto done = set_aside_acknowledged(report); !done) return tl::make_unexpected(done.error());

  if (std::holds_alternative<SinceLast>(against)) {
    AuditRecord record;
    record.time = report.time;
    record.by = by;
    record.fresh = static_cast<std::uint32_t>(report.fresh.size());
    record.standing = static_cast<std::uint32_t>(report.standing.size());
    record.report_json = audit_json_text(report);
    if (auto added = log_.add_audit(record); !added) return tl::make_unexpected(added.error());
  }
  return report;
}

}  // namespace lanwarden::agent
