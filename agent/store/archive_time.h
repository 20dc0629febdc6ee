// Times of an archive: exactly as they are kept, to the nanosecond.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "topology/time.h"

namespace lanwarden::agent {

/// RFC 3339 in UTC with nine digits: "2026-01-02T03:04:05.000000000Z". Of any time there is (1677 to 2262).
std::string archive_time(topology::Time time);
/// That form alone.
std::optional<topology::Time> parse_archive_time(std::string_view text);

}  // namespace lanwarden::agent
