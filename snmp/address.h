// Where a switch answers: "host", "host:port", "[v6]:port".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "topology/result.h"

namespace lanwarden::snmp {

struct HostPort {
  std::string host;  ///< without brackets
  std::uint16_t port = 161;
  bool operator==(const HostPort&) const = default;
};

/// Reads "10.0.3.2", "floor3.example", "10.0.3.2:1161", "[2001:db8::1]:161",
/// "[2001:db8::1]" and "2001:db8::1". Looks nothing up.
topology::Result<HostPort, topology::ParseError> parse_address(std::string_view text);

}  // namespace lanwarden::snmp
