#include "tests/snmp/net_snmp_daemon.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace lanwarden::snmp::testing {

unsigned free_port() {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(where);
  unsigned port = 0;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&where), size) == 0 &&
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&where), &size) == 0)
    port = ntohs(where.sin_port);
  ::close(fd);
  return port;
}

NetSnmpDaemon::NetSnmpDaemon() {
  std::string pattern = (std::filesystem::temp_directory_path() / "lanwarden-net-snmp-XXXXXX").string();
  if (::mkdtemp(pattern.data()) != nullptr) folder_ = pattern;
}

bool NetSnmpDaemon::start(const char* program, const std::vector<std::string>& arguments) {
  std::vector<char*> argv{const_cast<char*>(program)};
  for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  // Its own word that it is ready comes through a pipe; without one, poll() gives up.
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, STDIN_FILENO);
    ::dup2(null, STDERR_FILENO);
    ::execv(program, argv.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  output_ = ends[0];
  std::string said;
  while (said.find("NET-SNMP version") == std::string::npos) {
    pollfd wait{output_, POLLIN, 0};
    std::array<char, 4096> text{};
    const auto got = ::poll(&wait, 1, 30'000) <= 0 ? 0 : ::read(output_, text.data(), text.size());
    if (got <= 0) {
      end();
      return false;
    }
    said.append(text.data(), static_cast<std::size_t>(got));
  }
  return true;
}

void NetSnmpDaemon::signal(int number) {
  if (pid_ > 0) ::kill(pid_, number);
}

void NetSnmpDaemon::close_output() {
  if (output_ >= 0) ::close(output_);
  output_ = -1;
}

void NetSnmpDaemon::end() {
  if (pid_ > 0) {
    ::kill(pid_, SIGTERM);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
  }
  close_output();
}

NetSnmpDaemon::~NetSnmpDaemon() {
  end();
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

}  // namespace lanwarden::snmp::testing
