#include "agent/capture/privileges.h"

#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace lanwarden::agent {
namespace {

namespace fs = std::filesystem;

using Failure = tl::unexpected<std::string>;

std::optional<Identity> by_uid(uid_t uid) {
  if (const passwd* entry = getpwuid(uid)) return Identity{entry->pw_uid, entry->pw_gid, entry->pw_name};
  return std::nullopt;
}

std::optional<unsigned> number(const char* text) {
  unsigned value = 0;
  if (text == nullptr) return std::nullopt;
  const char* end = text + std::strlen(text);
  const auto [at, error] = std::from_chars(text, end, value);
  return error == std::errc{} && at == end && text != end ? std::optional(value) : std::nullopt;
}

// Version 3 of the interface has two words of 32 capabilities (capset(2)).
struct Capabilities {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct words[2]{};
};
constexpr std::uint32_t kRawSockets = 1U << CAP_NET_RAW;

bool has_any(const Capabilities& c) { return (c.words[0].permitted | c.words[1].permitted) != 0; }

}  // namespace

topology::Result<std::optional<Identity>, std::string> choose_identity(const Wanted& wanted,
                                                                       const MayWrite& may_write) {
  const auto first_refused = [&](const Identity& who) {
    return std::find_if_not(wanted.written.begin(), wanted.written.end(),
                            [&](const fs::path& path) { return may_write(who, path); });
  };
  if (wanted.self) {
    if (wanted.named && wanted.named->uid != wanted.self->uid)
      return Failure(
          fmt::format("only root can go on as {}; this is {}", wanted.named->name, wanted.self->name));
    return wanted.self;
  }
  if (wanted.named) {
    if (const auto refused = first_refused(*wanted.named); refused != wanted.written.end())
      return Failure(fmt::format("{} may not write {}; try: sudo chown {} {}, or another --user",
                                 wanted.named->name, refused->string(), wanted.named->name,
                                 refused->string()));
    return wanted.named;
  }
  if (wanted.caller && first_refused(*wanted.caller) == wanted.written.end()) return wanted.caller;
  if (wanted.nobody && wanted.written.empty()) return wanted.nobody;
  const Identity root{0, 0, "root"};
  if (first_refused(root) == wanted.written.end()) return root;
  return std::nullopt;
}

std::optional<Identity> account(const std::string& user) {
  if (const passwd* entry = getpwnam(user.c_str()))
    return Identity{entry->pw_uid, entry->pw_gid, entry->pw_name};
  if (const auto uid = number(user.c_str())) return by_uid(*uid);
  return std::nullopt;
}

std::optional<Identity> without_root() {
  if (geteuid() == 0) return std::nullopt;
  const auto known = by_uid(geteuid());
  return Identity{geteuid(), getegid(), known ? known->name : std::to_string(geteuid())};
}

std::optional<Identity> sudo_caller() {
  const auto uid = number(std::getenv("SUDO_UID"));
  const auto gid = number(std::getenv("SUDO_GID"));
  if (!uid || !gid || *uid == 0) return std::nullopt;
  const auto known = by_uid(*uid);
  return Identity{*uid, *gid, known ? known->name : std::to_string(*uid)};
}

bool may_write(const Identity& who, const fs::path& path) {
  const auto allows = [&](const fs::path& p, unsigned needed) {
    struct stat status {};
    if (stat(p.empty() ? "." : p.c_str(), &status) != 0) return false;
    const unsigned shift = status.st_uid == who.uid ? 6 : status.st_gid == who.gid ? 3 : 0;
    return (status.st_mode >> shift & needed) == needed;
  };
  constexpr unsigned kSearch = 1, kWrite = 2;
  std::error_code error;
  const fs::path whole = fs::absolute(path, error);
  for (fs::path up = whole.parent_path(); up != up.root_path(); up = up.parent_path())
    if (fs::exists(up, error) && !allows(up, kSearch)) return false;
  if (fs::is_directory(whole, error)) return allows(whole, kWrite | kSearch);
  if (fs::exists(whole, error)) return allows(whole, kWrite);
  return allows(whole.parent_path(), kWrite | kSearch);
}

topology::Result<void, std::string> drop_privileges(const Identity& who) {
  Capabilities now;
  if (syscall(SYS_capget, &now.header, now.words) != 0)
    return Failure(fmt::format("capabilities cannot be read: {}", std::strerror(errno)));
  if (!has_any(now) && geteuid() != 0) return {};

  const auto failed = [](const char* what) {
    return Failure(fmt::format("privileges could not be dropped ({}: {}); to keep them: --keep-privileges",
                               what, std::strerror(errno)));
  };
  if (who.uid != geteuid() || who.uid != getuid()) {
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return failed("prctl");
    if (setgroups(0, nullptr) != 0) return failed("setgroups");
    if (setresgid(who.gid, who.gid, who.gid) != 0) return failed("setresgid");
    if (setresuid(who.uid, who.uid, who.uid) != 0) return failed("setresuid");
  }
  Capabilities kept;
  kept.words[0].permitted = kept.words[0].effective = now.words[0].permitted & kRawSockets;
  if (syscall(SYS_capset, &kept.header, kept.words) != 0) return failed("capset");
  // A program started from here shall not get root's powers back by being root's.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed("prctl");
  return {};
}

std::string to_string(const Identity& who) {
  return who.uid == 0 ? "root without its powers, CAP_NET_RAW excepted" : who.name + " with CAP_NET_RAW only";
}

}  // namespace lanwarden::agent
