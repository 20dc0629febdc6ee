// One simulated switch as an SNMP agent sees it: its tables in order, its
// forwarding database served straight from the world's rows, and a SET of
// ifAdminStatus that really shuts the port of the building.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "tests/lab/agent/mib_view.h"
#include "tests/lab/agent/table_mib.h"
#include "tests/lab/world/live_world.h"

namespace lanwarden::lab {

class WorldMib : public MibView {
 public:
  /// Called when a SET shut or opened a port: the simulation may want to know when.
  using PortChanged = std::function<void(topology::PortId port, bool up)>;

  /// `live` and `tree` are shared by all switches of the world and outlive this. A
  /// change through one agent shows in all others.
  WorldMib(LiveWorld& live, const SpanningTree& tree, NodeId sw, PortChanged changed = {});
  ~WorldMib() override;

  bool has_context(std::string_view context) const override;
  void get(const Asked& asked, OidView name, VarBindSink& out) override;
  void next(const Asked& asked, OidView after, std::size_t count, VarBindSink& out) override;
  SetResult set(const Asked& asked, std::span<const Assignment> assignments) override;
  void reboot(std::chrono::nanoseconds now) override;

 private:
  struct Forwarding;  ///< one of the two forwarding tables, of one context
  struct Context {
    std::uint32_t revision = 0;  ///< of the live world when `table` was filled; 0: never
    Table table;
    std::vector<std::unique_ptr<Forwarding>> forwarding;  ///< in order of their names
  };
  Context& context(const Asked& asked, OidView name);
  void prepare_forwarding(Context& c, std::string_view name);

  LiveWorld& live_;
  const SpanningTree& tree_;
  NodeId self_;
  const Switch& sw_;
  PortChanged changed_;
  std::map<std::string, Context, std::less<>> contexts_;
  std::vector<std::uint32_t>
      by_vlan_;  ///< places in sw_.fdb, ordered by (VLAN, MAC); made when first asked for
  std::vector<std::size_t> vlan_begins_;  ///< per VLAN of the world, and the end
  std::vector<std::uint32_t> by_mac_;     ///< all of them; BRIDGE-MIB
  std::chrono::nanoseconds booted_{-1};   ///< -1: sysUpTime counts from the first request
  std::uint32_t ticks_at_boot_ = 0;
};

}  // namespace lanwarden::lab
