// When an isolated port opens again. Pure: entries and a moment in.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "agent/isolation/clock.h"
#include "agent/store/isolation_journal.h"

namespace lanwarden::agent {

/// Whether it is time to open it (or to try again). By the clock that counts from boot while that boot lasts,
/// so that a wall clock set to another day opens nothing early and keeps nothing shut. After a restart the
/// wall clock has to do; when it shows a time before the isolation began, it cannot be trusted, and the port
/// opens.
bool is_due(const Isolation& isolation, const Moment& now);
/// The open entries that are due, the longest overdue first. They are tried again after restore_backoff().
std::vector<Isolation> due_restores(std::span<const Isolation> isolations, const Moment& now);
/// How long until the next one is due (0: at once); nullopt when none ends by itself.
std::optional<topology::Duration> next_due(std::span<const Isolation> isolations, const Moment& now);

/// After so many failures: 5 s, 10 s, 20 s … five minutes.
topology::Duration restore_backoff(unsigned failures);

/// How long a station that comes back is isolated: twice as long each time, up to `longest`. `past`: what the
/// journal has of it, any order. What ended longer than `longest` ago is forgiven.
std::chrono::seconds next_duration(std::chrono::seconds base, std::chrono::seconds longest,
                                   std::span<const Isolation> past, MacAddress mac, Time now);

}  // namespace lanwarden::agent
