#include "mibs/ip_mib.h"

#include <algorithm>

#include "mibs/octets.h"
#include "mibs/tables.h"
#include "mibs/vendors.h"

namespace lanwarden::mibs {
namespace {

constexpr std::string_view kMediaColumns[] = {"1.3.6.1.2.1.4.22.1.2"};           // ipNetToMediaPhysAddress
constexpr std::string_view kPhysicalColumns[] = {"1.3.6.1.2.1.4.35.1.4"};        // ipNetToPhysicalPhysAddress
constexpr std::string_view kAddressColumns[] = {"1.3.6.1.2.1.4.20.1.2"};         // ipAdEntIfIndex
constexpr std::string_view kCiscoColumns[] = {"1.3.6.1.4.1.9.10.86.1.1.3.1.3"};  // cInetNetToMediaPhysAddress
constexpr std::string_view kIpv6Columns[] = {"1.3.6.1.2.1.55.1.12.1.2"};         // ipv6NetToMediaPhysAddress

std::optional<topology::IpAddress> ip_of_index(OidView index) {
  std::uint8_t octets[16];
  if (index.size() != 4 && index.size() != 16) return std::nullopt;
  for (std::size_t i = 0; i < index.size(); ++i) {
    if (index[i] > 255) return std::nullopt;
    octets[i] = static_cast<std::uint8_t>(index[i]);
  }
  return ip_of_octets({octets, index.size()});
}

void add_entry(Tables& t, std::uint32_t ifindex, std::optional<topology::IpAddress> ip, const Value& value) {
  if (!ip || value.type != Value::Type::kOctets || value.octets.size() != 6) return;
  const topology::MacAddress mac{value.octets.first<6>()};
  // An incomplete entry is not an answer to "who has this address".
  if (!mac.is_zero()) t.addresses.push_back({*ip, mac, topology::IfIndex{ifindex}});
}

void add_media(Tables& t, const Cell& cell, const Value& value) {
  if (cell.index.size() == 5) add_entry(t, cell.index[0], ip_of_index(cell.index.subspan(1)), value);
}

void add_physical(Tables& t, const Cell& cell, const Value& value) {
  // INDEX { ifIndex, address type, length, address }: types 1 and 2, with a zone 3 and 4.
  if (cell.index.size() < 3) return;
  const std::uint32_t length = cell.index[2];
  if (length + 3U != cell.index.size()) return;
  OidView address = cell.index.subspan(3);
  if ((cell.index[1] == 3 && length == 8) || (cell.index[1] == 4 && length == 20))
    address = address.first(address.size() - 4);
  add_entry(t, cell.index[0], ip_of_index(address), value);
}

void add_ipv6(Tables& t, const Cell& cell, const Value& value) {
  // INDEX { ifIndex, address }: sixteen octets, with their number in front or without.
  if (cell.index.size() != 17 && !(cell.index.size() == 18 && cell.index[1] == 16)) return;
  add_entry(t, cell.index[0], ip_of_index(cell.index.last(16)), value);
}

bool knows_only_ipv4(const Tables& t) {
  return t.asked.ended(kIpNetToMedia) && t.asked.ended(kIpNetToPhysical) && !t.addresses.empty() &&
         std::none_of(t.addresses.begin(), t.addresses.end(), [](const auto& e) { return e.ip.is_v6(); });
}

void add_own(Tables& t, const Cell& cell, const Value& value) {
  if (value.is_exception()) return;
  if (const auto ip = ip_of_index(cell.index)) t.own_ips.push_back(*ip);
}

}  // namespace

using topology::Table;
constexpr TableSpec kIpNetToMedia{.table = Table::kAddresses,
                                  .name = "ipNetToMediaTable",
                                  .columns = kMediaColumns,
                                  .add = add_media,
                                  .of_routers = true};
constexpr TableSpec kIpNetToPhysical{.table = Table::kAddresses,
                                     .name = "ipNetToPhysicalTable",
                                     .columns = kPhysicalColumns,
                                     .add = add_physical,
                                     .of_routers = true};
constexpr TableSpec kIpAddresses{.table = Table::kSystem,
                                 .name = "ipAddrTable",
                                 .columns = kAddressColumns,
                                 .add = add_own,
                                 .of_routers = true};
constexpr TableSpec kCiscoInetNetToMedia{
    .table = Table::kAddresses,
    .name = "cInetNetToMediaTable",
    .columns = kCiscoColumns,
    .add = add_physical,
    .of_routers = true,
    .wanted = [](const Tables& t) { return may_be(t, Vendor::kCisco) && knows_only_ipv4(t); }};
constexpr TableSpec kIpv6NetToMedia{.table = Table::kAddresses,
                                    .name = "ipv6NetToMediaTable",
                                    .columns = kIpv6Columns,
                                    .add = add_ipv6,
                                    .of_routers = true,
                                    .wanted = knows_only_ipv4};

}  // namespace lanwarden::mibs
