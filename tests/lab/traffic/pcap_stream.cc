#include "tests/lab/traffic/pcap_stream.h"

namespace lanwarden::lab {
namespace {

void u32(std::vector<std::uint8_t>& out, std::uint32_t v) {
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<std::uint8_t>(v >> shift));
}

}  // namespace

void append_pcap_header(std::vector<std::uint8_t>& out) {
  u32(out, 0xa1b2c3d4);     // microseconds
  u32(out, 4U << 16 | 2U);  // version 2.4, as two little-endian halves
  u32(out, 0);
  u32(out, 0);
  u32(out, 65535);
  u32(out, 1);  // LINKTYPE_ETHERNET
}

void append_pcap_record(std::vector<std::uint8_t>& out, topology::Time start, const HeardFrame& frame) {
  const auto since =
      std::chrono::duration_cast<std::chrono::microseconds>((start + frame.at).time_since_epoch()).count();
  u32(out, static_cast<std::uint32_t>(since / 1'000'000));
  u32(out, static_cast<std::uint32_t>(since % 1'000'000));
  u32(out, static_cast<std::uint32_t>(frame.octets.size()));
  u32(out, static_cast<std::uint32_t>(frame.octets.size()));
  out.insert(out.end(), frame.octets.begin(), frame.octets.end());
}

}  // namespace lanwarden::lab
