#include "analysis/decode/bridge_speech.h"

namespace lanwarden::analysis {
namespace {

constexpr std::uint16_t kLldp = 0x88cc;
constexpr std::uint32_t kCisco = 0x00000c;
constexpr std::uint16_t kCdp = 0x2000;

bool lldp_bridge(Octets b) {
  constexpr unsigned kEnd = 0, kCapabilities = 7;
  constexpr std::uint16_t kBridge = 0x04, kAccessPoint = 0x08, kTelephone = 0x20;
  for (std::size_t at = 0; at + 2 <= b.size();) {
    const std::uint16_t head = be16(b, at);
    const std::size_t length = head & 0x1ffU;
    at += 2;
    if (head >> 9 == kEnd || length > b.size() - at) return false;
    if (head >> 9 == kCapabilities && length >= 4) {
      const std::uint16_t enabled = be16(b, at + 2);
      return (enabled & kBridge) && !(enabled & (kAccessPoint | kTelephone));
    }
    at += length;
  }
  return false;
}

bool cdp_bridge(Octets b) {
  constexpr std::size_t kHeader = 4;  // version, time to live, checksum
  constexpr std::uint16_t kCapabilities = 4;
  constexpr std::uint32_t kSwitch = 0x08, kTelephone = 0x80;
  for (std::size_t at = kHeader; at + 4 <= b.size();) {
    const std::uint16_t type = be16(b, at), length = be16(b, at + 2);  // with these four octets
    if (length < 4 || length > b.size() - at) return false;
    if (type == kCapabilities && length >= 8) {
      const std::uint32_t can = be32(b, at + 4);
      return (can & kSwitch) && !(can & kTelephone);
    }
    at += length;
  }
  return false;
}

}  // namespace

bool speaks_as_bridge(const Frame& frame) {
  if (frame.bpdu() != nullptr) return true;
  if (frame.ethertype == kLldp) return lldp_bridge(frame.payload);
  return frame.snap_oui == kCisco && frame.ethertype == kCdp && cdp_bridge(frame.payload);
}

}  // namespace lanwarden::analysis
