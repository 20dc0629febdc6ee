// rogue-dhcp-server: a second DHCP server whose leases contradict the first one's.
//
// Two servers that hand out the same network, gateway and mask are a failover pair: a fact. Two that differ
// are trouble, and it remains to say who is wrong: the one whose network the hosts of this LAN do not use,
// or whose gateway they do not ask for; else the newcomer, when the other has served for a while; else
// neither is named. It is critical once a client has taken a lease of it. What speaks against it:
//  - both speak through the same router (a relay, RFC 2131 §4.1): they are configured there;
//  - an offer without an address: a boot server beside the DHCP server (PXE).
// DHCPv6 servers are counted alike, by DUID, and told as a fact.
//
// Bounds: 256 LANs with 8 servers and 64 of their hosts' addresses each.
#include <string>

#include "analysis/detectors/all.h"
#include "analysis/detectors/keys.h"

namespace lanwarden::analysis {
namespace {

constexpr Duration kEstablished = std::chrono::seconds(60);
constexpr Duration kForgotten = std::chrono::hours(1);
constexpr std::size_t kMostServers = 8, kMostHosts = 64, kMostFrames = 4;
constexpr std::uint32_t kFewestAsks = 5;
constexpr std::size_t kFewestHosts = 3;  // that use a network, to know whose it is

struct Server {
  std::uint32_t id = 0;
  MacAddress mac;
  Time first{}, last{};
  std::uint32_t answers = 0, leases = 0;
  std::uint32_t network = 0, mask = 0, router = 0, dns = 0;
  std::array<FrameRef, kMostFrames> frames{};
  std::uint8_t frame_count = 0;
  std::uint32_t gateway_asked = 0;  ///< ordinary requests for its gateway
  unsigned told = 0;                ///< 1: as one of two, 2: as the wrong one, 3: as one that gives leases

  /// What one of them does not say (a renewal names less) is no difference.
  bool agrees(const Server& other) const {
    const auto alike = [](std::uint32_t a, std::uint32_t b) { return a == b || a == 0 || b == 0; };
    return alike(network, other.network) && alike(mask, other.mask) && alike(router, other.router);
  }
};

struct ServerV6 {
  std::uint64_t duid = 0;
  MacAddress mac;
  FrameRef frame;
};

struct DhcpLan {
  std::vector<Server> servers;
  std::vector<ServerV6> servers_v6;
  bool told_v6 = false;
  std::vector<std::uint32_t> hosts;  ///< addresses from which hosts were heard to ask

  void asked_for(std::uint32_t ip) {
    for (Server& server : servers)
      if (server.router == ip && server.gateway_asked < 0xffff'ffffU) ++server.gateway_asked;
  }
  std::size_t hosts_in(const Server& server) const {
    if (server.mask == 0) return 0;
    return static_cast<std::size_t>(std::count_if(
        hosts.begin(), hosts.end(), [&](std::uint32_t ip) { return (ip & server.mask) == server.network; }));
  }
};

class DhcpServer : public Detector {
 public:
  std::string_view name() const override { return "dhcp-server"; }
  Interest interest() const override { return Interest::kDhcp | Interest::kArp | Interest::kRoutineArp; }

  void on_frame(const Frame& frame, const FindingSink& sink) override {
    if (const Arp* arp = frame.arp()) {
      if (!arp->is_request() || arp->sender_ip.is_unspecified()) return;
      // Only where a server was heard: most LANs have none, or one.
      if (DhcpLan* lan = lans_.find(lan_of(frame))) {
        add_new(lan->hosts, arp->sender_ip.v4_bits(), kMostHosts);
        lan->asked_for(arp->target_ip.v4_bits());
      }
      return;
    }
    if (!is_unicast(frame.src)) return;
    if (const Dhcp* dhcp = frame.dhcp())
      answered(frame, *dhcp, sink);
    else if (const DhcpV6* v6 = frame.dhcpv6(); v6 && v6->from_server && !v6->server_duid.empty())
      answered_v6(frame, *v6, sink);
  }

  // The host is known.
  void on_routine(const RoutineRun& run, const FindingSink&) override {
    if (DhcpLan* lan = lans_.find(run.lan))
      for (const PlainArp& question : run.questions) lan->asked_for(question.to);
  }

 private:
  void answered(const Frame& frame, const Dhcp& dhcp, const FindingSink& sink) {
    const bool gives = dhcp.type == DhcpType::kOffer || dhcp.type == DhcpType::kAck;
    if (!dhcp.from_server || !gives || dhcp.your_ip.is_unspecified()) return;
    const IpAddress id = dhcp.server_id.is_unspecified() ? frame.ip_header.source : dhcp.server_id;
    const Lan key = lan_of(frame);
    DhcpLan& lan = lans_.obtain(key).first;
    auto server = std::find_if(lan.servers.begin(), lan.servers.end(),
                               [&](const Server& s) { return s.id == id.v4_bits(); });
    if (server == lan.servers.end()) {
      if (lan.servers.size() == kMostServers)
        lan.servers.erase(
            std::min_element(lan.servers.begin(), lan.servers.end(), [](const Server& a, const Server& b) {
              return std::pair(a.answers, a.last) < std::pair(b.answers, b.last);
            }));
      lan.servers.push_back({});
      server = std::prev(lan.servers.end());
      server->id = id.v4_bits();
      server->first = frame.time;
    } else if (!within(server->last, frame.time, kForgotten)) {
      server->told = 0;
    }
    server->mac = frame.src;
    server->last = frame.time;
    ++server->answers;
    if (dhcp.type == DhcpType::kAck) ++server->leases;
    if (!dhcp.subnet_mask.is_unspecified()) {
      server->mask = dhcp.subnet_mask.v4_bits();
      server->network = dhcp.your_ip.v4_bits() & server->mask;
    }
    if (!dhcp.router.is_unspecified()) server->router = dhcp.router.v4_bits();
    if (!dhcp.dns.is_unspecified()) server->dns = dhcp.dns.v4_bits();
    if (server->frame_count < kMostFrames) server->frames[server->frame_count++] = ref_of(frame);
    for (Server& other : lan.servers)
      if (&other != &*server && other.mac != server->mac && within(other.last, frame.time, kForgotten))
        compare(key, lan, *server, other, frame.time, sink);
  }

  static void compare(const Lan& key, const DhcpLan& lan, Server& now, Server& other, Time time,
                      const FindingSink& sink) {
    Server& newer = now.first < other.first ? other : now;
    Server& older = now.first < other.first ? now : other;
    if (now.agrees(other)) {
      if (newer.told > 0 || newer.router == 0 || older.router == 0) return;
      newer.told = 1;
      Finding finding = describe(key, newer, older, time, Severity::kInfo, MacAddress{});
      finding.summary = "two DHCP servers, " + text_of(older.id) + " and " + text_of(newer.id) +
                        ", hand out the same network and gateway";
      sink(std::move(finding));
      return;
    }
    Server* rogue = nullptr;
    const char* why = "which of them belongs here cannot be told";
    const std::size_t in_newer = lan.hosts_in(newer), in_older = lan.hosts_in(older);
    if (newer.network != older.network && std::max(in_newer, in_older) >= kFewestHosts &&
        (in_newer >= 3 * in_older || in_older >= 3 * in_newer)) {
      rogue = in_newer > in_older ? &older : &newer;
      why = "the hosts of this LAN use the other's network";
    } else if (std::max(newer.gateway_asked, older.gateway_asked) >= kFewestAsks &&
               (newer.gateway_asked >= 5 * older.gateway_asked ||
                older.gateway_asked >= 5 * newer.gateway_asked)) {
      rogue = newer.gateway_asked > older.gateway_asked ? &older : &newer;
      why = "the hosts of this LAN ask for the other's gateway";
    } else if (newer.first - older.first >= kEstablished && older.answers >= 2) {
      rogue = &newer;
      why = "the other has served for longer";
    }
    Server& told = rogue ? *rogue : newer;
    const bool critical = rogue && rogue->leases > 0;
    const unsigned rank = critical ? 3 : rogue ? 2 : 1;
    if (told.told >= rank) return;
    told.told = rank;
    const Server& truth = &told == &newer ? older : newer;
    Finding finding = describe(key, told, truth, time, critical ? Severity::kCritical : Severity::kWarning,
                               rogue ? rogue->mac : MacAddress{});
    finding.summary = "a second DHCP server, " + text_of(told.id) + " (" + told.mac.to_string() + "), " +
                      (critical ? "gives leases" : "offers addresses") + " with gateway " +
                      text_of(told.router) + "; " + text_of(truth.id) + " says " + text_of(truth.router);
    finding.evidence.emplace_back("why", std::string(why));
    sink(std::move(finding));
  }

  static Finding describe(const Lan& key, const Server& server, const Server& other, Time time,
                          Severity severity, MacAddress mac) {
    Finding finding = finding_on(key, time, "rogue-dhcp-server", severity, mac);
    finding.evidence = {{"server", text_of(server.id)},
                        {"server_mac", server.mac.to_string()},
                        {"network", text_of(server.network)},
                        {"mask", text_of(server.mask)},
                        {"gateway", text_of(server.router)},
                        {"dns", text_of(server.dns)},
                        {"answers", static_cast<std::int64_t>(server.answers)},
                        {"leases", static_cast<std::int64_t>(server.leases)},
                        {"other_server", text_of(other.id)},
                        {"other_mac", other.mac.to_string()},
                        {"other_network", text_of(other.network)},
                        {"other_gateway", text_of(other.router)}};
    // Absent means unknown: a server that names no gateway or name server has none to show.
    std::erase_if(finding.evidence, [](const auto& item) {
      const auto* text = std::get_if<std::string>(&item.second);
      return text && *text == "0.0.0.0";
    });
    finding.frames.assign(server.frames.begin(), server.frames.begin() + server.frame_count);
    finding.frames.insert(finding.frames.end(), other.frames.begin(),
                          other.frames.begin() + other.frame_count);
    return finding;
  }

  void answered_v6(const Frame& frame, const DhcpV6& dhcp, const FindingSink& sink) {
    const Lan key = lan_of(frame);
    DhcpLan& lan = lans_.obtain(key).first;
    std::uint64_t duid = dhcp.server_duid.size();
    for (const std::uint8_t octet : dhcp.server_duid) duid = mixed(duid, octet);
    const bool known = std::any_of(lan.servers_v6.begin(), lan.servers_v6.end(),
                                   [&](const ServerV6& s) { return s.duid == duid || s.mac == frame.src; });
    if (known) return;
    if (lan.servers_v6.size() < kMostServers) lan.servers_v6.push_back({duid, frame.src, ref_of(frame)});
    if (lan.servers_v6.size() < 2 || lan.told_v6) return;
    lan.told_v6 = true;
    std::vector<std::string> servers;
    Finding finding = finding_on(key, frame.time, "rogue-dhcp-server", Severity::kInfo, MacAddress{});
    for (const ServerV6& server : lan.servers_v6) {
      servers.push_back(server.mac.to_string());
      finding.frames.push_back(server.frame);
    }
    finding.summary = "two DHCPv6 servers answer on this LAN: " + servers[0] + " and " + servers[1];
    finding.evidence = {{"servers", std::move(servers)}, {"version", std::int64_t{6}}};
    sink(std::move(finding));
  }

  BoundedTable<Lan, DhcpLan> lans_{256};
};

}  // namespace

std::unique_ptr<Detector> make_dhcp_server() { return std::make_unique<DhcpServer>(); }

}  // namespace lanwarden::analysis
