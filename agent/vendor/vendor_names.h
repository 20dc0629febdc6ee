// Who made it: vendor names by address prefix, from the IEEE registries as
// Debian's package ieee-data installs them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "topology/mac_address.h"
#include "topology/mac_pattern.h"

namespace lanwarden::agent {

/// A block of addresses assigned to one organisation: MA-L (24 bits), MA-M (28) or MA-S (36).
struct VendorPrefix {
  std::uint64_t value = 0;  ///< over 48 bits, zero below the prefix
  unsigned bits = 24;       ///< 24, 28 or 36
  std::string_view name;    ///< as registered; lives as long as the VendorNames

  bool matches(topology::MacAddress mac) const {
    return (mac.bits() >> (48 - bits)) == (value >> (48 - bits));
  }
  /// The same as a pattern, to ask the store with.
  topology::MacPattern pattern() const;
};

/// The registries are read when the first name is asked for, not before: most
/// commands never ask, and the program starts in milliseconds. Afterwards
/// immutable: any number of threads may ask.
class VendorNames {
 public:
  /// Reads oui.csv, mam.csv and oui36.csv of `directory`, later. Each that is
  /// absent is taken for empty.
  explicit VendorNames(std::filesystem::path directory = "/usr/share/ieee-data");
  ~VendorNames();
  VendorNames(const VendorNames&) = delete;
  VendorNames& operator=(const VendorNames&) = delete;

  /// The organisation that holds the longest assigned prefix; empty when nobody
  /// does, and for group and locally administered addresses, whose first octets name no one.
  std::string_view lookup(topology::MacAddress mac) const;
  /// Every assigned block whose organisation's name contains `text`, in ASCII
  /// letters of any case; sorted by value, then bits. Empty text finds nothing.
  std::vector<VendorPrefix> find(std::string_view text) const;
  /// Blocks known: 0 when no registry could be read.
  std::size_t size() const;
  /// For people, once something was asked: why names are missing. nullopt when all is well.
  std::optional<std::string> warning() const;

 private:
  struct Registry;
  const Registry& registry() const;
  std::filesystem::path directory_;
  struct Lazy;
  std::unique_ptr<Lazy> lazy_;
};

}  // namespace lanwarden::agent
