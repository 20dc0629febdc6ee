// LANWARDEN-MIB (LANWARDEN-MIB.txt), lanwarden's own: the one place that knows its numbers. Rows and scalars
// as plain values in, variables and notifications out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mibs/oid.h"
#include "topology/mac_address.h"
#include "topology/time.h"

namespace lanwarden::mibs {

/// The value of a variable that is sent, with its syntax as RFC 3416 §3 tags it.
struct OwnValue {
  enum class Syntax : std::uint8_t {
    kInteger = 0x02,
    kOctets = 0x04,
    kOid = 0x06,
    kCounter32 = 0x41,
    kGauge32 = 0x42,  ///< Unsigned32, too
    kTimeTicks = 0x43,
    kCounter64 = 0x46,
  };
  Syntax syntax = Syntax::kInteger;
  std::uint64_t number = 0;  ///< of every numeric syntax; never negative here
  std::string octets;        ///< kOctets
  Oid oid;                   ///< kOid
  bool operator==(const OwnValue&) const = default;
};
struct OwnVarbind {
  Oid name;
  OwnValue value;
  bool operator==(const OwnVarbind&) const = default;
};

/// What LANWARDEN-MIB tells, as plain values. Texts may be anything: variables() makes them fit.
struct LanwardenMib {
  using Time = topology::Time;
  using MaybeTime = std::optional<Time>;
  enum class Mode : std::uint8_t { kOff = 1, kAsk, kAuto };
  enum class Severity : std::uint8_t { kInfo = 1, kWarning, kCritical };
  enum class IncidentState : std::uint8_t {
    kOpen = 1,
    kLocated,
    kAsked,
    kIsolated,
    kRefused,
    kDryRun,
    kVerified,
    kRestored,
    kClosed,
  };
  enum class IsolationState : std::uint8_t {
    kIntended = 1,
    kActive,
    kRestoring,
    kFailed,
    kRestored,
    kReleased,
  };
  enum class IsolationWay : std::uint8_t { kAdminDown = 1, kQuarantine, kPowerCycle };
  enum class SwitchState : std::uint8_t { kUnknown = 1, kAnswering, kSilent };

  struct Daemon {
    std::string version;
    MaybeTime up_since;
    Mode mode = Mode::kOff;
    MaybeTime state_time;
    std::uint64_t frames_heard = 0, frames_dropped = 0;
    std::uint64_t incidents_open = 0, isolations_in_force = 0, switches = 0, switches_silent = 0;
    bool store_works = true;
    std::uint64_t store_waiting = 0, store_lost = 0;
    std::uint64_t queue_refusals = 0;
    std::uint64_t hunts = 0, last_hunt_ms = 0, walks_late = 0;
    std::uint64_t notifications_taken = 0, notifications_ignored = 0;
  };
  struct Incident {
    std::uint32_t number = 0;  ///< of the store; a row with 0 is left out
    std::string kind;
    Severity severity = Severity::kInfo;
    IncidentState state = IncidentState::kOpen;
    topology::MacAddress mac;
    std::string switch_name, port;
    MaybeTime began, updated;
    std::string summary;
    std::uint32_t isolation = 0;  ///< 0: none
  };
  struct Isolation {
    std::uint32_t number = 0;  ///< of the store; a row with 0 is left out
    IsolationState state = IsolationState::kIntended;
    IsolationWay way = IsolationWay::kAdminDown;
    std::uint32_t incident = 0;  ///< 0: none
    topology::MacAddress mac;
    std::string switch_name, port;
    std::uint32_t ifindex = 0;
    MaybeTime since, until;
    std::string who, reason, note;
  };
  struct Switch {
    std::string name;  ///< its index: a row without one is left out, as is a second one of the same name
    std::string address;
    SwitchState state = SwitchState::kUnknown;
    MaybeTime last_asked, last_answered, silent_since, next_turn;
    std::uint64_t silent_for_s = 0;
    std::string failure;
    std::uint64_t walks = 0, failed_walks = 0;
  };
  struct Detector {
    std::string kind;  ///< its index
    std::uint64_t findings = 0;
  };
  struct Queue {
    std::string name;  ///< its index
    std::uint64_t length = 0, capacity = 0, refused = 0, longest = 0;
  };
  struct Interface {
    std::string name;  ///< its index
    bool listening = true;
    std::uint64_t frames = 0, dropped = 0, undecodable = 0;
  };

  Daemon daemon;
  std::vector<Incident> incidents;
  std::vector<Isolation> isolations;
  std::vector<Switch> switches;
  std::vector<Detector> detectors;
  std::vector<Queue> queues;
  std::vector<Interface> interfaces;
};

/// 1.3.6.1.4.1.8072.9999.9999.7687: all of the MIB is below it. No registered number; see the MIB.
const Oid& lanwarden_root();

/// Every variable, sorted by name.
std::vector<OwnVarbind> variables(const LanwardenMib& mib);

/// A readable object of the MIB; its instances are `oid`.0 or `oid`.INDEX.
struct OwnObject {
  std::string_view name;  ///< "lwIncidentKind"
  Oid oid;
  OwnValue::Syntax syntax;
};
/// All of them, sorted by oid.
std::span<const OwnObject> own_objects();

/// The notifications of the MIB; their numbers in it.
enum class NoticeType : std::uint32_t {
  kIncidentOpened = 1,
  kIncidentLocated,
  kIsolationAsked,
  kPortIsolated,
  kIsolationRefused,
  kIsolationDryRun,
  kIsolationVerified,
  kTroubleNotEnded,
  kPortRestored,
  kPortNotRestored,
  kIncidentClosed,
  kSwitchSilent,
  kSwitchBack,
  kInterfaceLost,
  kInterfaceBack,
  kStoreFailed,
  kStoreWorks,
  kDigest,
  kTest,
  kAuditFinding,
};
/// What a notification is about.
struct NoticeFacts {
  std::uint32_t incident = 0;  ///< 0: none
  LanwardenMib::Severity severity = LanwardenMib::Severity::kInfo;
  std::string kind;
  topology::MacAddress mac;
  std::string switch_name, port, text;
  std::uint32_t count = 1;  ///< of a digest
};
/// What a notification says after sysUpTime.0 and snmpTrapOID.0 (RFC 3416 §4.2.6), which the sender adds.
struct Notification {
  Oid oid;
  std::vector<OwnVarbind> varbinds;
};
Notification notification(NoticeType type, const NoticeFacts& facts);

/// The notifications as they are sent, for the test that the text of the MIB says the same.
struct OwnNotification {
  std::string_view name;  ///< "lwIncidentOpened"
  NoticeType type;
};
std::span<const OwnNotification> own_notifications();
/// The objects of notifications; they cannot be read.
std::span<const OwnObject> notice_objects();

/// DateAndTime (RFC 2579) in UTC; eight zero octets for what is not known.
std::string date_and_time(std::optional<topology::Time> time);
/// SnmpAdminString (RFC 3411): UTF-8, at most `most` octets, no control characters.
std::string admin_string(std::string_view text, std::size_t most = 255);

}  // namespace lanwarden::mibs
