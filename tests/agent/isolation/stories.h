// Random buildings and what happens in them while a culprit is taken off: moves, ageing, stale tables,
// restarts with renumbered interfaces, lost answers, a second administrator, clocks that jump, a process that
// is killed. Whatever happens: no port but the culprit's edge is ever shut, none stays shut past its time,
// every SET is in the journal.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace lanwarden::agent::testing {

struct StoryCounts {
  std::uint64_t stories = 0, attempts = 0, acted = 0, failed = 0, killed = 0, recovered = 0, restored = 0,
                unheard = 0, sets = 0, heard = 0;
  std::map<std::string, std::uint64_t> refused;  ///< by the first rule that said no
  /// Attempts in which the edge was knowable, nothing interfered and the rules allowed it; and those of them
  /// that led to a shut port.
  std::uint64_t possible = 0, possible_acted = 0;
  std::vector<std::string> missed;      ///< the first of the possible ones that were not acted upon
  std::vector<std::string> violations;  ///< each one is a wrong port, a port left shut, or an unwritten SET

  void add(const StoryCounts& other);
};

/// Deterministic: the same seed tells the same story. `listener` is told what happens, line by line.
void tell_story(std::uint64_t seed, StoryCounts& counts,
                const std::function<void(const std::string&)>& listener = {});

/// Several lines, for people.
std::string to_text(const StoryCounts& counts);

}  // namespace lanwarden::agent::testing
