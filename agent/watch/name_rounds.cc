#include "agent/watch/name_rounds.h"

#include <utility>

#include "agent/output/time_text.h"

namespace lanwarden::agent {
namespace {

/// Addresses a round: twenty a second, which no name server feels.
constexpr std::size_t kMost = 1200;
constexpr std::chrono::minutes kEvery{1};
/// After the start: the first walks come first.
constexpr std::chrono::seconds kFirst{5};
constexpr std::size_t kMostNews = 16;

}  // namespace

NameRounds::NameRounds(std::unique_ptr<Store> store, std::unique_ptr<ReverseDns> dns)
    : store_(std::move(store)), dns_(std::move(dns)), thread_([this] { run(); }) {}

NameRounds::~NameRounds() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  ended_.notify_all();
  thread_.join();
}

std::vector<NameRounds::News> NameRounds::take_news() {
  const std::lock_guard lock(mutex_);
  return std::exchange(news_, {});
}

void NameRounds::tell(bool good, std::string text) {
  const std::lock_guard lock(mutex_);
  if (news_.size() < kMostNews) news_.push_back({good, std::move(text)});
}

void NameRounds::run() {
  Naming naming(*store_, *dns_);
  bool silent = false;
  topology::Duration wait = kFirst;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      if (ended_.wait_for(lock, wait, [this] { return stop_.load(); })) return;
    }
    wait = kEvery;
    const auto done = naming.round(wall_clock(), kMost, stop_);
    if (!done) {
      tell(false, "names of the DNS are not stored: " + done.error().message);
      continue;
    }
    if (done->asked == 0) continue;
    const bool nobody = done->unanswered == done->asked;
    if (nobody && !silent)
      tell(false, "no DNS server answers; those addresses are asked about again in ten minutes");
    if (!nobody && silent) tell(true, "the DNS answers again");
    silent = nobody;
  }
}

}  // namespace lanwarden::agent
