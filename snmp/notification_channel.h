// The way to one receiver of notifications: its session, what waits, and what awaits its acknowledgement.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "snmp/address.h"
#include "snmp/notification_sender.h"
#include "snmp/wire.h"

namespace lanwarden::snmp {

using TimePoint = std::chrono::steady_clock::time_point;

class NotificationChannel {
 public:
  using Ticket = NotificationSender::Ticket;
  using Outcome = NotificationSender::Outcome;

  explicit NotificationChannel(Receiver receiver);

  /// Why nothing can ever be sent as it is configured; nullopt: it can.
  std::optional<Failure> cannot_ever() const;
  void add(Ticket ticket, const mibs::Notification& notification, std::uint32_t uptime_cs);
  std::size_t outstanding() const { return waiting_.size() + flights_.size(); }

  // Getting there: where, then one of the others.
  const HostPort& where() const { return *where_; }
  bool wants_to_open() const { return state_ == State::kClosed && !waiting_.empty(); }
  void resolving() { state_ = State::kResolving; }
  void open(int fd, const OwnEngine& engine);
  void cannot_open(int error);
  void cannot_resolve(const std::string& error);

  /// What the receiver said.
  void read();
  /// Sends what may be sent, repeats what was not acknowledged, gives up.
  void work(TimePoint now);
  /// When work() has something to do by itself.
  TimePoint due() const;

  /// What has come to its end since the last call.
  std::vector<std::pair<Ticket, Outcome>> take_over() { return std::exchange(over_, {}); }
  std::uint64_t take_sent() { return std::exchange(sent_, 0); }

  /// A sentence about this receiver.
  Failure say(Cause cause, const std::string& what = {}) const;

 private:
  enum class State : std::uint8_t { kClosed, kResolving, kOpen };
  struct Message {
    std::vector<mibs::Oid> names;
    std::vector<SetValue> values;
  };
  struct Flight {
    Ticket ticket = 0;  ///< 0: the question for the engine id
    Message message;
    unsigned tries = 0;
    bool resynchronised = false;  ///< the engine was forgotten once for its sake
    TimePoint due{};
  };
  void launch(Flight flight, TimePoint now);
  bool attempt(Flight& flight, TimePoint now);
  void on_answer(std::uint64_t token, const Answer& answer);
  void on_report(std::deque<Flight>::iterator flight, Report report);
  /// Puts it back, to be sent when the engine id has been asked for anew.
  void resynchronise(std::deque<Flight>::iterator flight);
  void land(std::deque<Flight>::iterator flight, Outcome outcome);
  void fail_all(const Failure& failure);
  Failure silence() const;

  Receiver receiver_;
  std::optional<HostPort> where_;
  std::string wrong_address_;
  State state_ = State::kClosed;
  std::unique_ptr<Session> session_;
  std::deque<Flight> waiting_, flights_;
  bool forget_engine_ = false;  ///< after read(): Net-SNMP still holds the message
  int icmp_error_ = 0;          ///< since something was last heard
  std::vector<std::pair<Ticket, Outcome>> over_;
  std::uint64_t sent_ = 0;
};

}  // namespace lanwarden::snmp
