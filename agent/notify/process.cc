#include "agent/notify/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>

extern "C" {  // glibc 2.36 does not say so itself
#include <sys/pidfd.h>
}

namespace lanwarden::agent {
namespace {

using Clock = Abandon::Clock;

constexpr std::size_t kMostWords = 200;
constexpr std::size_t kMostErrors = 4096;
constexpr std::chrono::milliseconds kToClean{300};
constexpr std::array kInherited = {"PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"};

struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    read = ends[0];
    write = ends[1];
  }
  ~Pipe() {
    close(read);
    close(write);
  }
  static void close(int& fd) {
    if (fd >= 0) ::close(fd);
    fd = -1;
  }
};

std::vector<std::string> environment(const std::vector<std::pair<std::string, std::string>>& variables) {
  std::vector<std::string> all;
  for (const char* const name : kInherited)
    if (const char* const value = std::getenv(name)) all.push_back(fmt::format("{}={}", name, value));
  if (std::getenv("PATH") == nullptr) all.emplace_back("PATH=/usr/local/bin:/usr/bin:/bin");
  for (const auto& [name, value] : variables) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& t : texts) all.push_back(t.data());
  all.push_back(nullptr);
  return all;
}

/// 0, or why not.
int start(const std::vector<std::string>& argv, std::vector<std::string> variables, const Pipe& in,
          const Pipe& errors, pid_t& child) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t how;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawnattr_init(&how);
  ::posix_spawn_file_actions_adddup2(&files, in.read, 0);
  ::posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_adddup2(&files, errors.write, 2);
  ::posix_spawn_file_actions_addclosefrom_np(&files, 3);
  sigset_t none, ignored;
  ::sigemptyset(&none);
  ::sigemptyset(&ignored);
  for (const int signal : {SIGPIPE, SIGXFSZ, SIGHUP, SIGINT, SIGTERM}) ::sigaddset(&ignored, signal);
  ::posix_spawnattr_setsigmask(&how, &none);
  ::posix_spawnattr_setsigdefault(&how, &ignored);
  ::posix_spawnattr_setpgroup(&how, 0);
  ::posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> arguments = argv;
  const int failed = ::posix_spawn(&child, argv.front().c_str(), &files, &how, pointers(arguments).data(),
                                   pointers(variables).data());
  ::posix_spawnattr_destroy(&how);
  ::posix_spawn_file_actions_destroy(&files);
  return failed;
}

std::string last_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  text = text.substr(text.find_last_of('\n') + 1);
  return text.substr(0, kMostWords);
}

/// Feeds, listens, and waits for the end of it.
class Running {
 public:
  Running(pid_t child, Pipe& in, Pipe& errors, const Abandon& abandon)
      : child_(child), pid_fd_(::pidfd_open(child, 0)), in_(in), errors_(errors), abandon_(abandon) {
    Pipe::close(in_.read);
    Pipe::close(errors_.write);
    ::fcntl(in_.write, F_SETFL, O_NONBLOCK);
    ::fcntl(errors_.read, F_SETFL, O_NONBLOCK);
  }
  ~Running() {
    if (pid_fd_ >= 0) ::close(pid_fd_);
  }

  ProcessEnd wait(const std::string& input, std::chrono::milliseconds timeout) {
    const auto deadline = Clock::now() + timeout;
    std::size_t fed = 0;
    if (input.empty()) Pipe::close(in_.write);
    for (;;) {
      pollfd fds[] = {{abandon_.fd(), POLLIN, 0},
                      {pid_fd_, POLLIN, 0},
                      {errors_.read, POLLIN, 0},
                      {in_.write, POLLOUT, 0}};
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
      if (left <= 0) return killed(ProcessEnd::How::kTimeout, SIGTERM);
      if (::poll(fds, 4, static_cast<int>(left)) < 0 && errno != EINTR)
        return killed(ProcessEnd::How::kTimeout, SIGKILL);
      if (fds[0].revents != 0) return killed(ProcessEnd::How::kAbandoned, SIGKILL);
      if (fds[2].revents != 0) hear();
      if (fds[3].revents != 0) feed(input, fed);
      if (fds[1].revents != 0) return ended();
    }
  }

 private:
  void hear() {
    char buffer[1024];
    const ssize_t n = ::read(errors_.read, buffer, sizeof buffer);
    if (n == 0) Pipe::close(errors_.read);
    if (n <= 0) return;
    heard_.append(buffer, static_cast<std::size_t>(n));
    if (heard_.size() > kMostErrors) heard_.erase(0, heard_.size() - kMostErrors);
  }
  void feed(const std::string& input, std::size_t& fed) {
    const ssize_t n = ::write(in_.write, input.data() + fed, input.size() - fed);
    if (n > 0) fed += static_cast<std::size_t>(n);
    // One that does not want to hear it may be content all the same.
    if (fed == input.size() || (n < 0 && errno != EAGAIN && errno != EINTR)) Pipe::close(in_.write);
  }
  ProcessEnd ended() {
    hear();
    int status = 0;
    ::waitpid(child_, &status, 0);
    if (WIFEXITED(status)) return {ProcessEnd::How::kExited, WEXITSTATUS(status), last_line(heard_)};
    return {ProcessEnd::How::kSignalled, WTERMSIG(status), last_line(heard_)};
  }
  ProcessEnd killed(ProcessEnd::How how, int signal) {
    ::kill(-child_, signal);
    if (signal != SIGKILL) abandon_.wait(pid_fd_, POLLIN, Clock::now() + kToClean);
    ::kill(-child_, SIGKILL);  // what it has started, too
    ::waitpid(child_, nullptr, 0);
    return {how, 0, last_line(heard_)};
  }

  pid_t child_;
  int pid_fd_;
  Pipe& in_;
  Pipe& errors_;
  const Abandon& abandon_;
  std::string heard_;
};

}  // namespace

std::string ProcessEnd::text() const {
  std::string text;
  switch (how) {
    case How::kExited:
      text = fmt::format("exit code {}", code);
      break;
    case How::kSignalled:
      text = fmt::format("ended by signal {} ({})", code,
                         ::sigabbrev_np(code) != nullptr ? ::sigabbrev_np(code) : "?");
      break;
    case How::kTimeout:
      text = "not done within the timeout, killed";
      break;
    case How::kAbandoned:
      text = "given up";
      break;
    case How::kNotStarted:
      return fmt::format("cannot be started ({})", std::strerror(code));
  }
  return words.empty() ? text : text + ": " + words;
}

ProcessEnd run_process(const std::vector<std::string>& argv, const std::string& input,
                       const std::vector<std::pair<std::string, std::string>>& variables,
                       std::chrono::milliseconds timeout, const Abandon& abandon) {
  Pipe in, errors;
  if (in.read < 0 || errors.read < 0) return {ProcessEnd::How::kNotStarted, errno, ""};
  pid_t child = -1;
  if (const int failed = start(argv, environment(variables), in, errors, child); failed != 0)
    return {ProcessEnd::How::kNotStarted, failed, ""};
  return Running(child, in, errors, abandon).wait(input, timeout);
}

}  // namespace lanwarden::agent
