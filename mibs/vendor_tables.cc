// The vendors' own tables: decoders, as the other MIB files have them.
#include "mibs/tables.h"
#include "mibs/vendors.h"

namespace lanwarden::mibs {
namespace {

constexpr std::string_view kJuniperColumns[] = {
    "1.3.6.1.4.1.2636.3.40.1.5.1.5.1.2",  // jnxExVlanName
    "1.3.6.1.4.1.2636.3.40.1.5.1.5.1.5",  // jnxExVlanTag
};
constexpr std::string_view kJuniperElsColumns[] = {
    "1.3.6.1.4.1.2636.3.48.1.3.1.1.2",  // jnxL2aldVlanName
    "1.3.6.1.4.1.2636.3.48.1.3.1.1.3",  // jnxL2aldVlanTag
    "1.3.6.1.4.1.2636.3.48.1.3.1.1.5",  // jnxL2aldVlanFdbId
};
constexpr std::string_view kTlsFdbPort = "1.3.6.1.4.1.6527.3.1.2.4.2.4.1.5";
constexpr std::string_view kTimosColumns[] = {
    kTlsFdbPort,                         // tlsFdbPortId
    "1.3.6.1.4.1.6527.3.1.2.4.2.4.1.6",  // tlsFdbEncapValue
};
constexpr std::string_view kAlcatelColumns[] = {
    "1.3.6.1.4.1.6486.800.1.2.1.8.1.1.1.1.3"};  // slMacAddressManagement
constexpr std::string_view kAlcatelGlobalColumns[] = {
    "1.3.6.1.4.1.6486.801.1.2.1.8.1.1.8.1.7"};  // slMacAddressGblManagement
constexpr std::string_view kHuaweiColumns[] = {"1.3.6.1.4.1.2011.5.25.42.2.1.3.1.4"};  // hwDynFdbPort

void add_juniper_tag(Tables& t, OidView index, const Value& value) {
  const std::uint64_t tag = value.as_number();
  if (tag > 0 && tag <= 4094) t.juniper_tags[index[0]] = static_cast<std::uint16_t>(tag);
}

void add_juniper(Tables& t, const Cell& cell, const Value& value) {
  if (cell.index.size() != 1) return;
  if (cell.column == 0) t.juniper_names[cell.index[0]] = value.as_text();
  if (cell.column == 1) add_juniper_tag(t, cell.index, value);
}

void add_juniper_els(Tables& t, const Cell& cell, const Value& value) {
  if (cell.index.size() != 1 || value.is_exception()) return;
  if (cell.column == 0) t.juniper_names[cell.index[0]] = value.as_text();
  if (cell.column == 1) add_juniper_tag(t, cell.index, value);
  if (cell.column == 2) {
    const std::uint64_t id = value.as_number();
    if (id > 0 && id <= 0xffff'ffffU) t.juniper_fdbs[cell.index[0]] = static_cast<std::uint32_t>(id);
  }
}

void add_timos(Tables& t, const Cell& cell, const Value& value) {
  // INDEX { svcId, address }
  if (cell.index.size() < 2 || value.is_exception()) return;
  const std::uint32_t service = cell.index[0];
  t.vendor_fdb_table = static_cast<std::uint8_t>(VendorFdb::kTimosTlsFdb);
  if (cell.column == 0) {
    t.vendor_fdb.add_port(service, cell.index.subspan(1), value);
    return;
  }
  // The encapsulation: the outer tag is in the low 12 bits; 0 and 4095 are "no tag" and "any".
  const auto tag = static_cast<std::uint16_t>(value.as_number() & 0xfffU);
  if (tag == 0 || tag == 0xfff) return;
  const auto [it, inserted] = t.vendor_fdb_vlans.emplace(service, tag);
  if (!inserted && it->second != tag) it->second = 0;  // a service with several tags: not one VLAN
}

void add_alcatel(Tables& t, const Cell& cell, const Value& value) {
  // INDEX { ifIndex, VLAN, address }; the value is how the row came: learned(1), permanent, …
  if (cell.index.size() < 8 || value.is_exception()) return;
  const auto mac = mac_of_index(cell.index.subspan(2));
  if (!mac) return;
  constexpr std::uint8_t kLearned = 3, kMgmt = 5;
  t.vendor_fdb_table = static_cast<std::uint8_t>(VendorFdb::kAlcatelMacAddress);
  t.vendor_fdb.add(cell.index[1], mac->mac, cell.index[0], value.as_number() == 1 ? kLearned : kMgmt);
  if (cell.index[1] > 0 && cell.index[1] <= 4094)
    t.vendor_fdb_vlans[cell.index[1]] = static_cast<std::uint16_t>(cell.index[1]);
}

void add_alcatel_global(Tables& t, const Cell& cell, const Value& value) {
  // INDEX { domain, locale type, origin, service, sub id, address }: in the VLAN domain the origin is an
  // ifIndex and the service a VLAN. Other domains are tunnels.
  constexpr std::uint32_t kVlanDomain = 1;
  if (cell.index.size() < 11 || cell.index[0] != kVlanDomain || value.is_exception()) return;
  const auto mac = mac_of_index(cell.index.subspan(5));
  const std::uint32_t vid = cell.index[3];
  if (!mac || vid == 0 || vid > 4094) return;
  // learned(4); AOS 6 says 1 of what it has learned, so that is not taken for configured either.
  constexpr std::uint8_t kLearned = 3, kMgmt = 5;
  const std::uint64_t sent = value.as_number();
  t.vendor_fdb_table = static_cast<std::uint8_t>(VendorFdb::kAlcatelGlobalMac);
  t.vendor_fdb.add(vid, mac->mac, cell.index[2], sent == 4 || sent == 1 ? kLearned : kMgmt);
  t.vendor_fdb_vlans[vid] = static_cast<std::uint16_t>(vid);
}

void add_huawei(Tables& t, const Cell& cell, const Value& value) {
  // INDEX { address, VLAN, name of the virtual switch instance }; the value is an ifIndex.
  if (cell.index.size() < 7 || value.is_exception()) return;
  const auto mac = mac_of_index(cell.index.first(6));
  const std::uint64_t port = value.as_number();
  const std::uint32_t vid = cell.index[6];
  if (!mac || port > 0x7fff'ffffU) return;
  constexpr std::uint8_t kLearned = 3;
  t.vendor_fdb_table = static_cast<std::uint8_t>(VendorFdb::kHuaweiDynFdb);
  t.vendor_fdb.add(vid, mac->mac, static_cast<std::uint32_t>(port), kLearned);
  if (vid > 0 && vid <= 4094) t.vendor_fdb_vlans[vid] = static_cast<std::uint16_t>(vid);
}

}  // namespace

using topology::Table;
constexpr TableSpec kJuniperVlans{.table = Table::kVlans,
                                  .name = "jnxExVlanTable",
                                  .columns = kJuniperColumns,
                                  .add = add_juniper,
                                  .wanted = [](const Tables& t) { return may_be(t, Vendor::kJuniper); }};
constexpr TableSpec kJuniperElsVlans{.table = Table::kVlans,
                                     .name = "jnxL2aldVlanTable",
                                     .columns = kJuniperElsColumns,
                                     .add = add_juniper_els,
                                     .wanted = [](const Tables& t) { return may_be(t, Vendor::kJuniper); }};
constexpr TableSpec kTimosTlsFdb{.table = Table::kVendorFdb,
                                 .name = "tlsFdbInfoTable",
                                 .columns = kTimosColumns,
                                 .add = add_timos,
                                 .wanted = [](const Tables& t) { return may_be(t, Vendor::kNokia); }};
constexpr TableSpec kAlcatelMacAddress{.table = Table::kVendorFdb,
                                       .name = "slMacAddressTable",
                                       .columns = kAlcatelColumns,
                                       .add = add_alcatel,
                                       .wanted = [](const Tables& t) { return may_be(t, Vendor::kAlcatel); }};
constexpr TableSpec kAlcatelGlobalMac{.table = Table::kVendorFdb,
                                      .name = "alaSlMacAddressGlobalTable",
                                      .columns = kAlcatelGlobalColumns,
                                      .add = add_alcatel_global,
                                      .wanted = [](const Tables& t) { return may_be(t, Vendor::kAlcatel); }};
constexpr TableSpec kHuaweiDynFdb{.table = Table::kVendorFdb,
                                  .name = "hwDynFdbTable",
                                  .columns = kHuaweiColumns,
                                  .add = add_huawei,
                                  .wanted = [](const Tables& t) { return may_be(t, Vendor::kHuawei); }};

std::optional<Oid> vendor_fdb_instance(VendorFdb table, topology::FdbId id, topology::MacAddress mac) {
  if (table != VendorFdb::kTimosTlsFdb) return std::nullopt;
  auto oid = Oid::parse(kTlsFdbPort).value() + id.value;
  for (const std::uint8_t octet : mac.octets()) oid = oid + std::uint32_t{octet};
  return oid;
}

}  // namespace lanwarden::mibs
