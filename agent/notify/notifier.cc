#include "agent/notify/notifier.h"

#include <sys/prctl.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <iterator>
#include <random>

#include "agent/output/time_text.h"

namespace lanwarden::agent {
namespace {

using Clock = std::chrono::steady_clock;

/// Other processes write notices, too (`lanwarden isolate` by hand), and ring nobody.
constexpr std::chrono::seconds kLook{2};
constexpr std::chrono::milliseconds kToEnd{500};
constexpr std::size_t kMostNow = 100, kMostNews = 1000;

/// A name, a certificate, a slow end: a little more than the configuration says.
Clock::duration patience(const ChannelConfig& c) { return 2 * c.timeout + std::chrono::seconds{5}; }

}  // namespace

/// Shared by its thread and the notifier: a thread that cannot be woken (it asks for a name) is left behind.
struct Notifier::Worker {
  Worker(std::unique_ptr<Channel> made, std::shared_ptr<Doorbell> rung)
      : channel(std::move(made)), bell(std::move(rung)) {}

  void run() {
    // The daemon's capabilities are none of its children's business. Of this thread only.
    ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [this] { return stop || job; });
      if (stop) break;
      const Message message = *job;
      lock.unlock();
      Delivery delivery = deliver(message);
      lock.lock();
      job.reset();
      result = std::move(delivery);
      if (!stop) channel->rearm();
      bell->ring();
    }
    ended = true;
    changed.notify_all();
  }

  Delivery deliver(const Message& message) {
    try {
      return channel->deliver(message);
    } catch (const std::exception& e) {
      return Delivery::failed(e.what());
    }
  }

  std::unique_ptr<Channel> channel;
  std::shared_ptr<Doorbell> bell;
  std::thread thread;
  std::mutex mutex;  ///< of all below
  std::condition_variable changed;
  std::optional<Message> job;  ///< until it is done
  std::optional<Delivery> result;
  Clock::time_point began{};
  bool abandoned = false, stop = false, ended = false;
};

Notifier::Notifier(NoticeLog& store, std::vector<ChannelConfig> channels, Sender sender, MakeChannel make)
    : store_(store),
      configs_(std::move(channels)),
      sender_(std::move(sender)),
      bell_(std::make_shared<Doorbell>()) {
  for (const ChannelConfig& c : configs_) {
    workers_.push_back(std::make_shared<Worker>(make(c), bell_));
    workers_.back()->thread = std::thread([shared = workers_.back()] { shared->run(); });
  }
  thread_ = std::thread([this] { run(); });
}

Notifier::~Notifier() { stop(); }

void Notifier::stop() {
  stop_ = true;
  bell_->ring();
  if (thread_.joinable()) thread_.join();
}

void Notifier::tell_now(Notice notice) {
  {
    const std::lock_guard lock(mutex_);
    if (now_.size() < kMostNow) now_.push_back(std::move(notice));
  }
  bell_->ring();
}

NotifierStatus Notifier::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

std::vector<ChannelNews> Notifier::take_news() {
  const std::lock_guard lock(mutex_);
  return std::exchange(news_, {});
}

void Notifier::run() {
  std::mt19937 random{std::random_device{}()};
  if (auto origin = store_.notice_origin()) sender_.origin = *origin;
  Dispatcher dispatcher(store_, configs_, sender_,
                        [&] { return std::uniform_real_distribution<double>(0, 1)(random); });
  dispatcher.begin();
  while (!stop_) {
    turn(dispatcher);
    if (stop_) break;
    std::chrono::milliseconds wait = kLook;
    const topology::Time now = wall_clock();
    if (const auto due = dispatcher.due(now); due && *due > now)
      wait = std::min(wait, std::chrono::ceil<std::chrono::milliseconds>(*due - now));
    bell_->wait(wait);
  }
  end(dispatcher);
}

void Notifier::turn(Dispatcher& dispatcher) {
  const topology::Time now = wall_clock();
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    Worker& w = *workers_[i];
    const std::lock_guard lock(w.mutex);
    if (w.result) dispatcher.finished(i, *std::exchange(w.result, std::nullopt), now);
    if (w.job && !w.abandoned && Clock::now() - w.began > patience(configs_[i])) {
      w.abandoned = true;
      w.channel->abandon();
    }
  }
  {
    const std::lock_guard lock(mutex_);
    for (const Notice& n : now_) dispatcher.tell_now(n);
    now_.clear();
  }
  dispatcher.look();
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    auto message = dispatcher.next(i, now);
    if (!message) continue;
    Worker& w = *workers_[i];
    const std::lock_guard lock(w.mutex);
    w.job = std::move(message);
    w.began = Clock::now();
    w.abandoned = false;
    w.changed.notify_all();
  }
  auto news = dispatcher.take_news();
  const std::lock_guard lock(mutex_);
  status_ = dispatcher.status();
  std::move(news.begin(), news.end(), std::back_inserter(news_));
  if (news_.size() > kMostNews) news_.erase(news_.begin(), news_.end() - kMostNews);
}

void Notifier::end(Dispatcher& dispatcher) {
  for (const auto& w : workers_) {
    {
      const std::lock_guard lock(w->mutex);
      w->stop = true;
      if (w->job) w->channel->abandon();
    }
    w->changed.notify_all();
  }
  const auto until = Clock::now() + kToEnd;
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    Worker& w = *workers_[i];
    std::unique_lock lock(w.mutex);
    const bool ended = w.changed.wait_until(lock, until, [&] { return w.ended; });
    // One that was done in this moment is not told twice.
    if (w.result && w.result->result == Delivery::Result::kDelivered)
      dispatcher.finished(i, *w.result, wall_clock());
    lock.unlock();
    if (ended)
      w.thread.join();
    else
      w.thread.detach();
  }
}

}  // namespace lanwarden::agent
