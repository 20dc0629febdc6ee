#include <algorithm>
#include <limits>
#include <numeric>

#include "agent/config/suggest.h"

namespace lanwarden::agent {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Edits (insert, delete, replace, swap of neighbours) from one to the other; case is no edit.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::string_view did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
  // A third of the letters may be wrong: more is another word.
  std::string_view best;
  std::size_t best_distance = std::numeric_limits<std::size_t>::max();
  for (const std::string_view k : known) {
    if (word.size() > 64) break;
    const std::size_t d = distance(word, k);
    if (d < best_distance && d < k.size() &&
        d <= std::max<std::size_t>(1, std::max(word.size(), k.size()) / 3)) {
      best = k;
      best_distance = d;
    }
  }
  return best;
}

std::string perhaps(std::string_view word, const std::vector<std::string_view>& known) {
  const std::string_view near = did_you_mean(word, known);
  return near.empty() ? "" : "; did you mean " + std::string(near) + "?";
}

}  // namespace lanwarden::agent
