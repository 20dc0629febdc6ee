#include "snmp/address.h"

#include <charconv>

namespace lanwarden::snmp {

using topology::ParseError;
using topology::Result;

Result<HostPort, ParseError> parse_address(std::string_view text) {
  HostPort out;
  std::string_view port;
  std::size_t port_at = text.size();
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return tl::unexpected(ParseError{"the bracket is not closed", 0});
    out.host = text.substr(1, close - 1);
    const auto rest = text.substr(close + 1);
    if (!rest.empty() && rest[0] != ':')
      return tl::unexpected(ParseError{"after the bracket comes :port or nothing", close + 1});
    if (!rest.empty()) {
      port = rest.substr(1);
      port_at = close + 2;
      if (port.empty()) return tl::unexpected(ParseError{"a port is missing after the colon", port_at});
    }
  } else if (const auto colon = text.find(':');
             colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos) {
    out.host = text.substr(0, colon);
    port = text.substr(colon + 1);
    port_at = colon + 1;
    if (port.empty()) return tl::unexpected(ParseError{"a port is missing after the colon", port_at});
  } else {
    out.host = text;
  }
  if (out.host.empty()) return tl::unexpected(ParseError{"a host is missing", 0});
  if (const auto bad = out.host.find_first_of(" \t/@"); bad != std::string::npos)
    return tl::unexpected(ParseError{"a host name has no such character", bad});
  if (!port.empty()) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), value);
    if (error != std::errc{} || end != port.data() + port.size() || value == 0 || value > 65535)
      return tl::unexpected(ParseError{"a port is a number from 1 to 65535", port_at});
    out.port = static_cast<std::uint16_t>(value);
  }
  return out;
}

}  // namespace lanwarden::snmp
