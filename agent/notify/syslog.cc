// To a syslog server: UDP (RFC 5426), TCP with octet counting (RFC 6587 §3.4.1), or a local socket.
#include <fmt/format.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "agent/notify/abandon.h"
#include "agent/notify/channels.h"
#include "agent/notify/syslog_text.h"
#include "agent/notify/url.h"

namespace lanwarden::agent {
namespace {

using Clock = Abandon::Clock;

constexpr std::size_t kMostUdp = 2048;  // RFC 5424 §6.1: what a receiver should be able to take
constexpr std::size_t kMostTcp = 8192;

struct Socket {
  int fd = -1;
  explicit Socket(int made) : fd(made) {}
  Socket(Socket&& other) noexcept : fd(std::exchange(other.fd, -1)) {}
  ~Socket() {
    if (fd >= 0) ::close(fd);
  }
};

class Syslog final : public Channel {
 public:
  explicit Syslog(const ChannelConfig& config) : config_(config) {
    if (auto url = parse_channel_url(config.url.reveal())) url_ = std::move(*url);
  }

  Delivery deliver(const Message& message) override {
    deadline_ = Clock::now() + config_.timeout;
    const bool tcp = url_.scheme == "tcp";
    const std::string text = syslog_text(message, config_.facility, ::getpid(), tcp ? kMostTcp : kMostUdp);
    const std::string failure = url_.scheme == "unix" ? local(text) : remote(text, tcp);
    if (!failure.empty()) return Delivery::failed(url_.shown() + ": " + failure);
    return Delivery::delivered(url_.shown() + (tcp ? ": it took it" : ": sent"));
  }
  void abandon() override { abandon_.say(); }
  void rearm() override { abandon_.take_back(); }

 private:
  /// Each returns why not; empty: done.
  std::string local(const std::string& text) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, url_.path.data(), url_.path.size());
    const Socket s(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (s.fd < 0) return std::strerror(errno);
    if (::connect(s.fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      return std::strerror(errno);
    return send_all(s.fd, text);
  }

  std::string remote(const std::string& text, bool tcp) {
    addrinfo hints{};
    hints.ai_socktype = tcp ? SOCK_STREAM : SOCK_DGRAM;
    addrinfo* found = nullptr;
    const std::string port = std::to_string(url_.port);
    if (const int failed = ::getaddrinfo(url_.host.c_str(), port.c_str(), &hints, &found); failed != 0)
      return ::gai_strerror(failed);
    std::string why = "no address";
    for (const addrinfo* a = found; a != nullptr; a = a->ai_next) {
      const Socket s(::socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol));
      if (s.fd < 0) {
        why = std::strerror(errno);
        continue;
      }
      why = connect(s.fd, *a);
      if (why.empty()) why = tcp ? over_tcp(s.fd, text) : over_udp(s.fd, text);
      if (why.empty()) break;
    }
    ::freeaddrinfo(found);
    return why;
  }

  std::string connect(int fd, const addrinfo& to) {
    if (::connect(fd, to.ai_addr, to.ai_addrlen) == 0) return {};
    if (errno != EINPROGRESS) return std::strerror(errno);
    if (std::string why = wait(fd, POLLOUT); !why.empty()) return why;
    return socket_error(fd);
  }

  std::string over_udp(int fd, const std::string& text) {
    if (std::string why = send_all(fd, text); !why.empty()) return why;
    // "Nobody listens there" comes at once when it comes from this machine; from afar nobody waits for it.
    pollfd answer{fd, 0, 0};
    ::poll(&answer, 1, 20);
    return socket_error(fd);
  }

  /// Syslog has no answer: that it has arrived is known when the other end closes its half, too, or when TCP
  /// has nothing left that is not acknowledged.
  std::string over_tcp(int fd, const std::string& text) {
    if (std::string why = send_all(fd, fmt::format("{} {}", text.size(), text)); !why.empty()) return why;
    ::shutdown(fd, SHUT_WR);
    constexpr std::chrono::milliseconds kForTheEnd{1000};
    const auto until = std::min(deadline_, Clock::now() + kForTheEnd);
    for (char buffer[256];;) {
      const auto woken = abandon_.wait(fd, POLLIN, until);
      if (woken == Abandon::Woken::kAbandoned) return "given up";
      if (woken == Abandon::Woken::kTimeout) break;
      const ssize_t n = ::recv(fd, buffer, sizeof buffer, 0);
      if (n == 0) return {};
      if (n < 0 && errno != EAGAIN && errno != EINTR) return std::strerror(errno);
    }
    int left = 0;
    return ::ioctl(fd, SIOCOUTQ, &left) == 0 && left == 0 ? "" : "not acknowledged within the timeout";
  }

  std::string send_all(int fd, const std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t n = ::send(fd, text.data() + at, text.size() - at, MSG_NOSIGNAL);
      if (n >= 0) {
        at += static_cast<std::size_t>(n);
        continue;
      }
      if (errno != EAGAIN && errno != EINTR) return std::strerror(errno);
      if (std::string why = wait(fd, POLLOUT); !why.empty()) return why;
    }
    return {};
  }

  std::string wait(int fd, short events) {
    switch (abandon_.wait(fd, events, deadline_)) {
      case Abandon::Woken::kReady:
        return {};
      case Abandon::Woken::kTimeout:
        return "not within the timeout";
      case Abandon::Woken::kAbandoned:
        break;
    }
    return "given up";
  }

  static std::string socket_error(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return std::strerror(errno);
    return error == 0 ? "" : std::strerror(error);
  }

  const ChannelConfig config_;
  ChannelUrl url_;
  Abandon abandon_;
  Clock::time_point deadline_{};
};

}  // namespace

std::unique_ptr<Channel> make_syslog(const ChannelConfig& config) { return std::make_unique<Syslog>(config); }

}  // namespace lanwarden::agent
