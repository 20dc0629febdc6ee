// Takes addresses and names out of a recording and leaves its shape: the same station is the same
// pseudonym wherever it stands, in values, in indexes and in text, so that the tables still decode alike.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "mibs/recording.h"
#include "topology/ip_address.h"
#include "topology/mac_address.h"

namespace lanwarden::mibs {

/// Pure: two Anonymizers with one key that learned the same give the same. Learn all of a recording (every
/// context) first, then rewrite it.
///
/// Kept as they are: numbers, OIDs, zero, group and virtual-router addresses (topology::address_kind), the
/// U/L bit of an address, netmasks, loopback and multicast addresses, interface names and descriptions,
/// models and versions. Replaced: station and bridge addresses, IP addresses (the same subnet stays the same
/// subnet), host names, contacts, locations, aliases, VLAN names. What stands in a table whose meaning is not
/// known here is not kept at all.
class Anonymizer {
 public:
  struct Key {
    std::uint64_t k0 = 0, k1 = 0;
  };
  /// `keep_vendors`: the first three octets of station addresses stay.
  explicit Anonymizer(Key key, bool keep_vendors = false);

  /// Notes names, and what kind of text identifiers are.
  void learn(const RecordedVariable& v);
  /// False: leave it out. Changes name and value.
  bool rewrite(RecordedVariable& v);

  topology::MacAddress of(topology::MacAddress mac);
  topology::IpAddress of(topology::IpAddress ip);
  std::string pseudonym(std::string_view name) const;

 private:
  bool keeps(std::string_view name) const;
  std::string free_text(const std::string& text);
  std::string address_text(std::string token, bool numbers_follow);
  std::string bridge_text(std::string text);
  std::string name_text(const std::string& text);
  std::string technical_text(const std::string& text);
  std::string identifier(const std::string& octets, std::uint32_t subtype, bool chassis);
  std::uint64_t hash(std::string_view what, std::uint64_t salt) const;
  std::uint8_t octet(std::string_view prefix, std::uint8_t old, unsigned low, unsigned high) const;
  void rewrite_index(Oid& name, std::size_t column, int how);

  Key key_;
  bool keep_vendors_;
  std::unordered_map<topology::MacAddress, topology::MacAddress> macs_;
  std::set<topology::MacAddress> taken_;
  std::map<topology::IpAddress, topology::IpAddress> ips_;
  std::set<std::string, std::less<>> names_;      ///< what people called things
  std::set<std::string, std::less<>> technical_;  ///< interface names and descriptions
  std::set<std::string, std::less<>>
      own_names_;                          ///< sysName, sysContact, sysLocation: looked for inside of texts
  std::map<Oid, std::uint32_t> subtypes_;  ///< of LLDP identifiers, by the name of the identifier
};

}  // namespace lanwarden::mibs
