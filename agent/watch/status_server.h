// Answers `lanwarden status`: whoever connects to the socket beside the store is given the daemon's state as
// one JSON document. Who may connect is who may open that socket (0660).
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "agent/watch/state.h"
#include "topology/result.h"

namespace lanwarden::agent {

/// One thread. `board` must outlive it. The socket goes when this object goes; one that a killed daemon left
/// is taken over: hold the DaemonLock.
class StatusServer {
 public:
  /// Fails with a sentence for people.
  static topology::Result<std::unique_ptr<StatusServer>, std::string> open(
      const std::filesystem::path& socket, const Board<DaemonState>& board);
  ~StatusServer();
  StatusServer(const StatusServer&) = delete;
  StatusServer& operator=(const StatusServer&) = delete;

 private:
  StatusServer(int fd, std::filesystem::path path, const Board<DaemonState>& board);
  void run();
  void serve(int client) const;

  const int fd_;
  const int end_;  ///< an eventfd: readable when it is to end
  const std::filesystem::path path_;
  const Board<DaemonState>& board_;
  std::thread thread_;
};

/// Where the daemon of this store listens.
std::filesystem::path status_socket(const std::filesystem::path& store);

/// The document of a running daemon; empty when none runs there. Fails with a sentence when one is there that
/// does not answer, or may not be asked.
topology::Result<std::string, std::string> ask_status(const std::filesystem::path& socket);

}  // namespace lanwarden::agent
