#include "lan.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "net_namespace.h"
#include "snmp_tool.h"
#include "switch_daemons.h"

namespace lanwarden::integration {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using topology::IpAddress;

// Generous, for a machine that builds at the same time: what works takes a fraction.
constexpr auto kForwardingDeadline = 20s;
constexpr auto kAgentDeadline = 30s;

/// What `ip -batch` does in one namespace.
void ip_batch(const std::string& netns, const std::string& lines) {
  run_or_throw({"ip", "-n", netns, "-batch", "-"}, {}, lines);
}

std::string switch_mac(std::size_t switch_number, std::size_t port) {
  char text[18];
  std::snprintf(text, sizeof text, "02:10:00:%02x:00:%02x", static_cast<unsigned>(switch_number & 0xff),
                static_cast<unsigned>(port & 0xff));
  return text;
}

void silence_ipv6(const std::string& netns) {
  const InNetNamespace inside(netns);
  for (const char* which : {"all", "default"})
    std::ofstream("/proc/sys/net/ipv6/conf/" + std::string(which) + "/disable_ipv6") << "1\n";
}

}  // namespace

std::string program_path(const std::string& name) {
  return (fs::read_symlink("/proc/self/exe").parent_path() / name).string();
}

Lan::Lan(LanPlan plan) : plan_(std::move(plan)) {
  create_machines();
  lay_cables();
  start_daemons();
  wait_for_forwarding();
  announce_all();
  wait_for_agents();
}

Lan::~Lan() {
  for (const auto& daemon : daemons_) daemon.ask_to_end();
  daemons_.clear();
}

void Lan::create_machines() {
  std::string names;
  for (const auto& s : plan_.switches) names += "netns add " + netns(s.name) + "\n";
  for (const auto& h : plan_.hosts) names += "netns add " + netns(h.name) + "\n";
  run_or_throw({"ip", "-batch", "-"}, {}, names);
  for (const auto& s : plan_.switches) silence_ipv6(netns(s.name));
  for (const auto& h : plan_.hosts) silence_ipv6(netns(h.name));

  ip_batch(netns(kMonitor),
           "link set lo up\nlink add mgmt type bridge mcast_snooping 0\nlink set mgmt up\naddr add " +
               std::string(kMonitorManagementAddress) + "/24 dev mgmt\n");
  for (std::size_t i = 0; i < plan_.switches.size(); ++i) {
    const auto& s = plan_.switches[i];
    const std::string bridge = std::string("link add ") + kBridge + " address " + switch_mac(i, 0xff) +
                               " type bridge mcast_snooping 0";
    if (s.management == Management::kNone) {
      ip_batch(netns(s.name), bridge + " ageing_time 0 stp_state 0\nlink set " + kBridge +
                                  " up\n");  // a hub: learns nothing
      continue;
    }
    const std::string card = kManagementInterface;
    ip_batch(netns(s.name), "link set lo up\nlink add " + card + " address " + switch_mac(i, 0xfe) +
                                " type veth peer name to-" + s.name + " netns " + netns(kMonitor) +
                                "\naddr add " + s.address + "/24 dev " + card + "\nlink set " + card +
                                " up\n" + bridge + " stp_state 1 forward_delay 200 priority " +
                                std::to_string(s.priority) + "\nlink set " + kBridge + " up\n");
    ip_batch(netns(kMonitor), "link set to-" + s.name + " master mgmt up\n");
  }
}

void Lan::lay_cables() {
  std::vector<std::string> batches(plan_.switches.size());
  std::vector<std::size_t> ports(plan_.switches.size());
  const auto number = [&](const std::string& name) {
    return static_cast<std::size_t>(&plan_.switch_named(name) - plan_.switches.data());
  };
  const auto port_up = [](const std::string& port) {
    return "link set dev " + port + " master " + kBridge + "\nlink set dev " + port + " up\n";
  };
  for (const auto& h : plan_.hosts) {
    const std::size_t s = number(h.switch_name);
    const std::string interface = h.name == kMonitor ? kMonitorInterface : kHostInterface;
    batches[s] += "link add " + h.port + " address " + switch_mac(s, ++ports[s]) + " type veth peer name " +
                  interface + " address " + h.mac + " netns " + netns(h.name) + "\n" + port_up(h.port);
  }
  for (const auto& c : plan_.cables) {
    const std::size_t a = number(c.switch_a), b = number(c.switch_b);
    batches[a] += "link add " + c.port_a + " address " + switch_mac(a, ++ports[a]) + " type veth peer name " +
                  c.port_b + " address " + switch_mac(b, ++ports[b]) + " netns " + netns(c.switch_b) + "\n" +
                  port_up(c.port_a);
  }
  for (std::size_t i = 0; i < batches.size(); ++i) ip_batch(netns(plan_.switches[i].name), batches[i]);
  for (const auto& c : plan_.cables) ip_batch(netns(c.switch_b), port_up(c.port_b));
  for (const auto& h : plan_.hosts) {
    const std::string interface = h.name == kMonitor ? kMonitorInterface : kHostInterface;
    std::string lines = "link set " + interface + " up\n";
    // Clock and victim have no address of the kernel's: what they say, their programs say.
    if (h.name != kClock && h.name != kVictim) lines += "addr add " + h.ip + "/24 dev " + interface + "\n";
    ip_batch(netns(h.name), lines);
  }
}

void Lan::start_daemons() {
  for (const auto& s : plan_.switches)
    if (s.management != Management::kNone)
      start_switch_daemons(s, netns(s.name), directory() / s.name, daemons_);
}

void Lan::wait_for_forwarding() {
  std::string port;
  const auto settled = [&] {
    const auto is_settled = [&](const std::string& name, const std::string& p) {
      const auto state = stp_state(name, p);
      port = name + " " + p + " (" + state + ")";
      return state == "forwarding" || state == "blocking";
    };
    return std::all_of(plan_.hosts.begin(), plan_.hosts.end(),
                       [&](const auto& h) { return is_settled(h.switch_name, h.port); }) &&
           std::all_of(plan_.cables.begin(), plan_.cables.end(), [&](const auto& c) {
             return is_settled(c.switch_a, c.port_a) && is_settled(c.switch_b, c.port_b);
           });
  };
  if (!wait_until(kForwardingDeadline, settled)) throw LanError("the spanning tree does not settle: " + port);
}

void Lan::wait_for_agents() {
  // Each managed end of a cable between managed switches hears one neighbour.
  const auto neighbours_of = [&](const std::string& name) {
    return std::count_if(plan_.cables.begin(), plan_.cables.end(), [&](const CablePlan& c) {
      return (c.switch_a == name || c.switch_b == name) &&
             plan_.switch_named(c.switch_a).management != Management::kNone &&
             plan_.switch_named(c.switch_b).management != Management::kNone;
    });
  };
  for (const auto& s : plan_.switches) {
    if (s.management == Management::kNone) continue;
    std::string heard;
    const auto knows_all = [&] {
      std::ptrdiff_t switches = 0;
      heard.clear();
      for (const auto& [index, name] : SnmpTool(*this, s.name).walk(kLldpRemSysName)) {
        heard += " " + name;
        switches += std::any_of(plan_.switches.begin(), plan_.switches.end(),
                                [&](const auto& t) { return t.name == name; });
      }
      return switches == neighbours_of(s.name);
    };
    if (!wait_until(kAgentDeadline, knows_all))
      throw LanError(s.name + " (" + s.address + ") does not know its neighbours by LLDP; it says:" + heard);
  }
}

CommandResult Lan::run_on(const std::string& machine, const std::vector<std::string>& argv,
                          std::chrono::milliseconds limit) const {
  SpawnOptions options;
  options.netns = netns(machine);
  return run(argv, options, limit);
}

Process Lan::start_on(const std::string& machine, const std::vector<std::string>& argv,
                      const std::string& name) const {
  SpawnOptions options;
  options.netns = netns(machine);
  options.log = directory() / (name + ".log");
  return Process::start(argv, options);
}

std::string Lan::log_of(const std::string& name) const {
  std::ifstream file(directory() / (name + ".log"));
  return {std::istreambuf_iterator<char>(file), {}};
}

ArpSocket Lan::wire_of(const std::string& host) const {
  return {netns(host), host == kMonitor ? kMonitorInterface : kHostInterface};
}

void Lan::announce_all() const {
  for (const auto& h : plan_.hosts) wire_of(h.name).announce(IpAddress::parse(h.ip).value());
}

bool Lan::admin_up(const std::string& switch_name, const std::string& port) const {
  return link_flag(switch_name, port, "UP");
}

bool Lan::link_up(const std::string& switch_name, const std::string& port) const {
  return link_flag(switch_name, port, "LOWER_UP");
}

bool Lan::link_flag(const std::string& switch_name, const std::string& port, const char* flag) const {
  const auto text = run_or_throw({"ip", "-n", netns(switch_name), "-json", "link", "show", "dev", port});
  const auto flags = nlohmann::json::parse(text).at(0).at("flags");
  return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

std::vector<KernelRow> Lan::kernel_fdb(const std::string& switch_name) const {
  const auto text = run_or_throw({"bridge", "-n", netns(switch_name), "-json", "fdb", "show", "br", kBridge});
  std::vector<KernelRow> rows;
  for (const auto& row : nlohmann::json::parse(text)) {
    // "self" rows are the card's own multicast filter, and the bridge device is no port of itself.
    if (row.contains("flags") && !row["flags"].empty() && row["flags"][0] == "self") continue;
    if (row.at("ifname") == kBridge) continue;
    rows.push_back({row.at("mac"), row.at("ifname"), row.value("state", "") == "permanent"});
  }
  return rows;
}

std::string Lan::kernel_port_of(const std::string& switch_name, const std::string& mac) const {
  for (const auto& row : kernel_fdb(switch_name))
    if (row.mac == mac) return row.port;
  return "";
}

std::string Lan::stp_state(const std::string& switch_name, const std::string& port) const {
  const auto text = run_or_throw({"bridge", "-n", netns(switch_name), "-json", "link", "show", "dev", port});
  return nlohmann::json::parse(text).at(0).value("state", "");
}

}  // namespace lanwarden::integration
