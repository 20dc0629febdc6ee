// One frame: the first octet chooses the link type, the rest are its octets.
#include <cstdlib>

#include "analysis/frame.h"

using namespace lanwarden::analysis;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr LinkType kTypes[] = {LinkType::kEthernet, LinkType::kLinuxSll, LinkType::kLinuxSll2,
                                        LinkType::kIeee80211, LinkType::kIeee80211Radiotap};
  if (size == 0) return 0;
  RawFrame raw;
  raw.link_type = kTypes[data[0] % std::size(kTypes)];
  raw.bytes = {data + 1, size - 1};
  raw.wire_length = static_cast<std::uint32_t>(size - 1);
  const auto frame = decode(raw);
  if (!frame) {
    if (frame.error().offset > size) std::abort();
    return 0;
  }
  // The payload lies within what was captured, and can be read to its end.
  const auto payload = frame->payload;
  if (!payload.empty() && (payload.data() < data || payload.data() + payload.size() > data + size))
    std::abort();
  unsigned sum = 0;
  for (const std::uint8_t octet : payload) sum += octet;
  // The sum must not be optimised away; it is never this.
  if (sum == 0xffff'ffffU) std::abort();
  return 0;
}
