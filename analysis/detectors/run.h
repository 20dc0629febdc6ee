// Runs of routine (Detector::on_routine): counting as many as possible at once.
#pragma once

#include <algorithm>
#include <span>

#include "analysis/arp_routine.h"

namespace lanwarden::analysis {

inline Time time_of(const FrameRef& frame) { return frame.time; }
inline Time time_of(const PlainArp& arp) { return arp.frame.time; }

/// How many of the first are within `length` of `begin`. There has to be one, and none older than the one
/// before.
template <class Item>
std::size_t count_within(std::span<const Item> run, Time begin, Duration length) {
  if (time_of(run.front()) < begin) return 0;
  if (time_of(run.back()) - begin < length) return run.size();
  const auto end =
      std::find_if(run.begin(), run.end(), [&](const Item& item) { return time_of(item) - begin >= length; });
  return static_cast<std::size_t>(end - run.begin());
}

}  // namespace lanwarden::analysis
