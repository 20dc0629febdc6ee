// What this machine is and whom it depends on: from the kernel's own files.
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "agent/isolation/isolator.h"

namespace lanwarden::agent {

std::vector<topology::MacAddress> own_mac_addresses() {
  std::set<topology::MacAddress> macs;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/class/net", ignored)) {
    std::ifstream in(entry.path() / "address");
    std::string text;
    if (std::getline(in, text))
      if (const auto mac = topology::MacAddress::parse(text); mac && !mac->is_zero()) macs.insert(*mac);
  }
  return {macs.begin(), macs.end()};
}

std::vector<topology::MacAddress> gateway_mac_addresses() {
  std::set<std::string> gateways;  // dotted quad
  std::ifstream routes("/proc/net/route");
  std::string line;
  std::getline(routes, line);
  while (std::getline(routes, line)) {
    std::istringstream fields(line);
    std::string interface, destination, gateway;
    fields >> interface >> destination >> gateway;
    if (destination != "00000000" || gateway == "00000000") continue;
    const auto raw = static_cast<std::uint32_t>(
        std::strtoul(gateway.c_str(), nullptr, 16));  // in the machine's byte order
    gateways.insert(topology::IpAddress::v4(__builtin_bswap32(raw)).to_string());
  }
  std::vector<topology::MacAddress> macs;
  std::ifstream arp("/proc/net/arp");
  std::getline(arp, line);
  while (std::getline(arp, line)) {
    std::istringstream fields(line);
    std::string ip, type, flags, mac;
    fields >> ip >> type >> flags >> mac;
    if (!gateways.contains(ip)) continue;
    if (const auto parsed = topology::MacAddress::parse(mac); parsed && !parsed->is_zero())
      macs.push_back(*parsed);
  }
  return macs;
}

}  // namespace lanwarden::agent
