#include "agent/report/kind_words.h"

#include <algorithm>
#include <array>

namespace lanwarden::agent {
namespace {

// kind, title, meaning, standard, severity, evidence, weighed, remedy
constexpr std::array<KindWords, 22> kWords = {{
    {"arp-bogus-responder", "A device claims addresses that are not its own",
     "Whenever a host asks whether an address is free, this device answers that it has it, whatever the "
     "address is. The host must then give the address up: no host that checks its address can come up on "
     "this network.",
     "RFC 5227 §2.1.1 and §2.4: only the host that uses an address may answer a probe for it.", "critical",
     "probed_addresses, probers: whose addresses it claimed, and who asked. asked_as: probe or announcement, "
     "and what stood in the target hardware address (VMware writes ones). answer_after_ms (median), "
     "answer_after_ms_most. asked_and_answered_by_form: for each form how many addresses were asked for "
     "since it first answered, and how many it claimed. ordinary_requests_for_claimed, "
     "ordinary_requests_answered: others asked for the claimed addresses ordinarily (a ping does), and it "
     "kept silent: it does not have them. claimed_of_other_users: addresses that another station used "
     "before. answers_ordinary_requests_for: its own addresses. arp_sender: when it differs from mac.",
     "it used the address (ARP, DHCP, IP packets from it); it answers ordinary requests for several "
     "addresses, too (arp-proxy); virtual addresses; a tracker's or scanner's questions; a cluster node that "
     "takes services back at once",
     "`lanwarden where MAC`, then `isolate`; the frames named in `frames` are what its maker has to "
     "explain."},
    {"arp-probe-conflict", "A device answered a probe for an address",
     "A host asked whether an address is free, and this device answered that it has it. Once may be an "
     "honest defence of an address that was given twice; again and again it is not.",
     "RFC 5227 §2.1.1 (probing) and §2.4 (defence).",
     "warning; info when device tracking is the reason and the hosts come up nevertheless",
     "used_by_it_before, used_by_another_before; or device_tracking and victim: a switch's device tracking "
     "probes just while the host does, and the prober is named.",
     "the asker is a switch, a scanner, or asks again every half minute",
     "Ask `where` for both stations and look whose address it is. With device_tracking: set the switch's "
     "tracking to probe from a configured address, or later."},
    {"ip-conflict", "Two stations use one address",
     "Traffic for the address reaches now one station, now the other: connections break on both.",
     "RFC 5227 §2.4: a host that hears of a conflict must cease using the address or defend it once.",
     "warning; info for one host with two cards, and for an IPv6 address that its owner defended",
     "address, stations (who had it, who came), announced, returns.",
     "failover, a new lease, virtual addresses, two ports of one card",
     "Ask `where` for both; give one of them another address."},
    {"arp-spoof", "A station claims the address of another",
     "Answers were heard that bind an address in use, such as the gateway's, to another station: traffic of "
     "others goes to it.",
     "RFC 826; RFC 5227 §2.4.", "critical",
     "address, holder, claims, unasked, holder_still_speaks, named_by_dhcp; or addresses and holders.",
     "failover (the former holder is silent), virtual addresses, a bond, an answer that was asked for",
     "`where` with the culprit and with the holder; isolate the culprit. Dynamic ARP inspection prevents "
     "it."},
    {"arp-sender-mismatch", "ARP packets name another sender than their frame",
     "The sender in the ARP packet is not the station that sent the frame.",
     "RFC 826 expects the sender hardware address to be the sending station's.",
     "info; warning for a group address as sender", "arp_senders, addresses, packets.",
     "VRRP, HSRP, GLBP, NLB, the ports of a bond; an access point, a repeater or a proxy does it rightly",
     "See what device it is: `where` with both addresses. Nothing, when it is an access point or a bond."},
    {"arp-sweep", "A station asks for one address after another",
     "It looks for hosts, address by address: a scanner, or a worm.", "", "warning",
     "the block, how many addresses of it, and in what time.",
     "a router that looks for hosts all over its networks",
     "Ask its owner whether it scans on purpose; a management station does. A poller that asks 100 hosts in "
     "order within a minute looks the same."},
    {"arp-flood", "A station floods the network with ARP",
     "Every station has to look at every one of these broadcasts.", "",
     "warning; critical from 5,000 a second",
     "packets_per_second, seconds, requests, replies, announcements. Told at 500 packets a second for three "
     "seconds, or at 30 a second that repeat the same few questions.",
     "bursts; a router after a power cut; several stations that repeat themselves at once: their frames "
     "circle, which is switching-loop",
     "`where` with it; a host with a broken driver or a wrong netmask is the usual reason."},
    {"arp-bogon", "ARP for addresses that do not belong here",
     "The addresses are of no network that is used here: a misconfigured host.", "",
     "warning when the address is impossible, else info",
     "address, at_home_here. It speaks from a loopback, group or reserved address; or from one foreign to "
     "the LAN.",
     "link-local addresses; a second network with several hosts; proxied replies",
     "Find it with `where`; correct its address, or the VLAN of its port."},
    {"arp-proxy", "A station answers for many addresses",
     "It answers ordinary requests for many addresses: a router with proxy ARP, or a host with many "
     "addresses. A fact, not by itself a fault.",
     "RFC 1027 (proxy ARP).", "info", "how many addresses, when asked ordinarily.",
     "it answers for unused addresses as well: then it is arp-bogus-responder",
     "Nothing for a router that is meant to. Else switch proxy ARP off there."},
    {"dad-denied", "A host cannot get its address",
     "The host asks again and again whether its address is free, and never announces it: something on the "
     "network tells it that it is not. The culprit itself was not heard here.",
     "RFC 5227 §2.1.1.", "warning; critical with three victims and more",
     "victim, probed_addresses, attempts, probes, asked_as, other_victims (of the last ten minutes), "
     "fell_back_to, dhcp_declines, addresses_used_by (a station that was heard to use the address: then it "
     "is simply taken). The denial went to the host alone, so mac is the victim's, and the culprit is not "
     "known.",
     "it came up; it tracks or scans; it only chose a link-local address; the answer was heard",
     "`lanwarden probe -i IFACE` asks for addresses that nobody owns and names whoever claims them; or "
     "listen at a mirror of the victim's port. No port is ever shut for this kind."},
    {"nd-bogus-responder", "A device denies every IPv6 address",
     "It answers duplicate address detection for addresses that are not its own: no IPv6 host that checks "
     "its address can come up.",
     "RFC 4862 §5.4.", "critical",
     "denied_addresses, askers, answer_after_ms, denied_by: an advertisement, or asking for the same "
     "address.",
     "it used them; one host under several prefixes; a proxy; virtual addresses",
     "`where`, then `isolate`. ND inspection prevents it."},
    {"rogue-router-advertisement", "A station claims to be an IPv6 router",
     "Hosts take their default route and addresses from it.", "RFC 6104; RFC 6105 (RA guard).",
     "critical: in a router's name, a flood, a redirect; warning: a newcomer; info: cannot be told which is "
     "right",
     "router, lifetime_s, prefixes, preference, other_router, other_mac, other_prefixes, why. Also a station "
     "that says in the router's name that it is gone (lifetime 0).",
     "the same prefix; lifetime 0 in its own name; virtual addresses; a replaced router",
     "`where` with it. RA guard on every port that is no router's prevents it."},
    {"rogue-dhcp-server", "A second DHCP server answers",
     "Hosts get addresses, gateways and name servers from a server that is not this network's.",
     "RFC 2131 leaves the choice of servers to the administrator.",
     "critical once it gives leases; warning; info for a failover pair",
     "server, server_mac, network, gateway, dns, leases, other_server, other_mac, other_gateway, why. mac is "
     "named when the LAN's hosts use the other's network or gateway, or the other has served for longer.",
     "a relay, a boot server (PXE), a pair that agrees",
     "`where` with it: a home router with a LAN port in your wall is the usual reason. DHCP snooping "
     "prevents it. List your own servers in isolation.dhcp_servers."},
    {"dhcp-flood", "A station floods the DHCP server",
     "It asks so often, or in the name of so many stations, that the server's addresses run out for "
     "everybody else.",
     "", "warning",
     "messages, types, in_the_name_of. Forty messages in four seconds, or questions in the name of a hundred "
     "stations in a minute.",
     "relays", "`where` with it; DHCP snooping with a rate limit prevents it."},
    {"heartbeat-broadcast", "Devices shout a heartbeat at everybody",
     "Each beat is a broadcast that every port has to carry and every station has to look at.", "",
     "by cost: info below 10 frames a second (100 for services over IP), warning above, critical from 1,000",
     "period_s, jitter_s, missed, sources, teams (neighbouring addresses that beat together: two ports of "
     "one card), frames_per_second, bits_per_second, share of all broadcast and multicast; protocol and "
     "meaning, or the first octets (payload) of what nobody knows.",
     "protocols that beat to a group of their own, which is heartbeat-protocol",
     "Configure the cards or the cluster to use a VLAN of their own, or multicast. `lanwarden heartbeats` "
     "has them all."},
    {"heartbeat-protocol", "A heartbeat protocol on this network",
     "A protocol that announces itself at regular times.", "", "info",
     "protocol, meaning, period_s, sources. Beats to a group of its own (LLDP, HSRP, spanning tree), or to "
     "itself (Cisco keepalives); told once a protocol, not once a station.",
     "", "Nothing. `lanwarden heartbeats` has the whole census."},
    {"broadcast-storm", "A broadcast storm",
     "Broadcasts take so much of the network that everything else slows down.", "",
     "warning from 1,000 frames a second, critical from 10,000",
     "frames_in_one_second, of them broadcast and multicast; mac when one station sends most. One station is "
     "told within the second (or for 300 a second, in the third); many must last three seconds.",
     "streams to routed multicast groups (television, cameras) are not counted",
     "One station: find it with `where`. Many: look for a loop."},
    {"mac-flood", "A flood of made-up addresses",
     "So many source addresses come from one place that switches' tables overflow: they then send everything "
     "everywhere.",
     "", "warning; critical from 8,192 new addresses in ten seconds",
     "looked_at (one address in sixteen; the numbers are estimates from it), examples; mac is one of them: "
     "the switches still know from which port it came.",
     "hundreds of addresses of one maker, as after a power cut or a roaming crowd",
     "`where` with that address; port security limits the addresses of a port."},
    {"switching-loop", "A loop between switches",
     "The same frames come back again and again: somewhere two cables make a circle that spanning tree does "
     "not cut.",
     "IEEE 802.1D / 802.1Q spanning tree.", "critical",
     "copies, round_trip_ms, stations: the same frames, of at least two stations, came back twelve times or "
     "more with no more than 60 ms between.",
     "a mirror port's copies, hosts that repeat themselves, one program that floods",
     "Look for two ports joined by a cable, or an unmanaged switch with two uplinks; the ports between which "
     "switches see addresses move. BPDU guard and loop protection prevent it."},
    {"stp-root-change", "Another spanning tree root",
     "The root of the spanning tree changed: traffic now takes other ways, through a bridge that was not "
     "chosen for it.",
     "IEEE 802.1D §8.",
     "warning when a bridge never heard before takes over, when the root changes four times in ten minutes, "
     "and from 60 topology changes in ten minutes; else info",
     "root, root_before, topology_changes, told_by (who sent the BPDU; locate the root).",
     "a root that was replaced on purpose is told once",
     "Root guard or BPDU guard on edge ports; edge ports (portfast) for hosts."},
    {"new-station", "A station that was not here before",
     "A fact, good to know in a network where nobody should come unannounced.", "", "info",
     "address and name it gave in its first ten seconds. At most 20 a minute; others_not_told counts the "
     "rest. Known is whom the store remembers (`run`, and `watch --locate`, once the switches were polled), "
     "else whom the first hour of listening heard.",
     "", "Nothing, unless nobody knows it: `lanwarden where MAC`."},
    {"station-moved", "A station moved to another port",
     "It is plugged in elsewhere, roams, or its address exists twice.", "",
     "info; warning from the fourth move within an hour",
     "where it was heard before, and where now: in another VLAN or interface, and for a minute no longer in "
     "the first.",
     "routers that live in several VLANs; addresses made to (VRRP, HSRP, GLBP, NLB)",
     "One address in two machines? `where` shows both places."},
}};

}  // namespace

std::span<const KindWords> all_kind_words() { return kWords; }

KindWords kind_words(std::string_view kind) {
  const auto it =
      std::find_if(kWords.begin(), kWords.end(), [&](const KindWords& w) { return w.kind == kind; });
  return it == kWords.end() ? KindWords{kind, kind, "", "", "", "", "", ""} : *it;
}

std::string detectors_markdown() {
  std::string out =
      "# Detectors: every kind of finding\n\n"
      "Made from the program's own table: `lanwarden kinds --markdown`. `lanwarden kinds KIND` shows one.\n\n"
      "`watch` tells a finding once, and again only when it was quiet for ten minutes or longer. `info` is a "
      "fact that "
      "is good to know; `warning` is trouble; `critical` stops others from working. `mac` is the culprit's "
      "Ethernet "
      "source address, the one that switches learn: `lanwarden where MAC` finds its port. It is absent when "
      "nobody can "
      "be named for certain. Evidence that is absent is unknown.\n\n"
      "What is said here of thresholds is judgement, held against real captures, the simulated campus, and "
      "the "
      "troubles of `./dev recall`.\n";
  for (const KindWords& w : kWords) {
    out.append("\n## `").append(w.kind).append("`: ").append(w.title).append("\n\n");
    const auto part = [&](std::string_view name, std::string_view text) {
      if (!text.empty()) out.append("- **").append(name).append("** ").append(text).append("\n");
    };
    part("What it means:", w.meaning);
    part("Severity:", w.severity);
    part("Evidence:", w.evidence);
    part("False alarms that were weighed:", w.weighed);
    part("What to do:", w.remedy);
    part("Against:", w.standard);
  }
  return out;
}

}  // namespace lanwarden::agent
