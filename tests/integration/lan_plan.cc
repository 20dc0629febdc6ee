#include "lan_plan.h"

#include <algorithm>
#include <stdexcept>

namespace lanwarden::integration {
namespace {

template <class Item>
const Item& named(const std::vector<Item>& items, std::string_view name) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.name == name; });
  if (found == items.end()) throw std::out_of_range("the plan has no " + std::string(name));
  return *found;
}

}  // namespace

const SwitchPlan& LanPlan::switch_named(std::string_view name) const { return named(switches, name); }
const HostPlan& LanPlan::host_named(std::string_view name) const { return named(hosts, name); }

LanPlan office_lan() {
  LanPlan plan;
  plan.switches = {
      {"core", Management::kV2cWritable, "10.99.0.10", 0x1000},
      {"floor1", Management::kV2cReadOnly, "10.99.0.11", 0x8000},
      {"floor3", Management::kV3Writable, "10.99.0.13", 0x8000},
      {"tap", Management::kNone, "", 0},
  };
  plan.cables = {
      {"core", "dn1", "floor1", "up1"},
      {"core", "dn3", "floor3", "up1"},
      {"core", "A2", "tap", "up"},
  };
  plan.hosts = {
      {"server", "core", "A1", "00:1b:21:00:00:20", "10.10.0.20"},
      {"desk", "floor1", "A1", "3c:52:82:00:00:11", "10.10.0.11"},
      {"printer", "floor1", "A2", "00:21:5a:00:00:12", "10.10.0.12"},
      {kClock, "floor3", "A1", "00:0d:4b:ce:20:cd", "10.10.0.77"},
      {"phone", "floor3", "A2", "00:04:f2:00:00:32", "10.10.0.32"},
      {"camera", "floor3", "A3", "00:40:8c:00:00:33", "10.10.0.33"},
      {kVictim, "tap", "p1", "00:0c:29:00:00:50", "10.10.0.50"},
      {kMonitor, "tap", "p2", "00:1b:21:00:00:05", "10.10.0.5"},
  };
  return plan;
}

LanPlan ring_lan() {
  LanPlan plan = office_lan();
  plan.cables.push_back({"floor1", "up2", "floor3", "up2"});
  return plan;
}

}  // namespace lanwarden::integration
