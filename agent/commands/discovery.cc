#include "agent/commands/discovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace lanwarden::agent {

using topology::Capability;
using topology::IpAddress;
using topology::SwitchSnapshot;

topology::Result<Network, std::string> Network::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto base = IpAddress::parse(text.substr(0, slash));
  if (!base)
    return tl::unexpected(fmt::format("\"{}\" is no network; try 10.0.3.0/24 or 2001:db8::/64", text));
  const unsigned most = base->is_v6() ? 128 : 32;
  Network n{*base, most};
  if (slash != std::string_view::npos) {
    const std::string_view bits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), n.bits);
    if (error != std::errc{} || end != bits.data() + bits.size() || n.bits > most)
      return tl::unexpected(fmt::format("\"{}\": the prefix length is 0 to {}", text, most));
  }
  return n;
}

bool Network::contains(const IpAddress& ip) const {
  if (ip.is_v6() != base.is_v6()) return false;
  for (unsigned i = 0; i < bits; ++i) {
    const std::uint8_t mask = static_cast<std::uint8_t>(0x80U >> (i % 8));
    if (((ip.octets()[i / 8] ^ base.octets()[i / 8]) & mask) != 0) return false;
  }
  return true;
}

std::optional<std::vector<IpAddress>> Network::hosts(std::size_t most) const {
  const unsigned free = (base.is_v6() ? 128 : 32) - bits;
  if (free >= 31 || (std::size_t{1} << free) > most) return std::nullopt;
  std::vector<IpAddress> all;
  std::array<std::uint8_t, 16> octets{};
  std::copy(base.octets().begin(), base.octets().end(), octets.begin());
  const std::size_t size = base.octets().size();
  const std::uint32_t count = 1U << free;
  std::uint32_t low = 0;
  for (std::size_t i = size - 4; i < size; ++i) low = low << 8 | octets[i];
  low &= ~(count - 1);
  const bool ends = !base.is_v6() && free >= 2;
  for (std::uint32_t i = ends ? 1 : 0; i < count - (ends ? 1 : 0); ++i) {
    for (std::size_t k = 0; k < 4; ++k)
      octets[size - 1 - k] = static_cast<std::uint8_t>((low + i) >> (8 * k));
    all.push_back(base.is_v6() ? IpAddress::v6(std::span<const std::uint8_t, 16>(octets))
                               : IpAddress::v4(std::span<const std::uint8_t, 4>(octets.data(), 4)));
  }
  return all;
}

std::string Network::to_string() const { return fmt::format("{}/{}", base.to_string(), bits); }

std::string Candidate::address() const {
  if (port == 161) return ip.to_string();
  return ip.is_v6() ? fmt::format("[{}]:{}", ip.to_string(), port)
                    : fmt::format("{}:{}", ip.to_string(), port);
}

Discovery::Discovery(DiscoveryIo io, std::vector<Network> within, std::vector<std::string> credentials,
                     std::map<std::string, std::string> configured, std::uint16_t port)
    : io_(std::move(io)),
      within_(std::move(within)),
      credentials_(std::move(credentials)),
      configured_(std::move(configured)),
      port_(port) {
  for (const auto& [address, name] : configured_) known_names_.insert(name);
}

void Discovery::run(std::vector<Candidate> seeds) {
  next_ = std::move(seeds);
  while (!next_.empty()) {
    std::vector<Candidate> now;
    for (Candidate& c : next_)
      if (asked_.emplace(c.ip, c.port).second) now.push_back(std::move(c));
    next_.clear();
    questions_ += now.size();
    const auto credential = io_.greet(now);
    std::vector<Candidate> answered;
    std::vector<std::size_t> with;
    for (std::size_t i = 0; i < now.size(); ++i) {
      if (credential[i]) {
        answered.push_back(now[i]);
        with.push_back(*credential[i]);
      } else if (!now[i].scanned) {
        silent_.push_back({"", now[i].address(), now[i].via, "no answer to any credential"});
      }
    }
    if (answered.empty()) continue;
    const auto snapshots = io_.neighbors(answered, with);
    for (std::size_t i = 0; i < answered.size(); ++i) take(answered[i], with[i], snapshots[i]);
  }
  forget_known();
}

std::string Discovery::unique_name(const SwitchSnapshot& s, const Candidate& at) {
  std::string name;
  for (const char c : s.system_name) {
    const auto u = static_cast<unsigned char>(c);
    if (u > 0x20 && u < 0x7f && c != '"' && c != '\\')
      name += c;
    else if (!name.empty() && name.back() != '-')
      name += '-';
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  if (name.empty()) name = "switch-" + at.ip.to_string();
  std::string unique = name;
  for (unsigned n = 2; known_names_.contains(unique) || !names_.insert(unique).second; ++n)
    unique = fmt::format("{}-{}", name, n);
  return unique;
}

void Discovery::take(const Candidate& at, std::size_t credential, const SwitchSnapshot& s) {
  if (!s.answered) {
    silent_.push_back({"", at.address(), at.via, "it answered once, and then no more"});
    return;
  }
  const bool bridge =
      !s.bridge_address.is_zero() || !s.base_ports.empty() || at.capabilities.has(Capability::kBridge);
  // What was named by itself on the command line is wanted, whatever it is.
  const bool named = at.via.empty() && !at.scanned;
  if (!bridge && !named && !at.capabilities.has(Capability::kRouter)) {
    skipped_.push_back({s.system_name, at.address(), at.via, "a host: it has no bridge"});
    return;
  }
  std::vector<std::string> identities;
  // With its name: cloned addresses and chassis ids that somebody typed are not a switch's alone.
  if (!s.bridge_address.is_zero())
    identities.push_back("bridge " + s.bridge_address.to_string() + " " + s.system_name);
  if (!s.lldp_chassis_id.empty()) identities.push_back("chassis " + s.lldp_chassis_id + " " + s.system_name);
  // Without either, the name and every interface's address: stacks and routers have one set of them.
  if (identities.empty() && !s.own_addresses.empty())
    identities.push_back("own " + s.system_name + " " + s.own_addresses.front().to_string());
  for (const std::string& id : identities)
    if (const auto it = by_identity_.find(id); it != by_identity_.end()) {
      found_[it->second].also.push_back(at.address());
      return;
    }
  for (const std::string& id : identities) by_identity_.emplace(id, found_.size());
  FoundSwitch f;
  f.address = at.address();
  if (const auto it = configured_.find(f.address); it != configured_.end()) f.configured = it->second;
  f.name = f.configured.empty() ? unique_name(s, at) : f.configured;
  f.credential = credentials_[credential];
  f.router = !bridge;
  f.system_name = s.system_name;
  f.description = s.system_descr;
  f.mac = s.bridge_address;
  f.via = at.via;
  found_.push_back(f);
  follow(s, f.name);
}

void Discovery::follow(const SwitchSnapshot& s, const std::string& name) {
  for (const topology::Neighbor& n : s.neighbors) {
    const topology::Interface* const port = s.interface(n.local_port);
    const std::string via = fmt::format("{} {} ({})", name, port != nullptr ? port->name : n.local_port_text,
                                        to_string(n.protocol));
    const std::string who = n.system_name.empty() ? n.chassis_id : n.system_name;
    const std::string first = n.management.empty() ? "" : n.management.front().to_string();
    const auto& c = n.capabilities;
    const bool router = c.has(Capability::kRouter);
    const char* what = c.has(Capability::kTelephone) && !router         ? "a telephone"
                       : c.has(Capability::kWlanAccessPoint) && !router ? "an access point"
                       : c.has(Capability::kStation) || c.has(Capability::kDocsis)
                           ? (c.has(Capability::kBridge) || router ? nullptr : "a host")
                           : nullptr;
    if (what != nullptr) {
      skipped_.push_back({who, first, via, what});
      continue;
    }
    bool reachable = false;
    for (const IpAddress& ip : n.management) {
      if (ip.is_unspecified()) continue;
      if (!std::any_of(within_.begin(), within_.end(), [&](const Network& w) { return w.contains(ip); }))
        continue;
      reachable = true;
      if (!asked_.contains({ip, port_})) next_.push_back({ip, port_, via, false, c});
    }
    if (!reachable)
      outside_.push_back(
          {who, first, via, first.empty() ? "it names no address" : "outside of the networks"});
  }
}

/// Whoever was found after all, by another address or from the other side, is not missing; and each is named
/// once.
void Discovery::forget_known() {
  std::set<std::string> known;
  for (const FoundSwitch& f : found_) {
    if (!f.system_name.empty()) known.insert(f.system_name);
    if (!f.mac.is_zero()) known.insert(f.mac.to_string());
    known.insert(f.address);
    known.insert(f.also.begin(), f.also.end());
  }
  for (const auto& [identity, place] : by_identity_)
    if (identity.starts_with("chassis ")) known.insert(identity.substr(8));
  for (auto* list : {&outside_, &silent_, &skipped_}) {
    std::set<std::pair<std::string, std::string>> said;
    std::erase_if(*list, [&](const NotFound& n) {
      return (!n.name.empty() && known.contains(n.name)) ||
             (!n.address.empty() && known.contains(n.address)) ||
             ((!n.name.empty() || !n.address.empty()) && !said.emplace(n.name, n.address).second);
    });
  }
}

}  // namespace lanwarden::agent
