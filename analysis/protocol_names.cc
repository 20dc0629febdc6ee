#include "analysis/protocol_names.h"

namespace lanwarden::analysis {
namespace {

using Layer = Service::Layer;

struct Line {
  Service service;
  bool any_subtype = true;
  MacAddress destination;  // zero: any
  ProtocolName name;
};

constexpr Line ether(std::uint16_t type, std::string_view name, std::string_view what) {
  return {{Layer::kEtherType, 0, type, 0}, true, {}, {name, what}};
}
constexpr Line ether(std::uint16_t type, std::uint8_t subtype, std::string_view name, std::string_view what) {
  return {{Layer::kEtherType, subtype, type, 0}, false, {}, {name, what}};
}
constexpr Line llc(std::uint16_t saps, std::string_view name, std::string_view what) {
  return {{Layer::kLlc, 0, saps, 0}, true, {}, {name, what}};
}
constexpr Line stp(std::uint8_t version, std::string_view name, std::string_view what) {
  return {{Layer::kLlc, version, 0x4242, 0}, false, {}, {name, what}};
}
constexpr Line snap(std::uint32_t oui, std::uint16_t id, std::string_view name, std::string_view what) {
  return {{Layer::kSnap, 0, id, oui}, true, {}, {name, what}};
}
constexpr Line snap(std::uint32_t oui, std::uint16_t id, std::uint8_t subtype, std::string_view name,
                    std::string_view what) {
  return {{Layer::kSnap, subtype, id, oui}, false, {}, {name, what}};
}
constexpr Line ip(std::uint16_t protocol, std::string_view name, std::string_view what) {
  return {{Layer::kIp, 0, protocol, 0}, true, {}, {name, what}};
}
constexpr Line ip(std::uint16_t protocol, std::uint8_t subtype, std::string_view name,
                  std::string_view what) {
  return {{Layer::kIp, subtype, protocol, 0}, false, {}, {name, what}};
}
constexpr Line udp(std::uint16_t port, std::string_view name, std::string_view what) {
  return {{Layer::kUdp, 0, port, 0}, true, {}, {name, what}};
}
constexpr Line udp_to(std::uint64_t destination, std::uint16_t port, std::string_view name,
                      std::string_view what) {
  return {{Layer::kUdp, 0, port, 0}, true, MacAddress(destination), {name, what}};
}

constexpr std::uint32_t kCisco = 0x00000c, kExtreme = 0x00e02b, kFoundry = 0x00e052, kNortel = 0x000081,
                        kAironet = 0x004096;

// The first line that fits is taken: narrower ones stand before wider ones.
constexpr Line kLines[] = {
    // What looks for loops, and for other cards of a team.
    ether(0x9000, "LOOP", "Ethernet configuration test (CTP): keepalives of network cards and switches"),
    ether(0x9001, "loop-detect", "loopback detection of switches (FS and others)"),
    ether(0x9003, "loop-protect", "MikroTik loop protect"),
    ether(0x88b7, "OUI-extended", "a vendor's own protocol (IEEE OUI extended; Arista loop protect)"),
    ether(0x8918, "loop-detect", "H3C and HPE Comware loop detection"),
    ether(0x999a, "loop-detect", "Huawei loopback detection"),
    ether(0x8899, 0x01, "RRCP", "Realtek remote control"),
    ether(0x8899, 0x02, "REP", "Realtek echo"),
    ether(0x8899, 0x03, "RLDP", "Realtek loop detection of small switches"),
    ether(0x8899, 0x23, "RLDP", "Realtek loop detection of small switches"),
    ether(0x886f, "NLB", "Microsoft network load balancing: heartbeat of a cluster's hosts"),
    ether(0x886d, "ANS", "Intel Advanced Networking Services: probes of a team of network cards"),
    ether(0x8922, "VMware-beacon", "VMware beacon probing of a team of network cards"),
    ether(0xcafe, "LLT", "Veritas cluster heartbeat (low latency transport)"),
    // Spanning tree.
    stp(0, "STP", "spanning tree (IEEE 802.1D)"),
    stp(2, "RSTP", "rapid spanning tree (IEEE 802.1w)"),
    stp(3, "MSTP", "multiple spanning trees (IEEE 802.1s)"),
    stp(4, "SPB", "shortest path bridging (IEEE 802.1aq)"),
    llc(0x4242, "STP", "spanning tree, an unknown version"),
    snap(kCisco, 0x010b, 2, "Rapid-PVST+", "Cisco rapid spanning tree per VLAN"),
    snap(kCisco, 0x010b, "PVST+", "Cisco spanning tree per VLAN"),
    snap(kCisco, 0x010c, "VLAN-bridge", "Cisco VLAN bridge spanning tree"),
    snap(kCisco, 0x200a, "UplinkFast", "Cisco STP UplinkFast"),
    // Neighbours and links.
    ether(0x88cc, "LLDP", "link layer discovery (IEEE 802.1AB)"),
    snap(kCisco, 0x2000, "CDP", "Cisco discovery"),
    snap(kCisco, 0x2001, "CGMP", "Cisco group management"),
    snap(kCisco, 0x2003, "VTP", "Cisco VLAN trunking"),
    snap(kCisco, 0x2004, "DTP", "Cisco dynamic trunking"),
    snap(kCisco, 0x0104, "PAgP", "Cisco port aggregation"),
    snap(kCisco, 0x0111, "UDLD", "Cisco unidirectional link detection"),
    snap(kAironet, 0x0000, "WLCCP", "Cisco wireless LAN context control"),
    snap(kExtreme, 0x00bb, "EDP", "Extreme discovery, and its ESRP, EAPS and ELRP"),
    snap(kFoundry, 0x2000, "FDP", "Foundry/Brocade discovery"),
    snap(kNortel, 0x01a1, "SONMP", "Nortel/Avaya topology discovery (segment hello)"),
    snap(kNortel, 0x01a2, "SONMP", "Nortel/Avaya topology discovery (flat net hello)"),
    ether(0x872d, "WLCCP", "Cisco wireless LAN context control"),
    ether(0x8809, 0x01, "LACP", "link aggregation control (IEEE 802.1AX)"),
    ether(0x8809, 0x02, "LAMP", "link aggregation marker (IEEE 802.1AX)"),
    ether(0x8809, 0x03, "OAM", "Ethernet in the first mile OAM (IEEE 802.3ah)"),
    ether(0x8809, 0x0a, "OSSP", "organisation specific slow protocol (ITU-T G.8264 ESMC)"),
    ether(0x8809, "slow-protocol", "a slow protocol (IEEE 802.3 annex 57A)"),
    ether(0x888e, "EAPOL", "port authentication (IEEE 802.1X)"),
    ether(0x8808, "pause", "MAC control: pause (IEEE 802.3 annex 31B)"),
    ether(0x88f5, "MVRP", "VLAN registration (IEEE 802.1Q)"),
    ether(0x88f6, "MMRP", "group registration (IEEE 802.1Q)"),
    ether(0x22ea, "MSRP", "stream reservation (IEEE 802.1Q)"),
    ether(0x22f0, "AVTP", "audio and video transport (IEEE 1722)"),
    ether(0x22f3, "TRILL", "TRILL data (RFC 6325)"),
    ether(0x22f4, "L2-IS-IS", "IS-IS of TRILL and SPB (RFC 6325)"),
    ether(0x8902, "CFM", "connectivity fault management (IEEE 802.1ag, Y.1731)"),
    ether(0x8914, "FIP", "Fibre Channel over Ethernet initialization"),
    ether(0x893a, "1905.1", "IEEE 1905.1: topology of home and mesh networks"),
    ether(0x88d9, "LLTD", "Microsoft link layer topology discovery"),
    ether(0x4305, "batman-adv", "B.A.T.M.A.N. mesh: originator messages"),
    // Redundant routers and routing.
    udp_to(0x01005e000066, 1985, "HSRPv2", "Cisco hot standby router"),
    udp(1985, "HSRP", "Cisco hot standby router"),
    udp(2029, "HSRPv6", "Cisco hot standby router, IPv6"),
    udp(3222, "GLBP", "Cisco gateway load balancing"),
    ip(112, 1, "CARP", "common address redundancy of the BSDs"),
    ip(112, "VRRP", "virtual router redundancy (RFC 9568)"),
    ip(240, "pfsync", "packet filter state of the BSDs"),
    ip(89, "OSPF", "OSPF routing (RFC 2328, RFC 5340)"),
    ip(88, "EIGRP", "Cisco EIGRP routing (RFC 7868)"),
    ip(103, "PIM", "multicast routing (RFC 7761)"),
    ip(2, "IGMP", "multicast group membership (RFC 9776)"),
    udp(520, "RIP", "RIP routing (RFC 2453)"),
    udp(521, "RIPng", "RIPng routing (RFC 2080)"),
    udp(646, "LDP", "MPLS label distribution (RFC 5036)"),
    llc(0xfefe, "IS-IS", "IS-IS and ES-IS routing (ISO 10589)"),
    ip(58, 130, "MLD", "multicast listener query (RFC 9777)"),
    ip(58, 131, "MLD", "multicast listener report (RFC 9777)"),
    ip(58, 132, "MLD", "multicast listener done (RFC 9777)"),
    ip(58, 143, "MLDv2", "multicast listener report (RFC 9777)"),
    ip(58, 133, "RS", "IPv6 router solicitation (RFC 4861)"),
    ip(58, 134, "RA", "IPv6 router advertisement (RFC 4861)"),
    ip(58, 135, "NS", "IPv6 neighbour solicitation (RFC 4861)"),
    ip(58, 136, "NA", "IPv6 neighbour advertisement (RFC 4861)"),
    ip(58, 128, "ping6", "ICMPv6 echo request"),
    ip(58, "ICMPv6", "ICMPv6"),
    ip(1, 8, "ping", "ICMP echo request"),
    ip(1, "ICMP", "ICMP"),
    // Hosts and their services.
    ether(0x0806, "ARP", "address resolution (RFC 826)"),
    ether(0x8035, "RARP", "reverse ARP: a virtual machine has moved"),
    ether(0x0842, "WoL", "Wake-on-LAN"),
    udp(7, "WoL", "Wake-on-LAN, or echo"),
    udp(9, "WoL", "Wake-on-LAN, or discard"),
    udp(67, "DHCP", "DHCP client"),
    udp(68, "DHCP", "DHCP server"),
    udp(546, "DHCPv6", "DHCPv6 server"),
    udp(547, "DHCPv6", "DHCPv6 client"),
    udp(69, "TFTP", "trivial file transfer"),
    udp(123, "NTP", "network time, broadcast or multicast"),
    udp(137, "NBNS", "NetBIOS names"),
    udp(138, "NetBIOS", "NetBIOS datagrams: the Windows browser's announcements"),
    udp(161, "SNMP", "SNMP, asked of everybody"),
    udp(162, "SNMP-trap", "SNMP traps to everybody"),
    udp(427, "SLP", "service location"),
    udp(514, "syslog", "syslog to everybody"),
    udp(631, "CUPS", "printer announcements"),
    udp(1900, "SSDP", "UPnP discovery"),
    udp(1901, "Sonos", "Sonos players"),
    udp(6969, "Sonos", "Sonos players"),
    udp(3702, "WS-Discovery", "web services discovery: printers, cameras, Windows"),
    udp(5350, "NAT-PMP", "NAT port mapping announcements"),
    udp(5353, "mDNS", "multicast DNS: Bonjour, Avahi"),
    udp(5355, "LLMNR", "Windows link-local names"),
    udp(17500, "Dropbox", "Dropbox LAN sync"),
    udp(27036, "Steam", "Steam streaming in the house"),
    udp(57621, "Spotify", "Spotify Connect"),
    udp(32412, "Plex", "Plex discovery"),
    udp(32414, "Plex", "Plex discovery"),
    udp(6771, "BitTorrent", "BitTorrent local peers"),
    udp(3289, "Epson", "Epson printers and scanners"),
    udp(8610, "Canon", "Canon printers (BJNP)"),
    udp(8612, "Canon", "Canon printers and scanners (BJNP)"),
    udp(54915, "Logitech", "Logitech Arx control"),
    udp(6666, "Tuya", "Tuya smart home devices"),
    udp(6667, "Tuya", "Tuya smart home devices"),
    udp(9999, "Kasa", "TP-Link smart home devices"),
    udp(5678, "MNDP", "MikroTik neighbour discovery"),
    udp(10001, "UBNT", "Ubiquiti discovery"),
    udp(5246, "CAPWAP", "access points looking for their controller (control)"),
    udp(5247, "CAPWAP", "access points and their controller (data)"),
    udp(12222, "LWAPP", "access points and their controller (data)"),
    udp(12223, "LWAPP", "access points looking for their controller (control)"),
    // Clusters.
    udp(694, "HA-heartbeat", "Linux-HA cluster heartbeat"),
    udp(3343, "MSCS", "Microsoft failover cluster heartbeat"),
    udp(5404, "Corosync", "Corosync cluster heartbeat"),
    udp(5405, "Corosync", "Corosync cluster heartbeat"),
    // Industry, media, time.
    udp(319, "PTP", "precision time, event (IEEE 1588)"),
    udp(320, "PTP", "precision time, general (IEEE 1588)"),
    ether(0x88f7, "PTP", "precision time (IEEE 1588, 802.1AS)"),
    ether(0x8892, 0xfe, "PROFINET-DCP", "PROFINET discovery and configuration"),
    ether(0x8892, 0xff, "PROFINET-PTCP", "PROFINET time and delay"),
    ether(0x8892, "PROFINET", "PROFINET real time"),
    ether(0x88e3, "MRP", "PROFINET media redundancy (IEC 62439-2)"),
    ether(0x88fb, "PRP", "parallel redundancy supervision (IEC 62439-3)"),
    ether(0x892f, "HSR", "seamless redundancy ring (IEC 62439-3)"),
    ether(0x88a4, "EtherCAT", "EtherCAT field bus"),
    ether(0x88ab, "Powerlink", "Ethernet Powerlink field bus"),
    ether(0x88cd, "SERCOS", "SERCOS III field bus"),
    ether(0x88b8, "GOOSE", "substation events (IEC 61850)"),
    ether(0x88ba, "SV", "substation sampled values (IEC 61850)"),
    ether(0x887b, "HomePlug", "HomePlug 1.0 power line adapters"),
    ether(0x88e1, "HomePlug-AV", "HomePlug AV power line adapters"),
    ether(0x88a2, "AoE", "ATA over Ethernet"),
    udp(47808, "BACnet", "BACnet/IP building automation"),
    udp(44818, "EtherNet/IP", "EtherNet/IP discovery"),
    udp(2222, "EtherNet/IP", "EtherNet/IP implicit messages"),
    udp(34964, "PROFINET", "PROFINET context manager"),
    udp(3671, "KNX", "KNXnet/IP building automation"),
    udp(6454, "Art-Net", "stage lights"),
    udp(5568, "sACN", "stage lights (ANSI E1.31)"),
    // Of another age, and still met.
    ether(0x6001, "MOP", "DEC maintenance operation: load"),
    ether(0x6002, "MOP", "DEC maintenance operation: remote console"),
    ether(0x6003, "DECnet", "DECnet phase IV"),
    ether(0x6004, "LAT", "DEC local area transport"),
    ether(0x6007, "SCA", "DEC cluster communication"),
    ether(0x8137, "IPX", "Novell IPX"),
    llc(0xe0e0, "IPX", "Novell IPX"),
    llc(0xffff, "IPX", "Novell IPX (raw 802.3)"),
    llc(0xf0f0, "NetBEUI", "NetBIOS frames"),
    ether(0x809b, "AppleTalk", "AppleTalk"),
    ether(0x80f3, "AARP", "AppleTalk address resolution"),
    snap(0x080007, 0x809b, "AppleTalk", "AppleTalk"),
};

// Known by their destination alone, whatever the frame carries.
struct Group {
  std::uint64_t destination;
  ProtocolName name;
};
constexpr Group kGroups[] = {
    {0x0900'0909'13a6, {"loop-protect", "HP ProCurve and Aruba loop protection"}},
    {0x010f'e200'0007, {"loop-detect", "H3C and HPE Comware loop detection"}},
    {0x0300'c700'00ee, {"HP-teaming", "HP (Compaq) ProLiant: a team of network cards"}},
    {0xcf00'0000'0000, {"LOOP", "Ethernet configuration test: loop assistance"}},
};

}  // namespace

const ProtocolName* protocol_name(const Service& service, MacAddress destination) {
  for (const Group& group : kGroups)
    if (group.destination == destination.bits()) return &group.name;
  for (const Line& line : kLines) {
    Service wanted = line.service;
    if (line.any_subtype) wanted.subtype = service.subtype;
    if (wanted == service && (line.destination.is_zero() || line.destination == destination))
      return &line.name;
  }
  return nullptr;
}

}  // namespace lanwarden::analysis
