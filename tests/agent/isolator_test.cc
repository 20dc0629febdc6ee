// Shutting a port and opening it again, over real SNMP against an agent on loopback.
#include "agent/isolation/isolator.h"

#include <catch2/catch.hpp>

#include "tests/agent/store_scratch.h"
#include "tests/lab/agent/agent_server.h"
#include "tests/lab/agent/table_mib.h"

using namespace lanwarden::agent;
using lanwarden::lab::AgentConfig;
using lanwarden::lab::AgentId;
using lanwarden::lab::AgentServer;
using lanwarden::lab::Assignment;
using lanwarden::lab::Faults;
using lanwarden::lab::Oid;
using lanwarden::lab::operator+;
using lanwarden::lab::Table;
using lanwarden::lab::TableMib;
using lanwarden::lab::Value;
using lanwarden::topology::MacAddress;
using lanwarden::topology::OperStatus;

namespace {

const Oid kSystem{1, 3, 6, 1, 2, 1, 1};
const Oid kIfEntry{1, 3, 6, 1, 2, 1, 2, 2, 1};
const Oid kIfAdminStatus{1, 3, 6, 1, 2, 1, 2, 2, 1, 7};
const Oid kIfOperStatus{1, 3, 6, 1, 2, 1, 2, 2, 1, 8};
const Oid kIfName{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1};
const Oid kBridge{1, 3, 6, 1, 2, 1, 17};
const MacAddress kClock = *MacAddress::parse("00:0d:4b:ce:20:cd");
const MacAddress kMary = *MacAddress::parse("00:1a:4b:00:00:01");

void learn(Table& table, MacAddress mac, std::uint32_t port) {
  Oid index;
  for (const std::uint8_t o : mac.octets()) index.push_back(o);
  Oid row = kBridge;
  for (const std::uint32_t part : {4U, 3U, 1U}) row.push_back(part);
  table.set(row + 1U + index, Value::of_octets(mac.octets()));
  table.set(row + 2U + index, Value::of_integer(port));
  table.set(row + 3U + index, Value::of_integer(3));
}

/// One switch, "floor3": the clock on A1, Mary on A2, and ifOperStatus that follows ifAdminStatus.
std::shared_ptr<TableMib> floor3() {
  auto mib = std::make_shared<TableMib>();
  Table& t = mib->table();
  t.set(kSystem + Oid{1, 0}, Value::of_octets("a switch"));
  t.set(kSystem + Oid{3, 0}, Value::of_timeticks(4711));
  t.set(kSystem + Oid{5, 0}, Value::of_octets("floor3"));
  t.set(kBridge + Oid{1, 1, 0}, Value::of_octets(MacAddress{0x001b3f000000U}.octets()));
  t.set(kBridge + Oid{1, 2, 0}, Value::of_integer(2));
  for (const std::uint32_t port : {1U, 2U}) {
    const std::string name = "A" + std::to_string(port);
    t.set(kIfEntry + Oid{1, port}, Value::of_integer(port));
    t.set(kIfEntry + Oid{2, port}, Value::of_octets(name));
    t.set(kIfEntry + Oid{3, port}, Value::of_integer(6));
    t.set(kIfAdminStatus + port, Value::of_integer(1));
    t.set(kIfOperStatus + port, Value::of_integer(1));
    t.set(kIfName + port, Value::of_octets(name));
    t.set(kBridge + Oid{1, 4, 1, 1, port}, Value::of_integer(port));
    t.set(kBridge + Oid{1, 4, 1, 2, port}, Value::of_integer(port));
  }
  learn(t, kClock, 1);
  learn(t, kMary, 2);
  mib->allow_set(kIfAdminStatus);
  mib->on_set({}, [mib = mib.get()](const lanwarden::lab::Asked&, const Assignment& set) {
    mib->table().set(kIfOperStatus + set.name.back(), set.value);
  });
  return mib;
}

class Building {
 public:
  Building() : mib_(floor3()) {
    AgentConfig agent;
    agent.name = "floor3";
    agent.write_community = "private";
    agent.view = mib_;
    agent_ = server_.add(std::move(agent)).value();
    server_.start();

    SwitchConfig sw;
    sw.name = "floor3";
    sw.address = server_.endpoint(agent_).to_string();
    sw.credential = "ro";
    sw.write_credential = "rw";
    sw.timeout = std::chrono::milliseconds{250};
    sw.retries = 1;
    config.switches = {sw};
    config.credentials = {credential("ro", "public"), credential("rw", "private")};
    store = open_sqlite_store(folder_.store(), false).value();
  }

  IsolationOutcome isolate(IsolationRequest request) {
    start();
    return isolator_->isolate(request).value();
  }
  RestoreOutcome restore(std::int64_t id) {
    start();
    return isolator_->restore(store->isolation(id).value().value(), "anna").value();
  }
  /// The switch is known as it is before the test changes it.
  void poll_now() { start(); }
  Isolation journal(std::int64_t id) { return store->isolation(id).value().value(); }
  std::vector<Isolation> journal() { return store->isolations(false).value(); }

  std::int64_t admin_status(std::uint32_t port) {
    std::int64_t status = 0;
    server_.locked([&] { status = mib_->table().find(kIfAdminStatus + port)->integer; });
    return status;
  }
  void rename(std::uint32_t port, const std::string& name) {
    server_.locked([&] { mib_->table().set(kIfName + port, Value::of_octets(name)); });
  }
  void faults(const char* text) { REQUIRE(server_.set_faults(agent_, Faults::parse(text).value())); }
  std::uint64_t sets() { return server_.counters(agent_).sets; }

  Config config;
  std::unique_ptr<Store> store;

 private:
  static lanwarden::snmp::Credential credential(const std::string& name, const std::string& community) {
    lanwarden::snmp::Credential c;
    c.name = name;
    c.community = lanwarden::snmp::Secret(community);
    return c;
  }
  /// After the test has had its say about the configuration.
  void start() {
    if (isolator_) return;
    lanwarden::snmp::Limits limits;
    limits.settle = std::chrono::milliseconds{50};  // this agent's ifOperStatus follows at once
    collector_ = std::make_unique<lanwarden::snmp::Collector>(config.targets(), limits);
    locator_ = std::make_unique<Locator>(config, *store, collector_.get());
    REQUIRE(locator_->load());
    REQUIRE(locator_->poll({}));
    isolator_ = std::make_unique<Isolator>(config, *store, *locator_, *collector_);
  }

  testing::ScratchFolder folder_;
  std::shared_ptr<TableMib> mib_;
  AgentServer server_;
  AgentId agent_ = 0;
  std::unique_ptr<lanwarden::snmp::Collector> collector_;
  std::unique_ptr<Locator> locator_;
  std::unique_ptr<Isolator> isolator_;
};

IsolationRequest the_clock() {
  IsolationRequest request;
  request.mac = kClock;
  request.duration = std::chrono::hours{4};
  request.dry_run = false;
  request.who = "anna";
  request.reason = "answers every ARP probe";
  return request;
}

std::vector<std::string> rules(const IsolationOutcome& outcome) {
  std::vector<std::string> names;
  for (const Refusal& r : outcome.refusals) names.emplace_back(r.rule);
  return names;
}
using Rules = std::vector<std::string>;

}  // namespace

TEST_CASE("the clock's port is shut, read back, and written down with the way to undo it") {
  Building b;
  const IsolationOutcome done = b.isolate(the_clock());
  CHECK(rules(done) == Rules{});
  REQUIRE(done.result == IsolationResult::kIsolated);
  CHECK(done.switch_name + " " + done.port == "floor3 A1");
  CHECK(b.admin_status(1) == 2);
  CHECK(b.admin_status(2) == 1);
  REQUIRE(done.verified);
  CHECK(done.verified->admin_after == OperStatus::kDown);
  CHECK(done.verified->oper_after == OperStatus::kDown);

  const Isolation entry = b.journal(done.id.value());
  CHECK(entry.state == IsolationState::kActive);
  CHECK(entry.mac == kClock);
  CHECK(entry.port == "A1");
  CHECK(entry.who == "anna");
  CHECK(entry.old_admin_status == "up");
  CHECK(entry.until == done.until);
  CHECK(entry.note == "admin down, oper down");
}

TEST_CASE("a dry run asks, judges, and changes nothing") {
  Building b;
  IsolationRequest request = the_clock();
  request.dry_run = true;
  const IsolationOutcome done = b.isolate(request);
  CHECK(done.result == IsolationResult::kWouldIsolate);
  CHECK(done.port == "A1");
  CHECK(b.sets() == 0);
  CHECK(b.journal().empty());
}

TEST_CASE("a refusal sends no SET and leaves no journal entry") {
  Building b;
  b.config.switches[0].protected_ports = {"A1"};
  const IsolationOutcome done = b.isolate(the_clock());
  CHECK(done.result == IsolationResult::kRefused);
  CHECK(rules(done) == Rules{"protected-port"});
  CHECK(b.sets() == 0);
  CHECK(b.journal().empty());
}

TEST_CASE("a station that nobody ever saw has no port to shut") {
  Building b;
  IsolationRequest request = the_clock();
  request.mac = *MacAddress::parse("00:0d:4b:00:00:99");
  CHECK(rules(b.isolate(request)) == Rules{"not-an-edge"});
}

TEST_CASE("a port named by hand that is another one now is not shut") {
  Building b;
  b.poll_now();
  b.rename(1, "B7");
  IsolationRequest request = the_clock();
  request.mac.reset();
  request.switch_name = "floor3";
  request.port = "A1";
  const IsolationOutcome done = b.isolate(request);
  CHECK(done.result == IsolationResult::kRefused);
  CHECK_THAT(rules(done), Catch::VectorContains(std::string("moved")));
  CHECK(b.sets() == 0);
}

TEST_CASE("a switch that says yes and does nothing is found out by the read-back") {
  Building b;
  b.faults("set-ignored");
  const IsolationOutcome done = b.isolate(the_clock());
  REQUIRE(done.result == IsolationResult::kFailed);
  CHECK(done.failure.find("floor3") != std::string::npos);
  CHECK(b.admin_status(1) == 1);
  const Isolation entry = b.journal(done.id.value());
  CHECK(entry.state == IsolationState::kFailed);
  CHECK(entry.note == done.failure);
}

TEST_CASE("a switch that refuses the SET is journalled as failed: nothing is shut") {
  Building b;
  b.faults("set-refused=noAccess");
  const IsolationOutcome done = b.isolate(the_clock());
  REQUIRE(done.result == IsolationResult::kFailed);
  CHECK(b.journal(done.id.value()).state == IsolationState::kFailed);
  CHECK(b.store->isolations(true).value().empty());
}

TEST_CASE("a switch that is silent at the second look is not written to") {
  Building b;
  b.poll_now();
  b.faults("dead");
  IsolationRequest request = the_clock();
  request.mac.reset();
  request.switch_name = "floor3";
  request.port = "A1";
  const IsolationOutcome done = b.isolate(request);
  CHECK(rules(done) == Rules{"no-second-look"});
  CHECK(b.journal().empty());
}

TEST_CASE("restore opens the port again and closes the entry") {
  Building b;
  const std::int64_t id = b.isolate(the_clock()).id.value();
  const RestoreOutcome done = b.restore(id);
  CHECK(done.failure == "");
  REQUIRE(done.restored);
  CHECK(b.admin_status(1) == 1);
  CHECK(b.journal(id).state == IsolationState::kRestored);
  CHECK(b.journal(id).restored_at);
  CHECK(b.journal(id).note == "opened by anna");
}

TEST_CASE("restore follows the port's name when a reboot moved its ifIndex") {
  Building b;
  const std::int64_t id = b.isolate(the_clock()).id.value();
  b.rename(1, "A2");
  b.rename(2, "A1");
  const RestoreOutcome done = b.restore(id);
  REQUIRE(done.restored);
  CHECK(done.verified->ifname == "A1");
  CHECK(b.admin_status(2) == 1);
}

TEST_CASE("a restore that the switch refuses leaves the isolation open, to be tried again") {
  Building b;
  const std::int64_t id = b.isolate(the_clock()).id.value();
  b.faults("set-refused=noAccess");
  const RestoreOutcome refused = b.restore(id);
  CHECK_FALSE(refused.restored);
  CHECK(refused.failure != "");
  CHECK(b.journal(id).state == IsolationState::kActive);
  b.faults("");
  CHECK(b.restore(id).restored);
}
