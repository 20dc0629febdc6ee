#include "tests/lab/agent/walk_names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "tests/lab/agent/recording_text.h"

namespace lanwarden::lab {

namespace {

struct Named {
  std::string_view name;
  std::string_view oid;
};

// What a poll of a switch meets; names from the MIBs named at the right.
constexpr std::array<Named, 118> kNames{{
    {"ccitt", "0"},
    {"iso", "1"},
    {"joint-iso-ccitt", "2"},
    {"zeroDotZero", "0.0"},
    {"mib-2", "1.3.6.1.2.1"},
    {"enterprises", "1.3.6.1.4.1"},
    {"sysDescr", "1.3.6.1.2.1.1.1"},  // SNMPv2-MIB
    {"sysObjectID", "1.3.6.1.2.1.1.2"},
    {"sysUpTime", "1.3.6.1.2.1.1.3"},
    {"sysUpTimeInstance", "1.3.6.1.2.1.1.3.0"},
    {"sysContact", "1.3.6.1.2.1.1.4"},
    {"sysName", "1.3.6.1.2.1.1.5"},
    {"sysLocation", "1.3.6.1.2.1.1.6"},
    {"sysServices", "1.3.6.1.2.1.1.7"},
    {"ifNumber", "1.3.6.1.2.1.2.1"},  // IF-MIB
    {"ifIndex", "1.3.6.1.2.1.2.2.1.1"},
    {"ifDescr", "1.3.6.1.2.1.2.2.1.2"},
    {"ifType", "1.3.6.1.2.1.2.2.1.3"},
    {"ifMtu", "1.3.6.1.2.1.2.2.1.4"},
    {"ifSpeed", "1.3.6.1.2.1.2.2.1.5"},
    {"ifPhysAddress", "1.3.6.1.2.1.2.2.1.6"},
    {"ifAdminStatus", "1.3.6.1.2.1.2.2.1.7"},
    {"ifOperStatus", "1.3.6.1.2.1.2.2.1.8"},
    {"ifLastChange", "1.3.6.1.2.1.2.2.1.9"},
    {"ifName", "1.3.6.1.2.1.31.1.1.1.1"},
    {"ifHighSpeed", "1.3.6.1.2.1.31.1.1.1.15"},
    {"ifPromiscuousMode", "1.3.6.1.2.1.31.1.1.1.16"},
    {"ifConnectorPresent", "1.3.6.1.2.1.31.1.1.1.17"},
    {"ifAlias", "1.3.6.1.2.1.31.1.1.1.18"},
    {"ifStackStatus", "1.3.6.1.2.1.31.1.2.1.3"},
    {"ipAdEntAddr", "1.3.6.1.2.1.4.20.1.1"},  // IP-MIB
    {"ipAdEntIfIndex", "1.3.6.1.2.1.4.20.1.2"},
    {"ipAdEntNetMask", "1.3.6.1.2.1.4.20.1.3"},
    {"ipNetToMediaIfIndex", "1.3.6.1.2.1.4.22.1.1"},
    {"ipNetToMediaPhysAddress", "1.3.6.1.2.1.4.22.1.2"},
    {"ipNetToMediaNetAddress", "1.3.6.1.2.1.4.22.1.3"},
    {"ipNetToMediaType", "1.3.6.1.2.1.4.22.1.4"},
    {"ipNetToPhysicalPhysAddress", "1.3.6.1.2.1.4.35.1.4"},
    {"ipNetToPhysicalType", "1.3.6.1.2.1.4.35.1.6"},
    {"ipNetToPhysicalState", "1.3.6.1.2.1.4.35.1.7"},
    {"dot1dBaseBridgeAddress", "1.3.6.1.2.1.17.1.1"},  // BRIDGE-MIB
    {"dot1dBaseNumPorts", "1.3.6.1.2.1.17.1.2"},
    {"dot1dBaseType", "1.3.6.1.2.1.17.1.3"},
    {"dot1dBasePort", "1.3.6.1.2.1.17.1.4.1.1"},
    {"dot1dBasePortIfIndex", "1.3.6.1.2.1.17.1.4.1.2"},
    {"dot1dBasePortCircuit", "1.3.6.1.2.1.17.1.4.1.3"},
    {"dot1dStpProtocolSpecification", "1.3.6.1.2.1.17.2.1"},
    {"dot1dStpPriority", "1.3.6.1.2.1.17.2.2"},
    {"dot1dStpDesignatedRoot", "1.3.6.1.2.1.17.2.5"},
    {"dot1dStpRootCost", "1.3.6.1.2.1.17.2.6"},
    {"dot1dStpRootPort", "1.3.6.1.2.1.17.2.7"},
    {"dot1dStpPort", "1.3.6.1.2.1.17.2.15.1.1"},
    {"dot1dStpPortPriority", "1.3.6.1.2.1.17.2.15.1.2"},
    {"dot1dStpPortState", "1.3.6.1.2.1.17.2.15.1.3"},
    {"dot1dStpPortEnable", "1.3.6.1.2.1.17.2.15.1.4"},
    {"dot1dStpPortPathCost", "1.3.6.1.2.1.17.2.15.1.5"},
    {"dot1dStpPortDesignatedRoot", "1.3.6.1.2.1.17.2.15.1.6"},
    {"dot1dStpPortDesignatedCost", "1.3.6.1.2.1.17.2.15.1.7"},
    {"dot1dStpPortDesignatedBridge", "1.3.6.1.2.1.17.2.15.1.8"},
    {"dot1dStpPortDesignatedPort", "1.3.6.1.2.1.17.2.15.1.9"},
    {"dot1dTpLearnedEntryDiscards", "1.3.6.1.2.1.17.4.1"},
    {"dot1dTpAgingTime", "1.3.6.1.2.1.17.4.2"},
    {"dot1dTpFdbAddress", "1.3.6.1.2.1.17.4.3.1.1"},
    {"dot1dTpFdbPort", "1.3.6.1.2.1.17.4.3.1.2"},
    {"dot1dTpFdbStatus", "1.3.6.1.2.1.17.4.3.1.3"},
    {"dot1qVlanVersionNumber", "1.3.6.1.2.1.17.7.1.1.1"},  // Q-BRIDGE-MIB
    {"dot1qNumVlans", "1.3.6.1.2.1.17.7.1.1.4"},
    {"dot1qFdbDynamicCount", "1.3.6.1.2.1.17.7.1.2.1.1.2"},
    {"dot1qTpFdbAddress", "1.3.6.1.2.1.17.7.1.2.2.1.1"},
    {"dot1qTpFdbPort", "1.3.6.1.2.1.17.7.1.2.2.1.2"},
    {"dot1qTpFdbStatus", "1.3.6.1.2.1.17.7.1.2.2.1.3"},
    {"dot1qVlanFdbId", "1.3.6.1.2.1.17.7.1.4.2.1.3"},
    {"dot1qVlanCurrentEgressPorts", "1.3.6.1.2.1.17.7.1.4.2.1.4"},
    {"dot1qVlanCurrentUntaggedPorts", "1.3.6.1.2.1.17.7.1.4.2.1.5"},
    {"dot1qVlanStatus", "1.3.6.1.2.1.17.7.1.4.2.1.6"},
    {"dot1qVlanStaticName", "1.3.6.1.2.1.17.7.1.4.3.1.1"},
    {"dot1qVlanStaticEgressPorts", "1.3.6.1.2.1.17.7.1.4.3.1.2"},
    {"dot1qVlanForbiddenEgressPorts", "1.3.6.1.2.1.17.7.1.4.3.1.3"},
    {"dot1qVlanStaticUntaggedPorts", "1.3.6.1.2.1.17.7.1.4.3.1.4"},
    {"dot1qVlanStaticRowStatus", "1.3.6.1.2.1.17.7.1.4.3.1.5"},
    {"dot1qPvid", "1.3.6.1.2.1.17.7.1.4.5.1.1"},
    {"entPhysicalDescr", "1.3.6.1.2.1.47.1.1.1.1.2"},  // ENTITY-MIB
    {"entPhysicalContainedIn", "1.3.6.1.2.1.47.1.1.1.1.4"},
    {"entPhysicalClass", "1.3.6.1.2.1.47.1.1.1.1.5"},
    {"entPhysicalParentRelPos", "1.3.6.1.2.1.47.1.1.1.1.6"},
    {"entPhysicalName", "1.3.6.1.2.1.47.1.1.1.1.7"},
    {"entLogicalCommunity", "1.3.6.1.2.1.47.1.2.1.1.4"},
    {"entAliasMappingIdentifier", "1.3.6.1.2.1.47.1.3.2.1.2"},
    {"lldpLocChassisIdSubtype", "1.0.8802.1.1.2.1.3.1"},  // LLDP-MIB
    {"lldpLocChassisId", "1.0.8802.1.1.2.1.3.2"},
    {"lldpLocSysName", "1.0.8802.1.1.2.1.3.3"},
    {"lldpLocSysDesc", "1.0.8802.1.1.2.1.3.4"},
    {"lldpLocSysCapSupported", "1.0.8802.1.1.2.1.3.5"},
    {"lldpLocSysCapEnabled", "1.0.8802.1.1.2.1.3.6"},
    {"lldpLocPortIdSubtype", "1.0.8802.1.1.2.1.3.7.1.2"},
    {"lldpLocPortId", "1.0.8802.1.1.2.1.3.7.1.3"},
    {"lldpLocPortDesc", "1.0.8802.1.1.2.1.3.7.1.4"},
    {"lldpRemChassisIdSubtype", "1.0.8802.1.1.2.1.4.1.1.4"},
    {"lldpRemChassisId", "1.0.8802.1.1.2.1.4.1.1.5"},
    {"lldpRemPortIdSubtype", "1.0.8802.1.1.2.1.4.1.1.6"},
    {"lldpRemPortId", "1.0.8802.1.1.2.1.4.1.1.7"},
    {"lldpRemPortDesc", "1.0.8802.1.1.2.1.4.1.1.8"},
    {"lldpRemSysName", "1.0.8802.1.1.2.1.4.1.1.9"},
    {"lldpRemSysDesc", "1.0.8802.1.1.2.1.4.1.1.10"},
    {"lldpRemSysCapSupported", "1.0.8802.1.1.2.1.4.1.1.11"},
    {"lldpRemSysCapEnabled", "1.0.8802.1.1.2.1.4.1.1.12"},
    {"lldpRemManAddrIfId", "1.0.8802.1.1.2.1.4.2.1.4"},
    {"dot3adAggActorSystemID", "1.2.840.10006.300.43.1.1.1.1.4"},  // IEEE8023-LAG-MIB
    {"dot3adAggPortListPorts", "1.2.840.10006.300.43.1.1.2.1.1"},
    {"dot3adAggPortSelectedAggID", "1.2.840.10006.300.43.1.2.1.1.12"},
    {"dot3adAggPortAttachedAggID", "1.2.840.10006.300.43.1.2.1.1.13"},
    {"vtpVlanState", "1.3.6.1.4.1.9.9.46.1.3.1.1.2"},  // CISCO-VTP-MIB
    {"vtpVlanName", "1.3.6.1.4.1.9.9.46.1.3.1.1.4"},
    {"cdpCacheAddress", "1.3.6.1.4.1.9.9.23.1.2.1.1.4"},  // CISCO-CDP-MIB
    {"cdpCacheDeviceId", "1.3.6.1.4.1.9.9.23.1.2.1.1.6"},
    {"cdpCacheDevicePort", "1.3.6.1.4.1.9.9.23.1.2.1.1.7"},
    {"pethPsePortAdminEnable", "1.3.6.1.2.1.105.1.1.1.3"},  // POWER-ETHERNET-MIB
    {"pethPsePortDetectionStatus", "1.3.6.1.2.1.105.1.1.1.6"},
}};

// The enumerations that stand in indexes: InetAddressType.
constexpr std::array<Named, 4> kEnumerations{{{"unknown", "0"}, {"ipv4", "1"}, {"ipv6", "2"}, {"dns", "16"}}};

std::optional<std::uint32_t> read_id(std::string_view text) {
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return id;
}

void append_octets(Oid& oid, std::string_view octets) {
  for (const char c : octets) oid.push_back(static_cast<std::uint8_t>(c));
}

// What stands between two brackets.
bool append_index(Oid& oid, std::string_view text) {
  text = trim(text);
  if (text.starts_with("STRING: ")) text = trim(text.substr(8));
  if (const auto id = read_id(text)) {
    oid.push_back(*id);
    return true;
  }
  const auto named = std::ranges::find(kEnumerations, text, &Named::name);
  if (named != kEnumerations.end()) {
    oid.push_back(*read_id(named->oid));
    return true;
  }
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front()) {
    const bool with_length = text.front() == '"';
    const std::string_view inside = text.substr(1, text.size() - 2);
    std::string octets(inside);
    // An InetAddress is printed as an address, and means its octets.
    if (const auto ip = read_ip(inside)) octets = ip->octets;
    if (with_length) oid.push_back(static_cast<std::uint32_t>(octets.size()));
    append_octets(oid, octets);
    return true;
  }
  if (const auto ip = read_ip(text)) {
    append_octets(oid, ip->octets);
    return true;
  }
  const auto octets = text.empty() ? std::nullopt : read_hex(text);
  if (!octets) return false;
  append_octets(oid, *octets);
  return true;
}

// ".1.3.6.1" and "iso.3.6.1" and "IF-MIB::ifName.3".
std::optional<Oid> read_dotted(std::string_view text) {
  if (const std::size_t module = text.find("::"); module != std::string_view::npos) {
    text.remove_prefix(module + 2);
  }
  if (text.starts_with('.')) text.remove_prefix(1);
  const std::size_t dot = std::min(text.find('.'), text.size());
  const auto known = std::ranges::find(kNames, text.substr(0, dot), &Named::name);
  if (known == kNames.end()) return parse_oid(text);
  Oid oid = *parse_oid(known->oid);
  if (dot == text.size()) return oid;
  const auto rest = parse_oid(text.substr(dot + 1));
  if (!rest || oid.size() + rest->size() > kMaxSubIds) return std::nullopt;
  return oid + *rest;
}

}  // namespace

std::optional<Oid> read_walk_name(std::string_view text) {
  text = trim(text);
  const std::size_t bracket = std::min(text.find('['), text.size());
  auto oid = read_dotted(text.substr(0, bracket));
  std::string_view rest = text.substr(bracket);
  while (oid && !rest.empty()) {
    // A quoted index may hold a bracket itself: the closing one follows the quote.
    const bool quoted = rest.size() > 1 && (rest[1] == '"' || rest[1] == '\'');
    std::size_t close = rest.find(']');
    if (quoted) {
      const char end[] = {rest[1], ']', '\0'};
      close = rest.find(end, 2);
      if (close != std::string_view::npos) ++close;
    }
    if (rest.front() == '.') {  // "[1].2"
      const std::size_t next = std::min(rest.find('['), rest.size());
      const auto more = parse_oid(rest.substr(0, next));
      if (!more) return std::nullopt;
      oid = *oid + *more;
      rest.remove_prefix(next);
      continue;
    }
    if (rest.front() != '[' || close == std::string_view::npos ||
        !append_index(*oid, rest.substr(1, close - 1))) {
      return std::nullopt;
    }
    rest.remove_prefix(close + 1);
  }
  if (oid && oid->size() > kMaxSubIds) return std::nullopt;
  return oid;
}

}  // namespace lanwarden::lab
