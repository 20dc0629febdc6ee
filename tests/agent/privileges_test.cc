// Whom to go on as, and that the powers are really gone.
#include "agent/capture/privileges.h"

#include <fcntl.h>
#include <sys/socket.h>
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
  CHECK(name({kBob, kAnna, kNobody, {"/store"}}, only({"bob", "anna"})) == "bob");
  CHECK(name({{}, kAnna, kNobody, {"/store"}}, only({"anna"})) == "anna");
  CHECK(name({{}, kAnna, kNobody, {"/store"}}, only({"root"})) == "root");  // the store is root's
  CHECK(name({{}, {}, kNobody, {"/store"}}, only({"nobody"})) == "as before");
  CHECK(name({{}, {}, kNobody, {}}, only({})) == "nobody");
  const auto refused = choose_identity({kBob, kAnna, kNobody, {"/store"}}, only({"anna"}));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().find("bob may not write /store") != std::string::npos);
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
