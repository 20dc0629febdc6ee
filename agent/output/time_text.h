// Times and durations as people and scripts write and read them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "topology/time.h"

namespace lanwarden::agent {

/// RFC 3339 in UTC: "2026-01-02T03:04:05Z"; with milliseconds when `millis`.
std::string rfc3339(topology::Time time, bool millis = false);
/// Local time for people: "2026-01-02 03:04:05".
std::string local_time(topology::Time time);
/// "just now", "40 s ago", "5 min ago", "3 h ago", "2 days ago".
std::string ago(topology::Time time, topology::Time now);

/// RFC 3339, "2026-01-02 03:04[:05]" or "2026-01-02" (local), "2h ago", "5 minutes ago", "yesterday 14:00",
/// "today 9:30", "14:00", "now". nullopt when it is none of them.
std::optional<topology::Time> parse_time(std::string_view text, topology::Time now);

/// The wall clock; the one place below main that reads it.
topology::Time wall_clock();

}  // namespace lanwarden::agent
