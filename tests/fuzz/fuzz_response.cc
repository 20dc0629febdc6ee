// One datagram from a switch, as an SNMPv1 or v2c response.
#include <cstdlib>

#include "snmp/response.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static lanwarden::snmp::ResponseReader reader;
  const auto* response = reader.read({data, size});
  if (response == nullptr) return 0;
  std::uint64_t sum = 0;
  for (const auto& b : response->bindings) {
    if (b.name.size() > 128 || b.value.oid.size() > 128) std::abort();
    for (const auto id : b.name) sum += id;
    for (const auto id : b.value.oid) sum += id;
    const auto octets = b.value.octets;
    if (!octets.empty() && (octets.data() < data || octets.data() + octets.size() > data + size))
      std::abort();
    for (const auto octet : octets) sum += octet;
  }
  // The sum must not be optimised away; it is never this.
  if (sum == ~std::uint64_t{0}) std::abort();
  return 0;
}
