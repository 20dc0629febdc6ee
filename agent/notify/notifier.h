// Tells: one thread that knows what is to be told (the dispatcher and its store connection), and one for each
// channel that does the waiting, so that a dead channel holds up no other. Nobody waits for any of them: not
// the engine, and not the end of the process.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "agent/notify/dispatcher.h"
#include "agent/watch/queue.h"

namespace lanwarden::agent {

/// Every method from any thread.
class Notifier {
 public:
  using MakeChannel = std::function<std::unique_ptr<Channel>(const ChannelConfig&)>;

  /// Begins at once. `store` is this object's alone until it ends; `sender.origin` is taken from it.
  Notifier(NoticeLog& store, std::vector<ChannelConfig> channels, Sender sender,
           MakeChannel make = make_channel);
  /// stop().
  ~Notifier();

  /// There is something new in the store.
  void ring() { bell_->ring(); }
  /// What the store cannot take. Told at once; lost when the process ends first.
  void tell_now(Notice notice);
  /// Ends, within a second. What is under way is abandoned, and told after the next start.
  void stop();

  NotifierStatus status() const;
  /// For the log; what has come since the last call.
  std::vector<ChannelNews> take_news();

 private:
  struct Worker;
  void run();
  void turn(Dispatcher& dispatcher);
  void end(Dispatcher& dispatcher);

  NoticeLog& store_;
  std::vector<ChannelConfig> configs_;
  Sender sender_;
  std::shared_ptr<Doorbell> bell_;  ///< shared with workers that outlive this
  std::vector<std::shared_ptr<Worker>> workers_;
  mutable std::mutex mutex_;  ///< of these three
  std::vector<Notice> now_;
  NotifierStatus status_;
  std::vector<ChannelNews> news_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace lanwarden::agent
