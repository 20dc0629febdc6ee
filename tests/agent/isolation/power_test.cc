// Which row of the PoE table a port is: two witnesses, or the switch's own word.
#include <catch2/catch.hpp>
#include <map>

#include "agent/isolation/power.h"

using namespace lanwarden::agent;
using lanwarden::snmp::PsePlace;
using lanwarden::topology::BridgePort;
using lanwarden::topology::IfIndex;
using lanwarden::topology::Interface;
using lanwarden::topology::Poe;

namespace {

/// A switch that only has variables.
class Agent final : public Switches {
 public:
  explicit Agent(std::map<std::string, std::string> values) : values_(std::move(values)) {}
  const lanwarden::topology::Fabric& fabric() override { return fabric_; }
  Dependencies dependencies() override { return {}; }
  Located live(lanwarden::topology::MacAddress) override { return {}; }
  StoreResult<Asked> poll(lanwarden::topology::SwitchId) override { return Asked{}; }
  lanwarden::topology::Result<std::vector<lanwarden::topology::MacRow>, lanwarden::snmp::Failure> rows(
      lanwarden::topology::SwitchId, lanwarden::topology::MacAddress) override {
    return std::vector<lanwarden::topology::MacRow>{};
  }
  lanwarden::topology::Result<lanwarden::snmp::Values, lanwarden::snmp::Failure> read(
      lanwarden::topology::SwitchId, std::span<const lanwarden::snmp::Variable> variables) override {
    lanwarden::snmp::Values out;
    for (const auto& v : variables) {
      const auto it = values_.find(v.name);
      out.push_back(it == values_.end() ? std::nullopt : std::optional(it->second));
    }
    return out;
  }
  lanwarden::topology::Result<void, lanwarden::snmp::Failure> set(
      lanwarden::topology::SwitchId, std::span<const lanwarden::snmp::Varbind>) override {
    return {};
  }

 private:
  lanwarden::topology::Fabric fabric_;
  std::map<std::string, std::string> values_;
};

Interface port(const char* name, unsigned ifindex, unsigned bridge_port) {
  Interface i;
  i.name = name;
  i.ifindex = IfIndex{ifindex};
  i.bridge_port = BridgePort{bridge_port};
  i.poe = Poe::kDelivering;
  return i;
}

std::string row(Agent agent, const Interface& i) {
  const auto found = find_power(agent, lanwarden::topology::SwitchId{0}, i);
  return found ? std::to_string(found->group) + "." + std::to_string(found->port) : found.error();
}

const std::map<std::string, std::string> kRow7 = {{"pethPsePortAdminEnable.1.7", "1"},
                                                  {"pethPsePortDetectionStatus.1.7", "3"}};

}  // namespace

TEST_CASE("poe: two of the port's numbers agree") {
  CHECK(row(Agent(kRow7), port("port 7", 7, 7)) == "1.7");
  CHECK(row(Agent(kRow7), port("Gi0/7", 10107, 7)) == "1.7");
  CHECK(row(Agent(kRow7), port("A7", 7, 31)) == "1.7");
}

TEST_CASE("poe: one number alone is a guess") {
  CHECK(row(Agent(kRow7), port("Gi0/7", 10107, 31)) ==
        "which row of its PoE table it is cannot be told for certain");
}

TEST_CASE("poe: two rows that could be meant are none") {
  auto both = kRow7;
  both["pethPsePortAdminEnable.1.9"] = "1";
  both["pethPsePortDetectionStatus.1.9"] = "3";
  CHECK(row(Agent(both), port("A9", 9, 9)) == "1.9");
  Interface odd = port("A9", 9, 7);  // ifIndex and name say 9; the bridge port 7 stands alone
  CHECK(row(Agent(both), odd) == "1.9");
}

TEST_CASE("poe: where the switch itself names the port of a row, only that counts") {
  auto cisco = kRow7;
  cisco["cpeExtPsePortEntPhyIndex.1.7"] = "1012";
  cisco["entPhysicalName.1012"] = "Gi1/0/7";
  CHECK(row(Agent(cisco), port("Gi1/0/7", 10107, 31)) == "1.7");
  cisco["entPhysicalName.1012"] = "Gi1/0/8";
  CHECK(row(Agent(cisco), port("Gi1/0/7", 7, 7)) ==
        "which row of its PoE table it is cannot be told for certain");
}

TEST_CASE("poe: a row that delivers nothing is not the one that feeds the device") {
  auto idle = kRow7;
  idle["pethPsePortDetectionStatus.1.7"] = "2";
  CHECK(row(Agent(idle), port("port 7", 7, 7)) ==
        "which row of its PoE table it is cannot be told for certain");
  Interface unfed = port("port 7", 7, 7);
  unfed.poe = Poe::kOff;
  CHECK(row(Agent(kRow7), unfed) == "it feeds no device, as far as the switch tells");
}
