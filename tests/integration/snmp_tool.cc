#include "snmp_tool.h"

#include <cstdlib>
#include <sstream>

#include "lan.h"
#include "topology/mac_address.h"

namespace lanwarden::integration {
namespace {

std::string unquoted(std::string text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.substr(1, text.size() - 2);
  return text;
}

bool says_there_is_none(const std::string& value) {
  return value.starts_with("No Such") || value.starts_with("No more");
}

/// "0.13.75.206.32.205" to an address.
std::string mac_of_index(const std::string& index) {
  std::istringstream parts(index);
  std::string part;
  std::uint64_t bits = 0;
  while (std::getline(parts, part, '.')) bits = (bits << 8) | std::strtoul(part.c_str(), nullptr, 10);
  return topology::MacAddress(bits).to_string();
}

}  // namespace

CommandResult SnmpTool::tool(const std::string& program, bool as_writer,
                             const std::vector<std::string>& arguments) const {
  const auto& plan = lan_.plan().switch_named(switch_);
  std::vector<std::string> argv = {program, "-t", "2", "-r", "4", "-m", "", "-On", "-Oe", "-Oq"};
  if (plan.management == Management::kV3Writable)
    argv.insert(argv.end(), {"-v3", "-l", "authPriv", "-u", as_writer ? kWriteUser : kReadUser, "-a",
                             "SHA-256", "-A", kAuthPassword, "-x", "AES", "-X", kPrivacyPassword});
  else
    argv.insert(argv.end(), {"-v2c", "-c",
                             as_writer && plan.management == Management::kV2cWritable ? kWriteCommunity
                                                                                      : kReadCommunity});
  argv.push_back(plan.address);
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return lan_.run_on(kMonitor, argv);
}

std::map<std::string, std::string> SnmpTool::walk(const std::string& column) const {
  std::map<std::string, std::string> rows;
  std::istringstream lines(tool("snmpbulkwalk", false, {column}).out);
  std::string line;
  while (std::getline(lines, line)) {
    const auto space = line.find(' ');
    if (space == std::string::npos || !line.starts_with(column + ".")) continue;
    const auto value = unquoted(line.substr(space + 1));
    if (!says_there_is_none(value)) rows[line.substr(column.size() + 1, space - column.size() - 1)] = value;
  }
  return rows;
}

std::string SnmpTool::get(const std::string& instance) const {
  const auto out = tool("snmpget", false, {instance}).out;
  const auto space = out.find(' ');
  if (space == std::string::npos) return "";
  const auto value = unquoted(out.substr(space + 1, out.find_last_not_of('\n') - space));
  return says_there_is_none(value) ? "" : value;
}

CommandResult SnmpTool::set(const std::string& instance, const std::string& value) const {
  return tool("snmpset", true, {instance, "i", value});
}

CommandResult SnmpTool::set_as_reader(const std::string& instance, const std::string& value) const {
  return tool("snmpset", false, {instance, "i", value});
}

std::string SnmpTool::ifindex_of(const std::string& port) const {
  for (const auto& [index, name] : walk(kIfName))
    if (name == port) return index;
  return "";
}

std::map<std::string, std::string> SnmpTool::forwarding_database() const {
  const auto names = walk(kIfName);
  const auto base_ports = walk(kBasePortIfIndex);
  std::map<std::string, std::string> fdb;
  for (const auto& [index, port] : walk(kTpFdbPort)) {
    const auto ifindex = base_ports.find(port);
    const auto name = ifindex == base_ports.end() ? names.end() : names.find(ifindex->second);
    fdb[mac_of_index(index)] = name == names.end() ? "no port" : name->second;
  }
  return fdb;
}

}  // namespace lanwarden::integration
