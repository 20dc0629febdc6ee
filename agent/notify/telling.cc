#include "agent/notify/telling.h"

#include "agent/audit/audit_views.h"
#include "agent/notify/event.h"
#include "agent/notify/host_name.h"
#include "agent/output/time_text.h"

namespace lanwarden::agent {
namespace {

Notice notice(std::string_view event, std::string_view severity, std::string text) {
  Notice n;
  n.time = wall_clock();
  n.event = event;
  n.severity = severity;
  n.text = std::move(text);
  return n;
}

}  // namespace

void Telling::begin() {
  notifier_.reset();
  if (!store_) {
    // Also when nobody is told yet: after a reload, this may be no time to open files.
    store_ = app_.another_store();
    silence_ = told_silent(notice_log(*store_));
  }
  if (app_.config().file.empty()) return;
  auto channels = load_channels(app_.config().file);
  if (channels) channels_ = std::move(*channels);  // else: somebody writes it this moment; as they were
  if (channels_.empty()) return;
  const VendorNames& vendors = app_.vendors();
  const Sender sender{"", host_name(),
                      [&vendors](MacAddress mac) { return std::string(vendors.lookup(mac)); }};
  notifier_ = std::make_unique<Notifier>(notice_log(*store_), channels_, sender, make_);
}

void Telling::turn(std::uint64_t written) {
  if (written == std::exchange(told_of_, written) || !notifier_) return;
  notifier_->ring();
}

std::vector<ChannelNews> Telling::take_news() {
  return notifier_ ? notifier_->take_news() : std::vector<ChannelNews>{};
}

void Telling::polled(const Asked& asked) {
  const auto why = [&](const std::string& name) {
    for (const Asked::Failed& f : asked.failed)
      if (f.switch_name == name && !f.detail.empty()) return f.detail;
    return name + " did not answer";
  };
  const auto& switches = app_.config().switches;
  for (const Walked& w : asked.walks) {
    if (w.sw.value >= switches.size()) continue;  // of a configuration that has just been replaced
    const std::string& name = switches[w.sw.value].name;
    if (auto n = silence_.on_walked(name, w.answered ? "" : why(name), wall_clock())) write_(std::move(*n));
  }
}

void Telling::audited(const AuditReport& report) {
  // The first one finds whatever is wrong in the house: that is read with `lanwarden audit`, not on a pager.
  constexpr std::size_t kMost = 30;
  const int least = severity_rank(app_.config().audit.tell);
  std::vector<const AuditFinding*> told;
  for (const AuditFinding& f : report.fresh) {
    const bool own_event = f.kind == "switch-silent";  // that is told by the polls, sooner
    if (!own_event && severity_rank(to_string(f.severity)) >= least) told.push_back(&f);
  }
  if (report.first || told.size() > kMost) {
    if (report.fresh.empty()) return;
    write_(notice(event::kAudit,
                  report.first ? "info" : std::string_view(to_string(report.fresh.front().severity)),
                  (report.first ? "the first audit of the wiring: " : "audit of the wiring: ") +
                      count_words(report.fresh) + "; read them: lanwarden audit --all --stored"));
    return;
  }
  for (const AuditFinding* f : told) {
    Notice n = notice(event::kAudit, to_string(f->severity), f->summary);
    n.kind = f->kind;
    n.summary = f->summary;
    n.switch_name = f->at.sw;
    n.port = f->at.port;
    n.data_json = finding_json_text(*f);
    write_(std::move(n));
  }
}

void Telling::restored(const RestoredAnswer& answer) {
  const Isolation& i = answer.outcome.isolation;
  if (i.incident) return;  // its steps say it
  Notice n;
  if (answer.outcome.restored) {
    n = notice(event::kPortRestored, "warning", "the port is open again: " + answer.why);
    not_restored_.erase(i.id);
  } else if (not_restored_.insert(i.id).second) {
    n = notice(event::kPortNotRestored, "warning",
               "the port could not be opened, it is tried again: " + answer.outcome.failure);
  } else {
    return;
  }
  n.switch_name = i.switch_name;
  n.port = i.port;
  n.mac = i.mac;
  write_(std::move(n));
}

void Telling::interface_lost(const std::string& name, const std::string& error) {
  if (lost_.insert(name).second) write_(notice(event::kInterfaceLost, "warning", error));
}

void Telling::interface_back(const std::string& name) {
  if (lost_.erase(name) > 0)
    write_(notice(event::kInterfaceBack, "warning", "interface " + name + ": listening again"));
}

void Telling::store(const StoreError* error) {
  if (!notifier_) return;
  // Past the store, which may take it only when nobody wants to know any more.
  notifier_->tell_now(error != nullptr ? notice(event::kStoreFailed, "critical", error->message)
                                       : notice(event::kStoreWorks, "critical",
                                                "the store works again: all that waited is written"));
}

std::string_view log_event(ChannelNews::What what) {
  switch (what) {
    case ChannelNews::What::kWorks:
      return "notify-works";
    case ChannelNews::What::kDropped:
      return "notices-dropped";
    case ChannelNews::What::kFailed:
      break;
  }
  return "not-notified";
}

}  // namespace lanwarden::agent
