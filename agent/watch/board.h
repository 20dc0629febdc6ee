// Where one thread leaves what others read.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace lanwarden::agent {

/// Always a whole value, never a torn one. (Not std::atomic<std::shared_ptr>: in libstdc++ 12 its load() ends
/// with relaxed order, which is a race.)
template <class T>
class Board {
 public:
  void put(T value) {
    auto fresh = std::make_shared<const T>(std::move(value));
    const std::lock_guard lock(mutex_);
    value_ = std::move(fresh);
  }
  /// Null before the first put().
  std::shared_ptr<const T> get() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;
};

}  // namespace lanwarden::agent
