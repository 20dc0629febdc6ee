// Debian's snmptrapd as a receiver: on a high port of loopback, with users and communities of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/snmp/net_snmp_daemon.h"

namespace lanwarden::snmp::testing {

class Snmptrapd {
 public:
  /// nullptr, with a loud note, when snmptrapd is not installed or does not start here. It takes SNMPv3 traps
  /// of `engine` alone.
  static std::unique_ptr<Snmptrapd> start(const std::vector<std::uint8_t>& engine);

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  bool restart();
  void end() { daemon_.end(); }

  /// What it prints: a line for each notification it takes: "KIND|NAME = VALUE|…" with numeric names.
  int output() const { return daemon_.output(); }

  static constexpr const char* kCommunity = "public";
  static constexpr const char* kUser = "lanwarden";
  static constexpr const char* kAuthPassword = "authentic password";
  static constexpr const char* kPrivacyPassword = "private password";

 private:
  Snmptrapd() = default;
  bool launch();
  NetSnmpDaemon daemon_;
  unsigned port_ = 0;
};

}  // namespace lanwarden::snmp::testing
