// Finding switches by what switches say of each other: the walk outward, without input and output.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "snmp/target.h"
#include "topology/ip_address.h"
#include "topology/result.h"
#include "topology/switch_snapshot.h"

namespace lanwarden::agent {

/// "10.0.0.0/16", "2001:db8::/48"; a plain address is a network of one.
struct Network {
  topology::IpAddress base;
  unsigned bits = 32;
  static topology::Result<Network, std::string> parse(std::string_view text);
  bool contains(const topology::IpAddress& ip) const;
  /// Its host addresses, nothing when there are more than `most`; without network and broadcast (IPv4, up to
  /// /30).
  std::optional<std::vector<topology::IpAddress>> hosts(std::size_t most) const;
  std::string to_string() const;
};

/// An address to ask, and why.
struct Candidate {
  topology::IpAddress ip;
  std::uint16_t port = 161;
  std::string via;       ///< "core Gi1/0/24 (lldp)"; empty: it was named on the command line
  bool scanned = false;  ///< one of a whole subnet: silence is nothing to speak of
  topology::Capabilities capabilities{};
  std::string address() const;  ///< as the configuration writes it; the port only where it is not 161
};

struct FoundSwitch {
  std::string name;     ///< unique
  std::string address;  ///< the first it answered at
  std::string credential;
  bool router = false;  ///< no bridge: a [[router]]
  std::string system_name, description;
  topology::MacAddress mac;
  std::string via;
  std::vector<std::string> also;  ///< further addresses it answered at
  std::string configured;         ///< what it is called in the configuration already; empty: new
};

/// Something that was heard of and is not among the found: `why` in words.
struct NotFound {
  std::string name, address, via, why;
};

/// The two questions discovery asks; answers in the order of the candidates.
struct DiscoveryIo {
  /// The first credential (its place in the list) that each answers to; nullopt: none.
  std::function<std::vector<std::optional<std::size_t>>(const std::vector<Candidate>&)> greet;
  /// What each, asked with that credential, says of itself and its neighbours.
  std::function<std::vector<topology::SwitchSnapshot>(const std::vector<Candidate>&,
                                                      const std::vector<std::size_t>&)>
      neighbors;
};

class Discovery {
 public:
  /// `credentials`: names, for the result; `configured`: name by address, of the configuration.
  Discovery(DiscoveryIo io, std::vector<Network> within, std::vector<std::string> credentials,
            std::map<std::string, std::string> configured, std::uint16_t port);
  /// Asks the seeds, then whom they name, and so on, until nobody new is named.
  void run(std::vector<Candidate> seeds);

  const std::vector<FoundSwitch>& found() const { return found_; }
  const std::vector<NotFound>& outside() const {
    return outside_;
  }  ///< not within the networks, or no address
  const std::vector<NotFound>& silent() const { return silent_; }
  const std::vector<NotFound>& skipped() const { return skipped_; }  ///< telephones, access points, hosts
  std::size_t asked() const { return questions_; }

 private:
  void take(const Candidate& at, std::size_t credential, const topology::SwitchSnapshot& s);
  void follow(const topology::SwitchSnapshot& s, const std::string& name);
  std::string unique_name(const topology::SwitchSnapshot& s, const Candidate& at);
  void forget_known();

  DiscoveryIo io_;
  std::vector<Network> within_;
  std::vector<std::string> credentials_;
  std::map<std::string, std::string> configured_;
  std::uint16_t port_;
  std::set<std::pair<topology::IpAddress, std::uint16_t>> asked_;  ///< with the port
  std::size_t questions_ = 0;                                      ///< addresses that were really asked
  std::vector<Candidate> next_;
  std::vector<FoundSwitch> found_;
  std::map<std::string, std::size_t> by_identity_;  ///< bridge address, chassis id, place in found_
  std::set<std::string> names_, known_names_;
  std::vector<NotFound> outside_, silent_, skipped_;
};

}  // namespace lanwarden::agent
