// When which switch is walked: every so often, in slices, so that a campus is never asked all at once, and
// with jitter, so that several agents do not keep step. Pure: time and the seed are parameters.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <vector>

#include "agent/config/config.h"
#include "topology/ids.h"
#include "topology/time.h"

namespace lanwarden::agent {

class PollSchedule {
 public:
  /// `polled`: when each switch last answered, by its id; nullopt: never. Those are due at once, and so are
  /// those whose tables are older than `every`.
  PollSchedule(const PollConfig& config, std::span<const std::optional<topology::Time>> polled,
               topology::Time now, std::uint32_t seed);

  /// The switches whose turn has come, sorted; each is due again after `every`.
  std::vector<topology::SwitchId> due(topology::Time now);
  /// Their walk came to nothing (a store that could not be written): due again after `kAgain`.
  void again(std::span<const topology::SwitchId> switches, topology::Time now);
  /// The next time something is due; nullopt: never.
  std::optional<topology::Time> next() const;

  static constexpr topology::Duration kAgain = std::chrono::seconds{30};

 private:
  struct Slice {
    topology::Time next;
    std::vector<topology::SwitchId> switches;
  };
  topology::Duration jittered();

  std::optional<topology::Duration> every_;
  double jitter_;
  std::mt19937 random_;
  std::vector<topology::SwitchId> at_once_;  ///< from `at_once_from_` on
  topology::Time at_once_from_{};
  std::vector<Slice> slices_;
};

}  // namespace lanwarden::agent
