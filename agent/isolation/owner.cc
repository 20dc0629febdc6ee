#include "agent/isolation/owner.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace lanwarden::agent {
namespace {

struct Identity {
  std::string boot, pid_namespace, pid, start;
};

std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id.empty() ? "-" : id;
}

std::string pid_namespace() {
  std::error_code ignored;
  const std::string link = std::filesystem::read_symlink("/proc/self/ns/pid", ignored).string();
  return link.empty() ? "-" : link;
}

/// Field 22 of /proc/PID/stat, proc(5): in ticks since boot, so that a pid used again is another process.
/// Empty when there is no such process, or it is a zombie.
std::string start_time(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string stat;
  std::getline(file, stat);
  const std::size_t after_name = stat.rfind(')');  // the name may hold anything
  if (after_name == std::string::npos) return {};
  std::istringstream fields(stat.substr(after_name + 1));
  std::string state, field;
  fields >> state;
  if (state == "Z" || state == "X") return {};
  for (int i = 4; i <= 22; ++i) fields >> field;
  return field;
}

Identity parse(std::string_view text) {
  std::istringstream in{std::string(text)};
  Identity i;
  in >> i.boot >> i.pid_namespace >> i.pid >> i.start;
  return i;
}

}  // namespace

std::string this_process() {
  const std::string pid = std::to_string(::getpid());
  return fmt::format("{} {} {} {}", boot_id(), pid_namespace(), pid, start_time(pid));
}

OwnerState owner_state(std::string_view owner) {
  if (owner.empty()) return OwnerState::kNobody;
  const Identity them = parse(owner);
  if (owner == this_process()) return OwnerState::kSelf;
  // A store in WAL mode has all its users on one machine: another boot id is an earlier boot of it.
  if (them.boot != boot_id()) return OwnerState::kGone;
  if (them.pid_namespace != pid_namespace()) return OwnerState::kElsewhere;
  const std::string start = start_time(them.pid);
  return start.empty() || start != them.start ? OwnerState::kGone : OwnerState::kAlive;
}

}  // namespace lanwarden::agent
