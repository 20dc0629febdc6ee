// Object identifiers of the simulated agents. The product has its own
// (mibs/oid.h): the lab shares none of its code, so that an error in the one
// cannot hide the same error in the other.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lanwarden::lab {

using Oid = std::vector<std::uint32_t>;
using OidView = std::span<const std::uint32_t>;

/// RFC 3416 §2.1 allows at most this many sub-identifiers.
inline constexpr std::size_t kMaxSubIds = 128;

/// "1.3.6.1" or ".1.3.6.1"; nullopt when it is no numeric OID, has more than
/// kMaxSubIds or a sub-identifier over 2^32-1.
std::optional<Oid> parse_oid(std::string_view text);
/// "1.3.6.1"
std::string to_text(OidView oid);
/// Lexicographic, as GETNEXT walks (RFC 3416 §4.2.2).
std::strong_ordering compare(OidView a, OidView b);
bool starts_with(OidView oid, OidView prefix);
/// `prefix` with more appended.
Oid operator+(Oid prefix, OidView tail);
Oid operator+(Oid prefix, std::uint32_t id);

}  // namespace lanwarden::lab
