// What was true when, beside the forwarding tables: names of stations, links, what polls noticed of switches,
// and every station that ever was on a port.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/store/store_error.h"
#include "topology/ids.h"
#include "topology/ip_address.h"
#include "topology/mac_address.h"
#include "topology/switch_snapshot.h"
#include "topology/time.h"

namespace lanwarden::agent {

using topology::IpAddress;
using topology::MacAddress;
using topology::Time;
using topology::VlanId;

/// A station was on a port from `from` until `until` (nullopt: still).
struct Sighting {
  MacAddress mac;
  VlanId vlan;
  std::string switch_name, port;  ///< identity over time: (switch, ifName)
  topology::IfIndex ifindex;      ///< as of `last_seen`
  topology::FdbStatus status = topology::FdbStatus::kLearned;
  Time from{}, last_seen{};
  std::optional<Time> until{};  ///< when a complete walk no longer had it
};

/// A station had an address. An interval ends when the same source says that another station has the address,
/// or after a week of silence; a quiet station that is back earlier goes on with its interval.
struct IpBinding {
  IpAddress ip;
  MacAddress mac;
  Time last_seen{};
  std::string source;  ///< "gw (ARP)", "sniffed"
  Time from{};         ///< read only: when it was first heard
  std::optional<Time> until{};
};

/// Who says what a station is called.
enum class NameSource : std::uint8_t { kDns, kMdns, kNetbios, kDhcp, kLldp, kCdp, kFdp, kEdp, kLlmnr };
/// "dns" "mdns" "netbios" "dhcp" "lldp" "cdp" "fdp" "edp" "llmnr"
std::string_view to_string(NameSource source);
std::optional<NameSource> name_source(std::string_view text);

/// The longest name that is kept: a DNS name (RFC 1035 §2.3.4).
inline constexpr std::size_t kLongestName = 255;

/// A station was called so. Names that differ in case are one name.
struct NameBinding {
  MacAddress mac;
  std::string name;
  NameSource source = NameSource::kDns;
  Time last_seen{};
  Time from{};  ///< read only
  std::optional<Time> until{};
};

/// Two ports were joined by a cable, as the switches' tables tell.
struct LinkInterval {
  struct End {
    std::string switch_name, port;
    auto operator<=>(const End&) const = default;
  };
  End a, b;         ///< a < b
  std::string via;  ///< "lldp,stp,fdb"
  Time from{}, last_seen{};
  std::optional<Time> until{};
};

/// What a poll noticed of a switch itself.
enum class SwitchEventKind : std::uint8_t {
  kFirstPolled,
  kRenamed,      ///< sysName
  kReaddressed,  ///< the address in the configuration
  kReplaced,     ///< another bridge address: another box
  kUpdated,      ///< sysDescr: other firmware, mostly
  kRebooted,     ///< sysUpTime fell
  kSilent,       ///< did not answer, where it had before
  kAnswered,     ///< answers again
};
std::string_view to_string(SwitchEventKind kind);  ///< "first-polled" "renamed" "readdressed" "replaced" …
std::optional<SwitchEventKind> switch_event_kind(std::string_view text);

struct SwitchEvent {
  std::string switch_name;
  Time time{};
  SwitchEventKind kind = SwitchEventKind::kFirstPolled;
  std::string before, after;  ///< in words; may be empty
};

/// Part of Store: see there for threads, transactions and failures.
class Chronicle {
 public:
  virtual ~Chronicle() = default;

  /// Names that were heard, each at its `last_seen`. A name that is heard again within ten minutes writes
  /// nothing; another NetBIOS, DHCP or LLDP name of a station ends the one before. Control characters and a
  /// last dot are taken off; what is empty or too long then is left out.
  virtual StoreResult<void> save_names(std::span<const NameBinding> names) = 0;
  /// Every name a station ever had, those it has now first, the newest first.
  virtual StoreResult<std::vector<NameBinding>> names(MacAddress mac) = 0;
  /// Stations that are called so now: the whole name, its first label ("printer3" for
  /// "printer3.example.net"), or with '*' and '?' for any characters. In any case. Sorted, unique; at most
  /// `limit`.
  virtual StoreResult<std::vector<MacAddress>> stations_named(std::string_view name, std::size_t limit) = 0;

  /// The addresses that stations have now, seen since `seen_since`, of which the station has no name by
  /// `source` that was heard since `named_since`. Sorted by address; at most `limit`.
  virtual StoreResult<std::vector<IpBinding>> unnamed_addresses(NameSource source, Time named_since,
                                                                Time seen_since, std::size_t limit) = 0;

  /// Every interval of a station's addresses, or of an address, in the order in which they began.
  virtual StoreResult<std::vector<IpBinding>> address_history(MacAddress mac) = 0;
  virtual StoreResult<std::vector<IpBinding>> address_history(IpAddress ip) = 0;

  /// The links there are as of `now`. One that is missing ends, unless one of its switches is in `unsure`
  /// (silent, or with partial tables) and neither port has another link now. Writes what changed, and the
  /// time of it at most every ten minutes.
  virtual StoreResult<void> save_links(std::span<const LinkInterval> links,
                                       std::span<const std::string> unsure, Time now) = 0;
  /// Every interval of the links of this switch, or (empty) of all, in the order in which they began.
  virtual StoreResult<std::vector<LinkInterval>> links(const std::string& switch_name = {}) = 0;

  /// What polls noticed of this switch, or (empty) of all, since then, the oldest first; the newest `limit`.
  virtual StoreResult<std::vector<SwitchEvent>> switch_events(const std::string& switch_name, Time since,
                                                              std::size_t limit) = 0;

  /// Every interval on this port, or (empty) on any port of the switch, that is open or ended after `since`;
  /// the newest `limit` of them, in the order in which they began. An unknown port has none.
  virtual StoreResult<std::vector<Sighting>> port_history(const std::string& switch_name,
                                                          const std::string& port, Time since,
                                                          std::size_t limit) = 0;
  /// How many stations the switch had learned on this port then.
  virtual StoreResult<std::size_t> stations_on(const std::string& switch_name, const std::string& port,
                                               Time at) = 0;
  /// When the oldest forwarding row that is kept began; nullopt when there is none. Reads all of them.
  virtual StoreResult<std::optional<Time>> oldest_sighting() = 0;
};

}  // namespace lanwarden::agent
