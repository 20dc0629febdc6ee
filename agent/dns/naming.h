// Which addresses of the memory the DNS is asked about, and what becomes of its answers.
#pragma once

#include <atomic>
#include <cstddef>
#include <map>

#include "agent/dns/reverse_dns.h"
#include "agent/store/store.h"

namespace lanwarden::agent {

struct NamesAsked {
  std::size_t asked = 0, named = 0, unanswered = 0;  ///< addresses
};

/// One thread. Borrows both.
class Naming {
 public:
  Naming(Store& store, ReverseDns& dns) : store_(store), dns_(dns) {}

  /// Asks about at most `most` of the addresses that were seen within a day and whose station has no DNS name
  /// of that day; each is asked about once a day, one that no server answered for after ten minutes. A
  /// station with several addresses is called as the first of them. When `stop` becomes true, what was
  /// learned is kept.
  StoreResult<NamesAsked> round(Time now, std::size_t most, const std::atomic<bool>& stop);

 private:
  Store& store_;
  ReverseDns& dns_;
  std::map<IpAddress, Time> asked_again_;  ///< when, at the earliest
};

}  // namespace lanwarden::agent
