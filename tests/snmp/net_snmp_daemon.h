// A daemon of Net-SNMP in the foreground, with a folder of its own; ended by its pid.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace lanwarden::snmp::testing {

class NetSnmpDaemon {
 public:
  NetSnmpDaemon();
  ~NetSnmpDaemon();
  NetSnmpDaemon(const NetSnmpDaemon&) = delete;
  NetSnmpDaemon& operator=(const NetSnmpDaemon&) = delete;

  /// For its files; removed at the end. Empty: none could be made.
  const std::filesystem::path& folder() const { return folder_; }
  /// Logging to standard output is its caller's to ask for (-Lo). True when it has said that it is ready.
  bool start(const char* program, const std::vector<std::string>& arguments);
  void signal(int number);
  void end();
  /// What it prints after that comes here, until it ends.
  int output() const { return output_; }
  /// Whoever does not read it closes it: a full pipe would stop the daemon.
  void close_output();

 private:
  std::filesystem::path folder_;
  pid_t pid_ = -1;
  int output_ = -1;
};

/// A UDP port of loopback that was free a moment ago; nobody else hands out the same one before the kernel's
/// range came round.
unsigned free_port();

}  // namespace lanwarden::snmp::testing
