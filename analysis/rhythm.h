// Is there a beat in these intervals, and how long is it? Robust: missed beats, frames the
// sniffer did not hear, and a stray frame between two beats do not move the answer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace lanwarden::analysis {

struct Rhythm {
  double period = 0;   ///< s
  double jitter = 0;   ///< s; mean distance of an interval from so many periods
  bool plain = false;  ///< nine intervals in ten, and enough of them, are one period long
};

inline constexpr std::size_t kFewestIntervals = 5;
/// Faster is a stream or a storm; slower needs hours to be told from chance.
inline constexpr double kShortestPeriod = 0.01, kLongestPeriod = 1800;

/// The period of intervals (s, positive, any order; of one source, or pooled over the sources of one
/// kind). nullopt: too few, or no rhythm in them. Two models, the simpler first: most are one
/// period long (within 30 %); or nearly all are a small multiple of one (where many beats were not heard).
std::optional<Rhythm> rhythm_of(std::vector<float> intervals);

/// Beats that were not heard in an interval: 0 when it is one period long, or so
/// long (more than kLongestGap periods) that the source was rather off.
inline constexpr double kLongestGap = 30;
std::uint32_t missed_in(double interval, double period);

/// Some services send several frames a beat (SSDP). When a good part of the intervals are far shorter than
/// the others: the time below which a frame belongs to the beat before it; else nullopt.
std::optional<double> burst_gap(std::span<const float> intervals);

}  // namespace lanwarden::analysis
