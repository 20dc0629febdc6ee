// What flows between threads: bounded, named, and never lost without being counted.
#pragma once

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <iterator>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace lanwarden::agent {

/// Wakes the one thread that reads several queues. A ring while nobody waits is not lost.
class Doorbell {
 public:
  Doorbell() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  ~Doorbell() { ::close(fd_); }
  Doorbell(const Doorbell&) = delete;
  Doorbell& operator=(const Doorbell&) = delete;

  void ring() {
    // Rung already: one system call for a thousand rings.
    if (rung_.exchange(true)) return;
    const std::uint64_t one = 1;
    static_cast<void>(!::write(fd_, &one, sizeof one));
  }
  /// Until somebody rings, or `limit` has passed. The queues have to be looked at after it, not before.
  void wait(std::chrono::milliseconds limit) {
    pollfd bell{fd_, POLLIN, 0};
    ::poll(&bell, 1, static_cast<int>(limit.count()));
    answer();
  }
  /// For a loop of its own: readable while it rings. Then answer().
  int fd() const { return fd_; }
  void answer() {
    // In this order: what is rung after the read makes it readable again.
    std::uint64_t count = 0;
    static_cast<void>(!::read(fd_, &count, sizeof count));
    rung_ = false;
  }

 private:
  const int fd_;
  std::atomic<bool> rung_{false};
};

/// Many writers, one reader.
template <class T>
class BoundedQueue {
 public:
  /// `name`: "capture -> engine"; static storage. `reader` must outlive the queue.
  BoundedQueue(std::string_view name, std::size_t capacity, Doorbell& reader)
      : name_(name), capacity_(capacity), reader_(reader) {}

  std::string_view name() const { return name_; }

  /// False when it is full: the item is not taken, and counted.
  bool try_push(T&& item) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_ || items_.size() >= capacity_) {
        refused_.fetch_add(1, std::memory_order_relaxed);
        return false;
      }
      add(std::move(item));
    }
    reader_.ring();
    return true;
  }
  /// Waits for room; false once the queue is closed.
  bool push(T&& item) {
    {
      std::unique_lock lock(mutex_);
      room_.wait(lock, [this] { return closed_ || items_.size() < capacity_; });
      if (closed_) return false;
      add(std::move(item));
    }
    reader_.ring();
    return true;
  }
  /// The oldest, if any; never waits.
  bool pop(T& item) {
    {
      const std::lock_guard lock(mutex_);
      if (items_.empty()) return false;
      item = std::move(items_.front());
      items_.pop_front();
    }
    room_.notify_one();
    return true;
  }
  /// Everything there is; never waits.
  std::vector<T> take() {
    std::vector<T> all;
    {
      const std::lock_guard lock(mutex_);
      all.assign(std::make_move_iterator(items_.begin()), std::make_move_iterator(items_.end()));
      items_.clear();
    }
    room_.notify_all();
    return all;
  }
  bool empty() const {
    const std::lock_guard lock(mutex_);
    return items_.empty();
  }
  /// Nobody reads any more: writers are let go.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    room_.notify_all();
  }
  std::size_t capacity() const { return capacity_; }
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }
  /// The longest it ever was.
  std::size_t most() const {
    const std::lock_guard lock(mutex_);
    return most_;
  }
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  void add(T&& item) {
    items_.push_back(std::move(item));
    if (items_.size() > most_) most_ = items_.size();
  }

  const std::string_view name_;
  const std::size_t capacity_;
  Doorbell& reader_;
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::deque<T> items_;
  std::size_t most_ = 0;
  std::atomic<std::uint64_t> refused_{0};
  bool closed_ = false;
};

}  // namespace lanwarden::agent
