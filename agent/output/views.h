// The contract's JSON, and the same things as text for people.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "agent/isolation/isolator.h"
#include "agent/locate/locator.h"
#include "agent/locate/provoke.h"
#include "agent/output/console.h"
#include "agent/store/store.h"
#include "agent/vendor/vendor_names.h"
#include "analysis/finding.h"

namespace lanwarden::agent {

using Json = nlohmann::ordered_json;

/// One result of `where`: the fields of the contract, absent where unknown.
struct WhereResult {
  topology::MacAddress mac;
  std::string vendor;
  std::vector<topology::IpAddress> ips;
  std::vector<std::string> names;
  std::string special;  ///< "HSRP group 3": whose address it is, if not one station's own
  Located located;
  std::optional<Provoked> provoked;  ///< it was made to speak, and asked for again
};

Json to_json(const Asked& asked);  ///< {"asked","answered","failed":[…]}
Json to_json(const WhereResult& result, const topology::Fabric& fabric);
Json to_json(const topology::Fabric& fabric);  ///< `topology --json`
Json to_json(const analysis::Finding& finding, const std::string& vendor,
             const std::vector<std::string>& sources);
Json to_json(const IsolationOutcome& outcome);
Json to_json(const Incident& incident);
Json to_json(const Isolation& isolation);
Json to_json(const AuditEntry& entry);
Json fdb_row_to_json(const SwitchSnapshot& sw, const topology::FdbEntry& row);

/// JSON on one line; text that is not UTF-8 (ifAlias, sysDescr) is mended, never an error.
std::string dump(const Json& json);

/// "floor3 A1" for one port; "core 1 or floor3 2" for several.
std::string place(const topology::Location& location, const topology::Fabric& fabric);
/// Several lines: the verdict in words, then, with `verbose`, every reason.
std::string to_text(const WhereResult& result, const topology::Fabric& fabric, const Console& console,
                    bool verbose);
std::string to_text(const analysis::Finding& finding, const std::string& vendor, const Console& console);
std::string to_text(const IsolationOutcome& outcome, const Console& console);
/// "1.3.6.1.2.1.2.2.1.7.1 INTEGER 2  (ifAdminStatus.1 = down(2), was up(1))": as a dry run shows it.
std::string to_text(const VariableChange& change);
/// Without secrets or control characters: what a switch or a frame sent may reach a terminal.
std::string printable(std::string_view text);

}  // namespace lanwarden::agent
