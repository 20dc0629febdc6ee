// The thread that owns SNMP while frames are listened to: it answers the engine's
// questions, and in between does what the clock asks for: opens ports whose time
// is over, walks switches. A hunt does not wait for a walk: it is carried out amid it, by a collector of its
// own.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <thread>

#include "agent/app.h"
#include "agent/audit/audit_rounds.h"
#include "agent/isolation/isolator.h"
#include "agent/watch/attention.h"
#include "agent/watch/outward.h"
#include "agent/watch/poll_schedule.h"
#include "agent/watch/queues.h"
#include "snmp/notification_receiver.h"

namespace lanwarden::agent {

/// What the SNMP thread does besides answering questions.
struct SnmpDuties {
  bool restore_due = false;  ///< finish or undo what a killed process left, and open ports in time
  std::optional<PollConfig> poll;
  /// What switches say by themselves is heeded; with `poll` only. Must outlive the worker, whose thread uses
  /// it.
  snmp::NotificationReceiver* notifications = nullptr;
  bool audit = false;          ///< the wiring, by [audit]; with `poll` only
  Outward* outward = nullptr;  ///< the same; null: nothing is answered or sent
};

/// From start to destruction the app's locator, collector and store belong to
/// the worker's thread.
class SnmpWorker {
 public:
  SnmpWorker(App& app, Queues& queues, const Attention& attention, SnmpDuties duties);
  /// A SET under way is finished; walks and hunts are given up, questions not begun are not answered.
  ~SnmpWorker();
  SnmpWorker(const SnmpWorker&) = delete;
  SnmpWorker& operator=(const SnmpWorker&) = delete;

  /// Grows as long as the thread is alive: at least once a second, but for an inference or a write that takes
  /// longer.
  std::uint64_t pulse() const { return pulse_; }

 private:
  void run();
  void answer_questions();
  void meanwhile();  ///< what does not wait until a walk has ended
  Answer answer(const LocateCommand& command);
  Answer answer(const IsolateCommand& command);
  Answer answer(const RestoreCommand& command);
  void restore_due();
  void wait();
  void know_senders();
  void read_notifications();
  void heed(const snmp::Notification& notification);
  void ask_again();
  std::optional<topology::SwitchId> sender(const snmp::Notification& notification) const;
  void poll_due();
  void audit_due();
  void save_cache();
  void forget();
  void tell(Answer answer);
  void tell_of_audit(StoreResult<AuditReport> report);
  void note_walks(const Asked& asked, topology::Time when);
  void publish();
  /// A worker was here before this one: what it counted and scheduled is not lost.
  void go_on_from(const SnmpState& before);

  App& app_;
  Queues& queues_;
  const Attention& attention_;
  const SnmpDuties duties_;
  Isolator isolator_;
  std::optional<PollSchedule> schedule_;
  std::unique_ptr<snmp::Collector> walker_;
  std::unique_ptr<AuditRounds> audits_;
  SnmpState state_;  ///< put on Queues::snmp_state
  bool locating_ = false;
  bool first_walk_ = false;  ///< switches that nobody knows yet are being walked
  std::map<topology::IpAddress, topology::SwitchId> senders_;
  /// Stations that a switch has told of and that it is asked about.
  std::map<topology::SwitchId, std::vector<topology::MacAddress>> told_of_;
  topology::Time asked_again_at_{};
  topology::Time recovered_at_{}, restored_at_{}, cache_tried_{};
  topology::Time published_{};
  std::uint64_t late_before_ = 0;
  topology::Duration cache_took_{};
  topology::Time forgot_{};
  bool forgetting_ = false;
  topology::MacAddress forget_from_;
  Doorbell stopped_;
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> pulse_{0};
  std::thread thread_;
};

}  // namespace lanwarden::agent
