#include "topology/ip_address.h"

#include <arpa/inet.h>

#include <array>

namespace lanwarden::topology {

Result<IpAddress, ParseError> IpAddress::parse(std::string_view text) {
  const std::string copy{text};  // inet_pton wants a terminator
  std::array<std::uint8_t, 16> octets{};
  if (text.find(':') != std::string_view::npos) {
    if (inet_pton(AF_INET6, copy.c_str(), octets.data()) == 1) return v6(octets);
    return tl::make_unexpected(ParseError{"not an IPv6 address", 0});
  }
  if (inet_pton(AF_INET, copy.c_str(), octets.data()) == 1)
    return v4(std::span<const std::uint8_t, 4>{octets.data(), 4});
  return tl::make_unexpected(ParseError{"not an IPv4 address", 0});
}

std::string IpAddress::to_string() const {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(v6_ ? AF_INET6 : AF_INET, octets().data(), text, sizeof text);
  return text;
}

}  // namespace lanwarden::topology
