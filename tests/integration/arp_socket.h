// ARP (RFC 826) on a real interface, for the programs that play hosts and for
// the tests that look at the wire: what is sent here crosses real bridges.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "topology/ip_address.h"
#include "topology/mac_address.h"

namespace lanwarden::integration {

enum class ArpOperation : std::uint16_t { kRequest = 1, kReply = 2 };

/// One ARP packet for IPv4 over Ethernet, with the addresses of the frame around it.
struct ArpPacket {
  topology::MacAddress destination = topology::kBroadcast;  ///< Ethernet destination
  topology::MacAddress source;                              ///< Ethernet source
  ArpOperation operation = ArpOperation::kRequest;
  topology::MacAddress sender_mac;
  topology::IpAddress sender_ip;
  topology::MacAddress target_mac;
  topology::IpAddress target_ip;

  /// RFC 5227 §2.1.1: a request whose sender IP address is all zero. The target hardware address
  /// should be zero and is ignored: VMware sends all ones.
  bool is_probe() const { return operation == ArpOperation::kRequest && sender_ip.is_unspecified(); }
  /// RFC 5227 §2.3: sender and target address are the same.
  bool is_announcement() const {
    return operation == ArpOperation::kRequest && !sender_ip.is_unspecified() && sender_ip == target_ip;
  }
};

/// A packet socket for ARP on one interface. Throws LanError when it cannot be opened: needs CAP_NET_RAW.
class ArpSocket {
 public:
  explicit ArpSocket(const std::string& interface);
  /// The same inside the network namespace of that name; the caller's own namespace is as before afterwards.
  ArpSocket(const std::string& netns, const std::string& interface);
  ArpSocket(ArpSocket&& other) noexcept;
  ArpSocket& operator=(ArpSocket&&) = delete;
  ~ArpSocket();

  topology::MacAddress address() const { return address_; }
  /// Pads to 60 octets as a network card does. Fails silently on a link that is down, as a card does.
  void send(const ArpPacket& packet) const;
  /// An announcement of `ip` as this interface's own: every bridge on the way learns where we are.
  void announce(topology::IpAddress ip) const;
  /// An RFC 5227 probe for `ip`.
  void probe(topology::IpAddress ip, topology::MacAddress target_mac) const;
  /// The next ARP packet that arrives (our own are not seen), or nullopt after `limit`.
  std::optional<ArpPacket> receive(std::chrono::milliseconds limit) const;
  /// Drops what has arrived so far.
  void forget() const;

 private:
  void open(const std::string& interface);
  int fd_ = -1;
  topology::MacAddress address_;
};

/// Whether `to` hears an announcement of `address` by `from`: the way between them is open.
bool can_be_heard(const ArpSocket& from, const ArpSocket& to, topology::IpAddress address);

}  // namespace lanwarden::integration
