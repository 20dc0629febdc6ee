#include "topology/claims.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace lanwarden::topology::detail {
namespace {

Source source_of(NeighborProtocol protocol) {
  return protocol == NeighborProtocol::kLldp ? Source::kLldp : Source::kCdp;
}

std::string name_of(const Neighbor& x) {
  std::string name = x.system_name.empty() ? x.chassis_id : x.system_name;
  const bool only_name = x.system_name.empty() || !x.chassis_mac;
  return only_name ? "'" + name + "'" : "'" + name + "' (" + x.chassis_mac->to_string() + ")";
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& ch : out)
    if (ch >= 'a' && ch <= 'z') ch = static_cast<char>(ch - 'a' + 'A');
  return out;
}

/// A box whose bridge is inside: machines behind it, no wires.
bool is_hypervisor(const Neighbor& x) {
  const std::string descr = upper(x.system_descr);
  for (const char* word : {"VMWARE", "HYPER-V", "PROXMOX", "XENSERVER"})
    if (descr.find(word) != std::string::npos) return true;
  return false;
}

class Reader {
 public:
  Reader(const Census& census, const Scope* scope, const Identities& who)
      : c_(census), scope_(scope), who_(who) {
    claims_.hints.resize(c_.size());
  }

  Claims read() {
    for (Node s = 0; s < c_.size(); ++s) read(s, c_.snapshot(s));
    match_ends();
    return std::move(claims_);
  }
  Claims read_one(Node s, const SwitchSnapshot& snap) {
    read(s, snap);
    return std::move(claims_);
  }

 private:
  void read(Node s, const SwitchSnapshot& snap) {
    claims_.hints[s].resize(c_.port_limit(s));
    if (snap.answered) read_neighbors(s, snap), read_spanning_tree(s, snap);
  }

  void read_neighbors(Node s, const SwitchSnapshot& snap) {
    for (const Neighbor& x : snap.neighbors) {
      const LocalPort p = c_.local(s, x.local_port);
      if (p == kNoPort) continue;
      const Node t = who_.of(x);
      if (t == s) {
        claims_.remarks.push_back(c_.snapshot(s).name + " hears itself on " + port_name(s, p) +
                                  ": a loop or a mirror");
      } else if (t != kNoNode && c_.snapshot(t).answered) {
        claims_.links.push_back({s, p, t, who_.port(t, x), source_of(x.protocol)});
      } else {
        note_stranger(claims_.hints[s][p], x, t);
      }
    }
  }

  void note_stranger(PortHints& hints, const Neighbor& x, Node t) {
    if (t != kNoNode) {
      hints.unknown_bridge = "switch '" + c_.snapshot(t).name + "', which did not answer";
      hints.unanswered = true;
      return;
    }
    const Capabilities can = x.capabilities;
    // Phones and access points bridge too; what they are decides, not that they can.
    if (can.has(Capability::kTelephone))
      hints.phone = true;
    else if (can.has(Capability::kWlanAccessPoint))
      hints.access_point = true;
    else if (is_hypervisor(x))
      hints.hypervisor = true;
    else if (can.known && can.has(Capability::kBridge) && !can.has(Capability::kStation) &&
             hints.unknown_bridge.empty())
      hints.unknown_bridge = upper(to_string(x.protocol)) + " bridge " + name_of(x);
    else if (can.known && can.has(Capability::kBridge) && can.has(Capability::kStation))
      hints.hypervisor = true;
  }

  void read_spanning_tree(Node s, const SwitchSnapshot& snap) {
    std::map<VlanId, IfIndex> root_port;
    for (const StpBridge& b : snap.stp) root_port[b.vlan] = b.root_port;
    std::map<LocalPort, bool> forwards;  // in any VLAN
    std::vector<std::uint32_t> learned;  // by port, where VLANs have trees of their own
    if (scope_ != nullptr) {
      learned.assign(c_.port_limit(s), 0);
      for (const Row& r : c_.rows[s]) ++learned[r.port];
    }
    // A blocked port learns nothing: where it has, the common tree's state is not that of these VLANs.
    const auto of_these = [&](const StpPort& x, LocalPort p) {
      if (scope_ == nullptr) return true;
      if (x.vlan != kNoVlan) return scope_->has(x.vlan);
      return x.state != StpState::kBlocking || learned[p] < kLearnedThere;
    };
    for (const StpPort& x : snap.stp_ports) {
      const LocalPort p = c_.local(s, x.port);
      if (p == kNoPort || !of_these(x, p)) continue;
      forwards[p] = forwards[p] || x.state == StpState::kForwarding || x.state == StpState::kUnknown;
    }
    for (const StpPort& x : snap.stp_ports) {
      const LocalPort p = c_.local(s, x.port);
      if (p == kNoPort || !of_these(x, p) || x.state == StpState::kDisabled ||
          x.designated_bridge.address.is_zero())
        continue;
      // Only a root port or a blocked one hears somebody better; on all others the bridge names itself.
      const auto root = root_port.find(x.vlan);
      const bool is_root_port =
          root != root_port.end() && root->second != kNoInterface && c_.local(s, root->second) == p;
      const bool blocking = x.state == StpState::kBlocking;
      const Node t = who_.of(x.designated_bridge.address);
      if (t == s || (t == kNoNode && !is_root_port && !blocking)) continue;
      if (t == kNoNode || !c_.snapshot(t).answered) {
        PortHints& hints = claims_.hints[s][p];
        if (hints.unknown_bridge.empty()) {
          hints.unanswered = t != kNoNode;
          hints.unknown_bridge = t != kNoNode ? "switch '" + c_.snapshot(t).name + "', which did not answer"
                                              : "STP bridge " + x.designated_bridge.address.to_string();
        }
        continue;
      }
      // IEEE 802.1D-2004 §9.2.7: 4 bits priority, 12 bits number; 8 and 8 before 802.1t.
      LocalPort q = who_.bridge_port(t, x.designated_port & 0xfffU);
      if (q == kNoPort) q = who_.bridge_port(t, x.designated_port & 0xffU);
      claims_.links.push_back({s, p, t, q, Source::kStp, false, !forwards[p]});
    }
  }

  /// What one end tells, completes and confirms what the other tells.
  void match_ends() {
    auto& links = claims_.links;
    const auto key = [](const Claim& x) { return std::tie(x.s, x.p, x.t, x.q, x.source, x.blocked); };
    std::sort(links.begin(), links.end(), [&](const Claim& a, const Claim& b) { return key(a) < key(b); });
    links.erase(std::unique(links.begin(), links.end(),
                            [&](const Claim& a, const Claim& b) { return key(a) == key(b); }),
                links.end());
    std::map<std::pair<Node, Node>, std::vector<std::size_t>> between;
    for (std::size_t i = 0; i < links.size(); ++i) between[{links[i].s, links[i].t}].push_back(i);
    for (Claim& x : links) {
      const auto back = between.find({x.t, x.s});
      if (back == between.end()) continue;
      LocalPort only = kNoPort;
      bool several = false;
      for (const std::size_t i : back->second) {
        const Claim& y = links[i];
        if ((y.q == x.p || y.q == kNoPort) && (x.q == kNoPort || x.q == y.p)) {
          several |= only != kNoPort && only != y.p;
          only = y.p;
        }
      }
      if (only == kNoPort) continue;
      if (x.q == kNoPort && !several) x.q = only;
      x.mutual = x.q != kNoPort;
    }
  }

  std::string port_name(Node s, LocalPort p) const {
    const Interface* i = c_.snapshot(s).interface(c_.ifindex(s, p));
    return i != nullptr ? i->name : "port " + std::to_string(c_.ifindex(s, p).value);
  }

  static constexpr std::uint32_t kLearnedThere = 3;
  const Census& c_;
  const Scope* scope_;
  const Identities& who_;
  Claims claims_;
};

}  // namespace

Claims read_claims(const Census& census, const Scope* scope) {
  const Identities who(census);
  return Reader(census, scope, who).read();
}

Claims claims_of(const Census& census, const Identities& identities, Node n, const SwitchSnapshot& snapshot) {
  return Reader(census, nullptr, identities).read_one(n, snapshot);
}

}  // namespace lanwarden::topology::detail
