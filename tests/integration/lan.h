// A switched LAN of real parts inside network namespaces: Linux bridges are the switches, Debian's
// snmpd and lldpd speak for them, and veth pairs are the cables. Nothing leaves the namespaces.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "arp_socket.h"
#include "lan_plan.h"
#include "lan_site.h"
#include "process.h"

namespace lanwarden::integration {

/// A row as bridge(8) shows it.
struct KernelRow {
  std::string mac, port;
  bool local = false;  ///< the port's own address
};

class Lan {
 public:
  /// Builds the LAN and returns when it works: the spanning tree forwards, every switch has heard every
  /// host, every agent answers and has its neighbours. Throws LanError naming what did not come about.
  explicit Lan(LanPlan plan);
  /// Ends the daemons and removes namespaces and files.
  ~Lan();
  Lan(const Lan&) = delete;
  Lan& operator=(const Lan&) = delete;

  const LanPlan& plan() const { return plan_; }
  const std::filesystem::path& directory() const { return site_.directory(); }
  /// The network namespace of a switch or host of the plan.
  std::string netns(const std::string& name) const { return site_.netns(name); }

  /// A command on that machine, to its end.
  CommandResult run_on(const std::string& machine, const std::vector<std::string>& argv,
                       std::chrono::milliseconds limit = std::chrono::seconds{30}) const;
  /// A program left running on that machine; its output goes to the log `name`.log. It ends with the returned
  /// object.
  Process start_on(const std::string& machine, const std::vector<std::string>& argv,
                   const std::string& name) const;
  /// What the program started under that name has printed so far.
  std::string log_of(const std::string& name) const;
  /// A packet socket on the host's interface.
  ArpSocket wire_of(const std::string& host) const;
  /// Every host announces itself, so that every switch learns where it is.
  void announce_all() const;

  /// Whether the kernel has the port administratively up (IFF_UP), and whether it has a carrier.
  bool admin_up(const std::string& switch_name, const std::string& port) const;
  bool link_up(const std::string& switch_name, const std::string& port) const;
  /// The kernel's forwarding database, without the rows of the bridge itself.
  std::vector<KernelRow> kernel_fdb(const std::string& switch_name) const;
  /// The port on which it has this address; empty when it has not.
  std::string kernel_port_of(const std::string& switch_name, const std::string& mac) const;
  /// The kernel's spanning tree state of that port: "forwarding", "blocking", …
  std::string stp_state(const std::string& switch_name, const std::string& port) const;

 private:
  void create_machines();
  void lay_cables();
  void start_daemons();
  void wait_for_forwarding();
  void wait_for_agents();
  bool link_flag(const std::string& switch_name, const std::string& port, const char* flag) const;

  LanPlan plan_;
  LanSite site_;
  std::vector<Process> daemons_;
};

/// The programs that play hosts, beside the running program: see CMakeLists.txt.
std::string program_path(const std::string& name);

}  // namespace lanwarden::integration
