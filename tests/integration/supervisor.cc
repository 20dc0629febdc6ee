#include "supervisor.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "lan_site.h"
#include "process.h"

namespace lanwarden::integration {
namespace {

std::atomic<pid_t> worker{-1};  // lock-free, so a signal handler may read it

void pass_on(int) {
  const pid_t pid = worker;
  if (pid > 0) ::kill(pid, SIGTERM);
}

/// Daemons that outlived their starter for a moment would stay as zombies where nobody else collects them.
void reap_orphans() {
  bool any_left = true;
  wait_until(std::chrono::seconds{2}, [&] {
    pid_t reaped = 0;
    while ((reaped = ::waitpid(-1, nullptr, WNOHANG)) > 0) {
    }
    any_left = reaped == 0;
    return !any_left;
  });
  if (any_left) std::fputs("some daemon of the LAN does not end\n", stderr);
}

}  // namespace

int supervised(int (*work)(int argc, char** argv), int argc, char** argv) {
  const pid_t parent = ::getpid();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // daemons whose worker died become our children: see reap_orphans
  worker = ::fork();
  if (worker < 0) {
    std::perror("fork");
    return 1;
  }
  if (worker == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(1);
    std::exit(work(argc, argv));
  }
  struct sigaction action {};
  action.sa_handler = pass_on;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &action, nullptr);
  int status = 0;
  while (::waitpid(worker, &status, 0) < 0 && errno == EINTR) {
  }
  worker = -1;
  remove_abandoned_sites();
  reap_orphans();
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace lanwarden::integration
