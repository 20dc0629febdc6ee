#include "analysis/rhythm.h"

#include <algorithm>
#include <cmath>

namespace lanwarden::analysis {
namespace {

constexpr double kTolerance = 0.3;     // of the period: NLB beats between 0.4 and 0.6 s
constexpr double kRegularShare = 0.7;  // the rest may be missed beats
constexpr double kPlainShare = 0.9;
constexpr std::size_t kFewestPlain = 8;
// Of intervals without any rhythm, 0.4 lie within 0.2 of a multiple of anything.
constexpr double kMultipleTolerance = 0.2, kMultipleShare = 0.85;
constexpr std::size_t kFewestForMultiples = 10;
constexpr double kMostMultiple = 30;
constexpr double kSingleShare = 0.04;  // of the intervals must be the period itself

bool near(double interval, double period) { return std::abs(interval - period) <= kTolerance * period; }

// The mean of the middle half: a missed beat or a burst does not move it, and it is finer than the median.
double middle_mean(std::span<const float> sorted) {
  const std::size_t quarter = sorted.size() / 4;
  double sum = 0;
  for (std::size_t i = quarter; i < sorted.size() - quarter; ++i) sum += sorted[i];
  return sum / static_cast<double>(sorted.size() - 2 * quarter);
}

std::optional<Rhythm> of_single_periods(std::span<const float> sorted) {
  const double median = sorted[sorted.size() / 2];
  const auto first = std::find_if(sorted.begin(), sorted.end(), [&](float i) { return near(i, median); });
  const auto last = std::find_if(first, sorted.end(), [&](float i) { return !near(i, median); });
  const auto regular = static_cast<double>(last - first), all = static_cast<double>(sorted.size());
  if (regular < kRegularShare * all) return std::nullopt;
  Rhythm rhythm{middle_mean({first, last}), 0, regular >= kPlainShare * all && sorted.size() >= kFewestPlain};
  for (auto it = first; it != last; ++it) rhythm.jitter += std::abs(*it - rhythm.period);
  rhythm.jitter /= regular;
  return rhythm;
}

struct Fit {
  double period = 0, jitter = 0, share = 0, single = 0;
};

// How well the intervals are multiples of `period`, and the period they themselves tell.
Fit fit_multiples(std::span<const float> intervals, double period) {
  Fit fit;
  double sum = 0, periods = 0;
  std::size_t fitting = 0, single = 0;
  const double periods_a_second = 1 / period;
  for (const double interval : intervals) {
    const double ratio = interval * periods_a_second;
    if (ratio < 0.5 || ratio >= kMostMultiple + 0.5) continue;
    const double times = static_cast<int>(ratio + 0.5);  // std::round is a call
    const double off = std::abs(interval - times * period);
    if (off > kMultipleTolerance * period) continue;
    ++fitting;
    single += times == 1;
    sum += interval;
    periods += times;
    fit.jitter += off;
  }
  if (fitting == 0) return fit;
  fit.period = sum / periods;
  fit.jitter /= static_cast<double>(fitting);
  fit.share = static_cast<double>(fitting) / static_cast<double>(intervals.size());
  fit.single = static_cast<double>(single) / static_cast<double>(intervals.size());
  return fit;
}

std::optional<Rhythm> of_multiples(std::span<const float> sorted) {
  if (sorted.size() < kFewestForMultiples) return std::nullopt;
  std::optional<Fit> best;
  for (const double quantile : {0.0, 0.02, 0.05, 0.1, 0.2, 0.35}) {
    double period = sorted[static_cast<std::size_t>(quantile * static_cast<double>(sorted.size() - 1))];
    if (period <= 0) continue;
    Fit fit;
    for (unsigned round = 0; round < 3 && period > 0; ++round) {
      fit = fit_multiples(sorted, period);
      period = fit.period;
    }
    if (fit.share < kMultipleShare || fit.single < kSingleShare) continue;
    // A third of a period fits as well as the period: the longest that fits is meant.
    if (!best || fit.period > best->period * 1.1) best = fit;
  }
  if (!best) return std::nullopt;
  return Rhythm{best->period, best->jitter, false};
}

}  // namespace

std::optional<Rhythm> rhythm_of(std::vector<float> intervals) {
  if (intervals.size() < kFewestIntervals) return std::nullopt;
  std::sort(intervals.begin(), intervals.end());
  auto rhythm = of_single_periods(intervals);
  if (!rhythm) rhythm = of_multiples(intervals);
  if (!rhythm || rhythm->period < kShortestPeriod || rhythm->period > kLongestPeriod) return std::nullopt;
  return rhythm;
}

std::uint32_t missed_in(double interval, double period) {
  const double times = std::round(interval / period);
  if (times < 2 || times > kLongestGap || std::abs(interval - times * period) > kTolerance * period) return 0;
  return static_cast<std::uint32_t>(times) - 1;
}

std::optional<double> burst_gap(std::span<const float> intervals) {
  if (intervals.size() < kFewestIntervals) return std::nullopt;
  std::vector<float> sorted(intervals.begin(), intervals.end());
  std::sort(sorted.begin(), sorted.end());
  // The longest of all may be a missed beat: where bursts are long, few intervals lie between them.
  const float between = sorted[sorted.size() - 2];
  const auto longer = std::find_if(sorted.begin(), sorted.end(), [&](float i) { return i > between / 1.6F; });
  const auto within = std::find_if(sorted.begin(), longer, [&](float i) { return i >= between / 10; });
  const auto few = static_cast<std::ptrdiff_t>(sorted.size() / 10);
  if (longer - within > few || within - sorted.begin() < static_cast<std::ptrdiff_t>(sorted.size() / 4))
    return std::nullopt;
  return std::min(between / 4.0, 5.0);
}

}  // namespace lanwarden::analysis
