// Who may enter a full table: whoever knocks twice. Why: a flood of invented addresses, each
// seen once, must not push out the stations that speak again and again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lanwarden::analysis {

/// Remembers in two Bloom filters what came lately: between 1 and 2 times kGeneration different
/// keys. 1 MiB, allocated at the first knock. One stranger in twenty gets in at his first knock.
class Doorkeeper {
 public:
  /// True when this key knocked before, not too long ago.
  bool knock(std::uint64_t hash) {
    if (now_.empty()) {
      now_.resize(kWords);
      before_.resize(kWords);
    }
    const std::uint64_t other = (hash ^ (hash >> 29)) * 0xbf58476d1ce4e5b9ULL;
    const std::size_t first = static_cast<std::size_t>(hash >> 42),
                      second = static_cast<std::size_t>(other >> 42);
    const bool known = has(before_, first, second) || has(now_, first, second);
    if (!has(now_, first, second)) {
      if (count_ >= kGeneration) {
        now_.swap(before_);
        now_.assign(kWords, 0);
        count_ = 0;
      }
      now_[first / 64] |= bit(first);
      now_[second / 64] |= bit(second);
      ++count_;
    }
    return known;
  }

 private:
  static constexpr std::size_t kBits = std::size_t{1} << 22, kWords = kBits / 64;
  static constexpr std::size_t kGeneration = kBits / 8;

  static std::uint64_t bit(std::size_t at) { return std::uint64_t{1} << (at % 64); }
  static bool has(const std::vector<std::uint64_t>& filter, std::size_t first, std::size_t second) {
    return (filter[first / 64] & bit(first)) && (filter[second / 64] & bit(second));
  }

  std::vector<std::uint64_t> now_, before_;
  std::size_t count_ = 0;
};

}  // namespace lanwarden::analysis
