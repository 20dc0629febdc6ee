// Names from the DNS, by the clock, on a thread of its own with its own connection to the store: a server
// that does not answer holds nobody up.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/dns/naming.h"

namespace lanwarden::agent {

class NameRounds {
 public:
  NameRounds(std::unique_ptr<Store> store, std::unique_ptr<ReverseDns> dns);
  ~NameRounds();  ///< within a quarter of a second, or as long as the store takes
  NameRounds(const NameRounds&) = delete;
  NameRounds& operator=(const NameRounds&) = delete;

  struct News {
    bool good;
    std::string text;
  };
  /// For the log, since the last call.
  std::vector<News> take_news();

 private:
  void run();
  void tell(bool good, std::string text);

  const std::unique_ptr<Store> store_;
  const std::unique_ptr<ReverseDns> dns_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::vector<News> news_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace lanwarden::agent
