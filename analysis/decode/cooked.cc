#include "analysis/decode/link_layer.h"

namespace lanwarden::analysis {

// Linux cooked captures (LINKTYPE_LINUX_SLL, _SLL2): the destination is told only as far as "broadcast".
bool decode_cooked(Octets b, bool v2, Frame& frame, DecodeFault& fault) {
  const std::size_t header = v2 ? 20 : 16;
  if (b.size() < header) return fail(fault, "a Linux cooked header is cut off", b.size());
  const unsigned packet_type = v2 ? b[10] : be16(b, 0);
  const unsigned address_length = v2 ? b[11] : be16(b, 4);
  const std::uint16_t protocol = be16(b, v2 ? 0 : 14);
  if (address_length != 6)
    return fail(fault, "a Linux cooked frame of an interface that is not Ethernet", v2 ? 11 : 4);
  frame.src = mac_at(b, v2 ? 12 : 6);
  frame.dst = packet_type == 1 ? topology::kBroadcast : MacAddress{};
  if (protocol == 0x0004) {  // LLC, without the length field
    decode_after_type(b, header, kJumboLlc, frame);
  } else if (protocol < kFirstEtherType) {  // kernel-internal numbers: raw 802.3, CAN, …
    frame.payload = b.subspan(header);
  } else {
    decode_after_type(b, header, protocol, frame);
  }
  return true;
}

}  // namespace lanwarden::analysis
