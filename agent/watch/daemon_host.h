// What a daemon owes the machine it runs on: one of it for each store, and a word to systemd.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "topology/result.h"

namespace lanwarden::agent {

/// Held while this object lives; released by the kernel however the process ends.
class DaemonLock {
 public:
  /// Fails with a sentence for people: another daemon has it (with its pid), or the file cannot be made.
  static topology::Result<DaemonLock, std::string> take(const std::filesystem::path& file);
  DaemonLock(DaemonLock&& other) noexcept;
  DaemonLock& operator=(DaemonLock&&) = delete;
  ~DaemonLock();

 private:
  explicit DaemonLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

/// sd_notify(3): "READY=1", "STOPPING=1"; nothing when systemd did not ask for it.
void tell_systemd(std::string_view state);

}  // namespace lanwarden::agent
