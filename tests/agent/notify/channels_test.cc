// Each channel against a real receiver.
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "agent/notify/signature.h"
#include "tests/agent/notify/http_receiver.h"
#include "tests/agent/notify/told.h"
#include "tests/agent/store_child.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;
using namespace std::chrono_literals;
using lanwarden::snmp::Secret;

namespace {

const Sender kSender{"a1b2c3", "noc", {}};

Message a_message(const ChannelConfig& c) {
  Notice n = a_notice();
  n.id = 17;
  n.switch_name = "floor3 \"$(id)\" `id` %s\n.\nBcc: x@example.net";
  return message_of(n, c, kSender);
}
Delivery deliver(const ChannelConfig& c) { return make_channel(c)->deliver(a_message(c)); }

ChannelConfig webhook(const std::string& url) {
  ChannelConfig c = a_channel();
  c.url = Secret(url);
  c.timeout = 5s;
  return c;
}
bool delivered(const Delivery& d) { return d.result == Delivery::Result::kDelivered; }
bool refused(const Delivery& d) { return d.result == Delivery::Result::kRefused; }

struct Bound {
  int fd;
  std::uint16_t port;
};
/// A socket on loopback, at a free port.
Bound bound(int type) {
  const int fd = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  if (type == SOCK_STREAM) REQUIRE(::listen(fd, 5) == 0);
  return {fd, ntohs(address.sin_port)};
}

ChannelConfig syslog_to(const std::string& url) {
  ChannelConfig c = a_channel("log", ChannelType::kSyslog);
  c.url = Secret(url);
  c.timeout = 5s;
  return c;
}

std::string received(int fd) {
  char buffer[16 * 1024];
  const ssize_t n = ::recv(fd, buffer, sizeof buffer, 0);
  return n > 0 ? std::string(buffer, static_cast<std::size_t>(n)) : std::string();
}

std::string read_all(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string script(const ScratchFolder& folder, const std::string& text) {
  const auto file = folder.path() / "script";
  std::ofstream(file) << "#!/bin/sh\ncd " << folder.path().string() << "\n" << text;
  ::chmod(file.c_str(), 0755);
  return file.string();
}

ChannelConfig command(const std::string& file) {
  ChannelConfig c = a_channel("sms", ChannelType::kCommand);
  c.command = {file, "two words", "$HOME"};
  return c;
}

}  // namespace

TEST_CASE("a webhook is posted, signed, and knows its own repetition") {
  HttpReceiver receiver;
  receiver.answers({500, 200});
  ChannelConfig c = webhook(receiver.url("/hook?token=abc"));
  c.secret = Secret("s3cret");
  const Delivery first = deliver(c);
  CHECK(first.result == Delivery::Result::kFailed);
  CHECK(first.text.find("HTTP 500") != std::string::npos);
  CHECK(first.text.find("abc") == std::string::npos);
  CHECK(delivered(deliver(c)));
  const auto taken = receiver.taken();
  REQUIRE(taken.size() == 2);
  CHECK(taken[0].path == "/hook");
  CHECK(taken[0].headers.at("Lanwarden-Id") == taken[1].headers.at("Lanwarden-Id"));
  CHECK(taken[1].headers.at("Content-Type") == "application/json");
  CHECK(nlohmann::json::parse(taken[1].body)["event"] == "switch-silent");
  const std::string signature = taken[1].headers.at("Lanwarden-Signature");
  const auto seconds = std::stoll(signature.substr(2, signature.find(',') - 2));
  CHECK(signature == signature_of(taken[1].body, Secret("s3cret"), Time{std::chrono::seconds{seconds}}));
}

TEST_CASE("what a web server answers decides what becomes of it") {
  HttpReceiver receiver;
  const auto answer = [&](int status) {
    receiver.answers({status});
    return deliver(webhook(receiver.url()));
  };
  for (const int status : {200, 202, 204}) CHECK(delivered(answer(status)));
  for (const int status : {301, 307, 400, 401, 404, 410, 413}) CHECK(refused(answer(status)));
  for (const int status : {408, 429, 500, 503}) CHECK(answer(status).result == Delivery::Result::kFailed);
  receiver.with_header("Retry-After", "90");
  CHECK(answer(503).not_before == 90s);
  receiver.with_header("Location", "http://127.0.0.1:1/elsewhere");
  const auto before = receiver.taken().size();
  CHECK(refused(answer(302)));
  CHECK(receiver.taken().size() == before + 1);  // not followed
}

TEST_CASE("a web server that is not there, hangs up, or says nothing, is a failure, and told as one") {
  const Bound nobody = bound(SOCK_STREAM);
  ::close(nobody.fd);
  const std::string nowhere = "http://127.0.0.1:" + std::to_string(nobody.port) + "/hook";
  CHECK(deliver(webhook(nowhere)).text.find("no connection") != std::string::npos);
  HttpReceiver receiver;
  receiver.answers({0});
  CHECK_FALSE(delivered(deliver(webhook(receiver.url()))));
  receiver.answers({-1});
  ChannelConfig c = webhook(receiver.url());
  c.timeout = 200ms;
  const Delivery d = deliver(c);
  CHECK(d.result == Delivery::Result::kFailed);
  CHECK(d.text.find("no answer within the timeout") != std::string::npos);
}

TEST_CASE("a webhook under way is given up when the daemon ends") {
  HttpReceiver receiver;
  receiver.answers({-1});
  ChannelConfig c = webhook(receiver.url());
  c.timeout = 2min;
  const auto channel = make_channel(c);
  std::thread ends([&] {
    while (receiver.taken().empty()) std::this_thread::yield();
    channel->abandon();
  });
  CHECK(channel->deliver(a_message(c)).result == Delivery::Result::kFailed);
  ends.join();
  CHECK(channel->deliver(a_message(c)).text.find("given up") != std::string::npos);
  channel->rearm();
  receiver.answers({200});
  CHECK(delivered(channel->deliver(a_message(c))));
}

TEST_CASE("https: a certificate that nobody vouches for is refused, until it is named") {
  HttpReceiver receiver(true);
  ChannelConfig c = webhook(receiver.url());
  CHECK(deliver(c).result == Delivery::Result::kFailed);
  CHECK(receiver.taken().empty());
  ScratchFolder folder;
  std::ofstream(folder.path() / "ca.pem") << receiver.certificate();
  c.ca = (folder.path() / "ca.pem").string();
  CHECK(deliver(c).text.find("HTTP 200") != std::string::npos);
  CHECK(receiver.taken().size() == 1);
}

TEST_CASE("syslog over UDP, TCP and a local socket") {
  SECTION("udp") {
    const Bound server = bound(SOCK_DGRAM);
    CHECK(delivered(deliver(syslog_to("udp://127.0.0.1:" + std::to_string(server.port)))));
    const std::string line = received(server.fd);
    CHECK(line.starts_with("<28>1 "));
    CHECK(line.find(" lanwarden ") != std::string::npos);
    CHECK(line.find("[lanwarden@32473 id=\"a1b2c3-17\"") != std::string::npos);
    CHECK(line.find('\n') == std::string::npos);
    ::close(server.fd);
    const Delivery d = deliver(syslog_to("udp://127.0.0.1:" + std::to_string(server.port)));
    CHECK(d.text.find("Connection refused") != std::string::npos);
  }
  SECTION("tcp, with octet counting") {
    const Bound server = bound(SOCK_STREAM);
    std::string frame;
    std::thread reader([&] {
      const int fd = ::accept(server.fd, nullptr, nullptr);
      for (std::string more; !(more = received(fd)).empty();) frame += more;
      ::close(fd);
    });
    CHECK(delivered(deliver(syslog_to("tcp://localhost:" + std::to_string(server.port)))));
    reader.join();
    ::close(server.fd);
    const std::size_t space = frame.find(' ');
    REQUIRE(space != std::string::npos);
    CHECK(std::stoul(frame.substr(0, space)) == frame.size() - space - 1);
    CHECK_FALSE(delivered(deliver(syslog_to("tcp://127.0.0.1:" + std::to_string(server.port)))));
  }
  SECTION("tcp, and the server resets the connection: not delivered") {
    const Bound server = bound(SOCK_STREAM);
    std::thread resets([&] {
      const int fd = ::accept(server.fd, nullptr, nullptr);
      const linger now{1, 0};
      ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
      char one = 0;
      static_cast<void>(!::recv(fd, &one, 1, 0));
      ::close(fd);
    });
    CHECK_FALSE(delivered(deliver(syslog_to("tcp://127.0.0.1:" + std::to_string(server.port)))));
    resets.join();
    ::close(server.fd);
  }
  SECTION("a local socket") {
    ScratchFolder folder;
    const std::string path = (folder.path() / "log").string();
    CHECK_FALSE(delivered(deliver(syslog_to("unix:" + path))));
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    CHECK(delivered(deliver(syslog_to("unix:" + path))));
    CHECK(received(fd).starts_with("<28>1 "));
    ::close(fd);
  }
}

TEST_CASE("the journal gets fields, and a machine without one is a failure") {
  const std::string story = in_child([]() -> std::string {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("none", "/run", "tmpfs", 0, nullptr) != 0)
      return "skipped";
    const ChannelConfig c = a_channel("here", ChannelType::kJournal);
    const Delivery without = deliver(c);
    if (delivered(without) || without.text.find("there is no journal here") == std::string::npos)
      return without.text;
    ::mkdir("/run/systemd", 0755);
    ::mkdir("/run/systemd/journal", 0755);
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::string("/run/systemd/journal/socket").copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return "no socket";
    const Delivery d = deliver(c);
    return delivered(d) ? received(fd) : d.text;
  });
  if (story == "skipped") {
    WARN("no mount namespace can be made here: the journal is not tested");
    return;
  }
  INFO(story);
  for (const char* field :
       {"MESSAGE=switch-silent: ", "PRIORITY=4\n", "MESSAGE_ID=", "SYSLOG_IDENTIFIER=lanwarden\n",
        "LANWARDEN_EVENT=switch-silent\n", "LANWARDEN_ID=a1b2c3-17\n", "LANWARDEN_SWITCH=floor3 "})
    CHECK(story.find(field) != std::string::npos);
}

TEST_CASE("mail goes through sendmail, and what it says decides") {
  ScratchFolder folder;
  ChannelConfig c = a_channel("mail", ChannelType::kMail);
  c.to = {"noc@example.net"};
  c.sendmail = script(folder, "echo \"$@\" > args; cat > mail\n");
  CHECK(delivered(deliver(c)));
  CHECK(read_all(folder.path() / "args") == "-t -i\n");
  const std::string mail = read_all(folder.path() / "mail");
  CHECK(mail.find("\nMessage-ID: <a1b2c3-17@noc>\n") != std::string::npos);
  CHECK(mail.find("\nBcc:") == std::string::npos);
  script(folder, "echo 'connection refused' >&2; exit 75\n");
  const Delivery later = deliver(c);
  CHECK(later.result == Delivery::Result::kFailed);
  CHECK(later.text.ends_with("exit code 75: connection refused"));
  script(folder, "exit 67\n");
  CHECK(refused(deliver(c)));
  c.sendmail = (folder.path() / "absent").string();
  CHECK(deliver(c).text.find("cannot be started (No such file or directory)") != std::string::npos);
}

TEST_CASE("a command gets JSON and variables, no shell, no secrets, no open files") {
  ::setenv("LW_AUTH", "SECRET", 1);
  const int leak = ::fcntl(2, F_DUPFD, 77);  // one that is not closed by itself
  ScratchFolder folder;
  const ChannelConfig c =
      command(script(folder,
                     "for a in \"$@\"; do echo \"$a\"; done > args\nenv > env\ncat > json\n"
                     "ls /proc/self/fd > files\n"));
  CHECK(delivered(deliver(c)));
  ::close(leak);
  ::unsetenv("LW_AUTH");
  CHECK(read_all(folder.path() / "args") == "two words\n$HOME\n");
  const std::string env = read_all(folder.path() / "env");
  CHECK(env.find("LANWARDEN_EVENT=switch-silent\n") != std::string::npos);
  CHECK(env.find("LANWARDEN_SWITCH=floor3 \"$(id)\" `id` %s . Bcc: x@example.net\n") != std::string::npos);
  CHECK(env.find("SECRET") == std::string::npos);
  CHECK(nlohmann::json::parse(read_all(folder.path() / "json"))["id"] == "a1b2c3-17");
  CHECK(read_all(folder.path() / "files").find(std::to_string(leak)) == std::string::npos);
}

TEST_CASE("a command that fails, is killed, does not listen, or never ends") {
  ScratchFolder folder;
  CHECK(deliver(command(script(folder, "echo first >&2; echo 'no such user' >&2; exit 3\n")))
            .text.ends_with("exit code 3: no such user"));
  CHECK(refused(deliver(command(script(folder, "exit 65\n")))));
  CHECK(deliver(command(script(folder, "kill -9 $$\n"))).text.find("signal 9 (KILL)") != std::string::npos);
  ChannelConfig deaf = command(script(folder, "exec 0<&-; exit 0\n"));
  ::signal(SIGPIPE, SIG_IGN);
  CHECK(delivered(deliver(deaf)));
  ChannelConfig slow =
      command(script(folder, "sleep 1000 & echo $! > child; trap '' TERM; wait; sleep 1000\n"));
  slow.timeout = 300ms;
  const Delivery d = deliver(slow);
  CHECK(d.text.find("not done within the timeout, killed") != std::string::npos);
  // What it had started is gone, too; until it is noticed, this test does not end.
  pid_t child = 0;
  if (std::ifstream in(folder.path() / "child"); in >> child)
    for (std::string state = "?"; !state.empty() && state.find(") Z") == std::string::npos;) {
      std::this_thread::yield();
      state = read_all("/proc/" + std::to_string(child) + "/stat");
    }
}
