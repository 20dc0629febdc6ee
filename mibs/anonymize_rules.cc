#include "mibs/anonymize_rules.h"

#include <string_view>
#include <vector>

namespace lanwarden::mibs::anonymizing {
namespace {

struct Line {
  std::string_view column;
  What what;
  Index index = kPlain;
};

// clang-format off
constexpr Line kRules[] = {
    {"1.0.8802.1.1.2.1.3.1", What::kSubtype},       // lldpLocChassisIdSubtype
    {"1.0.8802.1.1.2.1.3.2", What::kChassis},
    {"1.0.8802.1.1.2.1.3.3", What::kOwnName},       // lldpLocSysName
    {"1.0.8802.1.1.2.1.3.4", What::kTechnical},
    {"1.0.8802.1.1.2.1.3.7.1.2", What::kSubtype},
    {"1.0.8802.1.1.2.1.3.7.1.3", What::kPort},
    {"1.0.8802.1.1.2.1.3.7.1.4", What::kTechnical},
    {"1.0.8802.1.1.2.1.3.8.1.3", What::kKeep, kManagement},
    {"1.0.8802.1.1.2.1.4.1.1.4", What::kSubtype},
    {"1.0.8802.1.1.2.1.4.1.1.5", What::kChassis},
    {"1.0.8802.1.1.2.1.4.1.1.6", What::kSubtype},
    {"1.0.8802.1.1.2.1.4.1.1.7", What::kPort},
    {"1.0.8802.1.1.2.1.4.1.1.8", What::kTheirPort},
    {"1.0.8802.1.1.2.1.4.1.1.9", What::kName},
    {"1.0.8802.1.1.2.1.4.1.1.10", What::kTechnical},
    {"1.0.8802.1.1.2.1.4.1.1.11", What::kKeep},
    {"1.0.8802.1.1.2.1.4.1.1.12", What::kKeep},
    {"1.0.8802.1.1.2.1.4.2.1.3", What::kKeep, kManagement},
    {"1.2.840.10006.300.43.1.2.1.1.12", What::kKeep},
    {"1.2.840.10006.300.43.1.2.1.1.13", What::kKeep},
    {"1.3.111.2.802.1.1.13.1.3.1", What::kSubtype},
    {"1.3.111.2.802.1.1.13.1.3.2", What::kChassis},
    {"1.3.111.2.802.1.1.13.1.4.1.1.5", What::kSubtype},
    {"1.3.111.2.802.1.1.13.1.4.1.1.6", What::kChassis},
    {"1.3.111.2.802.1.1.13.1.4.1.1.7", What::kSubtype},
    {"1.3.111.2.802.1.1.13.1.4.1.1.8", What::kPort},
    {"1.3.111.2.802.1.1.13.1.4.1.1.9", What::kTheirPort},
    {"1.3.111.2.802.1.1.13.1.4.1.1.10", What::kName},
    {"1.3.111.2.802.1.1.13.1.4.1.1.11", What::kTechnical},
    {"1.3.111.2.802.1.1.13.1.4.1.1.12", What::kKeep},
    {"1.3.111.2.802.1.1.13.1.4.1.1.13", What::kKeep},
    {"1.3.111.2.802.1.1.13.1.4.2.1.3", What::kKeep, kManagement},
    {"1.3.6.1.2.1.1.1", What::kTechnical},          // sysDescr
    {"1.3.6.1.2.1.1.2", What::kKeep},
    {"1.3.6.1.2.1.1.3", What::kKeep},
    {"1.3.6.1.2.1.1.4", What::kOwnName},            // sysContact
    {"1.3.6.1.2.1.1.5", What::kOwnName},            // sysName
    {"1.3.6.1.2.1.1.6", What::kOwnName},            // sysLocation
    {"1.3.6.1.2.1.1.7", What::kKeep},
    {"1.3.6.1.2.1.2.1", What::kKeep},
    {"1.3.6.1.2.1.2.2.1.1", What::kKeep},
    {"1.3.6.1.2.1.2.2.1.2", What::kPortName},       // ifDescr
    {"1.3.6.1.2.1.2.2.1.3", What::kKeep},
    {"1.3.6.1.2.1.2.2.1.5", What::kKeep},
    {"1.3.6.1.2.1.2.2.1.6", What::kMac},
    {"1.3.6.1.2.1.2.2.1.7", What::kKeep},
    {"1.3.6.1.2.1.2.2.1.8", What::kKeep},
    {"1.3.6.1.2.1.2.2.1.9", What::kKeep},
    {"1.3.6.1.2.1.4.20.1.2", What::kKeep, kIpLast},
    {"1.3.6.1.2.1.4.22.1.2", What::kMac, kIpLast},
    {"1.3.6.1.2.1.4.35.1.4", What::kMac, kManagement},
    {"1.3.6.1.2.1.10.7.2.1.19", What::kKeep},
    {"1.3.6.1.2.1.17.1.1", What::kMac},             // dot1dBaseBridgeAddress
    {"1.3.6.1.2.1.17.1.2", What::kKeep},
    {"1.3.6.1.2.1.17.1.3", What::kKeep},
    {"1.3.6.1.2.1.17.1.4.1.1", What::kKeep},
    {"1.3.6.1.2.1.17.1.4.1.2", What::kKeep},
    {"1.3.6.1.2.1.17.2.5", What::kBridgeId},        // dot1dStpDesignatedRoot
    {"1.3.6.1.2.1.17.2.15.1.6", What::kBridgeId},
    {"1.3.6.1.2.1.17.2.15.1.8", What::kBridgeId},
    {"1.3.6.1.2.1.17.2", What::kKeep},
    {"1.3.6.1.2.1.17.4.1", What::kKeep},
    {"1.3.6.1.2.1.17.4.2", What::kKeep},
    {"1.3.6.1.2.1.17.4.3.1.1", What::kMac, kMacLast},
    {"1.3.6.1.2.1.17.4.3.1.2", What::kKeep, kMacLast},
    {"1.3.6.1.2.1.17.4.3.1.3", What::kKeep, kMacLast},
    {"1.3.6.1.2.1.17.7.1.1", What::kKeep},
    {"1.3.6.1.2.1.17.7.1.2.1", What::kKeep},
    {"1.3.6.1.2.1.17.7.1.2.2.1.1", What::kMac, kMacLast},
    {"1.3.6.1.2.1.17.7.1.2.2.1.2", What::kKeep, kMacLast},
    {"1.3.6.1.2.1.17.7.1.2.2.1.3", What::kKeep, kMacLast},
    {"1.3.6.1.2.1.17.7.1.4.3.1.1", What::kName},    // dot1qVlanStaticName
    {"1.3.6.1.2.1.17.7.1.4", What::kKeep},
    {"1.3.6.1.2.1.31.1.1.1.1", What::kPortName},    // ifName
    {"1.3.6.1.2.1.31.1.1.1.15", What::kKeep},
    {"1.3.6.1.2.1.31.1.1.1.18", What::kName},       // ifAlias
    {"1.3.6.1.2.1.31.1.2.1.3", What::kKeep},
    {"1.3.6.1.2.1.47.1.1.1.1.2", What::kTechnical},
    {"1.3.6.1.2.1.47.1.1.1.1.4", What::kKeep},
    {"1.3.6.1.2.1.47.1.1.1.1.5", What::kKeep},
    {"1.3.6.1.2.1.47.1.1.1.1.6", What::kKeep},
    {"1.3.6.1.2.1.47.1.1.1.1.7", What::kTechnical},
    {"1.3.6.1.2.1.47.1.2.1.1.4", What::kKeep},      // entLogicalCommunity, masked already
    {"1.3.6.1.2.1.47.1.3.2.1.2", What::kKeep},
    {"1.3.6.1.2.1.55.1.12.1.2", What::kMac, kManagement},
    {"1.3.6.1.2.1.105.1.1.1.3", What::kKeep},
    {"1.3.6.1.2.1.105.1.1.1.6", What::kKeep},
    {"1.3.6.1.4.1.9.9.23.1.2.1.1.3", What::kKeep},
    {"1.3.6.1.4.1.9.9.23.1.2.1.1.4", What::kIp},
    {"1.3.6.1.4.1.9.9.23.1.2.1.1.5", What::kTechnical},
    {"1.3.6.1.4.1.9.9.23.1.2.1.1.6", What::kName},
    {"1.3.6.1.4.1.9.9.23.1.2.1.1.7", What::kTechnical},
    {"1.3.6.1.4.1.9.9.23.1.2.1.1.8", What::kTechnical},
    {"1.3.6.1.4.1.9.9.23.1.2.1.1.9", What::kKeep},
    {"1.3.6.1.4.1.9.9.46.1.3.1.1.2", What::kKeep},
    {"1.3.6.1.4.1.9.9.46.1.3.1.1.3", What::kKeep},
    {"1.3.6.1.4.1.9.9.46.1.3.1.1.4", What::kName},
    {"1.3.6.1.4.1.9.9.46.1.6.1.1.5", What::kKeep},
    {"1.3.6.1.4.1.9.9.46.1.6.1.1.14", What::kKeep},
    {"1.3.6.1.4.1.9.9.68.1.2.2.1.2", What::kKeep},
    {"1.3.6.1.4.1.9.9.68.1.5.1.1.1", What::kKeep},
    {"1.3.6.1.4.1.9.9.98.1.1.1.1.8", What::kKeep},
    {"1.3.6.1.4.1.9.9.402.1.2.1.11", What::kKeep},
    {"1.3.6.1.4.1.9.9.548.1.3.1.1.2", What::kKeep},
    {"1.3.6.1.4.1.9.10.86.1.1.3.1.3", What::kMac, kManagement},
    {"1.3.6.1.4.1.1916.1.13.2.1.3", What::kName, kMacLast},
    {"1.3.6.1.4.1.1916.1.13.2.1.4", What::kTechnical, kMacLast},
    {"1.3.6.1.4.1.1916.1.13.2.1.5", What::kKeep, kMacLast},
    {"1.3.6.1.4.1.1916.1.13.2.1.6", What::kKeep, kMacLast},
    {"1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.3", What::kName},
    {"1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.5", What::kIp},
    {"1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.6", What::kTechnical},
    {"1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.7", What::kTechnical},
    {"1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.8", What::kTechnical},
    {"1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.9", What::kTechnical},
    {"1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.10", What::kTechnical},
    {"1.3.6.1.4.1.2011.5.25.42.2.1.3.1.4", What::kKeep, kMacFirst},
    {"1.3.6.1.4.1.2636.3.40.1.5.1.5.1.2", What::kName},
    {"1.3.6.1.4.1.2636.3.40.1.5.1.5.1.5", What::kKeep},
    {"1.3.6.1.4.1.2636.3.48.1.3.1.1.2", What::kName},
    {"1.3.6.1.4.1.2636.3.48.1.3.1.1.3", What::kKeep},
    {"1.3.6.1.4.1.2636.3.48.1.3.1.1.5", What::kKeep},
    {"1.3.6.1.4.1.6486.800.1.2.1.8.1.1.1.1.3", What::kKeep, kMacLast},
    {"1.3.6.1.4.1.6486.801.1.2.1.8.1.1.8.1.7", What::kKeep, kMacLast},
    {"1.3.6.1.4.1.6527.3.1.2.4.2.4.1.5", What::kKeep, kMacLast},
    {"1.3.6.1.4.1.6527.3.1.2.4.2.4.1.6", What::kKeep, kMacLast},
};
// clang-format on

const std::vector<Rule>& known_columns() {
  static const std::vector<Rule> kKnown = [] {
    std::vector<Rule> all;
    for (const Line& r : kRules) all.push_back({Oid::parse(r.column).value_or(Oid()), r.what, r.index});
    return all;
  }();
  return kKnown;
}

}  // namespace

const Rule* rule_of(const Oid& name) {
  for (const Rule& k : known_columns())
    if (k.column.is_prefix_of(name.view())) return &k;
  return nullptr;
}

}  // namespace lanwarden::mibs::anonymizing
