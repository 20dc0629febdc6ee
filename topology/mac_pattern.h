// A whole or partial MAC address as an administrator types it at a prompt.
#pragma once

#include <optional>
#include <string_view>

#include "topology/mac_address.h"
#include "topology/result.h"

namespace lanwarden::topology {

/// Value and mask over 48 bits, with nibble precision.
class MacPattern {
 public:
  /// aa:bb:cc:dd:ee:ff in any notation of MacAddress::parse: that address.
  /// "xx:ce:20:cd", "ce:20:cd", "*ce20cd": the END of the address.
  /// "00:0d:4b:" (a separator last) or "000d4b*": its beginning.
  /// "00:0d:4b:xx:xx:cd", and "?"/"*" for an octet: any value there.
  /// "00:00:5e:00:01:*" (protected_macs) matches as expected.
  static Result<MacPattern, ParseError> parse(std::string_view text);

  constexpr bool matches(MacAddress mac) const { return (mac.bits() & mask_) == value_; }
  /// The address, when the pattern names exactly one.
  constexpr std::optional<MacAddress> exact() const {
    if (mask_ != 0xffff'ffff'ffffU) return std::nullopt;
    return MacAddress{value_};
  }
  constexpr std::uint64_t value() const { return value_; }
  constexpr std::uint64_t mask() const { return mask_; }

 private:
  std::uint64_t value_ = 0, mask_ = 0;
};

}  // namespace lanwarden::topology
