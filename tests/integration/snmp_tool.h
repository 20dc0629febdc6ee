// A switch's agent asked with Net-SNMP's own command-line programs: the second opinion
// against which the LAN, and later lanwarden, is checked.
#pragma once

#include <map>
#include <string>

#include "process.h"

namespace lanwarden::integration {

class Lan;

inline constexpr const char* kIfName = ".1.3.6.1.2.1.31.1.1.1.1";
inline constexpr const char* kIfAdminStatus = ".1.3.6.1.2.1.2.2.1.7";
inline constexpr const char* kIfOperStatus = ".1.3.6.1.2.1.2.2.1.8";
inline constexpr const char* kBasePortIfIndex = ".1.3.6.1.2.1.17.1.4.1.2";
inline constexpr const char* kTpFdbPort = ".1.3.6.1.2.1.17.4.3.1.2";
inline constexpr const char* kTpFdbStatus = ".1.3.6.1.2.1.17.4.3.1.3";
inline constexpr const char* kQTpFdbPort = ".1.3.6.1.2.1.17.7.1.2.2.1.2";
inline constexpr const char* kLldpRemSysName = ".1.0.8802.1.1.2.1.4.1.1.9";

/// ifAdminStatus and ifOperStatus, as far as a switch port shows them.
inline constexpr const char* kStatusUp = "1";
inline constexpr const char* kStatusDown = "2";

/// Asks from the monitor, with the credential that the switch's plan tells.
class SnmpTool {
 public:
  SnmpTool(const Lan& lan, std::string switch_name) : lan_(lan), switch_(std::move(switch_name)) {}

  /// One column: the index behind `column` (without a leading dot) to the value, text without quotes.
  /// Empty when the agent is silent or has no such column.
  std::map<std::string, std::string> walk(const std::string& column) const;
  /// One instance; empty when there is none.
  std::string get(const std::string& instance) const;
  /// An integer SET with the writer's credential; kV2cReadOnly has none and sends the reader's.
  CommandResult set(const std::string& instance, const std::string& value) const;
  /// The same with the credential that may only read.
  CommandResult set_as_reader(const std::string& instance, const std::string& value) const;
  /// The ifIndex of the interface with that ifName; empty when there is none.
  std::string ifindex_of(const std::string& port) const;
  /// Learned and own rows of dot1dTpFdbTable as MAC to ifName, through dot1dBasePortTable.
  std::map<std::string, std::string> forwarding_database() const;

 private:
  CommandResult tool(const std::string& program, bool as_writer,
                     const std::vector<std::string>& arguments) const;
  const Lan& lan_;
  std::string switch_;
};

}  // namespace lanwarden::integration
