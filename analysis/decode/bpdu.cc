#include "analysis/decode/bpdu.h"

namespace lanwarden::analysis {

bool decode_bpdu(Octets b, Bpdu& bpdu) {
  constexpr std::uint8_t kTopologyChange = 0x80;
  if (b.size() < 4 || be16(b, 0) != 0) return false;
  bpdu = {};
  bpdu.type = b[3];
  if (bpdu.type == kTopologyChange) return true;
  if (b.size() < 27) return false;
  bpdu.root_priority = be16(b, 5);
  bpdu.root = mac_at(b, 7);
  bpdu.root_cost = be32(b, 13);
  bpdu.bridge_priority = be16(b, 17);
  bpdu.bridge = mac_at(b, 19);
  bpdu.port = be16(b, 25);
  return true;
}

}  // namespace lanwarden::analysis
