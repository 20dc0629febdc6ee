#include "tests/snmp/snmpd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

namespace lanwarden::snmp::testing {
namespace {

constexpr const char* kProgram = "/usr/sbin/snmpd";

/// Free a moment ago; nobody else hands out the same one before the kernel's range came round.
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

}  // namespace

std::unique_ptr<Snmpd> Snmpd::start() {
  if (::access(kProgram, X_OK) != 0) {
    WARN("SKIPPED: no " << kProgram << " here (package snmpd)");
    return nullptr;
  }
  std::unique_ptr<Snmpd> self(new Snmpd);
  std::string pattern = (std::filesystem::temp_directory_path() / "lanwarden-snmpd-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    WARN("SKIPPED: no temporary folder");
    return nullptr;
  }
  self->folder_ = pattern;
  // Apart from the configuration: snmpd keeps its state in a file of the same name.
  std::filesystem::create_directory(self->folder_ / "state");
  self->port_ = free_port();
  std::ofstream(self->folder_ / "snmpd.conf")
      << "rocommunity public 127.0.0.1\n"
      << "rwcommunity private 127.0.0.1\n"
      << "rouser " << kUser << " auth\n"
      << "createUser " << kUser << " SHA-256 \"" << kAuthPassword << "\" AES \"" << kPrivacyPassword << "\"\n"
      << "master agentx\n"
      << "sysName real\n";
  if (!self->launch()) {
    WARN("SKIPPED: snmpd does not start here");
    return nullptr;
  }
  return self;
}

bool Snmpd::launch() {
  const std::string config = (folder_ / "snmpd.conf").string();
  const std::string persistent = "--persistentDir=" + (folder_ / "state").string();
  const std::string agentx = "--agentXSocket=" + (folder_ / "agentx").string();
  const std::string listen = "udp:127.0.0.1:" + std::to_string(port_);
  // Its own word that it is ready comes through a pipe; without one, poll() gives up.
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, STDIN_FILENO);
    ::dup2(null, STDERR_FILENO);
    ::execl(kProgram, "snmpd", "-f", "-Lo", "-C", "-c", config.c_str(), "-m", "", "-I", "-smux",
            persistent.c_str(), agentx.c_str(), listen.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string said;
  bool ready = false;
  while (!ready) {
    pollfd wait{ends[0], POLLIN, 0};
    if (::poll(&wait, 1, 10'000) <= 0) break;
    std::array<char, 4096> text{};
    const auto got = ::read(ends[0], text.data(), text.size());
    if (got <= 0) break;
    said.append(text.data(), static_cast<std::size_t>(got));
    ready = said.find("NET-SNMP version") != std::string::npos;
  }
  ::close(ends[0]);
  if (!ready) end();
  return ready;
}

void Snmpd::end() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
}

void Snmpd::freeze() { ::kill(pid_, SIGSTOP); }
void Snmpd::thaw() { ::kill(pid_, SIGCONT); }

bool Snmpd::restart() {
  end();
  return launch();
}

Snmpd::~Snmpd() {
  end();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace lanwarden::snmp::testing
