// One switch with a clock and Mary on it, an agent on loopback that speaks for it, and an isolator over real
// SNMP.
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/isolation/isolator.h"
#include "tests/agent/store_scratch.h"
#include "tests/lab/agent/agent_server.h"
#include "tests/lab/agent/table_mib.h"

namespace lanwarden::agent::testing {

using lab::AgentConfig;
using lab::AgentId;
using lab::AgentServer;
using lab::Assignment;
using lab::Faults;
using lab::Oid;
using lab::operator+;
using lab::Table;
using lab::TableMib;
using lab::Value;
using topology::MacAddress;
using topology::OperStatus;

inline const Oid kSystem{1, 3, 6, 1, 2, 1, 1};
inline const Oid kIfEntry{1, 3, 6, 1, 2, 1, 2, 2, 1};
inline const Oid kIfAdminStatus{1, 3, 6, 1, 2, 1, 2, 2, 1, 7};
inline const Oid kIfOperStatus{1, 3, 6, 1, 2, 1, 2, 2, 1, 8};
inline const Oid kIfName{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1};
inline const Oid kBridge{1, 3, 6, 1, 2, 1, 17};
inline const Oid kQBridge{1, 3, 6, 1, 2, 1, 17, 7, 1, 4};
inline const MacAddress kClock = *MacAddress::parse("00:0d:4b:ce:20:cd");
inline const MacAddress kMary = *MacAddress::parse("00:1a:4b:00:00:01");

/// A row of dot1dTpFdbTable.
void learn(Table& table, MacAddress mac, std::uint32_t port);

/// The network, and something that happens between the last look and the SET.
class Interrupted final : public Switches {
 public:
  Interrupted(const Config& config, Locator& locator, snmp::Collector& collector,
              const std::function<void()>& before_set)
      : live_(config, locator, collector), before_set_(before_set) {}
  const topology::Fabric& fabric() override { return live_.fabric(); }
  Dependencies dependencies() override { return {}; }
  Located live(MacAddress mac) override { return live_.live(mac); }
  StoreResult<Asked> poll(topology::SwitchId sw) override { return live_.poll(sw); }
  topology::Result<std::vector<topology::MacRow>, snmp::Failure> rows(topology::SwitchId sw,
                                                                      MacAddress mac) override {
    return live_.rows(sw, mac);
  }
  topology::Result<snmp::Values, snmp::Failure> read(topology::SwitchId sw,
                                                     std::span<const snmp::Variable> variables) override {
    return live_.read(sw, variables);
  }
  topology::Result<void, snmp::Failure> set(topology::SwitchId sw,
                                            std::span<const snmp::Varbind> varbinds) override {
    if (before_set_) std::exchange(before_set_, nullptr)();
    return live_.set(sw, varbinds);
  }

 private:
  LiveSwitches live_;
  std::function<void()> before_set_;
};

class Building {
 public:
  Building();

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
  void start();  ///< after the test has had its say about the configuration

  ScratchFolder folder_;
  std::shared_ptr<TableMib> mib_;
  AgentServer server_;
  AgentId agent_ = 0;
  std::unique_ptr<snmp::Collector> collector_;
  std::unique_ptr<Locator> locator_;
  std::unique_ptr<Interrupted> switches_;
  std::unique_ptr<Isolator> isolator_;
};

/// Four hours, for answering every ARP probe.
IsolationRequest the_clock();

using Rules = std::vector<std::string>;
Rules rules(const IsolationOutcome& outcome);

}  // namespace lanwarden::agent::testing
