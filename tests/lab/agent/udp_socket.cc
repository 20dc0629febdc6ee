#include "tests/lab/agent/udp_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace lanwarden::lab {

namespace {

rlim_t descriptor_limit() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

bool raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  if (limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
  }
  // Root may go on, up to fs.nr_open.
  limit.rlim_cur = limit.rlim_max = std::max<rlim_t>(limit.rlim_max * 2, 65536);
  return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

// Beyond net.core.rmem_max where we may, else up to it.
void set_buffer(int fd, int forced, int plain, int octets) {
  if (setsockopt(fd, SOL_SOCKET, forced, &octets, sizeof octets) != 0) {
    setsockopt(fd, SOL_SOCKET, plain, &octets, sizeof octets);
  }
}

}  // namespace

UdpSocket::UdpSocket(UdpSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), port_(std::exchange(other.port_, std::uint16_t{0})) {}

UdpSocket& UdpSocket::operator=(UdpSocket&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(port_, other.port_);
  return *this;
}

UdpSocket::~UdpSocket() {
  if (fd_ >= 0) ::close(fd_);
}

topology::Result<Peer, std::string> make_peer(const std::string& address, std::uint16_t port) {
  Peer peer;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&peer.address, &v4, sizeof v4);
    peer.length = sizeof v4;
    return peer;
  }
  if (inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&peer.address, &v6, sizeof v6);
    peer.length = sizeof v6;
    return peer;
  }
  return tl::unexpected("\"" + address + "\" is no IPv4 or IPv6 address");
}

topology::Result<UdpSocket, std::string> UdpSocket::bind(const std::string& address, std::uint16_t port,
                                                         int buffer) {
  const auto peer = make_peer(address, port);
  if (!peer) return tl::unexpected(peer.error());
  const auto failed = [&](const char* what) {
    const std::string where = address + " port " + std::to_string(port);
    return tl::unexpected(where + ": " + what + ": " + std::strerror(errno));
  };
  const int type = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  UdpSocket socket;
  socket.fd_ = ::socket(peer->address.ss_family, type, 0);
  if (socket.fd_ < 0 && errno == EMFILE) {
    if (raise_descriptor_limit()) socket.fd_ = ::socket(peer->address.ss_family, type, 0);
    if (socket.fd_ < 0) {
      return tl::unexpected(address +
                            ": no descriptor left for its socket; raise the limit (ulimit -n), now " +
                            std::to_string(descriptor_limit()));
    }
  }
  if (socket.fd_ < 0) return failed("no socket");
  set_buffer(socket.fd_, SO_RCVBUFFORCE, SO_RCVBUF, buffer);
  set_buffer(socket.fd_, SO_SNDBUFFORCE, SO_SNDBUF, buffer);
  if (::bind(socket.fd_, reinterpret_cast<const sockaddr*>(&peer->address), peer->length) != 0) {
    return failed("cannot bind");
  }
  Peer bound;
  bound.length = sizeof bound.address;
  if (::getsockname(socket.fd_, reinterpret_cast<sockaddr*>(&bound.address), &bound.length) != 0) {
    return failed("no name");
  }
  sockaddr_in in{};
  std::memcpy(&in, &bound.address, sizeof in);  // the port stands at the same place in both families
  socket.port_ = ntohs(in.sin_port);
  return socket;
}

}  // namespace lanwarden::lab
