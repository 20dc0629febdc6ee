// Makes the daemon's outward half as the configuration says, anew when that changes, and knows what to log of
// it. For the thread that begins and ends the SNMP thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "agent/config/config.h"
#include "agent/watch/outward.h"

namespace lanwarden::agent {

/// The [[notify]] of type "snmp".
std::vector<Outward::Way> notification_ways(const Config& config);

class OutwardHost {
 public:
  /// `board`: where the daemon leaves its state; must outlive this.
  explicit OutwardHost(const Board<DaemonState>& board);

  /// While no SNMP thread runs: what was made before goes. `store`: the engine of SNMPv3 traps is kept beside
  /// it.
  void begin(const Config& config, const std::filesystem::path& store);
  /// Null: nothing is configured. Until the next begin().
  Outward* outward() const { return outward_.get(); }
  /// Where notifications are left for it.
  const std::shared_ptr<NotificationDesk>& desk() const { return desk_; }
  void add_to(DaemonState& state) const;

  struct News {
    bool good = false;
    std::string event, text;
  };
  /// What the log should have, since the last call.
  std::vector<News> take_news();

 private:
  const Board<DaemonState>& board_;
  std::shared_ptr<NotificationDesk> desk_;
  std::optional<snmp::OwnEngine> engine_;  ///< one start of the process is one boot, whatever is reloaded
  std::unique_ptr<Outward> outward_;
  bool told_serving_ = false;
  std::string told_trouble_;
  std::vector<News> news_;
};

}  // namespace lanwarden::agent
