// Names from a DNS server that really answers on UDP: what is asked, how often, and what is kept.
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "agent/dns/naming.h"
#include "agent/output/time_text.h"
#include "agent/watch/name_rounds.h"
#include "tests/agent/store_scratch.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;
using lanwarden::topology::IpAddress;
using namespace std::chrono_literals;

namespace {

/// A name server for one zone (RFC 1035 §4), on a port of its own of the loopback.
class NameServer {
 public:
  using Names = std::map<std::string, std::string>;
  explicit NameServer(Names names) : names_(std::move(names)) {
    fd_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0);
    socklen_t size = sizeof here;
    REQUIRE(::getsockname(fd_, reinterpret_cast<sockaddr*>(&here), &size) == 0);
    port_ = ntohs(here.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~NameServer() {
    end_ = true;
    thread_.join();
    ::close(fd_);
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  void mute(bool silent) { silent_ = silent; }
  void call(const std::string& question, const std::string& name) {
    const std::lock_guard lock(mutex_);
    names_[question] = name;
  }
  unsigned questions() const { return questions_; }

 private:
  static std::string labels(const std::string& name) {
    std::string out, label;
    for (const char c : name + ".") {
      if (c != '.') {
        label += c;
        continue;
      }
      out += static_cast<char>(label.size());
      out += std::exchange(label, {});
    }
    return out + '\0';
  }
  void run() {
    while (!end_) {
      pollfd waiting{fd_, POLLIN, 0};
      if (::poll(&waiting, 1, 20) <= 0) continue;
      char packet[512];
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const auto got = ::recvfrom(fd_, packet, sizeof packet, 0, reinterpret_cast<sockaddr*>(&from), &size);
      if (got < 17) continue;
      ++questions_;
      if (silent_) continue;
      std::string asked;
      std::size_t at = 12;
      while (packet[at] != 0) {
        const auto length = static_cast<std::size_t>(packet[at]);
        asked += (asked.empty() ? "" : ".") + std::string(packet + at + 1, length);
        at += length + 1;
      }
      const std::string question(packet + 12, at + 5 - 12);
      std::string name;
      {
        const std::lock_guard lock(mutex_);
        if (const auto it = names_.find(asked); it != names_.end()) name = it->second;
      }
      const bool known = !name.empty();
      std::string answer(packet, 2);
      answer += std::string{
          '\x84', static_cast<char>(known ? 0 : 3), 0, 1, 0, static_cast<char>(known), 0, 0, 0, 0};
      answer += question;
      if (known) {
        const std::string data = labels(name);
        answer += std::string{'\xc0', 12, 0, 12, 0, 1, 0, 0, 1, 0, 0, static_cast<char>(data.size())} + data;
      }
      static_cast<void>(
          !::sendto(fd_, answer.data(), answer.size(), 0, reinterpret_cast<const sockaddr*>(&from), size));
    }
  }

  Names names_;
  std::mutex mutex_;
  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<unsigned> questions_{0};
  std::atomic<bool> end_{false}, silent_{false};
  std::thread thread_;
};

const std::atomic<bool> kNever{false};

std::unique_ptr<ReverseDns> asking(const NameServer& server) {
  auto dns = ReverseDns::open({.servers = {server.address()}, .timeout = 100ms, .tries = 1});
  REQUIRE(dns);
  return std::move(*dns);
}

IpBinding holds(const char* address, std::string_view ip, Time seen) {
  IpBinding b;
  b.mac = mac(address);
  b.ip = IpAddress::parse(ip).value();
  b.last_seen = seen;
  b.source = "sniffed";
  return b;
}

std::vector<std::string> called(Store& store, const char* address) {
  std::vector<std::string> all;
  for (const NameBinding& n : must(store.names(mac(address))))
    all.push_back(n.name + " (" + std::string(to_string(n.source)) + ")");
  return all;
}

}  // namespace

TEST_CASE("reverse DNS: names, nobody's addresses, and no answer are three things", "[names]") {
  NameServer server(
      {{"5.0.0.10.in-addr.arpa", "printer5.example.net"},
       {"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "gw.example.net"}});
  const auto dns = asking(server);
  const std::vector<IpAddress> asked = {IpAddress::parse("10.0.0.5").value(),
                                        IpAddress::parse("10.0.0.6").value(),
                                        IpAddress::parse("2001:db8::1").value()};
  const auto answers = dns->ask(asked, kNever);
  REQUIRE(answers.size() == 3);
  CHECK(answers[0].name == "printer5.example.net");
  CHECK(answers[1].name.empty());
  CHECK(answers[2].name == "gw.example.net");
  for (const DnsAnswer& a : answers) CHECK(a.answered);

  server.mute(true);
  const auto silence = dns->ask(asked, kNever);
  REQUIRE(silence.size() == 3);
  for (const DnsAnswer& a : silence) CHECK_FALSE(a.answered);
  CHECK_FALSE(ReverseDns::open({.servers = {"no address"}}));
}

TEST_CASE("reverse DNS: when nobody answers the first, the rest are not asked; a stop ends it", "[names]") {
  NameServer server(NameServer::Names{});
  server.mute(true);
  auto dns = ReverseDns::open({.servers = {server.address()}, .timeout = 100ms, .tries = 1, .at_once = 5});
  REQUIRE(dns);
  std::vector<IpAddress> many;
  for (std::uint32_t n = 0; n < 1000; ++n) many.push_back(IpAddress::v4(0x0a000000U + n));
  CHECK((*dns)->ask(many, kNever).size() == 5);
  const std::atomic<bool> stopped{true};
  CHECK((*dns)->ask(many, stopped).empty());
}

TEST_CASE("what the DNS calls an address is its station's name, asked for once a day", "[names]") {
  NameServer server(NameServer::Names{{"5.0.0.10.in-addr.arpa", "printer5.example.net"},
                                      {"6.0.0.10.in-addr.arpa", "printer5-b.example.net"}});
  const auto dns = asking(server);
  SqliteWorkshop scratch;
  const auto store = scratch.open();
  must(store->save_bindings(std::vector{
      holds("00:00:00:00:00:05", "10.0.0.5", at(0)), holds("00:00:00:00:00:05", "10.0.0.6", at(0)),
      holds("00:00:00:00:00:07", "10.0.0.7", at(0)), holds("00:00:00:00:00:08", "fe80::8", at(0)),
      holds("00:00:00:00:00:09", "10.0.0.9", at(0) - 48h)}));
  Naming naming(*store, *dns);
  auto done = must(naming.round(at(1), 100, kNever));
  CHECK(done.asked == 3);
  CHECK(done.named == 2);
  CHECK(done.unanswered == 0);
  CHECK(called(*store, "00:00:00:00:00:05") == std::vector<std::string>{"printer5.example.net (dns)"});
  CHECK(called(*store, "00:00:00:00:00:07").empty());

  // Neither the one with a name nor the one without is asked about again today.
  CHECK(must(naming.round(at(2), 100, kNever)).asked == 0);
  CHECK(server.questions() == 3);
  must(store->save_bindings(std::vector{holds("00:00:00:00:00:05", "10.0.0.5", at(0) + 25h),
                                        holds("00:00:00:00:00:07", "10.0.0.7", at(0) + 25h)}));
  server.call("7.0.0.10.in-addr.arpa", "new7.example.net");
  done = must(naming.round(at(0) + 25h, 1, kNever));
  CHECK(done.asked == 1);
  CHECK(must(naming.round(at(0) + 25h, 100, kNever)).named == 1);
  CHECK(called(*store, "00:00:00:00:00:07") == std::vector<std::string>{"new7.example.net (dns)"});
}

TEST_CASE("a DNS server that does not answer is asked again after ten minutes", "[names]") {
  NameServer server(NameServer::Names{{"5.0.0.10.in-addr.arpa", "printer5.example.net"}});
  const auto dns = asking(server);
  SqliteWorkshop scratch;
  const auto store = scratch.open();
  must(store->save_bindings(std::vector{holds("00:00:00:00:00:05", "10.0.0.5", at(0))}));
  Naming naming(*store, *dns);
  server.mute(true);
  CHECK(must(naming.round(at(1), 100, kNever)).unanswered == 1);
  server.mute(false);
  CHECK(must(naming.round(at(1) + 9min, 100, kNever)).asked == 0);
  CHECK(must(naming.round(at(1) + 11min, 100, kNever)).named == 1);
}

TEST_CASE("the daemon's rounds store names by themselves, tell once that no server answers, and end at once",
          "[names]") {
  NameServer server(NameServer::Names{{"5.0.0.10.in-addr.arpa", "printer5.example.net"}});
  SqliteWorkshop scratch;
  const auto store = scratch.open();
  const bool answers = GENERATE(true, false);
  server.mute(!answers);
  must(store->save_bindings(std::vector{holds("00:00:00:00:00:05", "10.0.0.5", wall_clock())}));
  NameRounds rounds(scratch.open(), asking(server));
  std::vector<NameRounds::News> news;
  for (int i = 0; i < 300 && news.empty() && called(*store, "00:00:00:00:00:05").empty(); ++i) {
    std::this_thread::sleep_for(50ms);
    news = rounds.take_news();
  }
  CHECK(called(*store, "00:00:00:00:00:05").size() == (answers ? 1 : 0));
  REQUIRE(news.size() == (answers ? 0 : 1));
  if (!answers) CHECK(news[0].text.starts_with("no DNS server answers"));
}
