// Which addresses `probe` asks for: a few of the network at random, none that is
// known to be used.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <random>
#include <set>
#include <string_view>
#include <vector>

#include "agent/commands/discovery.h"
#include "topology/ip_address.h"

namespace lanwarden::agent {

/// At random, because a clock that claims everything claims these, too, and because two administrators who
/// probe at the same time shall not meet.
class AddressChoice {
 public:
  /// `network`: IPv4; at most its first 65,536 addresses are considered.
  AddressChoice(const Network& network, std::uint64_t seed);

  /// It is used: configured here, in a neighbour table, or heard on the wire.
  void exclude(topology::IpAddress ip) { used_.insert(ip); }
  /// Each address once; nullopt when none is left.
  std::optional<topology::IpAddress> next();
  /// A link-local IPv6 address whose interface identifier is 64 random bits (RFC 4291 §2.5.6): the
  /// chance that a host has it is that of guessing its key.
  topology::IpAddress random_v6();

 private:
  std::mt19937_64 random_;
  std::vector<topology::IpAddress> left_;  // shuffled; taken from the end
  std::set<topology::IpAddress> used_;
};

/// The IPv4 addresses that a neighbour table in the form of Linux' /proc/net/arp has resolved on this
/// interface.
std::vector<topology::IpAddress> neighbours_of(std::istream& table, std::string_view interface);

}  // namespace lanwarden::agent
