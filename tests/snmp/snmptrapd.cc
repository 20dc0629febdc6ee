#include "tests/snmp/snmptrapd.h"

#include <fmt/format.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

namespace lanwarden::snmp::testing {
namespace {

constexpr const char* kProgram = "/usr/sbin/snmptrapd";

}  // namespace

std::unique_ptr<Snmptrapd> Snmptrapd::start(const std::vector<std::uint8_t>& engine) {
  if (::access(kProgram, X_OK) != 0) {
    WARN("SKIPPED: no " << kProgram << " here (package snmptrapd)");
    return nullptr;
  }
  std::unique_ptr<Snmptrapd> self(new Snmptrapd);
  const auto& folder = self->daemon_.folder();
  if (folder.empty()) {
    WARN("SKIPPED: no temporary folder");
    return nullptr;
  }
  std::filesystem::create_directory(folder / "state");
  self->port_ = free_port();
  const std::string keys = fmt::format("SHA-256 \"{}\" AES \"{}\"", kAuthPassword, kPrivacyPassword);
  std::ofstream(folder / "snmptrapd.conf")
      << "authCommunity log " << kCommunity
      << "\n"
      // Traps are under the keys of their sender's engine, informs under those of the receiver's.
      << "createUser -e " << fmt::format("0x{:02x} ", fmt::join(engine, "")) << kUser << " " << keys << "\n"
      << "createUser " << kUser << " " << keys << "\n"
      << "authUser log " << kUser << " priv\n"
      << "format2 %P|%v\\n\n"
      << "outputOption n\n";
  if (!self->launch()) {
    WARN("SKIPPED: snmptrapd does not start here");
    return nullptr;
  }
  return self;
}

bool Snmptrapd::launch() {
  const auto& folder = daemon_.folder();
  return daemon_.start(
      kProgram, {"-f", "-Lo", "-n", "-C", "-c", (folder / "snmptrapd.conf").string(), "-m", "",
                 "--persistentDir=" + (folder / "state").string(), "udp:127.0.0.1:" + std::to_string(port_)});
}

bool Snmptrapd::restart() {
  end();
  return launch();
}

}  // namespace lanwarden::snmp::testing
