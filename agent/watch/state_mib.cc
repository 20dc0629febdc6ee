#include "agent/watch/state_mib.h"

#include <algorithm>
#include <limits>

#include "analysis/kinds.h"

namespace lanwarden::agent {
namespace {

using Mib = snmp::SubAgentData;

/// Numbers of the store; one that does not fit has no row.
std::uint32_t number(std::int64_t id) {
  return id > 0 && id <= std::numeric_limits<std::uint32_t>::max() ? static_cast<std::uint32_t>(id) : 0;
}

// The enumerations of the MIB count from 1, in the order of the store's.
template <class To, class From>
constexpr To shifted(From from) {
  return static_cast<To>(static_cast<int>(from) + 1);
}
static_assert(shifted<Mib::IncidentState>(IncidentState::kOpen) == Mib::IncidentState::kOpen);
static_assert(shifted<Mib::IncidentState>(IncidentState::kClosed) == Mib::IncidentState::kClosed);
static_assert(shifted<Mib::IsolationState>(IsolationState::kIntended) == Mib::IsolationState::kIntended);
static_assert(shifted<Mib::IsolationState>(IsolationState::kReleased) == Mib::IsolationState::kReleased);
static_assert(shifted<Mib::IsolationWay>(IsolationWay::kPowerCycle) == Mib::IsolationWay::kPowerCycle);

Mib::Severity severity(std::string_view word) {
  return word == "critical"  ? Mib::Severity::kCritical
         : word == "warning" ? Mib::Severity::kWarning
                             : Mib::Severity::kInfo;
}

Mib::Daemon daemon(const DaemonState& s) {
  Mib::Daemon d;
  d.version = s.version;
  d.up_since = s.since;
  d.mode = s.mode == "auto" ? Mib::Mode::kAuto : s.mode == "ask" ? Mib::Mode::kAsk : Mib::Mode::kOff;
  d.state_time = s.now;
  for (const InterfaceState& i : s.interfaces) {
    d.frames_heard += i.frames;
    d.frames_dropped += i.dropped;
  }
  d.incidents_open = s.incidents.size();
  d.isolations_in_force = s.isolations.size();
  d.switches = s.snmp.switches.size();
  d.switches_silent = static_cast<std::uint64_t>(
      std::count_if(s.snmp.switches.begin(), s.snmp.switches.end(),
                    [](const SwitchState& sw) { return sw.silent_since.has_value(); }));
  d.store_works = s.store_error.empty();
  d.store_waiting = s.steps_waiting;
  d.store_lost = s.steps_lost;
  for (const QueueState& q : s.queues) d.queue_refusals += q.refused;
  d.hunts = s.snmp.hunts;
  d.last_hunt_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(
      0, std::chrono::duration_cast<std::chrono::milliseconds>(s.snmp.last_hunt).count()));
  d.walks_late = s.snmp.late;
  d.notifications_taken = s.snmp.notifications;
  d.notifications_ignored = s.snmp.notifications_ignored;
  return d;
}

Mib::Incident row(const Incident& i, const DaemonState& s) {
  Mib::Incident r;
  r.number = number(i.id);
  r.kind = i.kind;
  r.severity = severity(i.severity);
  r.state = shifted<Mib::IncidentState>(i.state);
  r.mac = i.mac;
  r.switch_name = i.switch_name;
  r.port = i.port;
  r.began = i.opened;
  r.updated = i.updated;
  r.summary = i.summary;
  for (const Isolation& isolation : s.isolations)
    if (isolation.incident == i.id) r.isolation = std::max(r.isolation, number(isolation.id));
  return r;
}

Mib::Isolation row(const Isolation& i) {
  Mib::Isolation r;
  r.number = number(i.id);
  r.state = shifted<Mib::IsolationState>(i.state);
  r.way = shifted<Mib::IsolationWay>(i.way);
  r.incident = number(i.incident.value_or(0));
  r.mac = i.mac;
  r.switch_name = i.switch_name;
  r.port = i.port;
  r.ifindex = i.ifindex.value;
  r.since = i.intended;
  r.until = i.until;
  r.who = i.who;
  r.reason = i.reason;
  r.note = i.note;
  return r;
}

Mib::Switch row(const SwitchState& sw, topology::Time now) {
  Mib::Switch r;
  r.name = sw.name;
  r.address = sw.address;
  r.state = sw.silent_since ? Mib::SwitchState::kSilent
            : sw.answered   ? Mib::SwitchState::kAnswering
                            : Mib::SwitchState::kUnknown;
  r.last_asked = sw.asked;
  r.last_answered = sw.answered;
  r.silent_since = sw.silent_since;
  if (sw.silent_since && now > *sw.silent_since)
    r.silent_for_s = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(now - *sw.silent_since).count());
  r.failure = sw.failure;
  r.next_turn = sw.next;
  r.walks = sw.walks;
  r.failed_walks = sw.failed_walks;
  return r;
}

}  // namespace

snmp::SubAgentData mib_of(const DaemonState& s) {
  Mib mib;
  mib.daemon = daemon(s);
  for (const Incident& i : s.incidents)
    if (mib.incidents.size() < kMostMibRows) mib.incidents.push_back(row(i, s));
  for (const Isolation& i : s.isolations)
    if (mib.isolations.size() < kMostMibRows) mib.isolations.push_back(row(i));
  for (const SwitchState& sw : s.snmp.switches) mib.switches.push_back(row(sw, s.now));
  for (const std::string_view kind : analysis::kKinds) mib.detectors.push_back({std::string(kind), 0});
  for (const FindingCount& f : s.findings) {
    const auto it = std::find_if(mib.detectors.begin(), mib.detectors.end(),
                                 [&](const Mib::Detector& d) { return d.kind == f.kind; });
    if (it != mib.detectors.end()) it->findings = f.findings;
  }
  for (const QueueState& q : s.queues)
    mib.queues.push_back({q.name, q.length, q.capacity, q.refused, q.most});
  for (const InterfaceState& i : s.interfaces)
    mib.interfaces.push_back({i.name, i.listening, i.frames, i.dropped, i.undecodable});
  return mib;
}

}  // namespace lanwarden::agent
