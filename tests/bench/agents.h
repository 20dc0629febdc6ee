// Simulated switches in a process of their own, so that CPU seconds and memory are the client's alone.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "snmp/target.h"
#include "tests/lab/agent/agent_server.h"

namespace lanwarden::bench {

/// Serves until it is destroyed. Ends the program with a message when it cannot be set up.
class Agents {
 public:
  /// `fill` runs in the child and adds the agents; in_order() is their order.
  explicit Agents(const std::function<void(lab::AgentServer&)>& fill);
  ~Agents();
  Agents(const Agents&) = delete;
  Agents& operator=(const Agents&) = delete;

  /// "127.11.0.1:40123"
  const std::vector<std::string>& addresses() const { return addresses_; }
  std::vector<snmp::Target> targets(unsigned in_flight) const;

 private:
  pid_t child_ = -1;
  std::vector<std::string> addresses_;
};

/// `switches` agents with system group, 48 ports and `rows` rows of dot1qTpFdbTable (port and status) each;
/// addresses spread as vendors' are. `faults` as lanwarden-lab takes them: "delay=20ms,loss=0.01".
std::function<void(lab::AgentServer&)> table_agents(unsigned switches, unsigned rows,
                                                    const std::string& faults);

/// A campus of the lab's: every table a real switch has, `stations` rows on each switch.
std::function<void(lab::AgentServer&)> campus_agents(unsigned switches, unsigned stations,
                                                     const std::string& faults);

}  // namespace lanwarden::bench
