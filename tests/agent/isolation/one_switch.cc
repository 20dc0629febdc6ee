#include "tests/agent/isolation/one_switch.h"

namespace lanwarden::agent::testing {
namespace {

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

snmp::Credential credential(const std::string& name, const std::string& community) {
  snmp::Credential c;
  c.name = name;
  c.community = snmp::Secret(community);
  return c;
}

}  // namespace

void learn(Table& table, MacAddress mac, std::uint32_t port) {
  Oid index;
  for (const std::uint8_t o : mac.octets()) index.push_back(o);
  Oid row = kBridge;
  for (const std::uint32_t part : {4U, 3U, 1U}) row.push_back(part);
  table.set(row + 1U + index, Value::of_octets(mac.octets()));
  table.set(row + 2U + index, Value::of_integer(port));
  table.set(row + 3U + index, Value::of_integer(3));
}

Building::Building() : mib_(floor3()) {
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

void Building::start() {
  if (isolator_) return;
  collector_ = std::make_unique<snmp::Collector>(config.targets());
  locator_ = std::make_unique<Locator>(config, *store, collector_.get());
  REQUIRE(locator_->load());
  REQUIRE(locator_->poll({}));
  switches_ = std::make_unique<Interrupted>(config, *locator_, *collector_, before_set);
  // This agent's ifOperStatus follows at once.
  const IsolatorOptions quick{std::chrono::milliseconds{50}, std::chrono::milliseconds{10}};
  isolator_ = std::make_unique<Isolator>(config, *store, *switches_, system_clock(), quick);
}

IsolationRequest the_clock() {
  IsolationRequest request;
  request.mac = kClock;
  request.duration = std::chrono::hours{4};
  request.dry_run = false;
  request.who = "anna";
  request.reason = "answers every ARP probe";
  return request;
}

Rules rules(const IsolationOutcome& outcome) {
  Rules names;
  for (const Refusal& r : outcome.refusals) names.emplace_back(r.rule);
  return names;
}

}  // namespace lanwarden::agent::testing
