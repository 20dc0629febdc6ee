// Whom to go on as, and that the powers are really gone.
#include "agent/capture/privileges.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <set>

using namespace lanwarden::agent;

namespace {

const Identity kAnna{1000, 1000, "anna"}, kNobody{65534, 65534, "nobody"}, kBob{1001, 1001, "bob"};

MayWrite only(std::set<std::string> who) {
  return
      [who](const Identity& identity, const std::filesystem::path&) { return who.contains(identity.name); };
}

}  // namespace

TEST_CASE("whom a command goes on as: who was named, who called sudo, nobody, or root without its powers") {
  const auto name = [](const Wanted& wanted, const MayWrite& may) {
    const auto chosen = choose_identity(wanted, may);
    REQUIRE(chosen);
    return *chosen ? (*chosen)->name : "as before";
  };
  CHECK(name({{}, kBob, kAnna, kNobody, {"/store"}}, only({"bob", "anna"})) == "bob");
  CHECK(name({{}, {}, kAnna, kNobody, {"/store"}}, only({"anna"})) == "anna");
  CHECK(name({{}, {}, kAnna, kNobody, {"/store"}}, only({"root"})) == "root");  // the store is root's
  CHECK(name({{}, {}, {}, kNobody, {"/store"}}, only({"nobody"})) == "as before");
  CHECK(name({{}, {}, {}, kNobody, {}}, only({})) == "nobody");
  const auto refused = choose_identity({{}, kBob, kAnna, kNobody, {"/store"}}, only({"anna"}));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().find("bob may not write /store") != std::string::npos);

  // A service that was never root: it stays who it is.
  CHECK(name({kAnna, {}, {}, kNobody, {"/store"}}, only({})) == "anna");
  const auto other = choose_identity({kAnna, kBob, {}, kNobody, {}}, only({"bob"}));
  REQUIRE_FALSE(other);
  CHECK(other.error() == "only root can go on as bob; this is anna");
}

TEST_CASE("may_write reads modes as the kernel does") {
  CHECK(may_write({0, 0, "root"}, "/etc/passwd"));
  CHECK_FALSE(may_write(kNobody, "/etc/passwd"));
  CHECK_FALSE(may_write(kNobody, "/etc/lanwarden-none"));
  CHECK(may_write(kNobody, "/tmp/lanwarden-none"));
  CHECK(may_write(kNobody, "/dev/null"));
}

TEST_CASE("after the drop, a raw socket can still be opened, and root's files can not") {
  if (geteuid() != 0) {
    WARN("SKIPPED: only root has privileges to drop");
    return;
  }
  // In a process of its own: there is no way back.
  for (const Identity& who : {kNobody, Identity{0, 0, "root"}}) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      const bool was_readable = open("/etc/shadow", O_RDONLY) >= 0;
      const bool dropped = drop_privileges(who).has_value();
      const bool right_user =
          geteuid() == who.uid && getuid() == who.uid && setuid(0) == (who.uid == 0 ? 0 : -1);
      const bool shadow = open("/etc/shadow", O_RDONLY) >= 0;  // root without powers is still its owner
      const bool hostname = sethostname("x", 1) == 0;
      const bool raw = socket(AF_PACKET, SOCK_RAW, 0) >= 0;
      _exit(!was_readable              ? 2
            : !dropped                 ? 3
            : !right_user              ? 4
            : shadow != (who.uid == 0) ? 5
            : hostname                 ? 6
            : !raw                     ? 7
                                       : 0);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
  }
}

TEST_CASE("a service with two powers, and none to become somebody else, keeps the one that it needs") {
  if (geteuid() != 0) {
    WARN("SKIPPED: only root can give powers to a service");
    return;
  }
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct words[2]{};
    words[0].permitted = words[0].effective = 1U << CAP_NET_RAW | 1U << CAP_NET_ADMIN;
    const bool begun = prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0 && setgroups(0, nullptr) == 0 &&
                       setresgid(kNobody.gid, kNobody.gid, kNobody.gid) == 0 &&
                       setresuid(kNobody.uid, kNobody.uid, kNobody.uid) == 0 &&
                       syscall(SYS_capset, &header, words) == 0;
    const auto self = without_root();
    const bool dropped = self && self->uid == kNobody.uid && drop_privileges(*self).has_value();
    const bool read = syscall(SYS_capget, &header, words) == 0;
    _exit(!begun                                             ? 2
          : !dropped                                         ? 3
          : !read || words[0].permitted != 1U << CAP_NET_RAW ? 4
          : socket(AF_PACKET, SOCK_RAW, 0) < 0               ? 5
                                                             : 0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("who called sudo is read from its environment, and nonsense is nobody") {
  setenv("SUDO_UID", "1000", 1);
  setenv("SUDO_GID", "1000", 1);
  REQUIRE(sudo_caller());
  CHECK(sudo_caller()->uid == 1000);
  setenv("SUDO_UID", "0", 1);
  CHECK_FALSE(sudo_caller());
  setenv("SUDO_UID", "1000; rm", 1);
  CHECK_FALSE(sudo_caller());
  unsetenv("SUDO_UID");
  unsetenv("SUDO_GID");
  CHECK_FALSE(sudo_caller());
}
