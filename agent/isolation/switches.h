// The switches as isolation sees them: where a station is, what a port says, and a SET. An interface, so that
// a building in memory can stand in for the network.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "agent/locate/locator.h"
#include "agent/store/store_error.h"
#include "snmp/collector.h"
#include "topology/fabric.h"
#include "topology/locate.h"

namespace lanwarden::agent {

/// Whom lanwarden and the LAN depend on.
struct Dependencies {
  std::vector<topology::MacAddress> own;       ///< of the machine lanwarden runs on
  std::vector<topology::MacAddress> gateways;  ///< default gateways, routers
  std::vector<topology::MacAddress> dhcp_servers;
  /// What a polled switch's management address resolves to, by the name of the switch.
  std::vector<std::pair<std::string, topology::MacAddress>> management;
};

/// One thread at a time.
class Switches {
 public:
  virtual ~Switches() = default;

  virtual const topology::Fabric& fabric() = 0;
  virtual Dependencies dependencies() = 0;
  /// Asks all switches at once.
  virtual Located live(topology::MacAddress mac) = 0;
  /// Walks that switch anew, saves and infers. Fails when the store does.
  virtual StoreResult<Asked> poll(topology::SwitchId sw) = 0;
  /// The station's rows on that switch, as they are now.
  virtual topology::Result<std::vector<topology::MacRow>, snmp::Failure> rows(topology::SwitchId sw,
                                                                              topology::MacAddress mac) = 0;
  /// snmp::Collector::read and set.
  virtual topology::Result<snmp::Values, snmp::Failure> read(topology::SwitchId sw,
                                                             std::span<const snmp::Variable> variables) = 0;
  virtual topology::Result<void, snmp::Failure> set(topology::SwitchId sw,
                                                    std::span<const snmp::Varbind> varbinds) = 0;
};

/// The network itself. Borrows all three.
class LiveSwitches final : public Switches {
 public:
  LiveSwitches(const Config& config, Locator& locator, snmp::Collector& collector)
      : config_(config), locator_(locator), collector_(collector) {}

  const topology::Fabric& fabric() override { return locator_.fabric(); }
  Dependencies dependencies() override;
  Located live(topology::MacAddress mac) override { return locator_.live(mac); }
  StoreResult<Asked> poll(topology::SwitchId sw) override { return locator_.poll(std::span(&sw, 1)); }
  topology::Result<std::vector<topology::MacRow>, snmp::Failure> rows(topology::SwitchId sw,
                                                                      topology::MacAddress mac) override;
  topology::Result<snmp::Values, snmp::Failure> read(topology::SwitchId sw,
                                                     std::span<const snmp::Variable> variables) override {
    return collector_.read(sw, variables);
  }
  topology::Result<void, snmp::Failure> set(topology::SwitchId sw,
                                            std::span<const snmp::Varbind> varbinds) override {
    return collector_.set(sw, varbinds);
  }

 private:
  const Config& config_;
  Locator& locator_;
  snmp::Collector& collector_;
};

}  // namespace lanwarden::agent
