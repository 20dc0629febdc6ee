#include "mibs/cisco_vtp_mib.h"

#include "mibs/tables.h"
#include "mibs/vendors.h"

namespace lanwarden::mibs {
namespace {

constexpr std::string_view kVlanColumns[] = {
    "1.3.6.1.4.1.9.9.46.1.3.1.1.2",  // vtpVlanState
    "1.3.6.1.4.1.9.9.46.1.3.1.1.3",  // vtpVlanType
    "1.3.6.1.4.1.9.9.46.1.3.1.1.4",  // vtpVlanName
};
constexpr std::string_view kTrunkColumns[] = {
    "1.3.6.1.4.1.9.9.46.1.6.1.1.5",   // vlanTrunkPortNativeVlan
    "1.3.6.1.4.1.9.9.46.1.6.1.1.14",  // vlanTrunkPortDynamicStatus
};
constexpr std::string_view kMembershipColumns[] = {
    "1.3.6.1.4.1.9.9.68.1.2.2.1.2",  // vmVlan
    "1.3.6.1.4.1.9.9.68.1.5.1.1.1",  // vmVoiceVlanId
};

void add_vlan(Tables& t, const Cell& cell, const Value& value) {
  // INDEX { managementDomainIndex, vtpVlanIndex }
  if (cell.index.size() != 2 || cell.index[1] == 0 || cell.index[1] > 4094 || value.is_exception()) return;
  VtpVlan& v = t.vtp_vlans[static_cast<std::uint16_t>(cell.index[1])];
  switch (cell.column) {
    case 0:
      v.state = static_cast<std::uint32_t>(value.as_number());
      break;
    case 1:
      v.type = static_cast<std::uint32_t>(value.as_number(1));
      break;
    case 2:
      v.name = value.as_text();
      break;
    default:
      break;
  }
}

void add_trunk(Tables& t, const Cell& cell, const Value& value) {
  if (cell.index.size() != 1 || value.is_exception()) return;
  const std::uint64_t n = value.as_number();
  if (cell.column == 0 && n > 0 && n <= 4094) t.native_vlans[cell.index[0]] = static_cast<std::uint16_t>(n);
  if (cell.column == 1) t.trunk_states = true;
  if (cell.column == 1 && n == 1) t.trunks.insert(cell.index[0]);
}

void add_membership(Tables& t, const Cell& cell, const Value& value) {
  const std::uint64_t vid = value.as_number();
  if (cell.index.size() == 1 && vid > 0 && vid <= 4094)
    (cell.column == 0 ? t.access_vlans : t.voice_vlans)[cell.index[0]] = static_cast<std::uint16_t>(vid);
}

bool cisco(const Tables& t) { return may_be(t, Vendor::kCisco); }

}  // namespace

std::vector<topology::VlanId> vlan_contexts(const Tables& t) {
  // States 3 and 4, "MTU too big", still carry frames.
  constexpr std::uint32_t kSuspended = 2;
  std::vector<topology::VlanId> contexts;
  for (const auto& [vid, vlan] : t.vtp_vlans)
    if (vlan.state != kSuspended && vlan.type == 1 && (vid < 1002 || vid > 1005)) contexts.emplace_back(vid);
  if (t.vtp_vlans.empty())
    for (const std::uint16_t vid : t.logical_vlans)
      if (vid < 1002 || vid > 1005) contexts.emplace_back(vid);
  return contexts;
}

using topology::Table;
constexpr TableSpec kVtpVlans{.table = Table::kVlans,
                              .name = "vtpVlanTable",
                              .columns = kVlanColumns,
                              .add = add_vlan,
                              .wanted = cisco};
constexpr TableSpec kVtpTrunkPorts{.table = Table::kVlans,
                                   .name = "vlanTrunkPortTable",
                                   .columns = kTrunkColumns,
                                   .add = add_trunk,
                                   .wanted = cisco};
constexpr TableSpec kVlanMembership{.table = Table::kVlans,
                                    .name = "vmMembershipTable",
                                    .columns = kMembershipColumns,
                                    .add = add_membership,
                                    .wanted = cisco};

}  // namespace lanwarden::mibs
