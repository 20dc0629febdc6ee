// Debian's snmpd as an agent: started on a high port of loopback with a configuration of its own, ended by
// its pid.
#pragma once

#include <memory>
#include <string>

#include "tests/snmp/net_snmp_daemon.h"

namespace lanwarden::snmp::testing {

class Snmpd {
 public:
  /// nullptr, with a loud note, when snmpd is not installed or does not start here.
  static std::unique_ptr<Snmpd> start();

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  /// The socket where it takes sub-agents (AgentX).
  std::string agentx() const { return (daemon_.folder() / "agentx").string(); }
  /// Ends it and starts it again on the same port, with its engineBoots counted on.
  bool restart();
  /// Ends it, until restart().
  void end() { daemon_.end(); }
  /// Stops it where it is: it is there and does not answer. And lets it go on.
  void freeze();
  void thaw();

  static constexpr const char* kUser = "lanro";
  static constexpr const char* kAuthPassword = "authentic password";
  static constexpr const char* kPrivacyPassword = "private password";

 private:
  Snmpd() = default;
  bool launch();
  NetSnmpDaemon daemon_;
  unsigned port_ = 0;
};

}  // namespace lanwarden::snmp::testing
