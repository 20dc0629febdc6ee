// Writes incidents to the store, in order. What the store does not take (a full disk, another process that
// holds it) waits in memory and is written later: nothing is lost silently.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/engine/engine.h"
#include "agent/store/notice_log.h"
#include "agent/store/store.h"
#include "analysis/acquaintances.h"

namespace lanwarden::agent {

/// One thread. Owns its connection.
class Recorder {
 public:
  static constexpr std::size_t kMostWaiting = 10'000;

  explicit Recorder(std::unique_ptr<Store> store) : store_(std::move(store)) {}

  void open(CaseId id, Incident incident);
  void step(CaseId id, IncidentEvent event, std::string switch_name, std::string port);
  void worsen(const WorsenCommand& command);
  void evidence(CaseId id, std::vector<EvidenceFrame> frames);
  /// Something that is to be told, and is no step of an incident.
  void notice(Notice notice);
  /// What stations told of themselves. It may be left out where much waits: it is told again.
  void stations(analysis::AcquaintanceNews news);

  /// The case is this incident of the store.
  void bind(CaseId id, std::int64_t incident);
  std::optional<std::int64_t> incident_of(CaseId id) const;
  CaseId case_of(std::int64_t incident) const;  ///< 0: none

  /// Writes what waits, the oldest first, until the store says no; its error then.
  std::optional<StoreError> flush();
  std::size_t waiting() const { return waiting_.size(); }
  std::uint64_t written() const { return written_; }  ///< entries so far
  /// What did not even find room to wait since the last call.
  std::size_t take_lost();
  /// What waits, in words: for a last message when the process ends.
  std::vector<std::string> unwritten() const;

  Store& store() { return *store_; }

 private:
  struct Step {
    IncidentEvent event;
    std::string switch_name, port;
  };
  struct Entry {
    CaseId id;
    std::variant<Incident, Step, WorsenCommand, std::vector<EvidenceFrame>, Notice,
                 std::unique_ptr<analysis::AcquaintanceNews>>
        what;
  };
  void add(Entry entry);
  StoreResult<void> write(const Entry& entry);
  StoreResult<void> write(const analysis::AcquaintanceNews& news);

  std::unique_ptr<Store> store_;
  std::map<CaseId, std::int64_t> incident_of_;
  std::map<std::int64_t, CaseId> case_of_;
  std::deque<Entry> waiting_;
  std::size_t lost_ = 0;
  std::uint64_t written_ = 0;
};

}  // namespace lanwarden::agent
