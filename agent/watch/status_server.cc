#include "agent/watch/status_server.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "agent/output/state_views.h"

namespace lanwarden::agent {
namespace {

/// Whoever takes longer to read a screenful is given up: others wait.
constexpr timeval kPatience{2, 0};
constexpr timeval kDaemonPatience{5, 0};

/// sockaddr_un holds 107 octets, a path more: it is reached through its folder.
struct Address {
  explicit Address(const std::filesystem::path& socket) {
    const auto folder = socket.parent_path();
    folder_fd = ::open(folder.empty() ? "." : folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    const std::string name = "/proc/self/fd/" + std::to_string(folder_fd) + "/" + socket.filename().string();
    fits = folder_fd >= 0 && name.size() < sizeof(one.sun_path);
    one.sun_family = AF_UNIX;
    if (fits) std::memcpy(one.sun_path, name.c_str(), name.size() + 1);
  }
  ~Address() {
    if (folder_fd >= 0) ::close(folder_fd);
  }
  Address(const Address&) = delete;
  Address& operator=(const Address&) = delete;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&one); }

  sockaddr_un one{};
  int folder_fd = -1;
  bool fits = false;
};

std::string because(const std::filesystem::path& socket, const char* what) {
  return socket.string() + ": " + what + " (" + std::strerror(errno) + ")";
}

}  // namespace

std::filesystem::path status_socket(const std::filesystem::path& store) { return store.string() + "-status"; }

topology::Result<std::unique_ptr<StatusServer>, std::string> StatusServer::open(
    const std::filesystem::path& socket, const Board<DaemonState>& board) {
  const Address address(socket);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return tl::make_unexpected(because(socket, "no socket"));
  std::error_code ignored;
  std::filesystem::remove(socket, ignored);
  // The mode has to be right from the first moment on.
  const mode_t before = ::umask(0117);
  const bool bound = address.fits && ::bind(fd, address.get(), sizeof address.one) == 0;
  ::umask(before);
  if (!bound || ::listen(fd, 8) != 0) {
    const std::string why = because(socket, "cannot be listened on");
    ::close(fd);
    return tl::make_unexpected(why);
  }
  return std::unique_ptr<StatusServer>(new StatusServer(fd, socket, board));
}

StatusServer::StatusServer(int fd, std::filesystem::path path, const Board<DaemonState>& board)
    : fd_(fd), end_(::eventfd(0, EFD_CLOEXEC)), path_(std::move(path)), board_(board) {
  thread_ = std::thread([this] { run(); });
}

StatusServer::~StatusServer() {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(end_, &one, sizeof one));
  thread_.join();
  ::close(fd_);
  ::close(end_);
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

void StatusServer::run() {
  while (true) {
    std::array<pollfd, 2> both{{{fd_, POLLIN, 0}, {end_, POLLIN, 0}}};
    if (::poll(both.data(), both.size(), -1) < 0 && errno != EINTR) return;
    if (both[1].revents != 0) return;
    if ((both[0].revents & POLLIN) == 0) continue;
    const int client = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    serve(client);
    ::close(client);
  }
}

void StatusServer::serve(int client) const {
  const auto state = board_.get();
  if (!state) return;
  ::setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  const std::string text = dump(to_json(*state)) + "\n";
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t n = ::send(client, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return;
    sent += static_cast<std::size_t>(n);
  }
}

topology::Result<std::string, std::string> ask_status(const std::filesystem::path& socket) {
  const Address address(socket);
  if (!address.fits) return std::string();
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return tl::make_unexpected(because(socket, "no socket"));
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &kDaemonPatience, sizeof kDaemonPatience);
  std::string text;
  if (::connect(fd, address.get(), sizeof address.one) != 0) {
    const bool nobody = errno == ENOENT || errno == ECONNREFUSED;
    const std::string why = because(socket, "the daemon cannot be asked");
    ::close(fd);
    if (nobody) return std::string();
    return tl::make_unexpected(why);
  }
  std::array<char, 65536> part{};
  ssize_t n = 0;
  while ((n = ::recv(fd, part.data(), part.size(), 0)) > 0)
    text.append(part.data(), static_cast<std::size_t>(n));
  ::close(fd);
  if (n < 0 || !text.ends_with('\n'))
    return tl::make_unexpected(socket.string() + ": a daemon is there, but it does not answer");
  return text;
}

}  // namespace lanwarden::agent
