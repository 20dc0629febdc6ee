#include <algorithm>

#include "agent/isolation/own_addresses.h"
#include "agent/isolation/switches.h"
#include "snmp/address.h"

namespace lanwarden::agent {
namespace {

using topology::IpAddress;

void sort_unique(std::vector<MacAddress>& macs) {
  std::sort(macs.begin(), macs.end());
  macs.erase(std::unique(macs.begin(), macs.end()), macs.end());
}

void add(std::vector<MacAddress>& to, const std::vector<MacAddress>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

Dependencies LiveSwitches::dependencies() {
  Dependencies d;
  d.own = own_mac_addresses();

  for (const IpAddress& ip : default_gateways()) {
    auto macs = resolve_in_arp_table({ip});
    // Other tables may have the culprit in them, which answers for everybody: only where our own has nothing.
    if (macs.empty()) macs = locator_.macs_of(ip);
    add(d.gateways, macs);
  }
  for (const SwitchSnapshot& router : locator_.routers()) add(d.gateways, router.own_addresses);
  sort_unique(d.gateways);

  std::vector<IpAddress> dhcp = dhcp_servers_of_leases();
  for (const std::string& text : config_.isolation.dhcp_servers) {
    if (const auto mac = MacAddress::parse(text))
      d.dhcp_servers.push_back(*mac);
    else if (const auto ip = IpAddress::parse(text))
      dhcp.push_back(*ip);
  }
  for (const IpAddress& ip : dhcp) {
    auto macs = resolve_in_arp_table({ip});
    if (macs.empty()) macs = locator_.macs_of(ip);
    add(d.dhcp_servers, macs);
  }
  sort_unique(d.dhcp_servers);

  for (const SwitchSnapshot& sw : locator_.fabric().snapshots()) {
    std::vector<IpAddress> ips = sw.own_ips;
    if (const auto at = snmp::parse_address(sw.address))
      if (const auto ip = IpAddress::parse(at->host)) ips.push_back(*ip);
    for (const IpAddress& ip : ips) {
      const auto macs = locator_.macs_of(ip);
      const auto own = [&](MacAddress mac) {
        return std::binary_search(sw.own_addresses.begin(), sw.own_addresses.end(), mac);
      };
      // Its own address is known already; another one beside it is somebody who answers for it.
      if (std::any_of(macs.begin(), macs.end(), own)) continue;
      for (const MacAddress mac : macs) d.management.emplace_back(sw.name, mac);
    }
  }
  return d;
}

topology::Result<std::vector<topology::MacRow>, snmp::Failure> LiveSwitches::rows(topology::SwitchId sw,
                                                                                  MacAddress mac) {
  const auto snapshots = locator_.fabric().snapshots();
  auto answer = std::move(collector_.where(std::span(&mac, 1), snapshots, std::span(&sw, 1)).front());
  if (!answer.failed.empty()) return tl::make_unexpected(answer.failed.front().second);
  return std::move(answer.rows);
}

}  // namespace lanwarden::agent
