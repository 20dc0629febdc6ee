// Every kind of finding there is. Users' scripts and configurations name them: a kind never changes its name.
#pragma once

#include <array>
#include <string_view>

namespace lanwarden::analysis {

inline constexpr std::array<std::string_view, 22> kKinds = {
    "arp-bogus-responder", "arp-probe-conflict",  "ip-conflict",        "arp-spoof",
    "arp-sender-mismatch", "arp-sweep",           "arp-flood",          "arp-bogon",
    "arp-proxy",           "dad-denied",          "nd-bogus-responder", "rogue-router-advertisement",
    "rogue-dhcp-server",   "heartbeat-broadcast", "heartbeat-protocol", "broadcast-storm",
    "mac-flood",           "switching-loop",      "stp-root-change",    "new-station",
    "station-moved",       "dhcp-flood"};

}  // namespace lanwarden::analysis
