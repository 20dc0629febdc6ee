#include "kernel_bridge.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>

namespace lanwarden::integration {
namespace {

namespace fs = std::filesystem;
using topology::MacAddress;

std::string text_of(const fs::path& file) {
  std::string line;
  std::getline(std::ifstream(file), line);
  return line;
}

/// Decimal or 0x…; 0 when the file is not there: a port can vanish while we read.
unsigned number_of(const fs::path& file) {
  return static_cast<unsigned>(std::strtoul(text_of(file).c_str(), nullptr, 0));
}

MacAddress mac_of(const fs::path& file) { return MacAddress::parse(text_of(file)).value_or(MacAddress{}); }

/// sysfs prints a bridge identifier as "8000.021000000a00".
WireBridgeId bridge_id_of(const fs::path& file) {
  WireBridgeId id{};
  const std::string text = text_of(file);
  if (text.size() != 17 || text[4] != '.') return id;
  const auto priority = std::strtoul(text.substr(0, 4).c_str(), nullptr, 16);
  id[0] = static_cast<std::uint8_t>(priority >> 8);
  id[1] = static_cast<std::uint8_t>(priority);
  const auto address = MacAddress::parse(text.substr(5)).value_or(MacAddress{}).octets();
  std::copy(address.begin(), address.end(), id.begin() + 2);
  return id;
}

KernelBridgePort read_port(const fs::path& device, const fs::path& port) {
  KernelBridgePort p;
  p.name = device.filename();
  p.number = number_of(port / "port_no");
  p.ifindex = number_of(device / "ifindex");
  p.mtu = number_of(device / "mtu");
  p.state = number_of(port / "state");
  p.priority = number_of(port / "priority");
  p.path_cost = number_of(port / "path_cost");
  p.designated_root = bridge_id_of(port / "designated_root");
  p.designated_cost = number_of(port / "designated_cost");
  p.designated_bridge = bridge_id_of(port / "designated_bridge");
  p.designated_port = number_of(port / "designated_port");
  return p;
}

std::vector<KernelFdbEntry> read_fdb(const fs::path& file) {
  constexpr std::size_t kRow = 16;  // address, port, local, age (4), port high, padding (3)
  std::ifstream in(file, std::ios::binary);
  const std::vector<char> raw{std::istreambuf_iterator<char>(in), {}};
  std::vector<KernelFdbEntry> rows;
  for (std::size_t at = 0; at + kRow <= raw.size(); at += kRow) {
    const std::span row(reinterpret_cast<const std::uint8_t*>(raw.data()) + at, kRow);
    rows.push_back({MacAddress(row.first<6>()), row[6] | unsigned{row[12]} << 8, row[7] != 0});
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.mac < b.mac; });
  return rows;
}

}  // namespace

KernelBridge read_kernel_bridge(const std::string& name) {
  const fs::path net = "/sys/class/net", device = net / name, bridge = device / "bridge";
  KernelBridge b;
  b.address = mac_of(device / "address");
  b.stp = number_of(bridge / "stp_state") != 0;
  b.priority = number_of(bridge / "priority");
  b.root = bridge_id_of(bridge / "root_id");
  b.root_path_cost = number_of(bridge / "root_path_cost");
  b.root_port = number_of(bridge / "root_port");
  b.max_age_cs = number_of(bridge / "max_age");
  b.hello_time_cs = number_of(bridge / "hello_time");
  b.forward_delay_cs = number_of(bridge / "forward_delay");
  b.ageing_time_cs = number_of(bridge / "ageing_time");
  std::error_code none;
  for (const auto& port : fs::directory_iterator(device / "brif", none))
    b.ports.push_back(read_port(net / port.path().filename(), port.path()));
  std::sort(b.ports.begin(), b.ports.end(), [](const auto& x, const auto& y) { return x.number < y.number; });
  b.fdb = read_fdb(device / "brforward");
  return b;
}

}  // namespace lanwarden::integration
