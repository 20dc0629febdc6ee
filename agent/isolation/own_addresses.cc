// From the kernel's own files.
#include "agent/isolation/own_addresses.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace lanwarden::agent {
namespace {

using topology::IpAddress;
using topology::MacAddress;

constexpr const char* kInterfaces = "/sys/class/net";

/// Text between `key` and the end of the word, in each line that has it.
void addresses_after(const std::filesystem::path& file, const std::string& key, std::set<IpAddress>& ips) {
  std::ifstream in(file);
  std::string line;
  while (std::getline(in, line)) {
    const std::size_t at = line.find(key);
    if (at == std::string::npos) continue;
    std::string word = line.substr(at + key.size());
    word = word.substr(0, word.find_first_of("; \t\r"));
    if (const auto ip = IpAddress::parse(word)) ips.insert(*ip);
  }
}

}  // namespace

std::vector<MacAddress> own_mac_addresses() {
  std::set<MacAddress> macs;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(kInterfaces, ignored))
    if (const auto mac = own_mac_address(entry.path().filename())) macs.insert(*mac);
  return {macs.begin(), macs.end()};
}

std::optional<MacAddress> own_mac_address(const std::string& interface) {
  std::ifstream in(std::filesystem::path(kInterfaces) / interface / "address");
  std::string text;
  if (!std::getline(in, text)) return std::nullopt;
  const auto mac = MacAddress::parse(text);
  return mac && !mac->is_zero() ? std::optional(*mac) : std::nullopt;
}

std::vector<IpAddress> default_gateways() {
  std::set<IpAddress> gateways;
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
    gateways.insert(IpAddress::v4(__builtin_bswap32(raw)));
  }
  return {gateways.begin(), gateways.end()};
}

std::vector<IpAddress> dhcp_servers_of_leases() {
  std::set<IpAddress> ips;
  std::error_code ignored;
  for (const char* folder : {"/run/systemd/netif/leases", "/var/lib/dhcp", "/var/lib/NetworkManager"})
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
      addresses_after(entry.path(), "SERVER_ADDRESS=", ips);          // systemd-networkd
      addresses_after(entry.path(), "dhcp-server-identifier ", ips);  // dhclient
    }
  return {ips.begin(), ips.end()};
}

std::vector<MacAddress> resolve_in_arp_table(const std::vector<IpAddress>& ips) {
  std::set<MacAddress> macs;
  std::ifstream arp("/proc/net/arp");
  std::string line;
  std::getline(arp, line);
  while (std::getline(arp, line)) {
    std::istringstream fields(line);
    std::string ip, type, flags, mac;
    fields >> ip >> type >> flags >> mac;
    const auto address = IpAddress::parse(ip);
    if (!address || std::find(ips.begin(), ips.end(), *address) == ips.end()) continue;
    if (const auto parsed = MacAddress::parse(mac); parsed && !parsed->is_zero()) macs.insert(*parsed);
  }
  return {macs.begin(), macs.end()};
}

}  // namespace lanwarden::agent
