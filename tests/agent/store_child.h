// Parts of a test in a process of their own: without rights, without room, or killed.
#pragma once

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <stdexcept>
#include <string>

namespace lanwarden::agent::testing {

/// What `story` returns, told by a child process.
template <class Story>
std::string in_child(Story&& story) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    std::string told;
    try {
      told = story();
    } catch (const std::exception& e) {
      told = std::string("exception: ") + e.what();
    }
    if (::write(ends[1], told.data(), told.size()) < 0) ::_exit(2);
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string told;
  char buffer[4096];
  for (ssize_t n; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    told.append(buffer, static_cast<std::size_t>(n));
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return told;
}

/// The same without root's power to write everywhere.
template <class Story>
std::string as_nobody(Story&& story) {
  return in_child([&]() -> std::string {
    constexpr uid_t kNobody = 65534;
    if (::geteuid() == 0 &&
        (::setgroups(0, nullptr) != 0 || ::setgid(kNobody) != 0 || ::setuid(kNobody) != 0))
      return "cannot become nobody";
    return story();
  });
}

/// Runs `story(tell)` in a child, and kills it (SIGKILL) right after it told its
/// `count`-th number: it dies wherever it then is. `last` becomes the newest number told.
template <class Story>
void kill_after(unsigned count, Story&& story, int& last) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      story([&](int number) {
        if (::write(ends[1], &number, sizeof number) != sizeof number) ::_exit(2);
      });
    } catch (const std::exception&) {
    }
    ::_exit(1);
  }
  ::close(ends[1]);
  int number = 0;
  for (unsigned i = 0; i < count && ::read(ends[0], &number, sizeof number) == sizeof number; ++i)
    last = number;
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  while (::read(ends[0], &number, sizeof number) == sizeof number) last = number;
  ::close(ends[0]);
}

}  // namespace lanwarden::agent::testing
