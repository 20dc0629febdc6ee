// Time is a parameter in the pure rooms: nobody below agent and snmp reads a clock.
#pragma once

#include <chrono>

namespace lanwarden::topology {

using Duration = std::chrono::nanoseconds;
/// UTC, since 1970, in nanoseconds: what captures carry.
using Time = std::chrono::sys_time<Duration>;

}  // namespace lanwarden::topology
