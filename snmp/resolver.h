// Host names to addresses, beside the event loop: a dead name server must not hold up the switches.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "snmp/address.h"

namespace lanwarden::snmp {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

/// A numeric address, at once. False when it is a name.
bool numeric_address(const HostPort& where, SocketAddress& out);

class Resolver {
 public:
  Resolver();
  ~Resolver();  ///< does not wait for a look-up that hangs
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  struct Found {
    std::uint64_t who = 0;
    SocketAddress address;
    std::string error;  ///< empty: found
  };
  /// Readable when take() has something.
  int event_fd() const;
  void ask(std::uint64_t who, HostPort where);
  std::vector<Found> take();

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace lanwarden::snmp
