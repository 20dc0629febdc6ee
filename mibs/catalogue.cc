#include "mibs/catalogue.h"

#include "mibs/bridge_mib.h"
#include "mibs/cisco_cdp_mib.h"
#include "mibs/cisco_err_disable_mib.h"
#include "mibs/cisco_vtp_mib.h"
#include "mibs/entity_mib.h"
#include "mibs/etherlike_mib.h"
#include "mibs/extreme_edp_mib.h"
#include "mibs/foundry_fdp_mib.h"
#include "mibs/if_mib.h"
#include "mibs/ip_mib.h"
#include "mibs/lag_mib.h"
#include "mibs/lldp_mib.h"
#include "mibs/lldp_v2_mib.h"
#include "mibs/power_ethernet_mib.h"
#include "mibs/q_bridge_mib.h"
#include "mibs/system.h"
#include "mibs/vendors.h"

namespace lanwarden::mibs {
namespace {

constexpr const TableSpec* kCatalogue[] = {
    &kSystemGroup,  // first: later questions depend on whose agent it is
    &kBridgeFdbTable,
    &kQBridgeFdbTable,
    &kBasePortTable,
    &kVlanCurrentTable,
    &kVlanStaticTable,
    &kPortVlanTable,
    &kIfTable,
    &kIfXTable,
    &kBridgeScalars,
    &kStpPortTable,
    &kLldpLocalChassis,
    &kLldpLocalPorts,
    &kLldpLocalAddresses,
    &kLldpRemotes,
    &kLldpRemoteAddresses,
    &kCdpCacheTable,
    &kLagPorts,
    &kIfStack,
    &kEntityAliases,
    &kIpAddresses,
    &kIpNetToMedia,
    &kIpNetToPhysical,
    &kVtpVlans,
    &kVtpTrunkPorts,
    &kVlanMembership,
    &kPagpGroups,
    &kJuniperVlans,
    &kJuniperElsVlans,
    &kTimosTlsFdb,
    &kAlcatelMacAddress,
    &kAlcatelGlobalMac,
    &kHuaweiDynFdb,
    &kBridgeFdbAddresses,
    &kQBridgeFdbAddresses,
    &kEntityPhysical,
    &kLogicalCommunities,
    &kVlanStaticPorts,
    &kDot3Stats,
    &kCiscoErrDisabled,
    &kPsePorts,
    &kCiscoPsePorts,
    &kLldpV2Remotes,
    &kLldpV2RemoteAddresses,
    &kLldpV2LocalChassis,
    &kFdpCacheTable,
    &kEdpTable,
    &kCiscoInetNetToMedia,
    &kIpv6NetToMedia,
};

}  // namespace

std::span<const TableSpec* const> catalogue() { return kCatalogue; }

}  // namespace lanwarden::mibs
