// The thread that owns SNMP while frames are listened to: questions go in
// (`watch -> snmp`), answers come out (`snmp -> watch`).
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "agent/app.h"
#include "agent/engine/engine.h"
#include "agent/isolation/isolator.h"

namespace lanwarden::agent {

struct LocatedAnswer {
  CaseId id;
  Located located;
  std::string place;
  std::string location_json;  ///< the contract's result object
  std::string text;           ///< the same for people
};
struct IsolatedAnswer {
  CaseId id;
  IsolationOutcome outcome;
};
/// The store failed: what was asked for could not be done.
struct FailedAnswer {
  CaseId id;
  StoreError error;
};
using Answer = std::variant<LocatedAnswer, IsolatedAnswer, FailedAnswer>;
using Question = std::variant<LocateCommand, IsolateCommand>;

/// From start to destruction the app's locator, collector and store belong to
/// the worker's thread.
class SnmpWorker {
 public:
  explicit SnmpWorker(App& app);
  ~SnmpWorker();
  SnmpWorker(const SnmpWorker&) = delete;
  SnmpWorker& operator=(const SnmpWorker&) = delete;

  /// False when the queue is full: the question is not asked, and the caller says so.
  bool ask(Question question);
  /// What was answered since the last call; waits for the first at most `wait`.
  std::vector<Answer> answers(std::chrono::milliseconds wait);

 private:
  static constexpr std::size_t kQueueLength = 256;
  void run();
  Answer answer(const LocateCommand& command);
  Answer answer(const IsolateCommand& command);

  App& app_;
  std::mutex mutex_;
  std::condition_variable asked_, answered_;
  std::deque<Question> questions_;  ///< watch -> snmp
  std::deque<Answer> answers_;      ///< snmp -> watch; as many as questions
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace lanwarden::agent
