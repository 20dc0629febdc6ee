// Octets one after the other: how the lab writes frames.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "tests/lab/traffic/frames.h"

namespace lanwarden::lab {

/// Appends in network byte order.
class Octets {
 public:
  Octets& mac(topology::MacAddress m) {
    const auto o = m.octets();
    frame_.insert(frame_.end(), o.begin(), o.end());
    return *this;
  }
  Octets& u8(unsigned v) {
    frame_.push_back(static_cast<std::uint8_t>(v));
    return *this;
  }
  Octets& u16(unsigned v) { return u8(v >> 8 & 0xff).u8(v & 0xff); }
  Octets& u32(std::uint32_t v) { return u16(v >> 16).u16(v & 0xffff); }
  Octets& text(std::string_view t) {
    frame_.insert(frame_.end(), t.begin(), t.end());
    return *this;
  }
  Octets& octets(std::span<const std::uint8_t> o) {
    frame_.insert(frame_.end(), o.begin(), o.end());
    return *this;
  }
  /// With a subtype, as chassis and port ids have.
  Octets& tlv(unsigned type, unsigned subtype, std::string_view value) {
    return u16(type << 9 | static_cast<unsigned>(value.size() + 1)).u8(subtype).text(value);
  }
  Octets& zeros(std::size_t n) {
    frame_.insert(frame_.end(), n, std::uint8_t{0});
    return *this;
  }
  Octets& ethernet(topology::MacAddress to, topology::MacAddress from, unsigned type_or_length) {
    return mac(to).mac(from).u16(type_or_length);
  }
  Octets& tlv(unsigned type, std::string_view value) {  // LLDP: 7 bits of type, 9 of length
    return u16(type << 9 | static_cast<unsigned>(value.size())).text(value);
  }
  Frame padded() {
    if (frame_.size() < kShortestFrame) frame_.resize(kShortestFrame);
    return std::move(frame_);
  }
  Frame& raw() { return frame_; }

 private:
  Frame frame_;
};

/// RFC 1071, over `octets` and what was summed before.
std::uint16_t internet_checksum(std::span<const std::uint8_t> octets, std::uint32_t before = 0);

}  // namespace lanwarden::lab
