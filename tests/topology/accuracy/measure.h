// Random buildings against the locator: how many answers are right, honest, wrong.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/lab/world/world.h"

namespace lanwarden::topology::accuracy {

/// Answers of about the same confidence.
struct Bucket {
  std::uint64_t given = 0, right = 0;
  double confidence = 0;  ///< summed up
};

/// What one cell of the table adds up.
struct Tally {
  std::uint64_t worlds = 0, switches = 0;
  std::uint64_t links = 0;  ///< true links that can be known
  std::uint64_t links_right = 0;
  std::uint64_t links_false = 0;           ///< links shown that are none
  std::uint64_t stations = 0;              ///< whose own switch still holds them: the knowable ones
  std::uint64_t right = 0;                 ///< verdict and port
  std::uint64_t near = 0;                  ///< right port, but edge for shared or the other way round
  std::uint64_t honest = 0;                ///< segment, beyond, ambiguous or unknown where it is not so
  std::uint64_t wrong_edge = 0;            ///< an edge (or shared) port that is not the station's
  std::uint64_t wrong_sure = 0;            ///< of these, with a confidence of 0.9 or more
  std::uint64_t sure = 0, sure_right = 0;  ///< answers with 0.9 or more
  std::uint64_t speaker_links = 0;         ///< true links both of whose ends speak LLDP, or STP
  std::uint64_t speaker_links_right = 0;
  std::array<Bucket, 10> buckets;  ///< answers by confidence: 0 to 0.1 first
  std::vector<std::string> worst;  ///< the first few wrong answers, in words

  void add(const Tally& other);
};

Tally measure(const lab::WorldOptions& options);

}  // namespace lanwarden::topology::accuracy
