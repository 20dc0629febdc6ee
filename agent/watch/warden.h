// The driver of the engine, shared by `watch` and `run`: capture threads and the
// SNMP thread around it, the store behind it. Whoever uses it is told what happens.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/app.h"
#include "agent/watch/listener.h"
#include "agent/watch/queues.h"
#include "agent/watch/recorder.h"
#include "agent/watch/snmp_worker.h"

namespace lanwarden::agent {

/// Is told what happens, on the thread that calls Warden::turn.
class Teller {
 public:
  virtual ~Teller() = default;
  /// `id` 0: it opened no incident. `being_located`: on_located follows, sooner or later.
  virtual void on_finding(CaseId id, const FoundTrouble& found, bool being_located) = 0;
  /// `goes_on`: on_isolated follows.
  virtual void on_located(const LocatedAnswer& answer, bool goes_on) = 0;
  virtual void on_isolated(const IsolatedAnswer& answer) = 0;
  virtual void on_restored(const RestoredAnswer&) {}
  virtual void on_recovered(const Recovered&) {}
  virtual void on_step(CaseId, const IncidentEvent&) {}
  virtual void on_verified(CaseId id, const VerifiedCommand& command) = 0;
  virtual void on_polled(const Asked&) {}
  virtual void on_audited(const AuditReport&) {}
  /// An interface went away or is back; frames are being dropped.
  virtual void on_notice(std::uint32_t source, const SourceNotice& notice) = 0;
  virtual void on_source_ended(std::uint32_t source, const std::string& error) = 0;
  /// A question about this case could not be asked or answered.
  virtual void on_failed(CaseId id, const std::string& why) = 0;
  /// The store takes nothing now; told when it begins, and with `nullptr` when all that waited is written.
  virtual void on_store(const StoreError* error, std::size_t waiting, std::size_t lost) = 0;
};

/// What all listeners together have seen.
struct Totals {
  std::uint64_t frames = 0, undecodable = 0, dropped = 0, skipped = 0, unseen = 0;
};

class Warden {
 public:
  /// Without `policy.locate` findings are only told: no store, no switches. `duties` then have to be empty.
  Warden(App& app, EnginePolicy policy, SnmpDuties duties, Teller& teller);
  ~Warden();

  /// The frames that prove a finding come with it also when nothing is located. Before listen().
  void keep_frames() { keep_frames_ = true; }
  /// One live interface, or files in their order; numbered from the next free number on. Begins at once.
  void listen(std::vector<std::unique_ptr<FrameSource>> sources);
  /// Ends listening on this interface.
  void stop_listening(const std::string& name);
  /// The number that the next source gets: to open it with.
  std::uint32_t next_source() const { return static_cast<std::uint32_t>(names_.size()); }
  /// The names of all sources ever, by number: for messages and JSON.
  const std::vector<std::string>& names() const { return names_; }
  /// Sources that have not ended.
  std::size_t listening() const { return listening_; }

  /// Begins the SNMP thread, and takes up what the store says is open. After this the app's locator,
  /// collector and store are the thread's.
  void start();
  /// Ends the SNMP thread: the app's locator and store are free again. Cases stay. Its collector is not to be
  /// used any more, a walk or hunt may have been given up on it: App::replace_config() makes another.
  void stop_snmp();
  void set_policy(EnginePolicy policy) { engine_.set_policy(std::move(policy)); }
  void set_duties(SnmpDuties duties) { duties_ = std::move(duties); }

  /// Takes what has come, waiting for it at most so long, and carries out what the engine says.
  void turn(std::chrono::milliseconds wait);
  /// The listeners end, what is under way is awaited, what could not be verified is said. With `hurry`
  /// answers that are not there yet are not awaited: the next start takes the incidents up.
  void finish(bool hurry);

  /// Written to the store, to be told, when that can be. After start().
  void notice(Notice notice);
  std::optional<std::int64_t> incident_of(CaseId id) const;
  const Recorder* recorder() const { return recorder_.get(); }
  Engine& engine() { return engine_; }
  Totals totals() const;
  /// All of the daemon's state that it knows; who it is, its owner adds.
  DaemonState state();
  /// Grows while the SNMP thread lives, and each capture thread: what a watchdog wants to see.
  std::uint64_t snmp_pulse() const { return worker_ ? worker_->pulse() : 0; }

 private:
  std::vector<InterfaceState> interfaces() const;
  void take_heard();
  void take(std::uint32_t source, FoundTrouble& found);
  void take(std::uint32_t source, ObservedFrame& frame);
  void take(std::uint32_t source, HeardStations& heard);
  void take(std::uint32_t source, SourceNotice& notice);
  void take(std::uint32_t source, SourceEnded& ended);
  void take_answers();
  void take(LocatedAnswer& answer);
  void take(IsolatedAnswer& answer);
  void take(RestoredAnswer& answer);
  void take(RecoveredAnswer& answer);
  void take(NoticedAnswer& answer);
  void take(PolledAnswer& answer);
  void take(AuditedAnswer& answer);
  void take(FailedAnswer& answer);

  void carry_out(Commands commands);
  void carry(OpenCommand& command);
  void carry(StepCommand& command);
  void carry(WorsenCommand& command);
  void carry(LocateCommand& command);
  void carry(IsolateCommand& command);
  void carry(RestoreCommand& command);
  void carry(VerifiedCommand& command);
  void ask(CaseId id, Question question, const std::string& what);

  void tick();
  void know();   ///< the stations that the store remembers
  void sync();   ///< what other processes wrote
  void write();  ///< what waits for the store
  std::optional<topology::Time> capture_now() const;
  void heard_now(std::uint32_t source, topology::MacAddress mac, topology::Time time);
  const SourceCounts& counts(std::uint32_t source) const;
  /// Nobody listens where this case's trouble was heard (when that is not known: anywhere).
  bool deaf_to(CaseId id) const;

  App& app_;
  Teller& teller_;
  SnmpDuties duties_;
  Engine engine_;
  std::unique_ptr<Queues> queues_;
  Attention attention_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<std::string> names_;
  std::shared_ptr<const analysis::KnownStations> known_;
  std::size_t listening_ = 0;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<SnmpWorker> worker_;
  topology::Time ticked_{}, synced_{}, write_tried_{};
  bool store_failed_ = false, keep_frames_ = false;
  std::string store_error_;
  std::uint64_t steps_lost_ = 0;
  std::map<std::string, std::uint64_t, std::less<>> findings_;  ///< by kind
  std::vector<std::optional<std::string>> deaf_;                ///< by source: why; empty: its end
  Attention::Wanted wanted_;
  std::map<CaseId, std::uint32_t> heard_on_;  ///< the source of a case's first finding
  /// By source: the address of the live interface; nullopt for files, and interfaces without one.
  std::vector<std::optional<topology::MacAddress>> ears_;
  struct LastHeard {
    topology::Time time{};
    topology::MacAddress by;  ///< the interface's own address
  };
  std::map<topology::MacAddress, LastHeard> last_heard_;  ///< culprits, at live interfaces
};

}  // namespace lanwarden::agent
