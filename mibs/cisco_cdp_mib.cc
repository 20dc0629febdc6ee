#include "mibs/cisco_cdp_mib.h"

#include "mibs/octets.h"
#include "mibs/tables.h"

namespace lanwarden::mibs {
namespace {

constexpr std::string_view kColumns[] = {
    "1.3.6.1.4.1.9.9.23.1.2.1.1.4",  // cdpCacheAddress
    "1.3.6.1.4.1.9.9.23.1.2.1.1.5",  // cdpCacheVersion
    "1.3.6.1.4.1.9.9.23.1.2.1.1.6",  // cdpCacheDeviceId
    "1.3.6.1.4.1.9.9.23.1.2.1.1.7",  // cdpCacheDevicePort
    "1.3.6.1.4.1.9.9.23.1.2.1.1.8",  // cdpCachePlatform
    "1.3.6.1.4.1.9.9.23.1.2.1.1.9",  // cdpCacheCapabilities
};

void add(Tables& t, const Cell& cell, const Value& value) {
  if (cell.index.size() != 2 || value.is_exception()) return;
  CdpRow& r = t.cdp[{cell.index[0], cell.index[1]}];
  switch (cell.column) {
    case 0:
      r.address = ip_of_octets(value.octets);
      break;
    case 1:
      r.version = text_of_octets(value.octets);
      break;
    case 2:
      // A device id of six unprintable octets is its address.
      r.device_id = text_of_octets(value.octets);
      break;
    case 3:
      r.device_port = text_of_octets(value.octets);
      break;
    case 4:
      r.platform = text_of_octets(value.octets);
      break;
    case 5:
      r.capabilities_known = !value.octets.empty();
      r.capabilities = 0;
      for (const std::uint8_t octet : value.octets.first(std::min<std::size_t>(value.octets.size(), 4)))
        r.capabilities = r.capabilities << 8 | octet;
      break;
    default:
      break;
  }
}

}  // namespace

constexpr TableSpec kCdpCacheTable{
    .table = topology::Table::kCdp, .name = "cdpCacheTable", .columns = kColumns, .add = add};

}  // namespace lanwarden::mibs
