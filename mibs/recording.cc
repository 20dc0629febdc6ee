#include "mibs/recording.h"

#include <algorithm>

#include "mibs/catalogue.h"

namespace lanwarden::mibs {
namespace {

namespace tag {
constexpr std::uint8_t kInteger = 0x02, kBits = 0x03, kOctets = 0x04, kOid = 0x06, kIpAddress = 0x40,
                       kCounter32 = 0x41, kGauge32 = 0x42, kOpaque = 0x44, kCounter64 = 0x46,
                       kUinteger32 = 0x47;
}  // namespace tag

constexpr std::string_view kRoots[] = {
    "1.0.8802",                        // LLDP-MIB and its extensions
    "1.2.840.10006.300.43",            // IEEE8023-LAG-MIB
    "1.3.111.2.802",                   // LLDP-V2-MIB, IEEE 802.1 MIBs
    "1.3.6.1.2.1.1",                   // system
    "1.3.6.1.2.1.2",                   // interfaces
    "1.3.6.1.2.1.4.20",                // ipAddrTable
    "1.3.6.1.2.1.4.22",                // ipNetToMediaTable
    "1.3.6.1.2.1.4.34",                // ipAddressTable
    "1.3.6.1.2.1.4.35",                // ipNetToPhysicalTable
    "1.3.6.1.2.1.10.7.2.1.19",         // dot3StatsDuplexStatus
    "1.3.6.1.2.1.17",                  // BRIDGE-MIB, Q-BRIDGE-MIB, RSTP-MIB
    "1.3.6.1.2.1.31",                  // IF-MIB
    "1.3.6.1.2.1.47",                  // ENTITY-MIB
    "1.3.6.1.2.1.55.1.12",             // ipv6NetToMediaTable
    "1.3.6.1.2.1.105",                 // POWER-ETHERNET-MIB
    "1.3.6.1.4.1.9.9.23.1.2",          // CISCO-CDP-MIB
    "1.3.6.1.4.1.9.9.46.1.3.1",        // CISCO-VTP-MIB: VLANs
    "1.3.6.1.4.1.9.9.46.1.6.1",        // … and trunks
    "1.3.6.1.4.1.9.9.68.1.2",          // CISCO-VLAN-MEMBERSHIP-MIB
    "1.3.6.1.4.1.9.9.68.1.5",          //
    "1.3.6.1.4.1.9.9.98.1.1",          // CISCO-PAGP-MIB
    "1.3.6.1.4.1.9.9.402.1.2",         // CISCO-POWER-ETHERNET-EXT-MIB
    "1.3.6.1.4.1.9.9.548.1.3.1",       // CISCO-ERR-DISABLE-MIB: cErrDisableIfStatusTable
    "1.3.6.1.4.1.9.10.86.1.1.3",       // CISCO-IETF-IP-MIB
    "1.3.6.1.4.1.1916.1.13",           // EXTREME-EDP-MIB
    "1.3.6.1.4.1.1991.1.1.3.20",       // FOUNDRY-SN-SWITCH-GROUP-MIB: FDP
    "1.3.6.1.4.1.2011.5.25.42.2.1.3",  // HUAWEI-L2MAM-MIB: hwDynFdbTable
    "1.3.6.1.4.1.2636.3.40.1.5",       // JUNIPER-VLAN-MIB
    "1.3.6.1.4.1.2636.3.48",           // JUNIPER-L2ALD-MIB
    "1.3.6.1.4.1.6486.800.1.2.1.8",    // ALCATEL-IND1-MAC-ADDRESS-MIB
    "1.3.6.1.4.1.6486.801.1.2.1.8",    //
    "1.3.6.1.4.1.6527.3.1.2.4.2.4",    // TIMETRA-SERV-MIB: tlsFdbInfoTable
};

constexpr LeftOut kNever[] = {
    {"1.3.6.1.6.3", "SNMP's own users, communities, views, targets"},
    {"1.3.6.1.2.1.10.23", "PPP secrets"},
    {"1.3.6.1.2.1.14.7.1.16", "ospfIfAuthKey"},
    {"1.3.6.1.2.1.14.9.1.9", "ospfVirtIfAuthKey"},
    {"1.3.6.1.2.1.16.9.1.1.4", "eventCommunity (RMON)"},
    {"1.3.6.1.2.1.16.19", "probeConfig (RMON2): trap communities, modem strings"},
    {"1.3.6.1.2.1.23.3.1.4", "rip2IfConfAuthKey"},
    {"1.3.6.1.2.1.25.4.2.1.4", "hrSWRunPath"},
    {"1.3.6.1.2.1.25.4.2.1.5", "hrSWRunParameters: command lines"},
    {"1.3.6.1.2.1.69.1.2", "docsDevNmAccessTable"},
    {"1.3.6.1.4.1.9.2.1", "OLD-CISCO-SYSTEM-MIB"},
    {"1.3.6.1.4.1.9.5.1.1", "CISCO-STACK-MIB systemGrp: communities"},
    {"1.3.6.1.4.1.9.9.46.1.8", "CISCO-VTP-MIB authentication"},
    {"1.3.6.1.4.1.9.9.80", "CISCO-FTP-CLIENT-MIB"},
    {"1.3.6.1.4.1.9.9.96", "CISCO-CONFIG-COPY-MIB"},
    {"1.3.6.1.4.1.9.10.56", "CISCO-AAA-SERVER-MIB"},
    {"1.3.6.1.4.1.11.2.14.11.1.3", "HP: SNMP communities and managers"},
    {"1.3.6.1.4.1.11.2.14.11.5.1.12", "HP: authentication servers"},
    {"1.3.6.1.4.1.171.12.8", "D-Link: agent communities"},
    {"1.3.6.1.4.1.1991.1.1.2.1", "Foundry: agent communities and users"},
    {"1.3.6.1.4.1.2011.6.10", "Huawei and H3C: configuration copies"},
    {"1.3.6.1.4.1.25506.2.4", "H3C: configuration copies"},
    {"1.3.6.1.4.1.8072.1.9", "Net-SNMP: views and users"},
};

constexpr std::string_view kLogicalCommunity = "1.3.6.1.2.1.47.1.2.1.1.4";  // entLogicalCommunity
constexpr std::string_view kSaidInstead = "community";

Oid oid_of(std::string_view text) { return Oid::parse(text).value_or(Oid()); }

bool plain(const std::string& octets) {
  if (octets.empty()) return true;
  // Spaces at the ends get lost in editors, and a text of two hex digits is told by its tag.
  if (octets.front() == ' ' || octets.back() == ' ') return false;
  return std::all_of(octets.begin(), octets.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

std::string hex(const std::string& octets) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(octets.size() * 2);
  for (const char c : octets) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 0xf];
  }
  return text;
}

bool holds(OidView name, const std::string& secret) {
  const auto same = [](std::uint32_t id, char c) { return id == static_cast<unsigned char>(c); };
  return std::search(name.begin(), name.end(), secret.begin(), secret.end(), same) != name.end();
}

}  // namespace

std::optional<RecordedVariable> recorded(OidView name, const Value& value) {
  RecordedVariable v;
  v.tag = value.tag == tag::kBits ? tag::kOctets : value.tag == tag::kUinteger32 ? tag::kGauge32 : value.tag;
  switch (value.type) {
    case Value::Type::kInteger:
      v.tag = tag::kInteger;
      v.integer = value.integer;
      break;
    case Value::Type::kUnsigned:
      if (v.tag < tag::kCounter32 || v.tag > tag::kCounter64) v.tag = tag::kGauge32;
      v.number = value.number;
      break;
    case Value::Type::kOctets:
      if (v.tag != tag::kIpAddress && v.tag != tag::kOpaque) v.tag = tag::kOctets;
      v.octets.assign(value.octets.begin(), value.octets.end());
      break;
    case Value::Type::kOid:
      v.tag = tag::kOid;
      v.oid = Oid(value.oid);
      break;
    default:
      return std::nullopt;
  }
  v.name = Oid(name);
  return v;
}

std::string snmprec_line(const RecordedVariable& v) {
  std::string line = v.name.to_string() + "|" + std::to_string(v.tag);
  switch (v.tag) {
    case tag::kInteger:
      return line + "|" + std::to_string(v.integer);
    case tag::kOid:
      return line + "|" + v.oid.to_string();
    case tag::kOctets:
      return plain(v.octets) ? line + "|" + v.octets : line + "x|" + hex(v.octets);
    case tag::kOpaque:
      return line + "x|" + hex(v.octets);
    case tag::kIpAddress: {
      if (v.octets.size() != 4) return line + "x|" + hex(v.octets);
      line += "|";
      for (std::size_t i = 0; i < 4; ++i)
        line += (i == 0 ? "" : ".") + std::to_string(static_cast<unsigned char>(v.octets[i]));
      return line;
    }
    default:
      return line + "|" + std::to_string(v.number);
  }
}

std::span<const std::string_view> recording_roots() { return kRoots; }
std::span<const LeftOut> never_recorded() { return kNever; }

std::vector<Oid> recording_columns(const Oid& root) {
  std::vector<Oid> columns;
  for (const TableSpec* const spec : catalogue())
    for (const std::string_view column : spec->columns)
      if (Oid oid = oid_of(column); root.is_prefix_of(oid.view())) columns.push_back(std::move(oid));
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

SecretFilter::SecretFilter(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {
  std::erase_if(secrets_,
                [](const std::string& s) { return s.size() < 4 || s == "public" || s == "private"; });
  for (const LeftOut& out : kNever) never_.push_back(oid_of(out.oid));
}

bool SecretFilter::keep(RecordedVariable& v) const {
  static const Oid kMasked = oid_of(kLogicalCommunity);
  for (const Oid& out : never_)
    if (out.is_prefix_of(v.name.view())) return false;
  if (kMasked.is_prefix_of(v.name.view())) {
    const std::size_t at = v.octets.rfind('@');
    v.octets = std::string(kSaidInstead) + (at == std::string::npos ? "" : v.octets.substr(at));
  }
  for (const std::string& secret : secrets_)
    if (v.octets.find(secret) != std::string::npos || holds(v.name.view(), secret) ||
        holds(v.oid.view(), secret))
      return false;
  return true;
}

}  // namespace lanwarden::mibs
