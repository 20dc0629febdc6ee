// Where a channel sends to: read once, the same way, when the configuration is judged and when it is used.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "topology/result.h"

namespace lanwarden::agent {

struct ChannelUrl {
  std::string scheme;          ///< "http" "https" "udp" "tcp" "unix"
  std::string user, password;  ///< of http
  std::string host;            ///< without brackets
  std::uint16_t port = 0;
  std::string path;  ///< of http: with its query, at least "/"; of unix: the socket

  /// "https://host:8443", "unix:/dev/log": what may be printed. A path may be a token, and so may a query.
  std::string shown() const;
};

/// Fails with a sentence that contains nothing of the URL but its scheme.
topology::Result<ChannelUrl, std::string> parse_channel_url(std::string_view text);

}  // namespace lanwarden::agent
