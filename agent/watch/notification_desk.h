// Where threads that have a notification to send leave it, and wait for what becomes of it: only the SNMP
// thread may send.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "agent/watch/queue.h"
#include "snmp/notification_sender.h"

namespace lanwarden::agent {

/// What became of one notification; nullopt inside: it was taken.
class Reply {
 public:
  void give(std::optional<snmp::Failure> failure) {
    {
      const std::lock_guard lock(mutex_);
      if (given_) return;
      given_ = true;
      failure_ = std::move(failure);
    }
    there_.notify_all();
  }
  bool given() const {
    const std::lock_guard lock(mutex_);
    return given_;
  }
  /// False: not yet, after so long.
  bool wait(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    return there_.wait_for(lock, limit, [this] { return given_; });
  }
  /// Once it is given.
  const std::optional<snmp::Failure>& failure() const { return failure_; }

 private:
  mutable std::mutex mutex_;
  std::condition_variable there_;
  bool given_ = false;
  std::optional<snmp::Failure> failure_;
};

struct NotificationRequest {
  std::string receiver;  ///< the channel's name
  snmp::NoticeType type{};
  snmp::NoticeFacts facts;
  std::shared_ptr<Reply> reply;
};

/// Outlives both sides: each holds a share.
struct NotificationDesk {
  Doorbell bell;
  BoundedQueue<NotificationRequest> requests{"notify -> snmp", 256, bell};
};

}  // namespace lanwarden::agent
