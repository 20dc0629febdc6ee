#include "bridge_mib.h"

#include <array>
#include <initializer_list>
#include <span>

namespace lanwarden::integration {
namespace {

using topology::MacAddress;

constexpr std::uint32_t kVlan = 1;

std::string hex(std::span<const std::uint8_t> octets) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const auto octet : octets) {
    if (!text.empty()) text += ' ';
    text += kDigits[octet >> 4];
    text += kDigits[octet & 15];
  }
  return text;
}

/// dot1dStpPortState counts otherwise than the kernel does.
unsigned stp_port_state(unsigned kernel_state) {
  static constexpr std::array kStates = {1U /*disabled*/, 3U /*listening*/, 4U /*learning*/,
                                         5U /*forwarding*/, 2U /*blocking*/};
  return kernel_state < kStates.size() ? kStates[kernel_state] : 6U /*broken*/;
}

/// Fills a view below one subtree: `at({1, 4, 1, 2}, port)` is the instance …17.1.4.1.2.port.
class Table {
 public:
  Table(MibView& view, OidParts root) : view_(view), root_(std::move(root)) {}

  void integer(std::initializer_list<std::uint32_t> below, std::uint64_t value) {
    put(below, "integer", std::to_string(value));
  }
  void gauge(std::initializer_list<std::uint32_t> below, std::uint64_t value) {
    put(below, "gauge", std::to_string(value));
  }
  void counter(std::initializer_list<std::uint32_t> below, std::uint64_t value) {
    put(below, "counter", std::to_string(value));
  }
  void ticks(std::initializer_list<std::uint32_t> below, std::uint64_t value) {
    put(below, "timeticks", std::to_string(value));
  }
  void text(std::initializer_list<std::uint32_t> below, const std::string& value) {
    put(below, "string", value);
  }
  void oid(std::initializer_list<std::uint32_t> below, const std::string& value) {
    put(below, "objectid", value);
  }
  void octets(std::initializer_list<std::uint32_t> below, std::span<const std::uint8_t> value) {
    put(below, "octet", hex(value));
  }

  /// The table whose every instance ends in this address.
  void integer(std::initializer_list<std::uint32_t> below, MacAddress index, std::uint64_t value) {
    view_[indexed(below, index)] = {"integer", std::to_string(value)};
  }
  void octets(std::initializer_list<std::uint32_t> below, MacAddress index,
              std::span<const std::uint8_t> value) {
    view_[indexed(below, index)] = {"octet", hex(value)};
  }

 private:
  void put(std::initializer_list<std::uint32_t> below, const char* type, std::string value) {
    OidParts oid = root_;
    oid.insert(oid.end(), below);
    view_[std::move(oid)] = {type, std::move(value)};
  }
  OidParts indexed(std::initializer_list<std::uint32_t> below, MacAddress index) const {
    OidParts oid = root_;
    oid.insert(oid.end(), below);
    for (const auto octet : index.octets()) oid.push_back(octet);
    return oid;
  }

  MibView& view_;
  OidParts root_;
};

void fill_base(Table base, const KernelBridge& bridge) {
  base.octets({1, 0}, bridge.address.octets());
  base.integer({2, 0}, bridge.ports.size());
  base.integer({3, 0}, 2);  // transparent-only
  for (const auto& port : bridge.ports) {
    base.integer({4, 1, 1, port.number}, port.number);
    base.integer({4, 1, 2, port.number}, port.ifindex);
    base.oid({4, 1, 3, port.number}, ".0.0");
    base.counter({4, 1, 4, port.number}, 0);
    base.counter({4, 1, 5, port.number}, 0);
  }
}

void fill_stp(Table stp, const KernelBridge& bridge) {
  if (!bridge.stp) return;
  stp.integer({1, 0}, 3);  // ieee8021d
  stp.integer({2, 0}, bridge.priority);
  stp.ticks({3, 0}, 0);
  stp.counter({4, 0}, 0);
  stp.octets({5, 0}, bridge.root);
  stp.integer({6, 0}, bridge.root_path_cost);
  stp.integer({7, 0}, bridge.root_port);
  stp.integer({8, 0}, bridge.max_age_cs);
  stp.integer({9, 0}, bridge.hello_time_cs);
  stp.integer({10, 0}, 100);
  stp.integer({11, 0}, bridge.forward_delay_cs);
  stp.integer({12, 0}, bridge.max_age_cs);
  stp.integer({13, 0}, bridge.hello_time_cs);
  stp.integer({14, 0}, bridge.forward_delay_cs);
  for (const auto& port : bridge.ports) {
    const std::array<std::uint8_t, 2> designated = {static_cast<std::uint8_t>(port.designated_port >> 8),
                                                    static_cast<std::uint8_t>(port.designated_port)};
    stp.integer({15, 1, 1, port.number}, port.number);
    stp.integer({15, 1, 2, port.number}, port.priority);
    stp.integer({15, 1, 3, port.number}, stp_port_state(port.state));
    stp.integer({15, 1, 4, port.number}, port.state == 0 ? 2 : 1);  // enabled(1), disabled(2)
    stp.integer({15, 1, 5, port.number}, port.path_cost);
    stp.octets({15, 1, 6, port.number}, port.designated_root);
    stp.integer({15, 1, 7, port.number}, port.designated_cost);
    stp.octets({15, 1, 8, port.number}, port.designated_bridge);
    stp.octets({15, 1, 9, port.number}, designated);
    stp.counter({15, 1, 10, port.number}, 0);
  }
}

/// RFC 4188 dot1dTpFdbStatus, which dot1qTpFdbStatus repeats.
unsigned fdb_status(const KernelFdbEntry& entry) { return entry.local ? 4 /*self*/ : 3 /*learned*/; }

void fill_forwarding(Table tp, const KernelBridge& bridge) {
  tp.counter({1, 0}, 0);
  tp.integer({2, 0}, bridge.ageing_time_cs / 100);
  for (const auto& entry : bridge.fdb) {
    tp.octets({3, 1, 1}, entry.mac, entry.mac.octets());
    tp.integer({3, 1, 2}, entry.mac, entry.port);
    tp.integer({3, 1, 3}, entry.mac, fdb_status(entry));
  }
  for (const auto& port : bridge.ports) {
    tp.integer({4, 1, 1, port.number}, port.number);
    tp.integer({4, 1, 2, port.number}, port.mtu);
  }
}

/// RFC 2674 PortList: one bit a bridge port, the first port in the highest bit.
std::vector<std::uint8_t> port_list(const KernelBridge& bridge) {
  std::vector<std::uint8_t> bits;
  for (const auto& port : bridge.ports) {
    if (port.number == 0) continue;
    const std::size_t octet = (port.number - 1) / 8;
    if (bits.size() <= octet) bits.resize(octet + 1);
    bits[octet] = static_cast<std::uint8_t>(bits[octet] | (0x80U >> ((port.number - 1) % 8)));
  }
  return bits;
}

void fill_vlans(Table q, const KernelBridge& bridge) {
  const auto all_ports = port_list(bridge);
  std::uint64_t learned = 0;
  for (const auto& entry : bridge.fdb) learned += entry.local ? 0 : 1;

  q.integer({1, 1, 0}, 1);  // dot1qVlanVersionNumber
  q.integer({1, 2, 0}, 4094);
  q.gauge({1, 3, 0}, 4094);
  q.gauge({1, 4, 0}, 1);
  q.integer({1, 5, 0}, 2);  // GVRP disabled

  q.counter({2, 1, 1, 2, kVlan}, learned);
  for (const auto& entry : bridge.fdb) {
    q.integer({2, 2, 1, 2, kVlan}, entry.mac, entry.port);
    q.integer({2, 2, 1, 3, kVlan}, entry.mac, fdb_status(entry));
  }

  q.counter({4, 1, 0}, 0);
  q.gauge({4, 2, 1, 3, 0, kVlan}, kVlan);  // dot1qVlanFdbId, index TimeMark and VLAN
  q.octets({4, 2, 1, 4, 0, kVlan}, all_ports);
  q.octets({4, 2, 1, 5, 0, kVlan}, all_ports);
  q.integer({4, 2, 1, 6, 0, kVlan}, 2);  // permanent
  q.ticks({4, 2, 1, 7, 0, kVlan}, 0);
  q.text({4, 3, 1, 1, kVlan}, "office");
  q.octets({4, 3, 1, 2, kVlan}, all_ports);
  q.octets({4, 3, 1, 4, kVlan}, all_ports);
  q.integer({4, 3, 1, 5, kVlan}, 1);                                                // active
  for (const auto& port : bridge.ports) q.gauge({4, 5, 1, 1, port.number}, kVlan);  // dot1qPvid
}

}  // namespace

MibView bridge_mib(const KernelBridge& bridge) {
  const OidParts root = {1, 3, 6, 1, 2, 1, 17};
  const auto below = [&](std::initializer_list<std::uint32_t> tail) {
    OidParts oid = root;
    oid.insert(oid.end(), tail);
    return oid;
  };
  MibView view;
  fill_base(Table(view, below({1})), bridge);
  fill_stp(Table(view, below({2})), bridge);
  fill_forwarding(Table(view, below({4})), bridge);
  fill_vlans(Table(view, below({7, 1})), bridge);
  return view;
}

}  // namespace lanwarden::integration
