#include "arp_socket.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

#include "net_namespace.h"
#include "process.h"

namespace lanwarden::integration {
namespace {

using topology::IpAddress;
using topology::MacAddress;

constexpr std::size_t kArpFrame = 14 + 28;  // Ethernet header and ARP for IPv4
constexpr std::size_t kShortestFrame = 60;  // IEEE 802.3 minimum without the checksum
constexpr std::array<std::uint8_t, 8> kTypeAndSpace = {0x08, 0x06, 0x00, 0x01, 0x08, 0x00, 6, 4};

class Writer {
 public:
  explicit Writer(std::span<std::uint8_t> out) : out_(out) {}
  void put(std::span<const std::uint8_t> octets) {
    std::copy(octets.begin(), octets.end(), out_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ += octets.size();
  }
  void put(MacAddress mac) { put(std::span<const std::uint8_t>(mac.octets())); }

 private:
  std::span<std::uint8_t> out_;
  std::size_t at_ = 0;
};

MacAddress mac_at(std::span<const std::uint8_t> frame, std::size_t offset) {
  return MacAddress(frame.subspan(offset).first<6>());
}

IpAddress ip_at(std::span<const std::uint8_t> frame, std::size_t offset) {
  return IpAddress::v4(frame.subspan(offset).first<4>());
}

std::optional<ArpPacket> decode(std::span<const std::uint8_t> frame) {
  if (frame.size() < kArpFrame) return std::nullopt;
  if (!std::equal(kTypeAndSpace.begin(), kTypeAndSpace.end(), frame.begin() + 12)) return std::nullopt;
  const unsigned operation = (frame[20] << 8) | frame[21];
  if (operation != 1 && operation != 2) return std::nullopt;
  ArpPacket packet;
  packet.destination = mac_at(frame, 0);
  packet.source = mac_at(frame, 6);
  packet.operation = static_cast<ArpOperation>(operation);
  packet.sender_mac = mac_at(frame, 22);
  packet.sender_ip = ip_at(frame, 28);
  packet.target_mac = mac_at(frame, 32);
  packet.target_ip = ip_at(frame, 38);
  return packet;
}

}  // namespace

ArpSocket::ArpSocket(const std::string& interface) { open(interface); }

ArpSocket::ArpSocket(const std::string& netns, const std::string& interface) {
  const InNetNamespace inside(netns);
  open(interface);
}

ArpSocket::ArpSocket(ArpSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), address_(other.address_) {}

ArpSocket::~ArpSocket() {
  if (fd_ >= 0) ::close(fd_);
}

void ArpSocket::open(const std::string& interface) {
  fd_ = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ARP));
  sockaddr_ll here{};
  here.sll_family = AF_PACKET;
  here.sll_protocol = htons(ETH_P_ARP);
  here.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
  socklen_t length = sizeof here;
  auto* const address = reinterpret_cast<sockaddr*>(&here);
  if (fd_ < 0 || here.sll_ifindex == 0 || ::bind(fd_, address, length) != 0 ||
      ::getsockname(fd_, address, &length) != 0) {
    const std::string cause = std::strerror(errno);
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    throw LanError(interface + ": cannot listen for ARP: " + cause);
  }
  address_ = MacAddress(std::span<const std::uint8_t>(here.sll_addr).first<6>());
}

void ArpSocket::send(const ArpPacket& packet) const {
  std::array<std::uint8_t, kShortestFrame> frame{};
  Writer out(frame);
  out.put(packet.destination);
  out.put(packet.source);
  out.put(kTypeAndSpace);
  const auto operation = static_cast<std::uint16_t>(packet.operation);
  out.put(std::array<std::uint8_t, 2>{static_cast<std::uint8_t>(operation >> 8),
                                      static_cast<std::uint8_t>(operation)});
  out.put(packet.sender_mac);
  out.put(packet.sender_ip.octets());
  out.put(packet.target_mac);
  out.put(packet.target_ip.octets());
  if (::send(fd_, frame.data(), frame.size(), 0) < 0 && errno != ENETDOWN && errno != ENOBUFS)
    throw LanError("sending ARP: " + std::string(std::strerror(errno)));
}

void ArpSocket::announce(IpAddress ip) const {
  ArpPacket packet;
  packet.source = packet.sender_mac = address_;
  packet.sender_ip = packet.target_ip = ip;
  send(packet);
}

void ArpSocket::probe(IpAddress ip, MacAddress target_mac) const {
  ArpPacket packet;
  packet.source = packet.sender_mac = address_;
  packet.target_mac = target_mac;
  packet.target_ip = ip;
  send(packet);
}

std::optional<ArpPacket> ArpSocket::receive(std::chrono::milliseconds limit) const {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd ready{fd_, POLLIN, 0};
    const int events = ::poll(&ready, 1, std::max(0, static_cast<int>(left.count())));
    if (events == 0 || (events < 0 && errno != EINTR)) return std::nullopt;
    std::array<std::uint8_t, 2048> frame;
    sockaddr_ll from{};
    socklen_t length = sizeof from;
    const ssize_t n = ::recvfrom(fd_, frame.data(), frame.size(), MSG_DONTWAIT,
                                 reinterpret_cast<sockaddr*>(&from), &length);
    if (n <= 0 || from.sll_pkttype == PACKET_OUTGOING) continue;
    if (const auto packet = decode(std::span(frame).first(static_cast<std::size_t>(n)))) return packet;
  }
}

void ArpSocket::forget() const {
  while (receive(std::chrono::milliseconds{0})) {
  }
}

bool can_be_heard(const ArpSocket& from, const ArpSocket& to, IpAddress address) {
  constexpr std::chrono::milliseconds kHearing{300};
  to.forget();
  from.announce(address);
  for (auto packet = to.receive(kHearing); packet; packet = to.receive(kHearing))
    if (packet->source == from.address() && packet->sender_ip == address) return true;
  return false;
}

}  // namespace lanwarden::integration
