// What the DNS calls an address: PTR records (RFC 1035 §3.5, RFC 3596 §2.5), many asked for at once. The
// machine's servers (/etc/resolv.conf), or others.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "topology/ip_address.h"
#include "topology/result.h"

namespace lanwarden::agent {

struct DnsOptions {
  std::vector<std::string>
      servers;  ///< "192.0.2.53", "192.0.2.53:5353", "[2001:db8::53]:53"; empty: the machine's
  std::chrono::milliseconds timeout{1000};  ///< of the first try; the next waits longer
  unsigned tries = 2;
  unsigned at_once = 50;  ///< questions under way
};

struct DnsAnswer {
  topology::IpAddress ip;
  std::string name;       ///< as it came: whoever runs the zone may write anything; empty: it has none
  bool answered = false;  ///< false: no server said anything, or one that it cannot
};

/// One thread.
class ReverseDns {
 public:
  /// The error is a sentence for people: a server that is no address, no memory.
  static topology::Result<std::unique_ptr<ReverseDns>, std::string> open(const DnsOptions& options);
  ~ReverseDns();
  ReverseDns(const ReverseDns&) = delete;
  ReverseDns& operator=(const ReverseDns&) = delete;

  /// In the order of `addresses`; those that were not asked when `stop` became true are left out, and soon
  /// after that it returns. When nobody answers the first `at_once`, the rest are left out, too.
  std::vector<DnsAnswer> ask(std::span<const topology::IpAddress> addresses, const std::atomic<bool>& stop);

 private:
  struct Channel;
  ReverseDns(std::unique_ptr<Channel> channel, unsigned at_once);
  std::unique_ptr<Channel> channel_;
  unsigned at_once_;
};

}  // namespace lanwarden::agent
