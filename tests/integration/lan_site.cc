#include "lan_site.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "process.h"

namespace lanwarden::integration {
namespace {

namespace fs = std::filesystem;

const std::string kPrefix = "lwlan-";
const fs::path kNamespaces = "/run/netns";

/// The lock file of a place, locked by us; -1 when its owner lives. Locks, unlike
/// remembered process ids, end with their owner and are never another's.
int lock_site(const fs::path& directory) {
  const int fd = ::open((directory / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return -1;
  struct stat info {};  // a file without a name: somebody removed the place while we waited at its door
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0 && ::fstat(fd, &info) == 0 && info.st_nlink > 0) return fd;
  ::close(fd);
  return -1;
}

/// The namespaces of the place with this name ("lwlan-PID-N").
std::vector<std::string> namespaces_of(const std::string& site) {
  std::vector<std::string> names;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(kNamespaces, none)) {
    std::string name = entry.path().filename();
    if (name.starts_with(site + "-")) names.push_back(std::move(name));
  }
  return names;
}

void end_processes_in(const std::string& netns) {
  struct stat wanted {};
  if (::stat((kNamespaces / netns).c_str(), &wanted) != 0) return;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/proc", none)) {
    const auto pid = static_cast<pid_t>(std::strtol(entry.path().filename().c_str(), nullptr, 10));
    struct stat its {};
    if (pid <= 1 || pid == ::getpid() || ::stat((entry.path() / "ns/net").c_str(), &its) != 0) continue;
    if (its.st_ino == wanted.st_ino && its.st_dev == wanted.st_dev) ::kill(pid, SIGKILL);
  }
}

void remove_site(const fs::path& directory) {
  for (const auto& netns : namespaces_of(directory.filename())) {
    end_processes_in(netns);
    run({"ip", "netns", "delete", netns});
  }
  std::error_code none;
  fs::remove_all(directory, none);
}

bool is_ours(const fs::path& directory) {
  struct stat info {};
  return ::lstat(directory.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == ::geteuid();
}

bool is_installed(const std::string& program) {
  return run({"sh", "-c", "command -v " + program}).exit_code == 0;
}

}  // namespace

LanSite::LanSite() {
  for (int n = 1; n < 1000; ++n) {
    const auto directory =
        fs::temp_directory_path() / (kPrefix + std::to_string(::getpid()) + "-" + std::to_string(n));
    if (::mkdir(directory.c_str(), 0755) != 0) {
      if (errno == EEXIST) continue;
      throw LanError(directory.string() + ": " + std::strerror(errno));
    }
    lock_ = lock_site(directory);
    if (lock_ < 0) continue;
    directory_ = directory;
    return;
  }
  throw LanError("no free name below " + fs::temp_directory_path().string());
}

LanSite::~LanSite() {
  remove_site(directory_);
  if (lock_ >= 0) ::close(lock_);
}

std::string LanSite::netns(const std::string& machine) const {
  return directory_.filename().string() + "-" + machine;
}

std::vector<std::string> remove_abandoned_sites() {
  std::vector<std::string> removed;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(fs::temp_directory_path(), none)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(kPrefix) || !is_ours(entry.path())) continue;
    const int lock = lock_site(entry.path());
    if (lock < 0) continue;
    remove_site(entry.path());
    ::close(lock);
    removed.push_back(name);
  }
  return removed;
}

std::vector<fs::path> sites_in_use() {
  std::vector<fs::path> sites;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(fs::temp_directory_path(), none)) {
    if (!entry.path().filename().string().starts_with(kPrefix) || !is_ours(entry.path())) continue;
    const int lock = lock_site(entry.path());
    if (lock >= 0)
      ::close(lock);
    else
      sites.push_back(entry.path());
  }
  return sites;
}

std::optional<std::string> why_no_lan() {
  if (::geteuid() != 0) return "only root may make network namespaces";
  // As daemons are found by root, wherever the caller's PATH leads.
  if (const char* path = std::getenv("PATH"))
    ::setenv("PATH", (std::string(path) + ":/usr/sbin:/sbin").c_str(), 1);
  const std::pair<const char*, const char*> needed[] = {{"ip", "iproute2"},
                                                        {"bridge", "iproute2"},
                                                        {"snmpd", "snmpd"},
                                                        {"snmpget", "snmp"},
                                                        {"lldpd", "lldpd"}};
  for (const auto& [program, package] : needed)
    if (!is_installed(program)) return std::string(program) + " is missing: apt-get install " + package;
  // One trial tells everything else: no permission in a container, a kernel without bridges or veth.
  const std::string trial = kPrefix + "trial-" + std::to_string(::getpid());
  const auto added = run({"ip", "netns", "add", trial});
  if (added.exit_code != 0) return "no network namespace may be made here: " + added.err;
  const auto linked = run({"ip", "-n", trial, "-batch", "-"}, {}, std::chrono::seconds{10},
                          "link add trial0 type bridge stp_state 1\n"
                          "link add trial1 type veth peer name trial2\n"
                          "link set trial1 master trial0\n");
  const auto entered =
      run({"true"}, {.netns = trial, .private_run = true, .hostname = "trial", .environment = {}, .log = {}});
  run({"ip", "netns", "delete", trial});
  if (linked.exit_code != 0) return "this kernel makes no bridge or veth: " + linked.err;
  if (entered.exit_code != 0) return "a network namespace cannot be entered here: " + entered.err;
  return std::nullopt;
}

}  // namespace lanwarden::integration
