// Debian's snmpd as an agent: started on a high port of loopback with a configuration of its own, ended by
// its pid.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>

namespace lanwarden::snmp::testing {

class Snmpd {
 public:
  /// nullptr, with a loud note, when snmpd is not installed or does not start here.
  static std::unique_ptr<Snmpd> start();
  ~Snmpd();
  Snmpd(const Snmpd&) = delete;
  Snmpd& operator=(const Snmpd&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  /// The socket where it takes sub-agents (AgentX).
  std::string agentx() const { return (folder_ / "agentx").string(); }
  /// Ends it and starts it again on the same port, with its engineBoots counted on.
  bool restart();
  /// Ends it, until restart().
  void end();
  /// Stops it where it is: it is there and does not answer. And lets it go on.
  void freeze();
  void thaw();

  static constexpr const char* kUser = "lanro";
  static constexpr const char* kAuthPassword = "authentic password";
  static constexpr const char* kPrivacyPassword = "private password";

 private:
  Snmpd() = default;
  bool launch();
  std::filesystem::path folder_;
  unsigned port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace lanwarden::snmp::testing
