// The LANs of the integration test as data: who is plugged in where. What a test expects it reads
// from here, so that plan and expectation cannot drift apart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lanwarden::integration {

/// What an administrator must know to talk to a switch.
enum class Management {
  kNone,         ///< a hub: no agent, learns nothing, takes no part in the spanning tree
  kV2cWritable,  ///< SNMPv2c, communities kReadCommunity and kWriteCommunity
  kV2cReadOnly,  ///< SNMPv2c, kReadCommunity only: every SET is refused
  kV3Writable,   ///< SNMPv3 authPriv, SHA-256 and AES, users kReadUser and kWriteUser; v2c is refused
};

inline constexpr const char* kReadCommunity = "lan-reader";
inline constexpr const char* kWriteCommunity = "lan-writer";
inline constexpr const char* kReadUser = "reader";
inline constexpr const char* kWriteUser = "writer";
inline constexpr const char* kAuthPassword = "authentic-enough";
inline constexpr const char* kPrivacyPassword = "private-enough";

struct SwitchPlan {
  std::string name;
  Management management = Management::kNone;
  std::string address;         ///< of its agent, on the management network
  unsigned priority = 0x8000;  ///< spanning tree: the lowest becomes the root
};

struct HostPlan {
  std::string name;
  std::string switch_name;
  std::string port;  ///< of the switch; the host's own end is called kHostInterface
  std::string mac;
  std::string ip;  ///< what it announces
};

/// A cable between two switches.
struct CablePlan {
  std::string switch_a, port_a, switch_b, port_b;
};

struct LanPlan {
  std::vector<SwitchPlan> switches;
  std::vector<HostPlan> hosts;
  std::vector<CablePlan> cables;

  const SwitchPlan& switch_named(std::string_view name) const;  ///< throws std::out_of_range
  const HostPlan& host_named(std::string_view name) const;      ///< throws std::out_of_range
};

inline constexpr const char* kHostInterface = "eth0";
/// The machine lanwarden runs on: a host like others, with a second card towards the switches' agents.
inline constexpr const char* kMonitor = "monitor";
inline constexpr const char* kMonitorInterface = "lan0";
inline constexpr const char* kMonitorManagementAddress = "10.99.0.1";
/// The host that plays the clock, and the one that cannot come up because of it.
inline constexpr const char* kClock = "clock";
inline constexpr const char* kVictim = "victim";

/// The house of the story: the clock hangs on floor3, port A1. Sniffer and victim share a tap, for on a
/// switched LAN only who sits beside the victim hears what is answered to it.
///
///                 core ---A1--- server
///        dn1 ____/ |  \____ dn3
///       up1 |      A2      | up1
///        floor1   tap     floor3
///       A1 A2    p1  p2   A1    A2 A3
///     desk printer   |    clock |  camera
///             victim monitor  phone
LanPlan office_lan();

/// The same floors with a cable of their own between them: a ring, of which STP blocks one end.
LanPlan ring_lan();

}  // namespace lanwarden::integration
