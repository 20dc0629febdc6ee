// victim_host INTERFACE ADDRESS COUNT: COUNT virtual servers, from ADDRESS on, that want to come up one
// after the other. Each asks by RFC 5227 whether its address is taken: probes with sender 0.0.0.0 and, as
// VMware does, a target hardware address of all ones. Answered, it gives up, and the next one tries; who
// gave up tries again when its turn comes. Not answered, it announces itself. Ends with 0 when all are up.
// Prints, a line an event:
//   conflict ADDRESS MAC     somebody claimed it
//   up ADDRESS               nobody did: announced
// The intervals are a tenth of the RFC's, which say seconds.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <optional>
#include <thread>

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
constexpr auto kRest = 100ms;           // before the next server tries

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

/// Whether the server of that address is up now.
bool comes_up(const ArpSocket& wire, IpAddress address) {
  if (const auto owner = probe_for_owner(wire, address)) {
    std::cout << "conflict " << address.to_string() << ' ' << owner->to_string() << std::endl;
    return false;
  }
  for (int n = 0; n < kAnnouncements; ++n) wire.announce(address);
  std::cout << "up " << address.to_string() << std::endl;
  return true;
}

int bring_up_all(const ArpSocket& wire, IpAddress first, std::uint32_t count) {
  std::deque<IpAddress> down;
  for (std::uint32_t i = 0; i < count; ++i) down.push_back(IpAddress::v4(first.v4_bits() + i));
  while (!down.empty()) {
    const auto address = down.front();
    down.pop_front();
    if (!comes_up(wire, address)) down.push_back(address);
    std::this_thread::sleep_for(kRest);
    wire.forget();  // an answer that comes late is to nobody's question
  }
  return 0;
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
    return bring_up_all(ArpSocket(argv[1]), *first, static_cast<std::uint32_t>(count));
  } catch (const LanError& error) {
    std::cerr << "victim_host: " << error.what() << '\n';
    return 1;
  }
}
