// What a daemon tells people of itself and its network, beside the steps of incidents, and the notifier that
// tells it all. One thread: the daemon's.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "agent/app.h"
#include "agent/notify/notifier.h"
#include "agent/notify/silence.h"
#include "agent/watch/queues.h"

namespace lanwarden::agent {

class Telling {
 public:
  /// `write`: to the store, when that can be.
  Telling(App& app, std::function<void(Notice)> write, Notifier::MakeChannel make = make_channel)
      : app_(app), write_(std::move(write)), make_(std::move(make)) {}

  /// As the configuration says now; what told before has ended.
  void begin();
  /// Within a second. What is not told yet, is after the next start.
  void end() { notifier_.reset(); }
  /// `written`: how much the store has been given by now.
  void turn(std::uint64_t written);
  /// For the log, since the last call.
  std::vector<ChannelNews> take_news();
  NotifierStatus status() const { return notifier_ ? notifier_->status() : NotifierStatus{}; }

  void polled(const Asked& asked);
  void audited(const AuditReport& report);
  void restored(const RestoredAnswer& answer);
  void interface_lost(const std::string& name, const std::string& error);
  void interface_back(const std::string& name);
  /// It is no longer configured.
  void forget_interface(const std::string& name) { lost_.erase(name); }
  /// The store fails; nullptr: it works again.
  void store(const StoreError* error);

 private:
  App& app_;
  std::function<void(Notice)> write_;
  Notifier::MakeChannel make_;
  std::vector<ChannelConfig> channels_;
  std::unique_ptr<Store> store_;        ///< the notifier's
  std::unique_ptr<Notifier> notifier_;  ///< none: nobody is to be told
  std::uint64_t told_of_ = 0;
  SilenceWatch silence_;
  std::set<std::string> lost_;           ///< interfaces that went away while they were listened on
  std::set<std::int64_t> not_restored_;  ///< isolations of which that is told
};

/// The event of a line in the log: "not-notified", "notify-works", "notices-dropped".
std::string_view log_event(ChannelNews::What what);

}  // namespace lanwarden::agent
