// clock_host INTERFACE [SERVER OWN]: the clock of the story. Its firmware answers every RFC 5227
// probe, whatever address is probed, with its own MAC address; to anything else it stays silent, so
// that no ping and no scanner finds it. With SERVER and OWN it asks for its time server now and then
// ("who has SERVER? tell OWN"), as the real one does: that is how the switches know where it is.
#include <chrono>
#include <iostream>
#include <optional>

#include "arp_socket.h"
#include "process.h"

using namespace lanwarden::integration;
using lanwarden::topology::IpAddress;
using namespace std::chrono_literals;

namespace {

void ask_for_time_server(const ArpSocket& wire, IpAddress server, IpAddress own) {
  ArpPacket question;
  question.source = question.sender_mac = wire.address();
  question.sender_ip = own;
  question.target_ip = server;
  wire.send(question);
}

void claim(const ArpSocket& wire, const ArpPacket& probe) {
  ArpPacket claim;
  claim.destination = claim.target_mac = probe.sender_mac;
  claim.source = claim.sender_mac = wire.address();
  claim.operation = ArpOperation::kReply;
  claim.sender_ip = probe.target_ip;
  claim.target_ip = probe.sender_ip;
  wire.send(claim);
  std::cout << "claimed " << probe.target_ip.to_string() << " from " << probe.sender_mac.to_string()
            << std::endl;
}

int play(const ArpSocket& wire, std::optional<IpAddress> server, IpAddress own) {
  auto next_question = std::chrono::steady_clock::now();
  for (;;) {
    if (server && std::chrono::steady_clock::now() >= next_question) {
      ask_for_time_server(wire, *server, own);
      next_question += 5s;
    }
    const auto packet = wire.receive(1s);
    if (packet && packet->is_probe()) claim(wire, *packet);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto server = argc == 4 ? IpAddress::parse(argv[2]) : IpAddress{};
  const auto own = argc == 4 ? IpAddress::parse(argv[3]) : IpAddress{};
  if ((argc != 2 && argc != 4) || !server || !own) {
    std::cerr << "usage: clock_host INTERFACE [SERVER OWN]\n";
    return 2;
  }
  try {
    const ArpSocket wire(argv[1]);
    return play(wire, argc == 4 ? std::optional(*server) : std::nullopt, *own);
  } catch (const LanError& error) {
    std::cerr << "clock_host: " << error.what() << '\n';
    return 1;
  }
}
