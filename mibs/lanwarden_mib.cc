#include "mibs/lanwarden_mib.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <limits>
#include <utility>

#include "topology/render_parts.h"

namespace lanwarden::mibs {
namespace {

using Mib = LanwardenMib;
using Syntax = OwnValue::Syntax;

constexpr std::size_t kMostNameOctets = 96;  // LwName

// What a column of the C++ row becomes on the wire.
OwnValue text(std::string_view value) { return {Syntax::kOctets, 0, admin_string(value), {}}; }
OwnValue time(const Mib::MaybeTime& value) { return {Syntax::kOctets, 0, date_and_time(value), {}}; }
OwnValue mac(topology::MacAddress value) {
  const auto octets = value.octets();
  return {Syntax::kOctets, 0, std::string(octets.begin(), octets.end()), {}};
}
OwnValue gauge(std::uint64_t value) {
  return {
      Syntax::kGauge32, std::min<std::uint64_t>(value, std::numeric_limits<std::uint32_t>::max()), {}, {}};
}
/// A Counter32 begins anew after its largest value (RFC 2578 §7.1.6).
OwnValue counter32(std::uint64_t value) { return {Syntax::kCounter32, value & 0xffff'ffffU, {}, {}}; }
OwnValue counter64(std::uint64_t value) { return {Syntax::kCounter64, value, {}, {}}; }
template <class Enum>
OwnValue choice(Enum value) {
  return {Syntax::kInteger, static_cast<std::uint64_t>(value), {}, {}};
}

template <class Row>
struct Column {
  std::uint32_t id;
  std::string_view name;
  OwnValue (*value)(const Row&);
};

// clang-format off
constexpr Column<Mib::Daemon> kScalars[] = {
    {1, "lwVersion", [](const Mib::Daemon& d) { return text(d.version); }},
    {2, "lwUpSince", [](const Mib::Daemon& d) { return time(d.up_since); }},
    {3, "lwMode", [](const Mib::Daemon& d) { return choice(d.mode); }},
    {4, "lwStateTime", [](const Mib::Daemon& d) { return time(d.state_time); }},
    {5, "lwFramesHeard", [](const Mib::Daemon& d) { return counter64(d.frames_heard); }},
    {6, "lwFramesDropped", [](const Mib::Daemon& d) { return counter64(d.frames_dropped); }},
    {7, "lwIncidentsOpen", [](const Mib::Daemon& d) { return gauge(d.incidents_open); }},
    {8, "lwIsolationsInForce", [](const Mib::Daemon& d) { return gauge(d.isolations_in_force); }},
    {9, "lwSwitchesConfigured", [](const Mib::Daemon& d) { return gauge(d.switches); }},
    {10, "lwSwitchesSilent", [](const Mib::Daemon& d) { return gauge(d.switches_silent); }},
    {11, "lwStoreState", [](const Mib::Daemon& d) { return choice(d.store_works ? 1 : 2); }},
    {12, "lwStoreWaiting", [](const Mib::Daemon& d) { return gauge(d.store_waiting); }},
    {13, "lwStoreLost", [](const Mib::Daemon& d) { return counter32(d.store_lost); }},
    {14, "lwQueueRefusals", [](const Mib::Daemon& d) { return counter64(d.queue_refusals); }},
    {15, "lwHunts", [](const Mib::Daemon& d) { return counter32(d.hunts); }},
    {16, "lwLastHuntTime", [](const Mib::Daemon& d) { return gauge(d.last_hunt_ms); }},
    {17, "lwWalksLate", [](const Mib::Daemon& d) { return counter32(d.walks_late); }},
    {18, "lwNotificationsTaken", [](const Mib::Daemon& d) { return counter32(d.notifications_taken); }},
    {19, "lwNotificationsIgnored", [](const Mib::Daemon& d) { return counter32(d.notifications_ignored); }},
};
constexpr Column<Mib::Incident> kIncidentColumns[] = {
    {2, "lwIncidentKind", [](const Mib::Incident& r) { return text(r.kind); }},
    {3, "lwIncidentSeverity", [](const Mib::Incident& r) { return choice(r.severity); }},
    {4, "lwIncidentState", [](const Mib::Incident& r) { return choice(r.state); }},
    {5, "lwIncidentMac", [](const Mib::Incident& r) { return mac(r.mac); }},
    {6, "lwIncidentSwitch", [](const Mib::Incident& r) { return text(r.switch_name); }},
    {7, "lwIncidentPort", [](const Mib::Incident& r) { return text(r.port); }},
    {8, "lwIncidentBegan", [](const Mib::Incident& r) { return time(r.began); }},
    {9, "lwIncidentUpdated", [](const Mib::Incident& r) { return time(r.updated); }},
    {10, "lwIncidentSummary", [](const Mib::Incident& r) { return text(r.summary); }},
    {11, "lwIncidentIsolation", [](const Mib::Incident& r) { return gauge(r.isolation); }},
};
constexpr Column<Mib::Isolation> kIsolationColumns[] = {
    {2, "lwIsolationState", [](const Mib::Isolation& r) { return choice(r.state); }},
    {3, "lwIsolationWay", [](const Mib::Isolation& r) { return choice(r.way); }},
    {4, "lwIsolationIncident", [](const Mib::Isolation& r) { return gauge(r.incident); }},
    {5, "lwIsolationMac", [](const Mib::Isolation& r) { return mac(r.mac); }},
    {6, "lwIsolationSwitch", [](const Mib::Isolation& r) { return text(r.switch_name); }},
    {7, "lwIsolationPort", [](const Mib::Isolation& r) { return text(r.port); }},
    {8, "lwIsolationIfIndex", [](const Mib::Isolation& r) { return gauge(r.ifindex); }},
    {9, "lwIsolationSince", [](const Mib::Isolation& r) { return time(r.since); }},
    {10, "lwIsolationUntil", [](const Mib::Isolation& r) { return time(r.until); }},
    {11, "lwIsolationWho", [](const Mib::Isolation& r) { return text(r.who); }},
    {12, "lwIsolationReason", [](const Mib::Isolation& r) { return text(r.reason); }},
    {13, "lwIsolationNote", [](const Mib::Isolation& r) { return text(r.note); }},
};
constexpr Column<Mib::Switch> kSwitchColumns[] = {
    {2, "lwSwitchLabel", [](const Mib::Switch& r) { return text(r.name); }},
    {3, "lwSwitchAddress", [](const Mib::Switch& r) { return text(r.address); }},
    {4, "lwSwitchState", [](const Mib::Switch& r) { return choice(r.state); }},
    {5, "lwSwitchLastAsked", [](const Mib::Switch& r) { return time(r.last_asked); }},
    {6, "lwSwitchLastAnswered", [](const Mib::Switch& r) { return time(r.last_answered); }},
    {7, "lwSwitchSilentSince", [](const Mib::Switch& r) { return time(r.silent_since); }},
    {8, "lwSwitchSilentFor", [](const Mib::Switch& r) { return gauge(r.silent_for_s); }},
    {9, "lwSwitchFailure", [](const Mib::Switch& r) { return text(r.failure); }},
    {10, "lwSwitchNextTurn", [](const Mib::Switch& r) { return time(r.next_turn); }},
    {11, "lwSwitchWalks", [](const Mib::Switch& r) { return counter32(r.walks); }},
    {12, "lwSwitchFailedWalks", [](const Mib::Switch& r) { return counter32(r.failed_walks); }},
};
constexpr Column<Mib::Detector> kDetectorColumns[] = {
    {2, "lwDetectorLabel", [](const Mib::Detector& r) { return text(r.kind); }},
    {3, "lwDetectorFindings", [](const Mib::Detector& r) { return counter64(r.findings); }},
};
constexpr Column<Mib::Queue> kQueueColumns[] = {
    {2, "lwQueueLabel", [](const Mib::Queue& r) { return text(r.name); }},
    {3, "lwQueueLength", [](const Mib::Queue& r) { return gauge(r.length); }},
    {4, "lwQueueCapacity", [](const Mib::Queue& r) { return gauge(r.capacity); }},
    {5, "lwQueueRefused", [](const Mib::Queue& r) { return counter64(r.refused); }},
    {6, "lwQueueLongest", [](const Mib::Queue& r) { return gauge(r.longest); }},
};
constexpr Column<Mib::Interface> kInterfaceColumns[] = {
    {2, "lwInterfaceLabel", [](const Mib::Interface& r) { return text(r.name); }},
    {3, "lwInterfaceState", [](const Mib::Interface& r) { return choice(r.listening ? 1 : 2); }},
    {4, "lwInterfaceFrames", [](const Mib::Interface& r) { return counter64(r.frames); }},
    {5, "lwInterfaceDropped", [](const Mib::Interface& r) { return counter64(r.dropped); }},
    {6, "lwInterfaceUndecodable", [](const Mib::Interface& r) { return counter64(r.undecodable); }},
};

/// The group of lwObjects that a row's table (or the scalars) stands in.
enum Group : std::uint32_t { kDaemonGroup = 1, kIncidents, kIsolations, kSwitches, kDetectors, kQueues, kInterfaces, kNotices };

constexpr Column<NoticeFacts> kNoticeObjects[] = {
    {1, "lwNoticeIncident", [](const NoticeFacts& f) { return gauge(f.incident); }},
    {2, "lwNoticeSeverity", [](const NoticeFacts& f) { return choice(f.severity); }},
    {3, "lwNoticeKind", [](const NoticeFacts& f) { return text(f.kind); }},
    {4, "lwNoticeMac", [](const NoticeFacts& f) { return mac(f.mac); }},
    {5, "lwNoticeSwitch", [](const NoticeFacts& f) { return text(f.switch_name); }},
    {6, "lwNoticePort", [](const NoticeFacts& f) { return text(f.port); }},
    {7, "lwNoticeText", [](const NoticeFacts& f) { return text(f.text); }},
    {8, "lwNoticeCount", [](const NoticeFacts& f) { return gauge(f.count); }},
};
constexpr std::uint32_t kNoticeCount = 8;  ///< of lwDigest alone
constexpr OwnNotification kNotifications[] = {
    {"lwIncidentOpened", NoticeType::kIncidentOpened},
    {"lwIncidentLocated", NoticeType::kIncidentLocated},
    {"lwIsolationAsked", NoticeType::kIsolationAsked},
    {"lwPortIsolated", NoticeType::kPortIsolated},
    {"lwIsolationRefused", NoticeType::kIsolationRefused},
    {"lwIsolationDryRun", NoticeType::kIsolationDryRun},
    {"lwIsolationVerified", NoticeType::kIsolationVerified},
    {"lwTroubleNotEnded", NoticeType::kTroubleNotEnded},
    {"lwPortRestored", NoticeType::kPortRestored},
    {"lwPortNotRestored", NoticeType::kPortNotRestored},
    {"lwIncidentClosed", NoticeType::kIncidentClosed},
    {"lwSwitchSilent", NoticeType::kSwitchSilent},
    {"lwSwitchBack", NoticeType::kSwitchBack},
    {"lwInterfaceLost", NoticeType::kInterfaceLost},
    {"lwInterfaceBack", NoticeType::kInterfaceBack},
    {"lwStoreFailed", NoticeType::kStoreFailed},
    {"lwStoreWorks", NoticeType::kStoreWorks},
    {"lwDigest", NoticeType::kDigest},
    {"lwTest", NoticeType::kTest},
    {"lwAuditFinding", NoticeType::kAuditFinding},
};
// clang-format on

Oid scalar(Group group, std::uint32_t id) {
  return lanwarden_root() + OidView(std::array{1U, std::uint32_t{group}, id});
}
Oid column(Group group, std::uint32_t id) {
  return lanwarden_root() + OidView(std::array{1U, std::uint32_t{group}, 1U, 1U, id});
}

/// The instance of a row: its number, or its name octet by octet (IMPLIED, RFC 2578 §7.7).
Oid index_of(std::uint32_t number) { return number == 0 ? Oid{} : Oid{number}; }
Oid index_of(std::string_view name) {
  const std::string fit = admin_string(name, kMostNameOctets);
  std::vector<std::uint32_t> ids(fit.size());
  std::transform(fit.begin(), fit.end(), ids.begin(), [](char c) { return static_cast<unsigned char>(c); });
  return Oid(OidView(ids));
}
Oid index_of(const Mib::Incident& row) { return index_of(row.number); }
Oid index_of(const Mib::Isolation& row) { return index_of(row.number); }
Oid index_of(const Mib::Switch& row) { return index_of(row.name); }
Oid index_of(const Mib::Detector& row) { return index_of(row.kind); }
Oid index_of(const Mib::Queue& row) { return index_of(row.name); }
Oid index_of(const Mib::Interface& row) { return index_of(row.name); }

/// Column by column, each in the order of its indexes: sorted without comparing whole names.
template <class Row, std::size_t N>
void add_table(std::vector<OwnVarbind>& out, Group group, const Column<Row> (&columns)[N],
               const std::vector<Row>& rows) {
  std::vector<std::pair<Oid, const Row*>> sorted;
  sorted.reserve(rows.size());
  for (const Row& row : rows)
    if (Oid index = index_of(row); !index.empty()) sorted.emplace_back(std::move(index), &row);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  sorted.erase(std::unique(sorted.begin(), sorted.end(),
                           [](const auto& a, const auto& b) { return a.first == b.first; }),
               sorted.end());
  for (const Column<Row>& c : columns) {
    const Oid object = column(group, c.id);
    for (const auto& [index, row] : sorted) out.push_back({object + index.view(), c.value(*row)});
  }
}

}  // namespace

const Oid& lanwarden_root() {
  static const Oid root{1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 7687};
  return root;
}

std::vector<OwnVarbind> variables(const LanwardenMib& mib) {
  std::vector<OwnVarbind> out;
  out.reserve(
      std::size(kScalars) + mib.incidents.size() * std::size(kIncidentColumns) +
      mib.isolations.size() * std::size(kIsolationColumns) + mib.switches.size() * std::size(kSwitchColumns) +
      mib.detectors.size() * std::size(kDetectorColumns) + mib.queues.size() * std::size(kQueueColumns) +
      mib.interfaces.size() * std::size(kInterfaceColumns));
  for (const auto& c : kScalars) out.push_back({scalar(kDaemonGroup, c.id) + 0, c.value(mib.daemon)});
  add_table(out, kIncidents, kIncidentColumns, mib.incidents);
  add_table(out, kIsolations, kIsolationColumns, mib.isolations);
  add_table(out, kSwitches, kSwitchColumns, mib.switches);
  add_table(out, kDetectors, kDetectorColumns, mib.detectors);
  add_table(out, kQueues, kQueueColumns, mib.queues);
  add_table(out, kInterfaces, kInterfaceColumns, mib.interfaces);
  return out;
}

std::span<const OwnObject> own_objects() {
  static const std::vector<OwnObject> objects = [] {
    std::vector<OwnObject> out;
    for (const auto& c : kScalars) out.push_back({c.name, scalar(kDaemonGroup, c.id), c.value({}).syntax});
    const auto add = [&]<class Row, std::size_t N>(Group group, const Column<Row>(&columns)[N]) {
      for (const auto& c : columns) out.push_back({c.name, column(group, c.id), c.value({}).syntax});
    };
    add(kIncidents, kIncidentColumns);
    add(kIsolations, kIsolationColumns);
    add(kSwitches, kSwitchColumns);
    add(kDetectors, kDetectorColumns);
    add(kQueues, kQueueColumns);
    add(kInterfaces, kInterfaceColumns);
    return out;
  }();
  return objects;
}

std::span<const OwnNotification> own_notifications() { return kNotifications; }

std::span<const OwnObject> notice_objects() {
  static const std::vector<OwnObject> objects = [] {
    std::vector<OwnObject> out;
    for (const auto& c : kNoticeObjects) out.push_back({c.name, scalar(kNotices, c.id), c.value({}).syntax});
    return out;
  }();
  return objects;
}

Notification notification(NoticeType type, const NoticeFacts& facts) {
  Notification out;
  out.oid = lanwarden_root() + OidView(std::array{0U, static_cast<std::uint32_t>(type)});
  for (const auto& c : kNoticeObjects)
    if (c.id != kNoticeCount || type == NoticeType::kDigest)
      out.varbinds.push_back({scalar(kNotices, c.id) + 0, c.value(facts)});
  return out;
}

std::string date_and_time(std::optional<topology::Time> time) {
  if (!time) return std::string(8, '\0');
  const auto day = std::chrono::floor<std::chrono::days>(*time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::milliseconds>(*time - day));
  const auto year = static_cast<unsigned>(std::clamp(static_cast<int>(date.year()), 0, 65535));
  const auto octet = [](auto n) { return static_cast<char>(static_cast<unsigned char>(n)); };
  return {octet(year >> 8),
          octet(year),
          octet(static_cast<unsigned>(date.month())),
          octet(static_cast<unsigned>(date.day())),
          octet(clock.hours().count()),
          octet(clock.minutes().count()),
          octet(clock.seconds().count()),
          octet(clock.subseconds().count() / 100),
          '+',
          '\0',
          '\0'};
}

std::string admin_string(std::string_view text, std::size_t most) {
  std::string out = topology::detail::valid_utf8(text);
  // A broken line in a trap receiver's log would look like one of its own.
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  if (out.size() > most) {
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0) == 0x80) --end;
    out.resize(end);
  }
  return out;
}

}  // namespace lanwarden::mibs
