// Who has which address and which name, as a LAN tells it by itself: what a store keeps of everyday traffic.
// Only what a station says of itself counts, and no answer to a question: whoever answers for others (a bogus
// responder, a proxy, a spoofer) must not get their addresses.
#pragma once

#include <vector>

#include "analysis/bounded_table.h"
#include "analysis/host_names.h"

namespace lanwarden::analysis {

/// What is news since it was last taken.
struct AcquaintanceNews {
  struct Address {
    MacAddress mac;
    IpAddress ip;
    Time heard{};
  };
  struct Name {
    HeardName heard;
    Time time{};
  };
  std::vector<Address> addresses;
  std::vector<Name> names;

  std::size_t size() const { return addresses.size() + names.size(); }
};

/// A pure state machine, as detectors are. Addresses come from the questions and announcements of ARP and of
/// neighbour discovery, from DHCP acknowledgements and with names. A station of more than kMostNames names of
/// one source repeats those of others (an mDNS reflector), or answers to any (a poisoner): none of them is
/// told any more.
///
/// Bounds: 16,384 addresses, 8,192 stations with names, kMostNews not taken.
class Acquaintances {
 public:
  static constexpr std::size_t kMostNames = 3, kMostNews = 2048;
  /// What is heard again is told again after so long.
  static constexpr std::chrono::minutes kAgain{10};

  void on_frame(const Frame& frame);
  std::size_t waiting() const { return news_.size(); }
  AcquaintanceNews take();

 private:
  struct AddressKey {
    MacAddress mac;
    IpAddress ip;
    bool operator==(const AddressKey&) const = default;
    std::uint64_t hash() const;
  };
  struct NameKey {
    MacAddress mac;
    NameSource source = NameSource::kDhcp;
    bool operator==(const NameKey&) const = default;
    std::uint64_t hash() const { return mixed(static_cast<std::uint64_t>(source) + 1, mac.bits()); }
  };
  struct Names {
    struct One {
      std::uint64_t hash = 0;
      Time told{};
    };
    std::array<One, kMostNames> of{};
    std::size_t size = 0;
    bool too_many = false;
  };

  void has_address(MacAddress mac, const IpAddress& ip, Time now);
  void has_name(const HeardName& heard, Time now);

  BoundedTable<AddressKey, Time> addresses_{16'384};
  BoundedTable<NameKey, Names> names_{8'192};
  AcquaintanceNews news_;
};

}  // namespace lanwarden::analysis
