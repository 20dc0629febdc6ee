#include "topology/housing.h"

#include <algorithm>
#include <cmath>

namespace lanwarden::topology::detail {
namespace {

constexpr int kRounds = 12;
/// For each station that has no port left: it shares one, or a port's state or a place is misjudged.
constexpr double kCrowded = 0.05;
constexpr double kMost = 20, kLeast = 1e-3;  // of any ratio: counts do not say more

/// How many of the stations are here: [k] the probability of k.
using Count = std::vector<double>;

void include(Count& count, double q) {
  count.push_back(0);
  for (std::size_t k = count.size() - 1; k > 0; --k) count[k] = count[k] * (1 - q) + count[k - 1] * q;
  count[0] *= 1 - q;
}

/// As if the one who is here with probability q had never been counted.
Count without(const Count& count, double q) {
  Count rest(count.size() - 1, 0);
  if (q <= 0.5) {
    double below = 0;
    for (std::size_t k = 0; k < rest.size(); ++k)
      below = rest[k] = std::max(0.0, (count[k] - q * below) / (1 - q));
  } else {
    double above = 0;
    for (std::size_t k = rest.size(); k-- > 0;)
      above = rest[k] = std::max(0.0, (count[k + 1] - (1 - q) * above) / q);
  }
  return rest;
}

Count poisson(double mean) {
  Count count;
  double p = std::exp(-mean);
  for (std::size_t k = 0; k < 8 || static_cast<double>(k) < mean + 6 * std::sqrt(mean); ++k) {
    count.push_back(p);
    p *= mean / static_cast<double>(k + 1);
  }
  return count;
}

class Landlord {
 public:
  Landlord(const std::vector<Homeless>& stations, const std::vector<int>& free_ports, double scale)
      : stations_(stations), free_(free_ports), scale_(scale), counts_(free_ports.size()) {}

  Room run() {
    for (const Homeless& x : stations_) fits_.emplace_back(x.at.size(), 1.0);
    guess_ = fits_;
    for (std::size_t i = 0; i < stations_.size(); ++i) guess(i, 1);
    count();
    if (scale_ == 1)
      for (int round = 0; round < kRounds; ++round) {
        ask_everybody();
        count();
      }
    Room room;
    room.homeless = here_;
    for (std::size_t n = 0; n < free_.size(); ++n) {
      room.one_more.push_back(ratio(counts_[n], free_[n] - 1, free_[n]));
      room.taken.push_back(ratio(counts_[n], free_[n], free_[n] + 1));
    }
    return room;
  }

 private:
  void count() {
    here_.assign(free_.size(), 0);
    for (auto& c : counts_) c.assign(1, 1.0);
    for (std::size_t i = 0; i < stations_.size(); ++i)
      for (std::size_t k = 0; k < guess_[i].size(); ++k) {
        const double q = guess_[i][k];
        const double fits = fits_[i][k];
        here_[stations_[i].at[k].sw] += scale_ * q * fits / (1 - q + q * fits);
        if (scale_ == 1 && free_[stations_[i].at[k].sw] >= 0) include(counts_[stations_[i].at[k].sw], q);
      }
    double all = 0;
    unsigned known = 0;
    for (std::size_t n = 0; n < free_.size(); ++n) {
      if (scale_ != 1) counts_[n] = poisson(std::min(here_[n], 500.0));
      if (free_[n] >= 0) all += free_[n] - here_[n], ++known;
    }
    silent_ = known == 0 ? 1 : std::max(0.2, all / known);
  }

  /// The probability of so many ports with a link and nobody heard, ever.
  double silent(int k) const {
    if (k < 0) return std::exp(-silent_) * std::pow(kCrowded, -k);
    double p = std::exp(-silent_);
    for (int i = 1; i <= k; ++i) p *= silent_ / i;
    return p;
  }

  double ratio(const Count& homeless, int if_so, int if_not) const {
    if (if_so < -1 || (if_so < 0 && if_not < 0)) return 1;
    double so = 0, not_so = 0;
    for (std::size_t h = 0; h < homeless.size(); ++h) {
      so += homeless[h] * silent(if_so - static_cast<int>(h));
      not_so += homeless[h] * silent(if_not - static_cast<int>(h));
    }
    return not_so > 0 ? std::clamp(so / not_so, kLeast, kMost) : 1;
  }

  /// Where this station is, by everything but what the switch itself would say.
  void guess(std::size_t i, double part) {
    const Homeless& one = stations_[i];
    double sum = one.elsewhere;
    for (std::size_t k = 0; k < one.at.size(); ++k) sum += one.at[k].weight * fits_[i][k];
    for (std::size_t k = 0; k < one.at.size(); ++k) {
      const double w = one.at[k].weight;
      const double rest = std::max(0.0, sum - w * fits_[i][k]);
      guess_[i][k] += part * ((w > 0 ? w / (w + rest) : 0) - guess_[i][k]);
    }
  }

  void ask_everybody() {
    for (std::size_t i = 0; i < stations_.size(); ++i) {
      for (std::size_t k = 0; k < fits_[i].size(); ++k) {
        const Node n = stations_[i].at[k].sw;
        if (free_[n] >= 0) fits_[i][k] = ratio(without(counts_[n], guess_[i][k]), free_[n] - 1, free_[n]);
      }
      guess(i, 0.5);
    }
  }

  const std::vector<Homeless>& stations_;
  const std::vector<int>& free_;
  const double scale_;
  // Sum-product: what a switch says of a station must not come back to it as if others had said it.
  std::vector<std::vector<double>> guess_;  ///< [station][lodging] that it is there, this switch not asked
  std::vector<std::vector<double>>
      fits_;                   ///< [station][lodging] what the switch says: how well one more fits
  std::vector<Count> counts_;  ///< [node] homeless stations that are here
  std::vector<double> here_;   ///< [node] the same, expected
  double silent_ = 1;          ///< ports of a switch with a link where nobody was ever heard
};

}  // namespace

Room find_room(const std::vector<Homeless>& stations, const std::vector<int>& free_ports, double scale) {
  return Landlord(stations, free_ports, scale).run();
}

}  // namespace lanwarden::topology::detail
