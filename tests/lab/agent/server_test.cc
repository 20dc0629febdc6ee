#include "tests/lab/agent/agent_server.h"

#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <set>

#include "tests/lab/agent/recording.h"
#include "tests/lab/agent/testing.h"

using namespace lanwarden::lab;
using namespace lanwarden::lab::testing;
using namespace std::chrono_literals;

namespace {

AgentConfig filled(std::string address = "127.0.0.1", std::uint16_t port = 0) {
  auto table = std::make_shared<TableMib>();
  fill(*table);
  table->table().set(kSysName, Value::of_octets(address));
  AgentConfig config;
  config.name = "sw " + address;
  config.address = std::move(address);
  config.port = port;
  config.view = table;
  return config;
}

const Request kAskName{.names = {kSysName}};

}  // namespace

TEST_CASE("an agent in a thread of its own answers over UDP, and stops when told") {
  AgentServer server;
  const auto agent = server.add(filled());
  REQUIRE(agent);
  CHECK(server.endpoint(*agent).port != 0);
  server.start();
  const Socket manager(server.endpoint(*agent));
  CHECK(manager.ask(kAskName).rows.at(0).value == Value::of_octets("127.0.0.1"));
  server.stop();
  server.stop();
  manager.send(encode(kAskName));
  server.start();  // what came in between is answered now
  CHECK(decode(manager.receive(5s)).came);
}

TEST_CASE("agents may be added, changed and counted while the server runs") {
  AgentServer server;
  server.start();
  const auto first = server.add(filled());
  REQUIRE(first);
  const auto config = filled("127.0.0.2");
  const auto second = server.add(config);
  REQUIRE(second);
  CHECK(server.size() == 2);
  CHECK(server.name(*second) == "sw 127.0.0.2");
  const Socket manager(server.endpoint(*second));
  CHECK(manager.ask(kAskName).came);
  server.locked(
      [&] { static_cast<TableMib&>(*config.view).table().set(kSysName, Value::of_octets("renamed")); });
  CHECK(manager.ask(kAskName).rows.at(0).value == Value::of_octets("renamed"));
  CHECK(server.counters(*second).answered == 2);
  CHECK(server.counters(*first).received == 0);
  CHECK(server.counters().rows == 2);
}

TEST_CASE("another loop may watch the server's descriptor and let it work") {
  AgentServer server;
  const auto agent = server.add(filled());
  REQUIRE(agent);
  const Socket manager(server.endpoint(*agent));
  CHECK(server.poll_once(0ns) == 0);
  manager.send(encode(kAskName));
  pollfd loop{server.epoll_fd(), POLLIN, 0};
  REQUIRE(::poll(&loop, 1, 5000) == 1);
  CHECK(server.poll_once(0ns) == 1);
  CHECK(decode(manager.receive(5s)).came);
}

TEST_CASE("a delayed answer wakes the loop that watches the descriptor") {
  AgentServer server;
  auto config = filled();
  config.faults.delay = 1ms;
  const auto agent = server.add(std::move(config));
  REQUIRE(agent);
  const Socket manager(server.endpoint(*agent));
  manager.send(encode(kAskName));
  while (server.counters().received == 0) server.poll_once(100ms);
  while (server.counters().answered == 0) {
    pollfd loop{server.epoll_fd(), POLLIN, 0};
    REQUIRE(::poll(&loop, 1, 5000) == 1);
    server.poll_once(0ns);
  }
  CHECK(decode(manager.receive(5s)).came);
}

TEST_CASE("a thousand agents on one port, each on an address of its own, each answers for itself") {
  AgentServer server;
  const auto first = server.add(filled(loopback_address(0)));
  REQUIRE(first);
  const std::uint16_t port = server.endpoint(*first).port;
  std::vector<AgentId> agents{*first};
  for (std::size_t i = 1; i < 1000; ++i) {
    const auto agent = server.add(filled(loopback_address(i), port));
    REQUIRE(agent);
    agents.push_back(*agent);
  }
  server.start();
  for (const AgentId agent : agents) {
    const Endpoint endpoint = server.endpoint(agent);
    const Socket manager(endpoint);
    REQUIRE(manager.ask(kAskName).rows.at(0).value == Value::of_octets(endpoint.address));
    REQUIRE(manager.sender() == endpoint.to_string());
  }
}

TEST_CASE("when descriptors run out the server raises its limit by itself") {
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  AgentServer server;
  const int next_free = ::dup(0);
  ::close(next_free);
  rlimit low = before;
  low.rlim_cur = static_cast<rlim_t>(next_free) + 3;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &low) == 0);
  std::size_t added = 0;
  for (int i = 0; i < 10; ++i) added += server.add(filled()).has_value();
  setrlimit(RLIMIT_NOFILE, &before);
  CHECK(added == 10);
}

TEST_CASE("what cannot be bound is said in one sentence, and leaves no agent behind") {
  AgentServer server;
  const auto agent = server.add(filled());
  REQUIRE(agent);
  const auto taken = server.add(filled("127.0.0.1", server.endpoint(*agent).port));
  REQUIRE_FALSE(taken);
  CHECK(taken.error().find("Address already in use") != std::string::npos);
  CHECK_FALSE(server.add(filled("192.0.2.1")));
  CHECK(server.add(filled("floor3")).error().find("no IPv4 or IPv6 address") != std::string::npos);
  auto source = filled();
  source.faults.other_source = "192.0.2.1";
  CHECK(server.add(std::move(source)).error().find("other-source-address") != std::string::npos);
  CHECK(server.size() == 1);
  Faults faults;
  faults.other_source = "192.0.2.1";
  CHECK_FALSE(server.set_faults(*agent, faults));
}

TEST_CASE("silence is counted by its cause") {
  AgentServer server;
  const auto agent = server.add(filled());
  REQUIRE(agent);
  const Socket manager(server.endpoint(*agent));
  Request request = kAskName;
  request.community = "guess";
  manager.send(encode(request));
  request.version = 5;
  manager.send(encode(request));
  manager.send(ber::Octets{1, 2, 3});
  while (server.counters().received < 3) server.poll_once(100ms);
  CHECK(server.counters().bad_community == 1);
  CHECK(server.counters().bad_version == 1);
  CHECK(server.counters().malformed == 1);
  CHECK(server.counters().answered == 0);
}

TEST_CASE("an agent answers on IPv6") {
  AgentServer server;
  const auto agent = server.add(filled("::1"));
  if (!agent) {
    WARN("SKIPPED: no IPv6 loopback here: " << agent.error());
    return;
  }
  CHECK(server.endpoint(*agent).to_string().starts_with("[::1]:"));
  server.start();
  CHECK(Socket(server.endpoint(*agent)).ask(kAskName).came);
}
