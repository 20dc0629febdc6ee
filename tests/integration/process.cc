#include "process.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

namespace lanwarden::integration {
namespace {

constexpr int kCannotExecute = 127;
constexpr int kTookTooLong = 124;  // as timeout(1) says it

std::string joined(const std::vector<std::string>& argv) {
  std::string line;
  for (const auto& word : argv) line += (line.empty() ? "" : " ") + word;
  return line;
}

[[noreturn]] void give_up(const char* what) {
  ::dprintf(STDERR_FILENO, "%s: %s\n", what, std::strerror(errno));
  ::_exit(kCannotExecute);
}

void enter_surroundings(const SpawnOptions& options, const std::string& netns_file) {
  if (!options.netns.empty()) {
    const int ns = ::open(netns_file.c_str(), O_RDONLY | O_CLOEXEC);
    if (ns < 0 || ::setns(ns, CLONE_NEWNET) != 0) give_up(netns_file.c_str());
    ::close(ns);
  }
  if (!options.netns.empty() || options.private_run) {
    if (::unshare(CLONE_NEWNS) != 0) give_up("unshare mounts");
    // Slave, not private: an unmount of /run/netns/… outside must reach us, or the namespace lives on.
    if (::mount("", "/", nullptr, MS_SLAVE | MS_REC, nullptr) != 0) give_up("mount --make-rslave /");
  }
  if (!options.netns.empty()) {  // sysfs shows the network namespace it was mounted in
    ::umount2("/sys", MNT_DETACH);
    if (::mount("sysfs", "/sys", "sysfs", 0, nullptr) != 0) give_up("mount /sys");
  }
  if (options.private_run) {
    if (::mount("none", "/run", "tmpfs", 0, nullptr) != 0) give_up("mount /run");
    ::mkdir("/run/lldpd", 0755);
  }
  if (!options.hostname.empty()) {
    if (::unshare(CLONE_NEWUTS) != 0) give_up("unshare the host name");
    if (::sethostname(options.hostname.data(), options.hostname.size()) != 0) give_up("sethostname");
  }
}

pid_t spawn(const std::vector<std::string>& argv, const SpawnOptions& options, int in, int out, int err) {
  std::vector<char*> words;
  for (const auto& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const std::string netns_file = "/run/netns/" + options.netns;
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) throw LanError("fork: " + std::string(std::strerror(errno)));
  if (pid > 0) return pid;

  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(kCannotExecute);
  ::setpgid(0, 0);  // Ctrl-C at the terminal is for the test, which then ends us in order
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGHUP}) ::signal(signal, SIG_DFL);
  enter_surroundings(options, netns_file);
  for (const auto& [name, value] : options.environment) ::setenv(name.c_str(), value.c_str(), 1);
  ::execvp(words[0], words.data());
  give_up(words[0]);
}

int as_exit_code(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

struct Pipe {
  int read_end = -1, write_end = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw LanError("pipe: " + std::string(std::strerror(errno)));
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    close_read();
    close_write();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_read() {
    if (read_end >= 0) ::close(std::exchange(read_end, -1));
  }
  void close_write() {
    if (write_end >= 0) ::close(std::exchange(write_end, -1));
  }
};

/// Appends what can be read now; false at the end of the stream.
bool drain(int fd, std::string& text) {
  std::array<char, 16384> buffer;
  const ssize_t n = ::read(fd, buffer.data(), buffer.size());
  if (n > 0) text.append(buffer.data(), static_cast<std::size_t>(n));
  return n > 0;
}

}  // namespace

void pause_briefly() { std::this_thread::sleep_for(std::chrono::milliseconds{20}); }

Process Process::start(const std::vector<std::string>& argv, const SpawnOptions& options) {
  const std::string log = options.log.empty() ? "/dev/null" : options.log.string();
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const int in = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (out < 0 || in < 0) throw LanError(log + ": " + std::strerror(errno));
  const pid_t pid = spawn(argv, options, in, out, out);
  ::close(in);
  ::close(out);
  return {pid, options.log};
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), code_(other.code_), log_(std::move(other.log_)) {}

Process& Process::operator=(Process&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(code_, other.code_);
  std::swap(log_, other.log_);
  return *this;
}

Process::~Process() { stop(); }

std::optional<int> Process::exit_code() {
  int status = 0;
  if (!code_ && pid_ > 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) code_ = as_exit_code(status);
  return code_;
}

std::optional<int> Process::wait(std::chrono::milliseconds limit) {
  wait_until(limit, [&] { return exit_code().has_value(); });
  return code_;
}

void Process::ask_to_end() const {
  if (pid_ > 0 && !code_) ::kill(pid_, SIGTERM);
}

void Process::stop() {
  if (pid_ <= 0 || exit_code()) return;
  ask_to_end();
  if (wait(std::chrono::seconds{2})) return;
  ::kill(pid_, SIGKILL);
  int status = 0;
  if (::waitpid(pid_, &status, 0) == pid_) code_ = as_exit_code(status);
}

CommandResult run(const std::vector<std::string>& argv, const SpawnOptions& options,
                  std::chrono::milliseconds limit, const std::string& input) {
  Pipe in, out, err;
  const pid_t pid = spawn(argv, options, in.read_end, out.write_end, err.write_end);
  in.close_read();
  out.close_write();
  err.close_write();
  // What we feed is a page or two, which a pipe holds: no need to interleave writing with reading.
  if (!input.empty() && ::write(in.write_end, input.data(), input.size()) < 0 && errno != EPIPE)
    throw LanError(joined(argv) + ": " + std::strerror(errno));
  in.close_write();

  CommandResult result;
  const auto deadline = std::chrono::steady_clock::now() + limit;
  bool late = false, out_open = true, err_open = true;
  while (out_open || err_open) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      late = true;
      ::kill(pid, SIGKILL);
      break;
    }
    std::array<pollfd, 2> fds{
        {{out_open ? out.read_end : -1, POLLIN, 0}, {err_open ? err.read_end : -1, POLLIN, 0}}};
    if (::poll(fds.data(), fds.size(), static_cast<int>(left.count())) <= 0) continue;
    if (fds[0].revents != 0) out_open = drain(out.read_end, result.out);
    if (fds[1].revents != 0) err_open = drain(err.read_end, result.err);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  result.exit_code = late ? kTookTooLong : as_exit_code(status);
  return result;
}

std::string run_or_throw(const std::vector<std::string>& argv, const SpawnOptions& options,
                         const std::string& input) {
  auto result = run(argv, options, std::chrono::seconds{30}, input);
  if (result.exit_code != 0)
    throw LanError(joined(argv) + ": exit code " + std::to_string(result.exit_code) + ": " + result.err +
                   result.out + (input.empty() ? "" : "\nwith the input\n" + input));
  return std::move(result.out);
}

}  // namespace lanwarden::integration
