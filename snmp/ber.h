// Fields of X.690 in their basic encoding, as SNMP uses it, read in place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace lanwarden::snmp::ber {

using Octets = std::span<const std::uint8_t>;

struct Field {
  std::uint8_t tag = 0;
  Octets content;
};

/// Reads one field after the other; never beyond the octets it was given.
class Cursor {
 public:
  explicit Cursor(Octets octets) : at_(octets.data()), end_(octets.data() + octets.size()) {}
  bool over() const { return at_ == end_; }

  bool next(Field& field) {
    if (end_ - at_ < 2) return false;
    field.tag = at_[0];
    std::size_t length = at_[1];
    at_ += 2;
    if (length >= 0x80) {
      // The indefinite form (0x80) is not for SNMP: RFC 3417 §8.
      const std::size_t octets = length & 0x7f;
      if (octets == 0 || octets > 4 || static_cast<std::size_t>(end_ - at_) < octets) return false;
      length = 0;
      for (std::size_t i = 0; i < octets; ++i) length = length << 8 | *at_++;
    }
    if (length > static_cast<std::size_t>(end_ - at_)) return false;
    field.content = {at_, length};
    at_ += length;
    return true;
  }
  bool next(Field& field, std::uint8_t expected) { return next(field) && field.tag == expected; }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

}  // namespace lanwarden::snmp::ber
