#include "tests/lab/traffic/traffic.h"

#include <algorithm>

#include "tests/lab/traffic/acts.h"

namespace lanwarden::lab {
namespace {

struct Trouble {
  TroubleName name;
  topology::MacAddress (*begin)(Simulation&);
};

const std::vector<Trouble>& registry() {
  static const std::vector<Trouble> kTroubles = {
      {{"clock", "answers every probe and announcement", {"arp-bogus-responder", "dad-denied"}, true},
       begin_clock},
      {{"heartbeats",
        "cards that broadcast 0x9000 every second, a cluster 0x886f",
        {"heartbeat-broadcast"},
        true},
       begin_heartbeats},
      {{"ip-conflict", "two stations with one address", {"ip-conflict"}, true}, begin_address_conflict},
      {{"spoof", "somebody says the gateway is at his address", {"arp-spoof"}, true}, begin_gateway_spoof},
      {{"false-sender",
        "ARP that names another station than sends it",
        {"arp-sender-mismatch", "arp-spoof"},
        true},
       begin_false_sender},
      {{"sweep", "asks for every address of the network", {"arp-sweep"}, true}, begin_sweep},
      {{"arp-flood", "asks for the same few addresses, hundreds of times a second", {"arp-flood"}, true},
       begin_arp_flood},
      {{"bogon", "uses an address of another network", {"arp-bogon"}, true}, begin_foreign_address},
      {{"proxy", "a router answers ordinary requests for everybody", {"arp-proxy"}, false}, begin_proxy},
      {{"device-tracking", "a switch probes every host from 0.0.0.0", {"arp-probe-conflict"}, true},
       begin_device_tracking},
      {{"dad-denier", "answers every IPv6 duplicate address detection", {"nd-bogus-responder"}, true},
       begin_dad_denier},
      {{"rogue-ra", "a host that says it is a router", {"rogue-router-advertisement"}, true},
       begin_router_imposter},
      {{"rogue-dhcp", "a second DHCP server", {"rogue-dhcp-server"}, true}, begin_second_dhcp},
      {{"storm", "a card sends broadcasts as fast as it can", {"broadcast-storm"}, true}, begin_storm},
      {{"loop", "every broadcast comes back", {"switching-loop", "broadcast-storm"}, true}, begin_loop},
      {{"mac-flood", "frames from ever new addresses", {"mac-flood"}, true}, begin_mac_flood},
      {{"new-root", "a bridge takes the root of the spanning tree", {"stp-root-change"}, true},
       begin_new_root},
  };
  return kTroubles;
}

}  // namespace

std::vector<TroubleName> troubles() {
  std::vector<TroubleName> names;
  for (const Trouble& t : registry()) names.push_back(t.name);
  return names;
}

struct Traffic::Impl {
  Impl(const LiveWorld& live, const TrafficOptions& options) : simulation(live, options) {
    for (const std::string& name : options.troubles)
      for (const Trouble& t : registry())
        if (t.name.name == name) culprits.push_back(t.begin(simulation));
    boots = begin_boots(simulation);
    begin_office(simulation);
    if (!options.campus) return;
    begin_services(simulation);
    begin_routers(simulation);
    begin_dhcp(simulation);
    begin_servers(simulation);
    begin_wireless(simulation);
    begin_ipv6(simulation);
  }

  Simulation simulation;
  std::vector<topology::MacAddress> culprits;
  std::shared_ptr<Boots> boots;
};

Traffic::Traffic(const LiveWorld& live, const TrafficOptions& options)
    : impl_(std::make_unique<Impl>(live, options)) {}
Traffic::~Traffic() = default;

SimulatedTime Traffic::next() const { return impl_->simulation.next(); }
void Traffic::step(std::vector<HeardFrame>& heard) { impl_->simulation.step(heard); }
BootCounts Traffic::boots() const { return impl_->boots->counts(); }
const std::vector<topology::MacAddress>& Traffic::culprits() const { return impl_->culprits; }

std::optional<std::uint32_t> Traffic::rogue() const {
  if (impl_->culprits.empty()) return std::nullopt;
  return impl_->simulation.world().station_with(impl_->culprits.front());
}

}  // namespace lanwarden::lab
