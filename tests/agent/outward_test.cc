// The SNMP thread's outward half, as the daemon uses it: real snmpd, real snmptrapd, other threads at the
// desk.
#include "agent/watch/outward.h"

#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cstdio>
#include <thread>

#include "tests/snmp/fleet.h"
#include "tests/snmp/snmpd.h"
#include "tests/snmp/snmptrapd.h"

using namespace lanwarden::agent;
using namespace std::chrono_literals;
namespace snmp = lanwarden::snmp;
using snmp::testing::Snmpd;
using snmp::testing::Snmptrapd;

namespace {

/// The SNMP thread, with nothing else to do.
class Thread {
 public:
  explicit Thread(Outward& outward) : outward_(outward), thread_([this] { run(); }) {}
  ~Thread() {
    stop_.ring();
    thread_.join();
  }

 private:
  void run() {
    pollfd wait[] = {{outward_.fd(), POLLIN, 0}, {stop_.fd(), POLLIN, 0}};
    while ((wait[1].revents & POLLIN) == 0) {
      outward_.serve();
      ::poll(wait, 2, 1000);
    }
  }
  Outward& outward_;
  Doorbell stop_;
  std::thread thread_;
};

std::shared_ptr<Reply> ask(NotificationDesk& desk, const std::string& receiver) {
  NotificationRequest request;
  request.receiver = receiver;
  request.type = snmp::NoticeType::kPortIsolated;
  request.facts.incident = 7;
  request.facts.text = "port A1 of floor3 is down";
  auto reply = request.reply = std::make_shared<Reply>();
  REQUIRE(desk.requests.try_push(std::move(request)));
  return reply;
}

template <class Done>
bool eventually(Done done) {
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (!done() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(10ms);
  return done();
}

std::string output_of(const std::string& command) {
  FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string said;
  char text[4096];
  while (const std::size_t got = std::fread(text, 1, sizeof text, pipe)) said.append(text, got);
  ::pclose(pipe);
  return said;
}

}  // namespace

TEST_CASE("outward: what the daemon puts on its board is what snmpget is told") {
  const auto snmpd = Snmpd::start();
  if (!snmpd || ::access("/usr/bin/snmpget", X_OK) != 0) return;
  Board<DaemonState> board;
  Outward outward(*snmp::AgentxSocket::parse(snmpd->agentx()), {}, {snmp::random_engine_id()},
                  std::make_shared<NotificationDesk>(), board);
  DaemonState state;
  state.version = "1.2.3";
  board.put(state);
  const Thread thread(outward);
  REQUIRE(eventually([&] { return outward.state() != nullptr && outward.state()->serving; }));
  const std::string get = "snmpget -v2c -c public -m '' -Oqv -t 20 " + snmpd->address() + " ";
  const std::string version = ".1.3.6.1.4.1.8072.9999.9999.7687.1.1.1.0";
  CHECK(output_of(get + version) == "\"1.2.3\"\n");
  state.version = "4.5.6";
  board.put(state);
  CHECK(output_of(get + version) == "\"4.5.6\"\n");
}

TEST_CASE("outward: other threads leave notifications at the desk, and learn what came of them") {
  const snmp::OwnEngine engine{snmp::random_engine_id(), 1};
  const auto trapd = Snmptrapd::start(engine.id);
  if (!trapd) return;
  const auto desk = std::make_shared<NotificationDesk>();
  const Board<DaemonState> board;
  const auto user = snmp::testing::v3(Snmptrapd::kUser, snmp::AuthProtocol::kSha256, Snmptrapd::kAuthPassword,
                                      snmp::PrivProtocol::kAes128, Snmptrapd::kPrivacyPassword);
  auto outward = std::make_unique<Outward>(
      std::nullopt,
      std::vector<Outward::Way>{
          {"noc", {trapd->address(), user, true, 500ms, 2}},
          {"stranger", {trapd->address(), snmp::testing::v2c("nobody knows"), true, 50ms, 1}},
          {"silent", {"127.0.0.1:1", snmp::testing::v2c("public"), true, 30s, 2}}},
      engine, desk, board);
  {
    const Thread thread(*outward);
    const auto taken = ask(*desk, "noc");
    const auto refused = ask(*desk, "stranger");
    const auto unknown = ask(*desk, "gone");
    REQUIRE(taken->wait(60s));
    CHECK_FALSE(taken->failure().has_value());
    REQUIRE(refused->wait(60s));
    REQUIRE(refused->failure().has_value());
    CHECK(refused->failure()->detail.find("nobody knows") == std::string::npos);
    REQUIRE(unknown->wait(60s));
    CHECK(unknown->failure().has_value());
  }
  CHECK(outward->state()->notifications.delivered == 1);
  CHECK(outward->state()->notifications.failed == 1);
  // Nobody is left waiting when it ends: not what is under way, not what was never begun.
  const auto waiting = ask(*desk, "silent");
  outward.reset();
  REQUIRE(waiting->wait(0ms));
  CHECK(waiting->failure().has_value());
}
