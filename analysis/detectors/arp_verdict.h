// The words for what the ARP responder detector found.
#pragma once

#include "analysis/detectors/arp_ledger.h"

namespace lanwarden::analysis {

/// What it was asked for ordinarily, of the addresses it claimed, and how often it answered then.
struct SecondOddity {
  std::int64_t requests = 0, answers = 0;
};

Finding bogus_finding(const ResponderKey& key, const Responder& responder, const LanCount& count,
                      const Ordinary* ordinary, const SecondOddity& oddity);
Finding proxy_finding(const ResponderKey& key, const Responder& responder, const Ordinary& ordinary);
Finding conflict_finding(const ResponderKey& key, const Responder& responder, const Claim& claim);

}  // namespace lanwarden::analysis
