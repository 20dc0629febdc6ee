#include "agent/notify/url.h"

#include <algorithm>
#include <charconv>

namespace lanwarden::agent {
namespace {

tl::unexpected<std::string> error(std::string text) { return tl::make_unexpected(std::move(text)); }

std::uint16_t usual_port(std::string_view scheme) {
  return scheme == "https" ? 443 : scheme == "http" ? 80 : scheme == "udp" ? 514 : 601;  // RFC 5426, RFC 3195
}

bool unprintable(char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; }

}  // namespace

std::string ChannelUrl::shown() const {
  if (scheme == "unix") return "unix:" + path;
  const bool v6 = host.find(':') != std::string::npos;
  std::string text = scheme + "://" + (v6 ? "[" + host + "]" : host);
  if (port != usual_port(scheme) || scheme == "udp" || scheme == "tcp") text += ":" + std::to_string(port);
  return text;
}

topology::Result<ChannelUrl, std::string> parse_channel_url(std::string_view text) {
  ChannelUrl url;
  if (std::any_of(text.begin(), text.end(), unprintable))
    return error("must not contain blanks or control characters");
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return error("is no URL: it has no scheme");
  url.scheme = text.substr(0, colon);
  std::string_view rest = text.substr(colon + 1);
  if (url.scheme == "unix") {
    if (rest.starts_with("//")) rest.remove_prefix(2);
    if (!rest.starts_with('/')) return error("needs the whole path of a socket: unix:/dev/log");
    if (rest.size() > 107) return error("has a path too long for a socket (107 octets at most)");
    url.path = rest;
    return url;
  }
  constexpr std::string_view kSchemes[] = {"http", "https", "udp", "tcp"};
  if (std::find(std::begin(kSchemes), std::end(kSchemes), url.scheme) == std::end(kSchemes))
    return error("has a scheme that is not known; one of http, https, udp, tcp, unix");
  if (!rest.starts_with("//")) return error("is no URL: write " + url.scheme + "://host");
  rest.remove_prefix(2);
  const std::size_t end = rest.find_first_of("/?#");
  std::string_view authority = rest.substr(0, end);
  std::string_view path = end == std::string_view::npos ? std::string_view() : rest.substr(end);
  path = path.substr(0, path.find('#'));
  const bool http = url.scheme.starts_with("http");
  if (!http && path.size() > 1) return error("has a path; write " + url.scheme + "://host:port");
  if (http) url.path = path.starts_with('/') ? std::string(path) : "/" + std::string(path);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    if (!http) return error("has a user; write " + url.scheme + "://host:port");
    const std::string_view user = authority.substr(0, at);
    const std::size_t parting = user.find(':');
    url.user = user.substr(0, parting);
    if (parting != std::string_view::npos) url.password = user.substr(parting + 1);
    authority.remove_prefix(at + 1);
  }
  url.port = usual_port(url.scheme);
  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return error("lacks the closing bracket of its address");
    url.host = authority.substr(1, close - 1);
    port = authority.substr(close + 1);
    if (!port.empty() && !port.starts_with(':')) return error("has something between address and port");
    if (!port.empty()) port.remove_prefix(1);
  } else {
    const std::size_t parting = authority.find(':');
    url.host = authority.substr(0, parting);
    if (parting != std::string_view::npos) port = authority.substr(parting + 1);
  }
  if (url.host.empty()) return error("names no host");
  if (!port.empty()) {
    const auto [stop, failure] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (failure != std::errc{} || stop != port.data() + port.size() || url.port == 0)
      return error("has a port that is none; ports go from 1 to 65535");
  }
  return url;
}

}  // namespace lanwarden::agent
