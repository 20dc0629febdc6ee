#include "switch_daemons.h"

#include <fstream>

#include "lan.h"

namespace lanwarden::integration {
namespace {

namespace fs = std::filesystem;

std::string access_lines(Management management) {
  const std::string user =
      std::string(" SHA-256 \"") + kAuthPassword + "\" AES \"" + kPrivacyPassword + "\"\n";
  const std::string v2c_read = std::string("rocommunity ") + kReadCommunity + "\n";
  switch (management) {
    case Management::kNone:
      return "";
    case Management::kV2cReadOnly:
      return v2c_read;
    case Management::kV2cWritable:
      return v2c_read + "rwcommunity " + kWriteCommunity + "\n";
    case Management::kV3Writable:
      return std::string("createUser ") + kReadUser + user + "rouser " + kReadUser + " priv\n" +
             "createUser " + kWriteUser + user + "rwuser " + kWriteUser + " priv\n";
  }
  return "";
}

void write_snmpd_conf(const SwitchPlan& plan, const fs::path& directory) {
  std::ofstream conf(directory / "snmpd.conf");
  conf << "agentAddress udp:" << plan.address << ":161\n"
       << "master agentx\n"
       << "agentXSocket unix:" << (directory / "agentx.sock").string() << '\n'
       << "sysName " << plan.name << '\n'
       << "sysDescr lanwarden integration test, switch " << plan.name << '\n'
       << "sysLocation the " << plan.name << " cupboard\n"
       << "sysContact nobody\n"
       << "sysServices 2\n"
       << access_lines(plan.management) << "pass_persist .1.3.6.1.2.1.17 " << program_path("bridge_agent")
       << ' ' << kBridge << '\n'
       << "[snmp] persistentDir " << (directory / "state").string() << '\n';
  if (!conf.flush()) throw LanError((directory / "snmpd.conf").string() + ": cannot be written");
}

void write_lldpd_conf(const SwitchPlan& plan, const fs::path& directory) {
  std::ofstream conf(directory / "lldpd.conf");
  conf << "configure system hostname " << plan.name << '\n'
       << "configure lldp tx-interval 1\n"          // neighbours are known at once, not after half a minute
       << "configure lldp portidsubtype ifname\n";  // as most switches do; lldpd's own choice is the MAC
  if (!conf.flush()) throw LanError((directory / "lldpd.conf").string() + ": cannot be written");
}

}  // namespace

void start_switch_daemons(const SwitchPlan& plan, const std::string& netns, const fs::path& directory,
                          std::vector<Process>& daemons) {
  fs::create_directories(directory / "state");
  write_snmpd_conf(plan, directory);
  write_lldpd_conf(plan, directory);

  SpawnOptions options;
  options.netns = netns;
  options.environment = {{"SNMP_PERSISTENT_DIR", (directory / "state").string()}, {"MIBS", ""}};
  options.log = directory / "snmpd.log";
  // -C: not /etc/snmp; -m "": the IETF's MIB files are not in Debian main; smux has been dead for years.
  daemons.push_back(Process::start(
      {"snmpd", "-f", "-Lo", "-m", "", "-C", "-c", (directory / "snmpd.conf").string(), "-I", "-smux"},
      options));
  const fs::path agentx = directory / "agentx.sock";
  if (!wait_until(std::chrono::seconds{20},
                  [&] { return fs::exists(agentx) || daemons.back().exit_code(); }) ||
      daemons.back().exit_code())
    throw LanError("snmpd of " + plan.name + " does not start: see " + options.log.string());

  options.private_run = true;
  options.hostname = plan.name;
  options.log = directory / "lldpd.log";
  // The chassis id is the bridge's address, as dot1dBaseBridgeAddress says it.
  daemons.push_back(Process::start(
      {"lldpd", "-d", "-u", (directory / "lldpd.sock").string(), "-x", "-X", agentx.string(), "-I",
       "A*,up*,dn*", "-C", kBridge, "-m", plan.address, "-O", (directory / "lldpd.conf").string()},
      options));
}

}  // namespace lanwarden::integration
