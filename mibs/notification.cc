#include "mibs/notification.h"

#include <algorithm>
#include <cstddef>

namespace lanwarden::mibs {
namespace {

using topology::MacAddress;

/// snmpTraps of RFC 3418, lldpNotifications, dot1dNotifications, ciscoMacNotificationMIBNotifications.
const Oid kSnmpTraps{1, 3, 6, 1, 6, 3, 1, 1, 5};
const Oid kBridgeTraps{1, 3, 6, 1, 2, 1, 17, 0};
const Oid kLldpRemTablesChange{1, 0, 8802, 1, 1, 2, 0, 0, 1};
const Oid kCiscoMacTraps{1, 3, 6, 1, 4, 1, 9, 9, 215, 2, 0};
const Oid kCiscoHistory{1, 3, 6, 1, 4, 1, 9, 9, 215, 1, 1, 8, 1, 2};  // cmnHistMacChangedMsg
const Oid kIfIndex{1, 3, 6, 1, 2, 1, 2, 2, 1, 1};

/// A tuple of cmnHistMacChangedMsg: operation, VLAN (2), MAC (6), dot1dBasePort (2); operation 0 ends the
/// list.
constexpr std::size_t kTuple = 11;
constexpr std::uint8_t kLearned = 1, kRemoved = 2;

bool is_station(MacAddress mac) { return !mac.is_zero() && !mac.is_group(); }

/// "Gi0/24" has six octets, too.
bool is_text(std::span<const std::uint8_t> octets) {
  return std::all_of(octets.begin(), octets.end(), [](std::uint8_t c) { return c >= 0x20 && c < 0x7f; });
}

std::optional<MacAddress> mac_at(std::span<const std::uint8_t> octets) {
  if (octets.size() < 6) return std::nullopt;
  const MacAddress mac(octets.first<6>());
  return is_station(mac) ? std::optional(mac) : std::nullopt;
}

void add(std::vector<MacAddress>& to, MacAddress mac) {
  if (std::find(to.begin(), to.end(), mac) == to.end()) to.push_back(mac);
}

void read_cisco_history(std::span<const std::uint8_t> message, Notified& out) {
  for (; message.size() >= kTuple && message[0] != 0; message = message.subspan(kTuple)) {
    const auto mac = mac_at(message.subspan(3));
    if (!mac) continue;
    if (message[0] == kLearned) add(out.stations, *mac);
    if (message[0] == kRemoved) add(out.removed, *mac);
  }
  // Learned elsewhere a moment later: that is what counts.
  std::erase_if(out.removed, [&](MacAddress mac) {
    return std::find(out.stations.begin(), out.stations.end(), mac) != out.stations.end();
  });
}

}  // namespace

const Oid& snmp_trap_oid() {
  static const Oid oid{1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};
  return oid;
}

const Oid& snmp_trap_address() {
  static const Oid oid{1, 3, 6, 1, 6, 3, 18, 1, 3, 0};
  return oid;
}

Oid trap_of_v1(OidView enterprise, int generic, int specific) {
  if (generic >= 0 && generic <= 5) return kSnmpTraps + static_cast<std::uint32_t>(generic + 1);
  return (Oid(enterprise) + 0U) + static_cast<std::uint32_t>(specific);
}

Notified read_notification(OidView trap, std::span<const NotifiedVariable> variables) {
  using Kind = Notified::Kind;
  Notified out;
  if (kSnmpTraps.is_prefix_of(trap) && trap.size() == kSnmpTraps.size() + 1) {
    switch (trap.back()) {
      case 1:
      case 2:
        out.kind = Kind::kRestarted;
        return out;
      case 3:
      case 4:
        out.kind = Kind::kLink;
        for (const NotifiedVariable& v : variables)
          if (kIfIndex.is_prefix_of(v.name))
            out.ifindex = topology::IfIndex{static_cast<std::uint32_t>(v.value.as_number())};
        return out;
      case 5:
        out.kind = Kind::kAuthentication;
        return out;
      default:
        return out;
    }
  }
  if (kBridgeTraps.is_prefix_of(trap) || kLldpRemTablesChange.is_prefix_of(trap)) {
    out.kind = Kind::kTopology;
    return out;
  }
  const bool cisco = kCiscoMacTraps.is_prefix_of(trap);
  for (const NotifiedVariable& v : variables) {
    if (v.value.type != Value::Type::kOctets) continue;
    if (cisco && kCiscoHistory.is_prefix_of(v.name))
      read_cisco_history(v.value.octets, out);
    else if (v.value.octets.size() == 6 && !is_text(v.value.octets))
      if (const auto mac = mac_at(v.value.octets)) add(out.stations, *mac);
  }
  if (cisco || !out.stations.empty()) out.kind = Kind::kStations;
  return out;
}

}  // namespace lanwarden::mibs
