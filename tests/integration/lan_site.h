// The place a LAN occupies on this machine: a directory, a lock, and a prefix for its namespaces, all
// its own, so that any number of LANs stand side by side. Also what removes the places of dead owners.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lanwarden::integration {

class LanSite {
 public:
  /// Claims a fresh place. The lock on it ends with this process, however it ends.
  /// Throws LanError when no directory can be made.
  LanSite();
  /// Removes the namespaces and the directory. Processes must be gone.
  ~LanSite();
  LanSite(const LanSite&) = delete;
  LanSite& operator=(const LanSite&) = delete;

  const std::filesystem::path& directory() const { return directory_; }
  /// "lwlan-PID-N-core"
  std::string netns(const std::string& machine) const;

 private:
  std::filesystem::path directory_;
  int lock_ = -1;
};

/// Removes the places whose owner has died without doing so: ends what still runs in their namespaces,
/// then removes namespaces and directories. Places of living owners are not touched. Returns their names.
std::vector<std::string> remove_abandoned_sites();

/// The directories of the places whose owner lives.
std::vector<std::filesystem::path> sites_in_use();

/// Why no LAN can be built on this machine (not root, no namespaces, no snmpd, …); nullopt when it can.
std::optional<std::string> why_no_lan();

}  // namespace lanwarden::integration
