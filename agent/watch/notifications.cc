// What switches say by themselves: a reason to ask that one switch again, and no more often than a walk.
#include <algorithm>

#include "agent/output/time_text.h"
#include "agent/watch/passed.h"
#include "agent/watch/snmp_worker.h"
#include "snmp/address.h"

namespace lanwarden::agent {
namespace {

/// More than so many stations at once, and a walk of that switch is cheaper.
constexpr std::size_t kMostStations = 64;
/// What is told in so much time is asked together.
constexpr std::chrono::milliseconds kTogether{300};

}  // namespace

void SnmpWorker::know_senders() {
  senders_.clear();
  const auto& switches = app_.config().switches;
  // A switch may send from any of its addresses; what it is configured with decides where two claim one.
  const auto snapshots = app_.locator().fabric().snapshots();
  for (std::uint32_t i = 0; i < snapshots.size(); ++i)
    for (const topology::IpAddress& ip : snapshots[i].own_ips)
      senders_.insert_or_assign(ip, topology::SwitchId{i});
  for (std::uint32_t i = 0; i < switches.size(); ++i)
    if (const auto at = snmp::parse_address(switches[i].address))
      if (const auto ip = topology::IpAddress::parse(at->host))
        senders_.insert_or_assign(*ip, topology::SwitchId{i});
}

std::optional<topology::SwitchId> SnmpWorker::sender(const snmp::Notification& notification) const {
  const auto it = senders_.find(notification.from);
  return it == senders_.end() ? std::nullopt : std::optional(it->second);
}

void SnmpWorker::read_notifications() {
  ++pulse_;
  duties_.notifications->read([this](const snmp::Notification& n) { heed(n); });
  const snmp::NotificationCounts counts = duties_.notifications->counts();
  state_.notifications = counts.taken;
  state_.notifications_ignored = counts.strangers + counts.unreadable + state_.unknown_senders;
  state_.notifications_dropped = counts.dropped;
}

void SnmpWorker::heed(const snmp::Notification& notification) {
  using Kind = mibs::Notified::Kind;
  const auto sw = sender(notification);
  if (!sw) {
    ++state_.unknown_senders;
    return;
  }
  const auto walk_soon = [&] {
    if (schedule_->hasten(*sw, wall_clock())) ++state_.asked_again;
  };
  switch (notification.meaning.kind) {
    case Kind::kRestarted:
    case Kind::kLink:
    case Kind::kTopology:
      return walk_soon();
    case Kind::kStations:
      break;
    case Kind::kAuthentication:
    case Kind::kOther:
      return;
  }
  if (sw->value >= app_.locator().fabric().snapshots().size()) return;  // a router has no forwarding table
  const auto wanted = attention_.get();
  auto& told = told_of_[*sw];
  for (const topology::MacAddress mac : notification.meaning.stations) {
    if (std::binary_search(wanted->stations.begin(), wanted->stations.end(), mac)) tell(NoticedAnswer{mac});
    if (told.size() > kMostStations) continue;
    if (std::find(told.begin(), told.end(), mac) == told.end()) told.push_back(mac);
  }
  if (told.size() > kMostStations) walk_soon();
}

void SnmpWorker::ask_again() {
  if (told_of_.empty() || !passed(asked_again_at_, wall_clock(), kTogether)) return;
  for (const auto& [sw, stations] : std::exchange(told_of_, {})) {
    if (stations.size() > kMostStations || stop_) continue;  // it is walked
    if (auto saved = app_.locator().ask_again(sw, stations); !saved)
      return tell(FailedAnswer{0, saved.error()});
    ++state_.stations_asked;
  }
}

}  // namespace lanwarden::agent
