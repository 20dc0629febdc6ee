// Five polls of a living network against its last poll alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/lab/world/living_world.h"

namespace lanwarden::topology::accuracy {

struct LivingCell {
  std::string name;
  lab::WorldOptions world;  ///< without seed
  lab::LivingOptions life;
};
std::vector<LivingCell> living_cells();

/// Of all stations but the switches themselves, also of those that no edge port holds at the last poll.
struct LivingTally {
  struct Answers {
    std::uint64_t stations = 0, right = 0,
                  wrong = 0;       ///< wrong: an edge (or shared) port that is not its own
    std::uint64_t wrong_sure = 0;  ///< with 0.9 and more
    std::uint64_t sure = 0, remembered = 0, remembered_right = 0;
    void add(const Answers& other);
  };
  Answers one, five;              ///< all stations
  Answers moved_one, moved_five;  ///< of these, the ones that moved during the five polls
  Answers gone_one, gone_five;    ///< the ones whose own switch does not hold them at the last poll
  std::vector<std::string> worst;
  void add(const LivingTally& other);
};

/// The polls go through a store of their own, a file that is removed afterwards.
LivingTally measure_living(const LivingCell& cell, std::uint64_t seed, unsigned polls = 5);

}  // namespace lanwarden::topology::accuracy
