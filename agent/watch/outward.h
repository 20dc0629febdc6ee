// The daemon towards network management systems: LANWARDEN-MIB below the local snmpd, and notifications of
// its own.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/watch/notification_desk.h"
#include "agent/watch/state.h"
#include "snmp/notification_sender.h"
#include "snmp/sub_agent.h"

namespace lanwarden::agent {

/// What others may know of it.
struct OutwardState {
  bool agentx = false;   ///< configured
  bool serving = false;  ///< snmpd asks us
  std::string trouble;   ///< why not
  std::uint64_t requests = 0;
  snmp::NotificationSender::Counters notifications;
  bool operator==(const OutwardState&) const = default;
};

/// One thread, the one that owns SNMP; while there is none, its owner's.
class Outward {
 public:
  struct Way {
    std::string name;  ///< what requests call it
    snmp::Receiver receiver;
  };
  /// `board` must outlive it. `engine` is needed for SNMPv3 traps only.
  Outward(std::optional<snmp::AgentxSocket> agentx, std::vector<Way> ways, snmp::OwnEngine engine,
          std::shared_ptr<NotificationDesk> desk, const Board<DaemonState>& board);
  ~Outward();  ///< whoever waits at the desk is told that nothing came of it
  Outward(const Outward&) = delete;
  Outward& operator=(const Outward&) = delete;

  /// Readable whenever serve() has something to do.
  int fd() const { return epoll_; }
  /// Never blocks.
  void serve();

  /// From any thread; null before the first serve().
  std::shared_ptr<const OutwardState> state() const { return state_.get(); }

 private:
  void take_requests();

  const Board<DaemonState>& board_;
  std::shared_ptr<const DaemonState> shown_;
  std::optional<snmp::SubAgent> agent_;
  const bool agentx_;
  std::map<std::string, std::size_t> ways_;
  std::shared_ptr<NotificationDesk> desk_;
  std::map<snmp::NotificationSender::Ticket, std::shared_ptr<Reply>> awaited_;
  snmp::NotificationSender sender_;
  Board<OutwardState> state_;
  int epoll_ = -1;
};

}  // namespace lanwarden::agent
