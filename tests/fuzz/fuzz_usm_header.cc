// One datagram from anybody, as the plain part of an SNMPv3 message.
#include <cstdlib>

#include "snmp/usm_header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto header = lanwarden::snmp::read_usm_header({data, size});
  if (!header) return 0;
  const auto within = [&](const void* begin, std::size_t length) {
    const auto* first = static_cast<const std::uint8_t*>(begin);
    return length == 0 || (first >= data && first + length <= data + size);
  };
  if (!within(header->engine_id.data(), header->engine_id.size()) ||
      !within(header->user.data(), header->user.size()))
    std::abort();
  return 0;
}
