#include "mibs/foundry_fdp_mib.h"

#include "mibs/octets.h"
#include "mibs/tables.h"
#include "mibs/vendors.h"

namespace lanwarden::mibs {
namespace {

constexpr std::string_view kColumns[] = {
    "1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.3",   // snFdpCacheDeviceId
    "1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.5",   // snFdpCacheAddress
    "1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.6",   // snFdpCacheVersion
    "1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.7",   // snFdpCacheDevicePort
    "1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.8",   // snFdpCachePlatform
    "1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.9",   // snFdpCacheCapabilities
    "1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.10",  // snFdpCacheVendorId
};

void add(Tables& t, const Cell& cell, const Value& value) {
  if (cell.index.size() != 2 || value.is_exception()) return;
  FdpRow& r = t.fdp[{cell.index[0], cell.index[1]}];
  switch (cell.column) {
    case 0:
      r.device_id = text_of_octets(value.octets);
      break;
    case 1:
      r.address = ip_of_octets(value.octets);
      break;
    case 2:
      r.version = text_of_octets(value.octets);
      break;
    case 3:
      r.device_port = text_of_octets(value.octets);
      break;
    case 4:
      r.platform = text_of_octets(value.octets);
      break;
    case 5:
      r.capabilities = text_of_octets(value.octets);
      break;
    case 6:
      r.heard_by_cdp = value.as_number() == 2;
      break;
    default:
      break;
  }
}

}  // namespace

constexpr TableSpec kFdpCacheTable{.table = topology::Table::kFdp,
                                   .name = "snFdpCacheTable",
                                   .columns = kColumns,
                                   .add = add,
                                   .wanted = [](const Tables& t) { return may_be(t, Vendor::kFoundry); }};

}  // namespace lanwarden::mibs
