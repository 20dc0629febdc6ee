// lanwarden as a sub-agent of the snmpd on this machine (AgentX, RFC 2741): answers for LANWARDEN-MIB.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "mibs/lanwarden_mib.h"
#include "topology/result.h"

namespace lanwarden::snmp {

/// All that is answered, as plain values.
using SubAgentData = mibs::LanwardenMib;

/// Where the master listens. The error is a sentence.
struct AgentxSocket {
  /// "/var/agentx/master", "unix:/var/agentx/master", "tcp:127.0.0.1", "tcp:[::1]:705". Names are not looked
  /// up: AgentX knows no passwords, so the master is this machine or one whose number is known.
  static topology::Result<AgentxSocket, std::string> parse(const std::string& text);
  std::string text;  ///< as it was given
  std::string path;  ///< of a socket in the file system; empty: TCP
  std::string host;
  std::uint16_t port = 705;
};

/// Finds the master by itself, also one that comes later or is restarted, and answers it. Never blocks,
/// prints nothing, reads and writes no file. One thread.
class SubAgent {
 public:
  /// Begins to look for the master with the first serve().
  explicit SubAgent(AgentxSocket socket);
  ~SubAgent();  ///< says goodbye to the master
  SubAgent(const SubAgent&) = delete;
  SubAgent& operator=(const SubAgent&) = delete;

  /// What is answered from now on. Cheap: it is put into order only when somebody asks.
  void publish(SubAgentData data);

  /// Readable (poll, epoll) whenever serve() has something to do; the same as long as this object lives.
  int descriptor() const;
  /// Does what there is to do, and returns.
  void serve();

  /// Registered with a master.
  bool serving() const;
  /// Why not, in a sentence that says what to try; empty while serving, and before the first try has ended.
  const std::string& trouble() const;
  /// Requests answered, over all sessions.
  std::uint64_t requests() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lanwarden::snmp
