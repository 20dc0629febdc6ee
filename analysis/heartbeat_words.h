// What a row of the heartbeat census says, in names and sentences: for the
// detector's findings and for the command that lists the census.
#pragma once

#include <string>

#include "analysis/finding.h"
#include "analysis/heartbeat_census.h"

namespace lanwarden::analysis {

/// The short name of what beats: "LOOP"; what nobody knows by its number: "EtherType 0x8765".
std::string heartbeat_name(const CensusRow& row);
/// "LOOP (EtherType 0x9000, Ethernet configuration test …)", "EtherType 0x8765 (unknown)"
std::string heartbeat_text(const CensusRow& row);
/// "00:08:c7:…", "36 stations of 00:08:c7"
std::string heartbeat_senders(const CensusRow& row);
/// The contract's evidence fields, and more: period_s, jitter_s, sources (at most 1,024), ethertype (or llc,
/// snap_oui, ip_protocol, udp_port), protocol and meaning or, of the unknown, payload, oui,
/// frames_per_second, teams, frames, missed, bits_per_second, share.
Evidence heartbeat_evidence(const CensusRow& row);

}  // namespace lanwarden::analysis
