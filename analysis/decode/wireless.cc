#include "analysis/decode/link_layer.h"

namespace lanwarden::analysis {

// IEEE 802.11 data frames (§9.3.2): what an access point would put on the Ethernet.
bool decode_80211(Octets b, bool padded, Frame& frame, DecodeFault& fault) {
  if (b.size() < 24) return fail(fault, "an IEEE 802.11 data header is cut off", b.size());
  const std::uint16_t control = le16(b, 0);
  if ((control & 0x0003) != 0 || (control & 0x000c) != 0x0008)
    return fail(fault, "an IEEE 802.11 frame that carries no data", 0);
  const bool to_ds = control & 0x0100, from_ds = control & 0x0200;
  const bool has_qos = control & 0x0080, empty = control & 0x0040;
  const bool encrypted = control & 0x4000;
  std::size_t header = 24;
  if (to_ds && from_ds) header += 6;
  const std::size_t qos_at = header;
  if (has_qos) header += 2;
  if (has_qos && (control & 0x8000)) header += 4;  // HT control
  if (padded) header = (header + 3) & ~std::size_t{3};
  if (b.size() < header) return fail(fault, "an IEEE 802.11 data header is cut off", b.size());
  frame.dst = mac_at(b, to_ds ? 16 : 4);
  frame.src = mac_at(b, from_ds ? (to_ds ? 24 : 16) : 10);
  const bool aggregated = has_qos && (b[qos_at] & 0x80);
  frame.payload = b.subspan(header);
  // Only the stations are known of an encrypted frame, and of an aggregate (its subframes have headers of
  // their own).
  if (empty || encrypted || aggregated) return true;
  decode_after_type(b, header, kJumboLlc, frame);
  return true;
}

// radiotap.org: a header of announced length; its flags tell of a trailing FCS and of padding after the
// 802.11 header.
bool decode_radiotap(Octets b, Frame& frame, DecodeFault& fault) {
  if (b.size() < 8) return fail(fault, "a radiotap header is cut off", b.size());
  const std::size_t length = le16(b, 2);
  if (length < 8 || length > b.size()) return fail(fault, "a radiotap header of impossible length", 2);
  std::size_t at = 4;
  const std::uint32_t present = le32(b, at);
  for (std::uint32_t word = present; word & 0x8000'0000U;) {  // further presence words
    at += 4;
    if (at + 4 > length) return fail(fault, "a radiotap header is cut off", at);
    word = le32(b, at);
  }
  at += 4;
  std::uint8_t flags = 0;
  if (present & 1U) at = ((at + 7) & ~std::size_t{7}) + 8;  // TSFT
  if ((present & 2U) && at < length) flags = b[at];
  Octets body = b.subspan(length);
  if ((flags & 0x10) && body.size() >= 4) body = body.first(body.size() - 4);  // FCS
  return decode_80211(body, flags & 0x20, frame, fault);
}

}  // namespace lanwarden::analysis
