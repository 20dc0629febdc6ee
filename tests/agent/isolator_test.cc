// Shutting a port and opening it again, over real SNMP against an agent on loopback.
#include "agent/isolation/isolator.h"

#include <catch2/catch.hpp>
#include <functional>
#include <utility>

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
const Oid kQBridge{1, 3, 6, 1, 2, 1, 17, 7, 1, 4};
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

/// The network, and something that happens between the last look and the SET.
class Interrupted final : public Switches {
 public:
  Interrupted(const Config& config, Locator& locator, lanwarden::snmp::Collector& collector,
              const std::function<void()>& before_set)
      : live_(config, locator, collector), before_set_(before_set) {}
  const lanwarden::topology::Fabric& fabric() override { return live_.fabric(); }
  Dependencies dependencies() override { return {}; }
  Located live(MacAddress mac) override { return live_.live(mac); }
  StoreResult<Asked> poll(lanwarden::topology::SwitchId sw) override { return live_.poll(sw); }
  lanwarden::topology::Result<std::vector<lanwarden::topology::MacRow>, lanwarden::snmp::Failure> rows(
      lanwarden::topology::SwitchId sw, MacAddress mac) override {
    return live_.rows(sw, mac);
  }
  lanwarden::topology::Result<lanwarden::snmp::Values, lanwarden::snmp::Failure> read(
      lanwarden::topology::SwitchId sw, std::span<const lanwarden::snmp::Variable> variables) override {
    return live_.read(sw, variables);
  }
  lanwarden::topology::Result<void, lanwarden::snmp::Failure> set(
      lanwarden::topology::SwitchId sw, std::span<const lanwarden::snmp::Varbind> varbinds) override {
    if (before_set_) std::exchange(before_set_, nullptr)();
    return live_.set(sw, varbinds);
  }

 private:
  LiveSwitches live_;
  std::function<void()> before_set_;
};

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
    return isolator_->restore(store->isolation(id).value().value(), "anna");
  }
  std::vector<Recovered> recover() {
    start();
    return isolator_->recover("anna").value();
  }
  std::vector<AuditEntry> trail() { return store->audit({}).value(); }
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
  void admin(std::uint32_t port, int status) {
    server_.locked([&] {
      mib_->table().set(kIfAdminStatus + port, Value::of_integer(status));
      mib_->table().set(kIfOperStatus + port, Value::of_integer(status));
    });
  }
  template <class F>
  void change(F&& f) {
    server_.locked([&] { f(*mib_); });
  }
  std::string text(const Oid& name) {
    std::string octets;
    change([&](TableMib& mib) { octets = mib.table().find(name)->octets; });
    return octets;
  }
  /// What happens in the last moment before a SET is sent.
  std::function<void()> before_set;
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
    collector_ = std::make_unique<lanwarden::snmp::Collector>(config.targets());
    locator_ = std::make_unique<Locator>(config, *store, collector_.get());
    REQUIRE(locator_->load());
    REQUIRE(locator_->poll({}));
    switches_ = std::make_unique<Interrupted>(config, *locator_, *collector_, before_set);
    // This agent's ifOperStatus follows at once.
    const IsolatorOptions quick{std::chrono::milliseconds{50}, std::chrono::milliseconds{10}};
    isolator_ = std::make_unique<Isolator>(config, *store, *switches_, system_clock(), quick);
  }

  testing::ScratchFolder folder_;
  std::shared_ptr<TableMib> mib_;
  AgentServer server_;
  AgentId agent_ = 0;
  std::unique_ptr<lanwarden::snmp::Collector> collector_;
  std::unique_ptr<Locator> locator_;
  std::unique_ptr<Interrupted> switches_;
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

TEST_CASE("a dry run shows exactly what would be written") {
  Building b;
  IsolationRequest request = the_clock();
  request.dry_run = true;
  const IsolationOutcome done = b.isolate(request);
  REQUIRE(done.changes.size() == 1);
  CHECK(done.changes[0].oid == "1.3.6.1.2.1.2.2.1.7.1");
  CHECK(done.changes[0].syntax == 'i');
  CHECK(done.changes[0].after == "2");
  CHECK(done.changes[0].before == "1");
  CHECK(b.trail().empty());
}

TEST_CASE("the audit trail tells who, what, why, which varbinds and which answers") {
  Building b;
  const std::int64_t id = b.isolate(the_clock()).id.value();
  REQUIRE(b.restore(id).restored);
  const auto trail = b.trail();
  REQUIRE(trail.size() == 4);
  CHECK(trail[0].action == "intend");
  CHECK(trail[0].who == "anna");
  CHECK(trail[0].why == "answers every ARP probe");
  CHECK(trail[0].varbinds == "1.3.6.1.2.1.2.2.1.7.1 i 2");
  CHECK(trail[1].answer == "noError; read back: admin down, oper down");
  CHECK(trail[2].action == "restore");
  CHECK(trail[2].varbinds == "1.3.6.1.2.1.2.2.1.7.1 i 1");
  CHECK(trail[3].answer == "read back: admin up, oper up");
  for (const AuditEntry& e : trail) CHECK(e.isolation == id);
}

TEST_CASE("a refusal is in the trail, too") {
  Building b;
  b.config.switches[0].protected_ports = {"A1"};
  b.isolate(the_clock());
  REQUIRE(b.trail().size() == 1);
  CHECK(b.trail()[0].action == "refuse");
  CHECK(b.trail()[0].why.starts_with("protected-port: floor3 A1 is protected"));
  CHECK(b.trail()[0].varbinds.empty());
}

TEST_CASE("--force lifts one named rule, by hand, with a reason") {
  Building b;
  b.config.switches[0].protected_ports = {"A1"};
  IsolationRequest request = the_clock();
  request.force = {"protected-port"};
  CHECK(b.isolate(request).result == IsolationResult::kRefused);  // nobody's hand
  request.by_hand = true;
  request.reason.clear();
  CHECK(b.isolate(request).result == IsolationResult::kRefused);  // no reason
  request.reason = "the head of IT said so";
  request.force = {"protected-mac"};
  CHECK(b.isolate(request).result == IsolationResult::kRefused);  // another rule
  request.force = {"protected-port"};
  const IsolationOutcome done = b.isolate(request);
  REQUIRE(done.result == IsolationResult::kIsolated);
  REQUIRE(done.forced.size() == 1);
  CHECK(b.journal(done.id.value()).forced == std::vector<std::string>{"protected-port"});
  bool told = false;
  for (const AuditEntry& e : b.trail())
    told = told || (e.action == "force" && e.why.find("the head of IT said so") != std::string::npos);
  CHECK(told);
}

TEST_CASE("the mark in ifAlias is written on request, and the old text comes back") {
  Building b;
  const Oid alias = Oid{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 18} + 1U;
  b.change([&](TableMib& mib) {
    mib.table().set(alias, Value::of_octets("desk 7"));
    mib.allow_set(alias);
    mib.on_set({}, {});
  });
  IsolationRequest request = the_clock();
  request.mark = true;
  const IsolationOutcome done = b.isolate(request);
  REQUIRE(done.result == IsolationResult::kIsolated);
  CHECK(b.text(alias) == "lanwarden: 00:0d:4b:ce:20:cd");
  REQUIRE(b.restore(done.id.value()).restored);
  CHECK(b.text(alias) == "desk 7");
}

TEST_CASE("quarantine over SNMP: into VLAN 66 and out of its own, and exactly back") {
  Building building;
  const Oid pvid = kQBridge + Oid{5, 1, 1}, egress = kQBridge + Oid{3, 1, 2},
            untagged = kQBridge + Oid{3, 1, 4};
  building.change([&](TableMib& mib) {
    mib.table().set(pvid + 1U, Value::of_gauge32(10));
    mib.table().set(pvid + 2U, Value::of_gauge32(10));
    for (const std::uint32_t vlan : {10U, 66U}) {
      mib.table().set(kQBridge + Oid{3, 1, 1, vlan}, Value::of_octets("vlan" + std::to_string(vlan)));
      mib.table().set(egress + vlan, Value::of_octets(vlan == 10 ? "\xc0" : "\x01"));
      mib.table().set(untagged + vlan, Value::of_octets(vlan == 10 ? "\xc0" : "\x01"));
      mib.table().set(kQBridge + Oid{3, 1, 5, vlan}, Value::of_integer(1));
    }
    mib.allow_set(kQBridge);
  });
  building.config.isolation.quarantine_vlan = 66;
  IsolationRequest request = the_clock();
  request.way = IsolationWay::kQuarantine;
  const IsolationOutcome outcome = building.isolate(request);
  for (const Refusal& r : outcome.refusals) UNSCOPED_INFO(r.to_string());
  REQUIRE(outcome.result == IsolationResult::kIsolated);
  CHECK(building.admin_status(1) == 1);  // the link stays
  CHECK(building.text(egress + 66U) == "\x81");
  CHECK(building.text(untagged + 66U) == "\x81");
  CHECK(building.text(egress + 10U) == "\x40");
  CHECK(building.text(untagged + 10U) == "\x40");
  building.change([&](TableMib& mib) { CHECK(mib.table().find(pvid + 1U)->number == 66); });

  CHECK(building.restore(*outcome.id).restored);
  CHECK(building.text(egress + 66U) == "\x01");
  CHECK(building.text(egress + 10U) == "\xc0");
  CHECK(building.text(untagged + 10U) == "\xc0");
  building.change([&](TableMib& mib) { CHECK(mib.table().find(pvid + 1U)->number == 10); });
}

TEST_CASE("power-cycle over SNMP: off, and on again after a while") {
  Building building;
  std::vector<std::int64_t> written;
  const Oid enable{1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 3, 1}, delivers{1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 6, 1};
  building.change([&](TableMib& mib) {
    for (const std::uint32_t port : {1U, 2U}) {
      mib.table().set(enable + port, Value::of_integer(1));
      mib.table().set(delivers + port, Value::of_integer(3));
    }
    mib.allow_set(enable);
    mib.on_set({}, [&](const lanwarden::lab::Asked&, const Assignment& set) {
      written.push_back(set.value.integer);
    });
  });
  building.config.isolation.power_off = std::chrono::seconds{0};
  IsolationRequest request = the_clock();
  request.way = IsolationWay::kPowerCycle;
  const IsolationOutcome outcome = building.isolate(request);
  for (const Refusal& r : outcome.refusals) UNSCOPED_INFO(r.to_string());
  REQUIRE(outcome.result == IsolationResult::kIsolated);
  CHECK(written == std::vector<std::int64_t>{2, 1});
  CHECK(building.admin_status(1) == 1);
  building.change([&](TableMib& mib) { CHECK(mib.table().find(enable + 1U)->integer == 1); });
}

TEST_CASE("a switch that takes no mark has its port shut all the same, and says so") {
  Building b;
  b.change([](TableMib& mib) {
    mib.table().set(Oid{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 18} + 1U, Value::of_octets("desk 7"));
  });
  IsolationRequest request = the_clock();
  request.mark = true;
  const IsolationOutcome done = b.isolate(request);
  CHECK(done.result == IsolationResult::kIsolated);
  CHECK(b.admin_status(1) == 2);
  REQUIRE_FALSE(done.doubts.empty());
  CHECK(done.doubts[0].starts_with("the port could not be marked: "));
}

TEST_CASE("a station that stays in the table is a doubt, and with --rollback the port opens again") {
  Building b;  // this agent forgets nothing by itself
  IsolationRequest request = the_clock();
  const IsolationOutcome stays = b.isolate(request);
  CHECK(stays.result == IsolationResult::kIsolated);
  CHECK(stays.gone == false);
  REQUIRE(b.restore(stays.id.value()).restored);
  request.rollback = true;
  const IsolationOutcome back = b.isolate(request);
  CHECK(back.result == IsolationResult::kFailed);
  CHECK(back.over);
  CHECK(b.admin_status(1) == 1);
  CHECK(b.journal(back.id.value()).state == IsolationState::kRestored);
}

TEST_CASE("an agent that renumbers its interfaces between the look and the SET") {
  SECTION("after the last look: the wrong port is open again, and nothing is held") {
    Building b;
    b.before_set = [&b] { b.rename(1, "A2"), b.rename(2, "A1"); };
    const IsolationOutcome done = b.isolate(the_clock());
    CHECK(done.result == IsolationResult::kFailed);
    CHECK(done.failure.find("renumbered its interfaces") != std::string::npos);
    CHECK(b.admin_status(1) == 1);
    CHECK(b.admin_status(2) == 1);
    CHECK(b.store->isolations(true).value().empty());
  }
  SECTION("and back again right after it: the port is found by its name") {
    Building b;
    b.change([](TableMib& mib) {
      mib.on_set({}, [&mib, done = false](const lanwarden::lab::Asked&, const Assignment& set) mutable {
        if (std::exchange(done, true)) return;
        // The SET hit A1, which is ifIndex 2 from now on.
        Table& t = mib.table();
        t.set(kIfAdminStatus + 1U, Value::of_integer(1));
        t.set(kIfAdminStatus + 2U, set.value);
        t.set(kIfOperStatus + 2U, set.value);
        t.set(kIfName + 1U, Value::of_octets("A2"));
        t.set(kIfName + 2U, Value::of_octets("A1"));
      });
    });
    const IsolationOutcome done = b.isolate(the_clock());
    REQUIRE(done.result == IsolationResult::kIsolated);
    CHECK(b.journal(done.id.value()).ifindex.value == 2);
    REQUIRE(b.restore(done.id.value()).restored);
    CHECK(b.admin_status(2) == 1);
  }
}

TEST_CASE("each refusal of a SET leaves nothing shut and is told by its name") {
  for (const char* status :
       {"noAccess", "wrongType", "wrongLength", "wrongEncoding", "wrongValue", "noCreation",
        "inconsistentValue", "resourceUnavailable", "commitFailed", "undoFailed", "authorizationError",
        "notWritable", "inconsistentName", "genErr", "tooBig"}) {
    CAPTURE(status);
    Building b;
    b.faults((std::string("set-refused=") + status).c_str());
    const IsolationOutcome done = b.isolate(the_clock());
    CHECK(done.result == IsolationResult::kFailed);
    CHECK(done.failure.find(status) != std::string::npos);
    CHECK(b.admin_status(1) == 1);
    CHECK(b.journal(done.id.value()).state == IsolationState::kFailed);
  }
}

TEST_CASE("a SET whose answer comes twice, or the same answer again later, is one SET") {
  for (const char* fault : {"dup=1", "duplicate-answers=20ms"}) {
    CAPTURE(fault);
    Building b;
    b.faults(fault);
    const IsolationOutcome done = b.isolate(the_clock());
    CHECK(done.result == IsolationResult::kIsolated);
    REQUIRE(b.restore(done.id.value()).restored);
    CHECK(b.admin_status(1) == 1);
  }
}

TEST_CASE("a SET that is answered too late is found to be done") {
  Building b;
  b.before_set = [&b] { b.faults("slow-column=1.3.6.1.2.1.2.2.1.7:400ms"); };
  const IsolationOutcome done = b.isolate(the_clock());
  b.faults("");
  if (done.result == IsolationResult::kIsolated) {
    CHECK(b.admin_status(1) == 2);
    CHECK(b.journal(done.id.value()).state == IsolationState::kActive);
  } else {
    // Its answers came too late to be read at all: the journal says what is not known, and is mended.
    CHECK(done.result == IsolationResult::kFailed);
    CHECK(is_open(b.journal(done.id.value()).state));
    const auto mended = b.recover();
    REQUIRE(mended.size() == 1);
    CHECK(mended[0].settled);
    CHECK((b.admin_status(1) == 2) == is_open(b.journal(done.id.value()).state));
  }
}

TEST_CASE("a switch that dies with the SET: the journal says what is not known, and is mended later") {
  Building b;
  b.before_set = [&b] { b.faults("dead"); };
  const IsolationOutcome done = b.isolate(the_clock());
  REQUIRE(done.result == IsolationResult::kFailed);
  CHECK(done.failure.find("what became of the SET is not known") != std::string::npos);
  CHECK(b.journal(done.id.value()).state == IsolationState::kIntended);
  const auto still = b.recover();
  REQUIRE(still.size() == 1);
  CHECK_FALSE(still[0].settled);
  b.faults("");
  const auto mended = b.recover();
  REQUIRE(mended.size() == 1);
  CHECK(mended[0].isolation.state == IsolationState::kFailed);
  CHECK(mended[0].text == "isolation 1 (floor3 A1): the SET was never sent, or refused: nothing is shut");
  CHECK(b.admin_status(1) == 1);
  CHECK(b.recover().empty());
}

TEST_CASE("somebody else opens the port: noticed, respected, written down") {
  Building b;
  const std::int64_t id = b.isolate(the_clock()).id.value();
  CHECK(b.recover().empty());
  b.admin(1, 1);
  const std::uint64_t sets = b.sets();
  const auto found = b.recover();
  REQUIRE(found.size() == 1);
  CHECK(found[0].text == "isolation 1 (floor3 A1): somebody else has opened it: that is respected");
  CHECK(b.journal(id).state == IsolationState::kReleased);
  CHECK(b.sets() == sets);
  CHECK(b.restore(id).restored);
  CHECK(b.sets() == sets);
  CHECK(b.trail().back().action == "release");
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
  CHECK(b.journal(id).ifindex.value == 2);
  CHECK(b.admin_status(2) == 1);
}

TEST_CASE("a restore that the switch refuses leaves the isolation open, to be tried again") {
  Building b;
  const std::int64_t id = b.isolate(the_clock()).id.value();
  b.faults("set-refused=noAccess");
  const RestoreOutcome refused = b.restore(id);
  CHECK_FALSE(refused.restored);
  CHECK(refused.failure != "");
  CHECK(b.journal(id).state == IsolationState::kRestoring);
  CHECK(b.journal(id).attempts == 1);
  CHECK(b.journal(id).next_attempt);
  b.faults("");
  CHECK(b.restore(id).restored);
}
