// The thread that owns SNMP while frames are listened to: it answers the engine's
// questions, and in between does what the clock asks for: opens ports whose time
// is over, walks switches.
#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <thread>

#include "agent/app.h"
#include "agent/isolation/isolator.h"
#include "agent/watch/poll_schedule.h"
#include "agent/watch/queues.h"

namespace lanwarden::agent {

struct SnmpDuties {
  bool restore_due = false;  ///< finish or undo what a killed process left, and open ports in time
  std::optional<PollConfig> poll;
};

/// From start to destruction the app's locator, collector and store belong to
/// the worker's thread.
class SnmpWorker {
 public:
  SnmpWorker(App& app, Queues& queues, SnmpDuties duties);
  ~SnmpWorker();  ///< the question under way is answered, the others are not
  SnmpWorker(const SnmpWorker&) = delete;
  SnmpWorker& operator=(const SnmpWorker&) = delete;

 private:
  void run();
  Answer answer(const LocateCommand& command);
  Answer answer(const IsolateCommand& command);
  Answer answer(const RestoreCommand& command);
  void restore_due();
  void poll_due();
  void tell(Answer answer);

  App& app_;
  Queues& queues_;
  const SnmpDuties duties_;
  Isolator isolator_;
  std::optional<PollSchedule> schedule_;
  topology::Time recovered_at_{}, restored_at_{};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace lanwarden::agent
