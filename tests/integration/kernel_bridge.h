// What the Linux kernel knows of one of its bridges, read from sysfs.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "topology/mac_address.h"

namespace lanwarden::integration {

/// IEEE 802.1D bridge identifier as on the wire: two octets of priority, six of address.
using WireBridgeId = std::array<std::uint8_t, 8>;

/// /sys/class/net/BRIDGE/brif/PORT
struct KernelBridgePort {
  std::string name;
  unsigned number = 0;  ///< the bridge port, 1 to 1023: not the interface index
  unsigned ifindex = 0;
  unsigned mtu = 0;
  unsigned state =
      0;  ///< as the kernel numbers it: 0 disabled, 1 listening, 2 learning, 3 forwarding, 4 blocking
  unsigned priority = 0;
  unsigned path_cost = 0;
  WireBridgeId designated_root{};
  unsigned designated_cost = 0;
  WireBridgeId designated_bridge{};
  unsigned designated_port = 0;
};

/// One row of the forwarding database (`struct __fdb_entry` of linux/if_bridge.h).
struct KernelFdbEntry {
  topology::MacAddress mac;
  unsigned port = 0;   ///< bridge port number
  bool local = false;  ///< the port's own address
};

struct KernelBridge {
  topology::MacAddress address;
  bool stp = false;
  unsigned priority = 0;
  WireBridgeId root{};
  unsigned root_path_cost = 0;
  unsigned root_port = 0;  ///< bridge port number; 0: this bridge is the root
  unsigned max_age_cs = 0, hello_time_cs = 0, forward_delay_cs = 0, ageing_time_cs = 0;
  std::vector<KernelBridgePort> ports;  ///< by number
  std::vector<KernelFdbEntry> fdb;      ///< by address
};

/// Reads the bridge of that name in the caller's /sys. A bridge that is not there has no ports and no rows.
KernelBridge read_kernel_bridge(const std::string& name);

}  // namespace lanwarden::integration
