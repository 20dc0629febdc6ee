#include "tests/lab/agent/oid.h"

#include <algorithm>
#include <charconv>

namespace lanwarden::lab {

std::optional<Oid> parse_oid(std::string_view text) {
  if (text.starts_with('.')) text.remove_prefix(1);
  Oid oid;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    std::uint32_t id = 0;
    const auto [after, error] = std::from_chars(at, end, id);
    if (error != std::errc{} || oid.size() == kMaxSubIds) return std::nullopt;
    oid.push_back(id);
    if (after == end) return oid;
    if (*after != '.') return std::nullopt;
    at = after + 1;
  }
}

std::string to_text(OidView oid) {
  std::string text;
  for (const std::uint32_t id : oid) {
    if (!text.empty()) text += '.';
    text += std::to_string(id);
  }
  return text;
}

std::strong_ordering compare(OidView a, OidView b) {
  return std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end());
}

bool starts_with(OidView oid, OidView prefix) {
  return oid.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), oid.begin());
}

Oid operator+(Oid prefix, OidView tail) {
  prefix.insert(prefix.end(), tail.begin(), tail.end());
  return prefix;
}

Oid operator+(Oid prefix, std::uint32_t id) {
  prefix.push_back(id);
  return prefix;
}

}  // namespace lanwarden::lab
