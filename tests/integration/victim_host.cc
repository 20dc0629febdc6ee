// victim_host INTERFACE ADDRESS COUNT: virtual servers that come up one after the other and cannot.
// Each asks by RFC 5227 whether its address is taken: probes with sender 0.0.0.0 and, as VMware
// does, a target hardware address of all ones. Answered, it gives the address up, and the next one
// tries the next of COUNT addresses, round and round. The first that is not answered announces
// itself and ends the program with 0. Prints, a line an event:
//   conflict ADDRESS MAC     somebody claimed it
//   up ADDRESS               nobody did: announced
// The intervals are a tenth of the RFC's, which say seconds.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <optional>

#include "arp_socket.h"
#include "process.h"

using namespace lanwarden::integration;
using lanwarden::topology::IpAddress;
using lanwarden::topology::kBroadcast;
using lanwarden::topology::MacAddress;
using namespace std::chrono_literals;

namespace {

constexpr int kProbes = 3;              // PROBE_NUM
constexpr auto kProbeInterval = 150ms;  // PROBE_MIN to PROBE_MAX: 1 to 2 s
constexpr auto kAnnounceWait = 200ms;   // ANNOUNCE_WAIT: 2 s
constexpr int kAnnouncements = 2;       // ANNOUNCE_NUM
constexpr auto kRest = 100ms;           // before the next address is tried

/// RFC 5227 §2.1.1: whoever sends from the address, or probes for it too, owns the conflict.
std::optional<MacAddress> claimant(const ArpSocket& wire, IpAddress address,
                                   std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (auto now = std::chrono::steady_clock::now(); now < deadline; now = std::chrono::steady_clock::now()) {
    const auto packet =
        wire.receive(std::chrono::duration_cast<std::chrono::milliseconds>(deadline - now) + 1ms);
    if (!packet || packet->sender_mac == wire.address()) continue;
    if (packet->sender_ip == address || (packet->is_probe() && packet->target_ip == address))
      return packet->sender_mac;
  }
  return std::nullopt;
}

std::optional<MacAddress> probe_for_owner(const ArpSocket& wire, IpAddress address) {
  for (int i = 1; i <= kProbes; ++i) {
    wire.probe(address, kBroadcast);
    if (const auto owner = claimant(wire, address, i < kProbes ? kProbeInterval : kAnnounceWait))
      return owner;
  }
  return std::nullopt;
}

int come_up(const ArpSocket& wire, IpAddress first, unsigned count) {
  for (unsigned i = 0;; i = (i + 1) % count) {
    const auto address = IpAddress::v4(first.v4_bits() + i);
    if (const auto owner = probe_for_owner(wire, address)) {
      std::cout << "conflict " << address.to_string() << ' ' << owner->to_string() << std::endl;
      wire.receive(kRest);
      continue;
    }
    for (int n = 0; n < kAnnouncements; ++n) wire.announce(address);
    std::cout << "up " << address.to_string() << std::endl;
    return 0;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto first = argc == 4 ? IpAddress::parse(argv[2]) : IpAddress{};
  const auto count = argc == 4 ? std::strtoul(argv[3], nullptr, 10) : 0;
  if (!first || first->is_v6() || count == 0 || count > 1000) {
    std::cerr << "usage: victim_host INTERFACE ADDRESS COUNT\n";
    return 2;
  }
  try {
    return come_up(ArpSocket(argv[1]), *first, static_cast<unsigned>(count));
  } catch (const LanError& error) {
    std::cerr << "victim_host: " << error.what() << '\n';
    return 1;
  }
}
