// The words for what the ARP responder detector found.
#pragma once

#include "analysis/detectors/arp_ledger.h"

namespace lanwarden::analysis {

Finding bogus_finding(const ResponderKey& key, const Responder& responder, const LanCount& count);
Finding proxy_finding(const ResponderKey& key, const Responder& responder);
Finding conflict_finding(const ResponderKey& key, const Responder& responder, const Claim& claim);

}  // namespace lanwarden::analysis
