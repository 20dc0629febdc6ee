#include "snmp/sub_agent.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "snmp/address.h"
#include "snmp/agentx_session.h"
#include "snmp/resolver.h"
#include "snmp/wake_timer.h"

namespace lanwarden::snmp {
namespace {

using agentx::MasterSession;
using agentx::TimePoint;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kFirstRetry{1}, kLastRetry{15}, kConnectWithin{10};
/// Datagrams of switches wait on the same thread: no master gets more than this at a time.
constexpr int kMostReads = 16;

std::string advice(int error) {
  switch (error) {
    case EACCES:
      return ": its owner decides who may use it (agentXPerms in snmpd.conf)";
    case ENOENT:
    case ECONNREFUSED:
      return ": is snmpd running, with \"master agentx\" in snmpd.conf?";
    default:
      return "";
  }
}

}  // namespace

topology::Result<AgentxSocket, std::string> AgentxSocket::parse(const std::string& text) {
  AgentxSocket out;
  out.text = text;
  if (text.starts_with("tcp:")) {
    const std::string where = text.substr(4);
    const auto parsed = parse_address(where);
    SocketAddress numeric;
    if (!parsed) return tl::unexpected("\"" + text + "\": " + parsed.error().cause);
    out.host = parsed->host;
    // parse_address() is for switches, where a port that is not named is SNMP's.
    if (parsed->port != 161 || where.ends_with(":161")) out.port = parsed->port;
    if (!numeric_address({out.host, out.port}, numeric))
      return tl::unexpected("\"" + text + "\": tcp: takes a numeric address, such as tcp:127.0.0.1:705");
    return out;
  }
  out.path = text.starts_with("unix:") ? text.substr(5) : text;
  if (!out.path.starts_with("/"))
    return tl::unexpected("\"" + text +
                          "\": a path from the root, such as /var/agentx/master, or tcp:127.0.0.1:705");
  if (out.path.size() >= sizeof(sockaddr_un::sun_path))
    return tl::unexpected("\"" + text + "\": a socket's path has at most " +
                          std::to_string(sizeof(sockaddr_un::sun_path) - 1) + " characters");
  return out;
}

struct SubAgent::Impl {
  explicit Impl(AgentxSocket where) : socket(std::move(where)) {
    epoll = epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLIN;
    epoll_ctl(epoll, EPOLL_CTL_ADD, timer.fd(), &event);
    timer.set(Clock::now());
  }
  ~Impl() {
    if (session && connected) {
      session->close();
      write();
    }
    leave();
    if (epoll >= 0) ::close(epoll);
  }

  void connect(TimePoint now);
  void connection_is_up(TimePoint now);
  bool read(TimePoint now);
  bool write();
  void watch(std::uint32_t events);
  void leave();
  void fail(const std::string& why, TimePoint now);
  void fail(int error, TimePoint now) { fail(std::strerror(error) + advice(error), now); }
  const agentx::View& current_view();

  const AgentxSocket socket;
  int epoll = -1, fd = -1;
  std::uint32_t watched = 0;
  WakeTimer timer;
  bool connected = false;
  std::optional<MasterSession> session;
  TimePoint retry_at{}, connect_until{};
  std::chrono::seconds patience = kFirstRetry;
  std::string trouble;
  std::uint64_t requests = 0;  ///< of sessions that are over

  SubAgentData data;
  std::optional<agentx::View> view;  ///< none: data is newer
};

const agentx::View& SubAgent::Impl::current_view() {
  if (!view) view.emplace(mibs::variables(data), mibs::own_objects());
  return *view;
}

void SubAgent::Impl::leave() {
  if (session) requests += session->requests();
  session.reset();
  connected = false;
  if (fd >= 0) ::close(fd);  // which takes it out of epoll, too
  fd = -1;
  watched = 0;
}

void SubAgent::Impl::fail(const std::string& why, TimePoint now) {
  leave();
  trouble = fmt::format("AgentX master {}: {}", socket.text, why);
  retry_at = now + patience;
  patience = std::min(2 * patience, kLastRetry);
}

void SubAgent::Impl::watch(std::uint32_t events) {
  if (watched == events) return;
  epoll_event event{};
  event.events = events;
  epoll_ctl(epoll, watched == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
  watched = events;
}

void SubAgent::Impl::connect(TimePoint now) {
  SocketAddress where;
  if (!socket.path.empty()) {
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    socket.path.copy(local.sun_path, sizeof(local.sun_path) - 1);
    std::memcpy(&where.storage, &local, sizeof local);
    where.size = sizeof local;
  } else if (!numeric_address({socket.host, socket.port}, where)) {
    return fail("it is no numeric address", now);
  }
  fd = ::socket(where.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return fail(errno, now);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&where.storage), where.size) == 0)
    return connection_is_up(now);
  if (errno != EINPROGRESS) return fail(errno, now);
  connect_until = now + kConnectWithin;
  watch(EPOLLOUT);
}

void SubAgent::Impl::connection_is_up(TimePoint now) {
  connected = true;
  session.emplace(mibs::lanwarden_root(), "lanwarden", now);
}

/// False: there may be more.
bool SubAgent::Impl::read(TimePoint now) {
  std::array<std::uint8_t, 16384> octets;
  for (int i = 0; i < kMostReads && session->over().empty(); ++i) {
    const ssize_t got = ::recv(fd, octets.data(), octets.size(), MSG_DONTWAIT);
    if (got > 0) {
      session->take(std::span(octets).first(static_cast<std::size_t>(got)), current_view(), now);
      continue;
    }
    if (got == 0) return fail("it closed the connection", now), true;
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) fail(errno, now);
    return true;
  }
  return false;
}

/// False: the connection is lost.
bool SubAgent::Impl::write() {
  std::vector<std::uint8_t>& out = session->output();
  std::size_t sent = 0;
  while (sent < out.size()) {
    const ssize_t n = ::send(fd, out.data() + sent, out.size() - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return false;
    if (n < 0) break;
    sent += static_cast<std::size_t>(n);
  }
  out.erase(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(sent));
  return true;
}

SubAgent::SubAgent(AgentxSocket socket) : impl_(std::make_unique<Impl>(std::move(socket))) {}
SubAgent::~SubAgent() = default;

void SubAgent::publish(SubAgentData data) {
  impl_->data = std::move(data);
  impl_->view.reset();
}

int SubAgent::descriptor() const { return impl_->epoll; }
bool SubAgent::serving() const { return impl_->session && impl_->session->serving(); }
const std::string& SubAgent::trouble() const { return impl_->trouble; }
std::uint64_t SubAgent::requests() const {
  return impl_->requests + (impl_->session ? impl_->session->requests() : 0);
}

void SubAgent::serve() {
  Impl& self = *impl_;
  const TimePoint now = Clock::now();
  self.timer.rang();
  if (self.fd < 0 && now >= self.retry_at) self.connect(now);
  if (self.fd >= 0 && !self.connected) {
    int error = 0;
    socklen_t size = sizeof error;
    sockaddr_storage peer{};
    socklen_t peer_size = sizeof peer;
    if (::getsockopt(self.fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    if (error != 0)
      self.fail(error, now);
    else if (::getpeername(self.fd, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0)
      self.connection_is_up(now);
    else if (now >= self.connect_until)
      self.fail(ETIMEDOUT, now);
  }
  if (self.connected) self.read(now);
  if (self.connected) {
    self.session->on_time(now);
    if (!self.write())
      self.fail(errno, now);
    else if (!self.session->over().empty())
      self.fail(std::string(self.session->over()), now);
  }
  if (self.connected) {
    if (serving()) {
      self.trouble.clear();
      self.patience = kFirstRetry;
    }
    self.watch(self.session->output().empty() ? EPOLLIN : EPOLLIN | EPOLLOUT);
    self.timer.set(self.session->due());
  } else {
    self.timer.set(self.fd >= 0 ? self.connect_until : self.retry_at);
  }
}

}  // namespace lanwarden::snmp
