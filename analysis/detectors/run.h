// Runs of routine questions: of one LAN, and none older than the one before (Detector::on_routine).
#pragma once

#include <algorithm>
#include <span>

#include "analysis/arp_routine.h"

namespace lanwarden::analysis {

/// How many of the first are within `length` of `begin`. There has to be one.
inline std::size_t count_within(std::span<const ArpQuestion> run, Time begin, Duration length) {
  if (run.front().frame.time < begin) return 0;
  if (run.back().frame.time - begin < length) return run.size();
  const auto end = std::find_if(run.begin(), run.end(),
                                [&](const ArpQuestion& q) { return q.frame.time - begin >= length; });
  return static_cast<std::size_t>(end - run.begin());
}

}  // namespace lanwarden::analysis
