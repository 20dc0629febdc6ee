// The lab's dice. Why not <random>'s distributions: the standard fixes the
// engine's numbers but not the distributions', and a world must be the same on
// every machine and library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace lanwarden::lab {

class Random {
 public:
  /// `stream` separates purposes, so that more dice for one leave the others' numbers alone.
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0) : engine_(mix(seed + mix(stream + 1))) {}

  std::uint64_t bits() { return engine_(); }
  /// Uniform in 0 .. n-1; 0 when n is 0.
  std::uint64_t below(std::uint64_t n) {
    if (n <= 1) return 0;
    const std::uint64_t limit =
        UINT64_MAX - UINT64_MAX % n;  // the last, incomplete cycle would favour small numbers
    std::uint64_t x = engine_();
    while (x >= limit) x = engine_();
    return x % n;
  }
  /// Uniform in first .. last.
  std::uint64_t between(std::uint64_t first, std::uint64_t last) { return first + below(last - first + 1); }
  /// Uniform in [0, 1).
  double unit() { return static_cast<double>(engine_() >> 11U) * 0x1.0p-53; }
  bool chance(double p) { return unit() < p; }

  template <class T>
  void shuffle(std::vector<T>& v) {
    for (std::size_t i = v.size(); i > 1; --i) std::swap(v[i - 1], v[below(i)]);
  }

 private:
  static constexpr std::uint64_t mix(std::uint64_t x) {  // splitmix64's finaliser
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31U);
  }
  std::mt19937_64 engine_;
};

}  // namespace lanwarden::lab
