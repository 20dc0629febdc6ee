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

namespace lanwarden::integration {
namespace {

std::atomic<pid_t> worker{-1};  // lock-free, so a signal handler may read it

void pass_on(int) {
  const pid_t pid = worker;
  if (pid > 0) ::kill(pid, SIGTERM);
}

}  // namespace

int supervised(int (*work)(int argc, char** argv), int argc, char** argv) {
  const pid_t parent = ::getpid();
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
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace lanwarden::integration
