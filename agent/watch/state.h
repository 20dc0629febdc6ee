// What `lanwarden run` knows of itself: for `lanwarden status` and for whoever else asks. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/audit/audit_state.h"
#include "agent/store/store.h"
#include "agent/watch/board.h"
#include "topology/time.h"

namespace lanwarden::agent {

struct InterfaceState {
  std::string name;
  bool listening = false;
  std::uint64_t frames = 0, undecodable = 0;
  std::uint64_t dropped = 0;           ///< by the kernel, for want of room
  std::uint64_t unseen = 0;            ///< that the engine wanted and had no time for
  std::optional<topology::Time> last;  ///< when a frame was last taken, or the interface was seen to be quiet
  std::string error;                   ///< why it is not listened to
};

struct QueueState {
  std::string name;  ///< "capture -> engine"
  std::size_t length = 0, capacity = 0;
  std::size_t most = 0;       ///< the longest it ever was
  std::uint64_t refused = 0;  ///< items that found it full
};

/// One [[switch]] or [[router]], in the order of the configuration.
struct SwitchState {
  std::string name, address;
  bool router = false;
  std::optional<topology::Time> answered;      ///< its last walk that was answered
  std::optional<topology::Time> asked;         ///< its last walk
  std::optional<topology::Time> silent_since;  ///< the first walk of those since that came to nothing
  std::string failure, detail;                 ///< "timeout", and the sentence for people; while it is silent
  std::optional<topology::Time> next;          ///< its next turn
  topology::Duration every{};                  ///< how often it is walked now; 0: not by the clock
  std::uint64_t walks = 0, failed_walks = 0;   ///< since the daemon began
};

struct FindingCount {
  std::string kind;
  std::uint64_t findings = 0;
};

/// What the SNMP thread has done and does.
struct SnmpState {
  std::vector<SwitchState> switches;
  std::size_t walking = 0;                  ///< switches that are walked this moment
  std::uint64_t walks = 0;                  ///< of a switch
  std::uint64_t late = 0;                   ///< turns that began more than one interval late
  std::uint64_t hunts = 0;                  ///< stations that were located
  topology::Duration last_hunt{};           ///< how long the last one took
  std::uint64_t notifications = 0;          ///< traps and informs taken from switches
  std::uint64_t notifications_ignored = 0;  ///< of strangers, with a wrong community, unreadable
  std::uint64_t unknown_senders = 0;        ///< of those: authentic, but of no configured switch
  std::uint64_t notifications_dropped = 0;  ///< by the kernel, for want of time
  std::uint64_t asked_again = 0;            ///< walks that a notification brought forward
  std::optional<AuditState> audit;          ///< nullopt: not by the clock
  std::uint64_t stations_asked = 0;         ///< questions about single stations that one caused
};

struct DaemonState {
  std::string version, mode;  ///< mode: "off", "ask", "auto"
  std::string config, store;
  std::int64_t pid = 0;
  topology::Time since{}, reloaded{}, now{};
  std::vector<InterfaceState> interfaces;
  std::vector<QueueState> queues;
  SnmpState snmp;
  std::vector<Incident> incidents;    ///< open ones, newest first, without their steps
  std::vector<Isolation> isolations;  ///< in force
  std::vector<FindingCount> findings;
  std::string store_error;        ///< while the store takes nothing
  std::size_t steps_waiting = 0;  ///< for the store
  std::uint64_t steps_lost = 0;
};

}  // namespace lanwarden::agent
