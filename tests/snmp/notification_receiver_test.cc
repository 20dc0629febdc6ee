// Traps and informs as net-snmp's own snmptrap sends them.
#include "snmp/notification_receiver.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <thread>

#include "snmp/usm_header.h"
#include "tests/snmp/fleet.h"

using namespace lanwarden::snmp;
using namespace lanwarden::snmp::testing;
using Kind = lanwarden::mibs::Notified::Kind;

namespace {

constexpr const char* kAuthPassword = "authentic password";
constexpr const char* kPrivacyPassword = "private password";
constexpr const char* kLinkDown = "1.3.6.1.6.3.1.1.5.3 1.3.6.1.2.1.2.2.1.1.7 i 7";

bool no_snmptrap() {
  if (std::system("command -v snmptrap >/dev/null") == 0) return false;
  WARN("SKIPPED: snmptrap is not installed (Debian package snmp)");
  return true;
}

Credential trap_user() {
  return v3("lantrap", AuthProtocol::kSha256, kAuthPassword, PrivProtocol::kAes128, kPrivacyPassword);
}

/// A receiver on a free port of loopback, and who sends to it.
class Site {
 public:
  explicit Site(std::vector<Credential> accepted) {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    socklen_t size = sizeof at;
    REQUIRE(bind(fd, reinterpret_cast<sockaddr*>(&at), size) == 0);
    REQUIRE(getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size) == 0);
    port = ntohs(at.sin_port);
    close(fd);
    auto opened = NotificationReceiver::open("127.0.0.1:" + std::to_string(port));
    REQUIRE(opened);
    receiver = std::move(*opened);
    receiver->accept(accepted);
  }
  /// Runs a shell command ($TO is the receiver) while the receiver reads; its exit code.
  int send(const std::string& command) {
    const pid_t child = fork();
    if (child == 0) {
      setenv("TO", ("127.0.0.1:" + std::to_string(port)).c_str(), 1);
      setenv("MIBS", "", 1);
      execl("/bin/sh", "sh", "-c", (command + " >/dev/null 2>&1").c_str(), nullptr);
      _exit(127);
    }
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
      pollfd one{receiver->fd(), POLLIN, 0};
      ::poll(&one, 1, 20);
      read();
    }
    read();
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  void read() {
    receiver->read([this](const Notification& n) { got.push_back(n); });
  }
  void raw(const std::vector<std::uint8_t>& octets) const {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(sendto(fd, octets.data(), octets.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to) ==
          static_cast<ssize_t>(octets.size()));
    close(fd);
  }

  std::unique_ptr<NotificationReceiver> receiver;
  std::uint16_t port = 0;
  std::vector<Notification> got;
};

const std::string kV3Trap =
    std::string("snmptrap -v 3 -e 0x80001f8803aabbccddeeff -u lantrap -a SHA-256 -A '") + kAuthPassword +
    "' -x AES -X '" + kPrivacyPassword + "' -l authPriv $TO '' " + kLinkDown;

}  // namespace

TEST_CASE("traps and informs of every version are taken, and say the same") {
  if (no_snmptrap()) return;
  Site site({v2c("public"), trap_user()});
  SECTION("v1") {
    REQUIRE(site.send("snmptrap -v 1 -c public $TO 1.3.6.1.4.1.9.1.516 127.0.0.9 2 0 '' "
                      "1.3.6.1.2.1.2.2.1.1.7 i 7") == 0);
    REQUIRE(site.got.size() == 1);
    CHECK(site.got[0].version == Version::kV1);
    CHECK(site.got[0].from.to_string() == "127.0.0.9");  // agent-addr: a proxy may have sent it
  }
  SECTION("v2c trap") {
    REQUIRE(site.send(std::string("snmptrap -v 2c -c public $TO '' ") + kLinkDown) == 0);
    REQUIRE(site.got.size() == 1);
    CHECK(site.got[0].from.to_string() == "127.0.0.1");
    CHECK_FALSE(site.got[0].inform);
  }
  SECTION("v2c inform: acknowledged, or its sender would say so") {
    REQUIRE(site.send(std::string("snmpinform -v 2c -c public -r 1 -t 2 $TO '' ") + kLinkDown) == 0);
    REQUIRE(site.got.size() == 1);
    CHECK(site.got[0].inform);
  }
  SECTION("v3 trap, authenticated and encrypted, of an engine nobody has met") {
    REQUIRE(site.send(kV3Trap) == 0);
    REQUIRE(site.got.size() == 1);
    CHECK(site.got[0].version == Version::kV3);
  }
  SECTION("v3 inform: the sender asks for our engine first") {
    REQUIRE(site.send(std::string("snmpinform -v 3 -u lantrap -a SHA-256 -A '") + kAuthPassword +
                      "' -x AES -X '" + kPrivacyPassword + "' -l authPriv -r 1 -t 2 $TO '' " + kLinkDown) ==
            0);
    REQUIRE(site.got.size() == 1);
    CHECK(site.got[0].inform);
    CHECK(site.got[0].version == Version::kV3);
  }
  CHECK(site.got[0].meaning.kind == Kind::kLink);
  CHECK(site.got[0].meaning.ifindex == lanwarden::topology::IfIndex{7});
  CHECK(site.receiver->counts().taken == 1);
}

TEST_CASE("what is not sent with a credential of ours is counted, and nothing else") {
  if (no_snmptrap()) return;
  Site site({v2c("public"), trap_user()});
  SECTION("a wrong community") {
    site.send(std::string("snmptrap -v 2c -c private $TO '' ") + kLinkDown);
    CHECK(site.receiver->counts().strangers == 1);
  }
  SECTION("a wrong password") {
    std::string wrong = kV3Trap;
    wrong.replace(wrong.find(kAuthPassword), std::string(kAuthPassword).size(), "authentic passwort");
    site.send(wrong);
    CHECK(site.receiver->counts().unreadable == 1);
  }
  SECTION("the right user, but without the security that it has") {
    site.send(std::string("snmptrap -v 3 -e 0x80001f8803aabbccddeeff -u lantrap -l noAuthNoPriv $TO '' ") +
              kLinkDown);
    CHECK(site.receiver->counts().strangers == 1);
  }
  SECTION("no SNMP at all") {
    site.raw({0x30, 0x82});
    site.raw({'h', 'e', 'l', 'l', 'o'});
    site.read();
    CHECK(site.receiver->counts().unreadable == 2);
  }
  CHECK(site.got.empty());
  CHECK(site.receiver->counts().taken == 0);
  // And the next one is heard.
  REQUIRE(site.send(std::string("snmptrap -v 2c -c public $TO '' ") + kLinkDown) == 0);
  CHECK(site.got.size() == 1);
}

TEST_CASE("a port that is taken, and an address that is none, are said in a sentence") {
  Site site({});
  const auto second = NotificationReceiver::open("127.0.0.1:" + std::to_string(site.port));
  REQUIRE_FALSE(second);
  CHECK(second.error().find("another program") != std::string::npos);
  CHECK(second.error().find(std::to_string(site.port)) != std::string::npos);
  const auto named = NotificationReceiver::open("floor3.example:162");
  REQUIRE_FALSE(named);
  CHECK(named.error().find("an IP address is needed") != std::string::npos);
}

TEST_CASE("a reader takes no more at once than it is told to") {
  if (no_snmptrap()) return;
  Site site({v2c("public")});
  for (int i = 0; i < 5; ++i)
    CHECK(std::system(
              ("MIBS= snmptrap -v 2c -c public 127.0.0.1:" + std::to_string(site.port) + " '' " + kLinkDown)
                  .c_str()) == 0);
  int taken = 0;
  const auto count = [&](const Notification&) { ++taken; };
  CHECK(site.receiver->read(count, 3));
  CHECK(taken == 3);
  CHECK_FALSE(site.receiver->read(count, 3));
  CHECK(taken == 5);
}

TEST_CASE("the plain part of an SNMPv3 message: engine and user, or nothing") {
  const std::vector<std::uint8_t> whole = {0x30, 0x28, 0x02, 0x01, 0x03, 0x30, 0x0d, 0x02, 0x01, 0x01, 0x02,
                                           0x02, 0x05, 0xdc, 0x04, 0x01, 0x04, 0x02, 0x01, 0x03, 0x04, 0x14,
                                           0x30, 0x12, 0x04, 0x03, 0x80, 0x00, 0x01, 0x02, 0x01, 0x00, 0x02,
                                           0x01, 0x00, 0x04, 0x01, 'u',  0x04, 0x00, 0x04, 0x00};
  const auto header = read_usm_header(whole);
  REQUIRE(header);
  CHECK(std::vector<std::uint8_t>(header->engine_id.begin(), header->engine_id.end()) ==
        std::vector<std::uint8_t>{0x80, 0x00, 0x01});
  CHECK(header->user == "u");
  for (std::size_t cut = 0; cut < 38; ++cut) {
    CAPTURE(cut);
    CHECK_FALSE(read_usm_header(std::span(whole).first(cut)));
  }
}
