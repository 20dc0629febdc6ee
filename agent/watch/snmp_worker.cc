#include "agent/watch/snmp_worker.h"

#include <nlohmann/json.hpp>

#include "agent/output/views.h"

namespace lanwarden::agent {

SnmpWorker::SnmpWorker(App& app) : app_(app), thread_([this] { run(); }) {}

SnmpWorker::~SnmpWorker() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  asked_.notify_all();
  thread_.join();
}

bool SnmpWorker::ask(Question question) {
  {
    const std::lock_guard lock(mutex_);
    if (questions_.size() >= kQueueLength) return false;
    questions_.push_back(std::move(question));
  }
  asked_.notify_one();
  return true;
}

std::vector<Answer> SnmpWorker::answers(std::chrono::milliseconds wait) {
  std::unique_lock lock(mutex_);
  if (answers_.empty() && wait.count() > 0)
    answered_.wait_for(lock, wait, [this] { return !answers_.empty(); });
  std::vector<Answer> taken(std::make_move_iterator(answers_.begin()),
                            std::make_move_iterator(answers_.end()));
  answers_.clear();
  return taken;
}

void SnmpWorker::run() {
  for (;;) {
    std::unique_lock lock(mutex_);
    asked_.wait(lock, [this] { return stop_ || !questions_.empty(); });
    if (stop_) return;
    const Question question = std::move(questions_.front());
    questions_.pop_front();
    lock.unlock();
    Answer done = std::visit([this](const auto& command) { return answer(command); }, question);
    lock.lock();
    answers_.push_back(std::move(done));
    lock.unlock();
    answered_.notify_one();
  }
}

Answer SnmpWorker::answer(const LocateCommand& command) {
  WhereResult result;
  result.mac = command.mac;
  result.located = app_.locator().live(command.mac);
  result.vendor = app_.vendors().lookup(command.mac);
  result.ips = app_.locator().ips_of(command.mac);
  const topology::Fabric& fabric = app_.locator().fabric();
  LocatedAnswer answer{command.id, result.located, place(result.located.location, fabric),
                       dump(to_json(result, fabric)),
                       to_text(result, fabric, app_.console, app_.console.verbosity() > 0)};
  return answer;
}

Answer SnmpWorker::answer(const IsolateCommand& command) {
  Isolator isolator(app_.config(), app_.store(), app_.switches());
  auto outcome = isolator.isolate(command.request);
  if (!outcome) return FailedAnswer{command.id, outcome.error()};
  return IsolatedAnswer{command.id, std::move(*outcome)};
}

}  // namespace lanwarden::agent
