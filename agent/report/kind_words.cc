#include "agent/report/kind_words.h"

#include <algorithm>
#include <array>

namespace lanwarden::agent {
namespace {

constexpr std::array<KindWords, 21> kWords = {{
    {"arp-bogus-responder", "A device claims addresses that are not its own",
     "Whenever a host asks whether an address is free, this device answers that it has it, whatever the "
     "address "
     "is. The host must then give the address up: no host that checks its address can come up on this "
     "network.",
     "RFC 5227 §2.1.1 and §2.4: only the host that uses an address may answer a probe for it."},
    {"arp-probe-conflict", "A device answered a probe for an address",
     "A host asked whether an address is free, and this device answered that it has it. Once may be an "
     "honest "
     "defence of an address that was given twice; again and again it is not.",
     "RFC 5227 §2.1.1 (probing) and §2.4 (defence)."},
    {"ip-conflict", "Two stations use one address",
     "Traffic for the address reaches now one station, now the other: connections break on both.",
     "RFC 5227 §2.4: a host that hears of a conflict must cease using the address or defend it once."},
    {"arp-spoof", "A station claims the address of another",
     "Answers were heard that bind an address in use, such as the gateway's, to another station: traffic of "
     "others goes to it.",
     "RFC 826; RFC 5227 §2.4."},
    {"arp-sender-mismatch", "ARP packets name another sender than their frame",
     "The sender in the ARP packet is not the station that sent the frame.",
     "RFC 826 expects the sender hardware address to be the sending station's."},
    {"arp-sweep", "A station asks for one address after another",
     "It looks for hosts, address by address: a scanner, or a worm.", ""},
    {"arp-flood", "A station floods the network with ARP",
     "Every station has to look at every one of these broadcasts.", ""},
    {"arp-bogon", "ARP for addresses that do not belong here",
     "The addresses are of no network that is used here: a misconfigured host.", ""},
    {"arp-proxy", "A station answers for many addresses",
     "It answers ordinary requests for many addresses: a router with proxy ARP, or a host with many "
     "addresses. "
     "A fact, not by itself a fault.",
     "RFC 1027 (proxy ARP)."},
    {"dad-denied", "A host cannot get its address",
     "The host asks again and again whether its address is free, and never announces it: something on the "
     "network tells it that it is not. The culprit itself was not heard here.",
     "RFC 5227 §2.1.1."},
    {"nd-bogus-responder", "A device denies every IPv6 address",
     "It answers duplicate address detection for addresses that are not its own: no IPv6 host that checks "
     "its "
     "address can come up.",
     "RFC 4862 §5.4."},
    {"rogue-router-advertisement", "A station claims to be an IPv6 router",
     "Hosts take their default route and addresses from it.", "RFC 6104; RFC 6105 (RA guard)."},
    {"rogue-dhcp-server", "A second DHCP server answers",
     "Hosts get addresses, gateways and name servers from a server that is not this network's.",
     "RFC 2131 leaves the choice of servers to the administrator."},
    {"heartbeat-broadcast", "Devices shout a heartbeat at everybody",
     "Each beat is a broadcast that every port has to carry and every station has to look at.", ""},
    {"heartbeat-protocol", "A heartbeat protocol on this network",
     "A protocol that announces itself at regular times.", ""},
    {"broadcast-storm", "A broadcast storm",
     "Broadcasts take so much of the network that everything else slows down.", ""},
    {"mac-flood", "A flood of made-up addresses",
     "So many source addresses come from one place that switches' tables overflow: they then send everything "
     "everywhere.",
     ""},
    {"switching-loop", "A loop between switches",
     "The same frames come back again and again: somewhere two cables make a circle that spanning tree does "
     "not "
     "cut.",
     "IEEE 802.1D / 802.1Q spanning tree."},
    {"stp-root-change", "Another spanning tree root",
     "The root of the spanning tree changed: traffic now takes other ways, through a bridge that was not "
     "chosen "
     "for it.",
     "IEEE 802.1D §8."},
    {"new-station", "A station that was not here before", "", ""},
    {"station-moved", "A station moved to another port", "", ""},
}};

}  // namespace

KindWords kind_words(std::string_view kind) {
  const auto it =
      std::find_if(kWords.begin(), kWords.end(), [&](const KindWords& w) { return w.kind == kind; });
  return it == kWords.end() ? KindWords{kind, kind, "", ""} : *it;
}

}  // namespace lanwarden::agent
