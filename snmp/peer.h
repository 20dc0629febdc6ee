// One switch with one credential, as the engine sees it: its socket and session, the
// questions in flight, the patience with it, and what became of it.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "snmp/engine.h"
#include "snmp/exchange.h"
#include "snmp/pacing.h"
#include "snmp/walk.h"
#include "snmp/wire.h"

namespace lanwarden::snmp {

class PrivacyProbe;

class Peer {
 public:
  using Done = std::function<void(Exchange&)>;

  /// `target` and `credential` must outlive it; `credential` is one of target's.
  Peer(Engine& engine, const Target& target, const Credential& credential);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// A new run: the failure of the last one is forgotten, session, engine id and manners are kept.
  void begin();
  /// For this run: a switch that is silent is asked once, and not for long. One that answers is asked as
  /// ever.
  void briefly() { brief_ = true; }
  /// Whatever waits here fails now, and so does what is added until the next begin().
  void abandon() { fail_all(say(Cause::kLocal, "given up: the program is ending")); }
  /// Runs `exchange`, which must live until `done` is called (from Engine::run, never from here).
  void add(Exchange& exchange, Done done);
  /// Window sizes: as it is now, and what was good in an earlier process.
  unsigned window() const { return window_.size(); }
  void remember_window(unsigned size) { window_.remember(size); }
  /// A burst of small questions comes.
  void open_window() { window_.open(); }

  const std::optional<Failure>& failure() const { return failure_; }
  /// Something answered in this run, be it a refusal.
  bool heard() const { return heard_; }
  /// The VLAN contexts that answered in this run; empty text: the default one.
  const std::vector<std::string>& contexts_heard() const { return proven_; }
  /// The last authorizationError or noAccess, if every answer of this run was one; else 0.
  int refused_status() const { return answered_ ? 0 : refused_status_; }
  Failure say(Cause cause, const std::string& what = {}) const;
  Manners& manners() { return manners_; }
  const Manners& manners() const { return manners_; }
  const RoundTrip& round_trip() const { return round_trip_; }
  const Target& target() const { return target_; }
  const Credential& credential() const { return credential_; }

  // The engine's side.
  /// Sends one request when it may and has one. False: nothing was sent.
  bool send_one(TimePoint now);
  bool wants_to_send() const;
  /// Reads up to `most` datagrams. One, as a rule: whether another waits, epoll knows more cheaply.
  void readable(TimePoint now, int most = 1);
  void alarm(TimePoint now);
  void resolved(const SocketAddress& address, const std::string& error);
  void hand_over_finished();
  TimePoint alarm_at = TimePoint::max();
  bool is_ready = false, is_finished = false;  ///< on the engine's lists

 private:
  static constexpr unsigned kMostTries = 8;
  struct Job {
    Exchange* exchange = nullptr;  ///< nullptr: the engine id
    Done done;
    bool begun = false;
  };
  struct Flight {
    Job job;
    bool active = false;
    std::uint32_t generation = 0;
    unsigned attempts = 0;
    unsigned overtaken = 0;  ///< answers to what was sent after its last attempt
    std::array<TimePoint, kMostTries> sent{};
    TimePoint due{};
  };
  enum class State : std::uint8_t { kClosed, kResolving, kOpen };

  bool discovering() const { return credential_.version == Version::kV3 && session_ && !session_->ready(); }
  void connect();
  void open_socket(const SocketAddress& address);
  void fly(Job job, TimePoint now);
  void attempt(std::size_t slot, TimePoint now);
  unsigned most_attempts(const Flight& flight) const;
  TimePoint patience(const Flight& flight, TimePoint now) const;
  /// Something sent at `sent` was answered: what went out before it and is not, is likely lost.
  void overtake(TimePoint sent);
  bool proven(const std::string& context) const;
  void on_answer(std::uint64_t token, const Answer& answer);
  void on_report(std::size_t slot, Report report, TimePoint sent);
  void give_up(std::size_t slot);
  void on_silence(std::size_t slot, TimePoint now);
  Job land(std::size_t slot);
  void finish(Job job);
  void refuse_context(const std::string& context, const Failure& failure);
  void fail_all(const Failure& failure);
  bool resynchronise(TimePoint asked);
  void hurry(TimePoint due);
  void probe_privacy(std::size_t slot);
  Failure silence() const;

  Engine& engine_;
  const Target& target_;
  const Credential& credential_;
  std::unique_ptr<Session> session_;
  State state_ = State::kClosed;
  Manners manners_;
  RoundTrip round_trip_;
  Window window_;

  std::deque<Job> queue_;
  std::vector<Flight> flights_;
  unsigned active_ = 0;
  std::vector<Job> finished_;
  Query query_;

  // Of this run.
  std::optional<Failure> failure_;
  bool heard_ = false;
  std::vector<std::string> proven_, silent_;  ///< contexts
  TimePoint now_{}, last_answer_{}, last_halved_{}, resynchronised_{};
  bool brief_ = false;
  bool discovery_flies_ = false, discovered_now_ = false, forget_engine_ = false;
  int refused_status_ = 0;
  bool answered_ = false;
  int icmp_error_ = 0;
  unsigned malformed_ = 0;

  std::unique_ptr<PrivacyProbe> probe_;
};

}  // namespace lanwarden::snmp
