// A UDP socket bound to one numeric address, and what the system must allow for
// thousands of them.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "topology/result.h"

namespace lanwarden::lab {

class UdpSocket {
 public:
  UdpSocket() = default;
  UdpSocket(UdpSocket&& other) noexcept;
  UdpSocket& operator=(UdpSocket&& other) noexcept;
  ~UdpSocket();

  /// Non-blocking. Raises RLIMIT_NOFILE when descriptors run out. Port 0: the
  /// kernel chooses. `buffer`: octets of SO_RCVBUF and SO_SNDBUF, as far as allowed.
  static topology::Result<UdpSocket, std::string> bind(const std::string& address, std::uint16_t port,
                                                       int buffer);

  int fd() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  std::uint16_t port() const { return port_; }

 private:
  int fd_ = -1;
  std::uint16_t port_ = 0;
};

/// Where a datagram came from.
struct Peer {
  sockaddr_storage address{};
  socklen_t length = 0;
};

/// "10.0.0.1" or "::1" with a port, for bind and sendto. Fails when it is not numeric.
topology::Result<Peer, std::string> make_peer(const std::string& address, std::uint16_t port);

}  // namespace lanwarden::lab
