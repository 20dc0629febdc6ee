#include "tests/lab/world/ports.h"

namespace lanwarden::lab {
namespace {

using topology::BridgePort;
using topology::IfIndex;
using topology::MacAddress;

constexpr std::uint32_t kEthernet = 6, kLag = 161, kPropVirtual = 53;
constexpr std::uint64_t kGigabit = 1'000'000'000;

std::string module_letters(unsigned module) {  // 1: A … 26: Z, 27: AA
  std::string text;
  for (; module > 0; module = (module - 1) / 26)
    text.insert(text.begin(), static_cast<char>('A' + (module - 1) % 26));
  return text;
}

std::string number(unsigned n) { return std::to_string(n); }

Port cisco(unsigned i, unsigned edge) {
  Port p;
  const bool uplink = i >= edge;
  const unsigned n = uplink ? i - edge : i;
  p.module = n / 48 + 1;
  p.position = n % 48 + 1;
  const std::string tail = number(p.module) + (uplink ? "/1/" : "/0/") + number(p.position);
  p.name = (uplink ? "Te" : "Gi") + tail;
  p.descr = (uplink ? "TenGigabitEthernet" : "GigabitEthernet") + tail;
  p.ifindex = IfIndex{9600 + 500 * p.module + (uplink ? 100U : 0U) + p.position};
  p.bridge_port = BridgePort{i + 1};
  p.lldp_port = i + 2;
  return p;
}

Port procurve(unsigned i) {
  Port p;
  p.module = i / 24 + 1;
  p.position = i % 24 + 1;
  p.name = module_letters(p.module) + number(p.position);
  p.descr = p.name;
  p.ifindex = IfIndex{i + 1};
  p.bridge_port = BridgePort{1000 + i + 1};
  p.lldp_port = 200 + i;
  return p;
}

Port aruba(unsigned i, unsigned edge) {
  Port p;
  const bool uplink = i >= edge;
  const unsigned n = uplink ? i - edge : i;
  p.module = n / 48 + 1;
  p.position = n % 48 + 1;
  p.name = number(p.module) + (uplink ? "/2/" : "/1/") + number(p.position);
  p.descr = p.name;
  p.ifindex = IfIndex{(p.module - 1) * 128 + (uplink ? 64U : 0U) + p.position};
  p.bridge_port = BridgePort{400 + i};
  p.lldp_port = 7000 + i;
  return p;
}

// As Linux numbers: lo and eth0 come first, bridge ports count from 1. So a bridge
// port taken for an ifIndex is an existing, wrong port: the trap is wanted.
Port generic(unsigned i) {
  Port p;
  p.module = 1;
  p.position = i + 1;
  p.name = "swp" + number(i + 1);
  p.descr = p.name;
  p.ifindex = IfIndex{i + 3};
  p.bridge_port = BridgePort{i + 1};
  p.lldp_port = i + 10;
  return p;
}

Port aggregate(Vendor vendor, unsigned k) {
  Port p;
  p.type = kLag;
  switch (vendor) {
    case Vendor::kCisco:
      p.name = "Po" + number(k);
      p.descr = "Port-channel" + number(k);
      p.ifindex = IfIndex{5000 + k};
      break;
    case Vendor::kProcurve:
      p.name = p.descr = "Trk" + number(k);
      p.ifindex = IfIndex{20000 + k};
      break;
    case Vendor::kAruba:
      p.name = p.descr = "lag" + number(k);
      p.ifindex = IfIndex{30000 + k};
      break;
    case Vendor::kGeneric:
      p.name = p.descr = "bond" + number(k);
      p.ifindex = IfIndex{10000 + k};
      break;
  }
  p.bridge_port = BridgePort{3500 + k};  // above the physical ones, below 2^12: STP port numbers have 12 bits
  p.speed_bps = 20 * kGigabit;
  return p;
}

}  // namespace

std::vector<Port> make_ports(Vendor vendor, MacAddress bridge_address, unsigned edge, unsigned uplinks,
                             unsigned aggregates) {
  std::vector<Port> ports;
  ports.reserve(edge + uplinks + aggregates);
  for (unsigned i = 0; i < edge + uplinks; ++i) {
    switch (vendor) {
      case Vendor::kCisco:
        ports.push_back(cisco(i, edge));
        break;
      case Vendor::kProcurve:
        ports.push_back(procurve(i));
        break;
      case Vendor::kAruba:
        ports.push_back(aruba(i, edge));
        break;
      case Vendor::kGeneric:
        ports.push_back(generic(i));
        break;
    }
    ports.back().type = kEthernet;
    ports.back().speed_bps = i < edge ? kGigabit : 10 * kGigabit;
  }
  for (unsigned k = 1; k <= aggregates; ++k) ports.push_back(aggregate(vendor, k));
  for (unsigned i = 0; i < ports.size(); ++i) ports[i].address = MacAddress{bridge_address.bits() + 1 + i};
  return ports;
}

Port make_vlan_interface(MacAddress bridge_address, topology::VlanId vlan) {
  Port p;
  p.name = "Vlan" + number(vlan.value);
  p.descr = p.name;
  p.ifindex = IfIndex{16'777'216U + vlan.value};
  p.type = kPropVirtual;
  p.address = bridge_address;
  p.link = true;
  return p;
}

unsigned sold_ports(Vendor vendor, unsigned wanted) {
  const unsigned step = vendor == Vendor::kGeneric ? 8 : 24;
  return (wanted + step - 1) / step * step;
}

std::string_view object_id_of(Vendor vendor) {
  switch (vendor) {
    case Vendor::kCisco:
      return "1.3.6.1.4.1.9.1.1208";
    case Vendor::kProcurve:
      return "1.3.6.1.4.1.11.2.3.7.11.50";
    case Vendor::kAruba:
      return "1.3.6.1.4.1.47196.4.1.1.1.100";
    case Vendor::kGeneric:
      return "1.3.6.1.4.1.8072.3.2.10";
  }
  return "0.0";
}

std::string_view descr_of(Vendor vendor) {
  switch (vendor) {
    case Vendor::kCisco:
      return "Cisco IOS Software, C2960X Software (simulated), Version 15.2(7)E";
    case Vendor::kProcurve:
      return "ProCurve J8697A Switch 5406zl, revision K.15.18 (simulated)";
    case Vendor::kAruba:
      return "Aruba JL659A 6300M, FL.10.10 (simulated)";
    case Vendor::kGeneric:
      return "Linux switch 6.1 (simulated)";
  }
  return "";
}

std::uint32_t oui_of(Vendor vendor) {
  switch (vendor) {
    case Vendor::kCisco:
      return 0x001b0d;
    case Vendor::kProcurve:
      return 0x001871;
    case Vendor::kAruba:
      return 0x883a30;
    case Vendor::kGeneric:
      return 0x443839;
  }
  return 0;
}

}  // namespace lanwarden::lab
