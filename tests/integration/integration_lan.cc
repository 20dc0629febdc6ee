// integration_lan: the LAN of the integration test, for people to walk around in. See README.md.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "lan.h"
#include "supervisor.h"

using namespace lanwarden::integration;

namespace {

namespace fs = std::filesystem;

constexpr const char* kUsage =
    "usage: integration_lan up [office|ring]      builds the LAN and keeps it until Ctrl-C, SIGTERM or "
    "\"down\"\n"
    "       integration_lan shell [office|ring]   a shell on the monitor of a LAN of its own, which ends "
    "with it\n"
    "       integration_lan down                  removes every LAN that \"up\" keeps, and what dead runs "
    "left\n";

/// "up" leaves its process id here, inside the LAN's own directory, which goes with it.
constexpr const char* kKeeperFile = "keeper";

void print_guide(const Lan& lan) {
  std::cout << "machines (ip netns exec NAME COMMAND):\n";
  for (const auto& s : lan.plan().switches)
    std::cout << "  " << lan.netns(s.name) << (s.address.empty() ? "   a hub" : "   switch, " + s.address)
              << '\n';
  for (const auto& h : lan.plan().hosts)
    std::cout << "  " << lan.netns(h.name) << "   on " << h.switch_name << ' ' << h.port << ", " << h.mac
              << '\n';
  std::cout << "SNMP: v2c \"" << kReadCommunity << "\", \"" << kWriteCommunity << "\"; v3 \"" << kReadUser
            << "\", \"" << kWriteUser << "\" SHA-256 \"" << kAuthPassword << "\" AES \"" << kPrivacyPassword
            << "\" (floor3)\n"
            << "logs: " << lan.directory().string() << "\n"
            << "the trouble:\n"
            << "  ip netns exec " << lan.netns(kClock) << ' ' << program_path("clock_host") << ' '
            << kHostInterface << "\n"
            << "  ip netns exec " << lan.netns(kVictim) << ' ' << program_path("victim_host") << ' '
            << kHostInterface << " 10.10.0.50 20\n"
            << std::flush;
}

std::unique_ptr<Lan> build(int argc, char** argv) {
  const bool ring = argc > 2 && std::strcmp(argv[2], "ring") == 0;
  auto lan = std::make_unique<Lan>(ring ? ring_lan() : office_lan());
  print_guide(*lan);
  return lan;
}

int keep(int argc, char** argv) try {
  const auto lan = build(argc, argv);
  std::ofstream(lan->directory() / kKeeperFile) << ::getpid() << '\n';
  for (;;) ::pause();  // SIGTERM ends us; the supervisor then removes the LAN
} catch (const LanError& error) {
  std::cerr << "integration_lan: " << error.what() << '\n';
  return 1;
}

int shell(int argc, char** argv) try {
  const auto lan = build(argc, argv);
  const char* program = std::getenv("SHELL");
  const std::string line =
      "ip netns exec " + lan->netns(kMonitor) + " " + (program != nullptr ? program : "/bin/sh");
  return std::system(line.c_str()) == 0 ? 0 : 1;
} catch (const LanError& error) {
  std::cerr << "integration_lan: " << error.what() << '\n';
  return 1;
}

int down() {
  std::error_code none;
  for (const auto& site : sites_in_use()) {
    std::ifstream file(site / kKeeperFile);
    pid_t keeper = 0;
    if (!(file >> keeper) || keeper <= 1) continue;
    ::kill(keeper, SIGTERM);
    wait_until(std::chrono::seconds{10}, [&] { return !fs::exists(site, none); });
    std::cout << "removed " << site.filename().string() << '\n';
  }
  for (const auto& site : remove_abandoned_sites()) std::cout << "removed " << site << '\n';
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string verb = argc > 1 ? argv[1] : "";
  if (argc > 3 || (argc == 3 && std::strcmp(argv[2], "office") != 0 && std::strcmp(argv[2], "ring") != 0) ||
      (verb != "up" && verb != "shell" && verb != "down")) {
    std::cerr << kUsage;
    return 2;
  }
  if (const auto why = why_no_lan()) {
    std::cerr << "integration_lan: " << *why << '\n';
    return 1;
  }
  if (verb == "down") return down();
  return supervised(verb == "up" ? keep : shell, argc, argv);
}
