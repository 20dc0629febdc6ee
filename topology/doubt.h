// Internal to the room. What makes the likeliest place of a station less sure than its odds.
#pragma once

#include "topology/asked.h"
#include "topology/weigh.h"

namespace lanwarden::topology::detail {

/// Where switches have few stations, they have few witnesses of where they hang.
bool few_stations(const Fabric::Impl& f);

/// How often an answer that names a port may be wrong; beyond it, none is named.
double acceptable_risk(const Fabric::Impl& f);
/// How likely a switch that nobody can place may be to hang behind the port.
double acceptable_hidden(const Fabric::Impl& f);

/// More dissent than stale rows explain.
bool hopeless(const Score& score);

/// Whether the port holds rows of stations that are at home elsewhere, more than rows
/// of the past explain: a switch that was placed wrongly may be behind it.
bool visited(const Fabric::Impl& f, Port at);

/// How likely it is that a switch which did not answer hangs behind this port, that shows so many stations.
double silent_behind(const Asked& asked, Port at, std::size_t stations_on_port);

/// How often an answer with such evidence is right, 0..1. `silent`: silent_behind of its port.
double confidence(const Asked& asked, const Hypothesis& best, double silent);

}  // namespace lanwarden::topology::detail
