// When which switch is walked. A switch whose tables change much is walked more often, a quiet one less; a
// silent one is tried again soon, and then ever later; one that says that something happened goes first.
// Turns come in rounds, so that a campus is neither asked all at once nor inferred anew for every single
// switch, and with jitter, so that several agents do not keep step. Pure: time and the seed are parameters.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <vector>

#include "agent/config/config.h"
#include "agent/locate/walked.h"
#include "topology/ids.h"
#include "topology/time.h"

namespace lanwarden::agent {

class PollSchedule {
 public:
  /// `polled`: when each switch last answered, by its id; nullopt: never. Those are due at once, and so are
  /// those whose tables are older than `every`.
  PollSchedule(const PollConfig& config, std::span<const std::optional<topology::Time>> polled,
               topology::Time now, std::uint32_t seed);

  /// A schedule that this one follows had it so: its turn does not begin to wait anew.
  void resume(topology::SwitchId sw, topology::Time next, topology::Duration every);

  /// The switches whose turn has come, sorted; each is due again after its interval.
  std::vector<topology::SwitchId> due(topology::Time now);

  /// What came of a walk: the interval of each adapts to it.
  void walked(std::span<const Walked> walks, topology::Time now);
  /// Their walk came to nothing here (a store that could not be written): due again after `kAgain`.
  void again(std::span<const topology::SwitchId> switches, topology::Time now);
  /// Something happened there: due after `kSettle`, and no more often than every `kBetweenHastened`. True
  /// when that brings a walk forward; false when one is coming anyway.
  bool hasten(topology::SwitchId sw, topology::Time now);

  /// The next time something is due; nullopt: never.
  std::optional<topology::Time> next() const;
  std::optional<topology::Time> next(topology::SwitchId sw) const;
  /// How often it is walked now; nullopt: not by the clock.
  std::optional<topology::Duration> every(topology::SwitchId sw) const;
  /// Turns that began a whole interval late, or more.
  std::uint64_t late() const { return late_; }

  static constexpr topology::Duration kAgain = std::chrono::seconds{30};
  /// A switch that has just come up, or a port, has its tables a moment later.
  static constexpr topology::Duration kSettle = std::chrono::seconds{2};
  static constexpr topology::Duration kBetweenHastened = std::chrono::seconds{30};

 private:
  struct Turn {
    std::optional<topology::Time> next;      ///< by the clock
    std::optional<topology::Time> sooner;    ///< out of turn
    std::optional<topology::Time> hastened;  ///< when a walk was last brought forward
    topology::Duration every{};
    unsigned silent = 0;  ///< walks in a row without an answer
    bool known = false;   ///< it was walked before: what its table changed means something
  };
  topology::Duration jittered(topology::Duration interval);
  topology::Duration round() const;

  std::optional<topology::Duration> every_;
  topology::Duration fastest_{}, slowest_{};
  double jitter_;
  std::mt19937 random_;
  std::vector<Turn> turns_;
  topology::Time next_round_{};
  std::uint64_t late_ = 0;
};

}  // namespace lanwarden::agent
