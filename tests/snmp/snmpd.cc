#include "tests/snmp/snmpd.h"

#include <signal.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

namespace lanwarden::snmp::testing {
namespace {

constexpr const char* kProgram = "/usr/sbin/snmpd";

}  // namespace

std::unique_ptr<Snmpd> Snmpd::start() {
  if (::access(kProgram, X_OK) != 0) {
    WARN("SKIPPED: no " << kProgram << " here (package snmpd)");
    return nullptr;
  }
  std::unique_ptr<Snmpd> self(new Snmpd);
  const auto& folder = self->daemon_.folder();
  if (folder.empty()) {
    WARN("SKIPPED: no temporary folder");
    return nullptr;
  }
  // Apart from the configuration: snmpd keeps its state in a file of the same name.
  std::filesystem::create_directory(folder / "state");
  self->port_ = free_port();
  std::ofstream(folder / "snmpd.conf")
      << "rocommunity public 127.0.0.1\n"
      << "rwcommunity private 127.0.0.1\n"
      << "rouser " << kUser << " auth\n"
      << "createUser " << kUser << " SHA-256 \"" << kAuthPassword << "\" AES \"" << kPrivacyPassword << "\"\n"
      << "master agentx\n"
      << "sysName real\n";
  if (!self->launch()) {
    WARN("SKIPPED: snmpd does not start here");
    return nullptr;
  }
  return self;
}

bool Snmpd::launch() {
  const auto& folder = daemon_.folder();
  const bool ready =
      daemon_.start(kProgram, {"-f", "-Lo", "-C", "-c", (folder / "snmpd.conf").string(), "-m", "", "-I",
                               "-smux", "--persistentDir=" + (folder / "state").string(),
                               "--agentXSocket=" + agentx(), "udp:127.0.0.1:" + std::to_string(port_)});
  daemon_.close_output();
  return ready;
}

void Snmpd::freeze() { daemon_.signal(SIGSTOP); }
void Snmpd::thaw() { daemon_.signal(SIGCONT); }

bool Snmpd::restart() {
  end();
  return launch();
}

}  // namespace lanwarden::snmp::testing
