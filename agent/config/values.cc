#include "agent/config/values.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "agent/config/secret_source.h"
#include "agent/notify/event.h"
#include "analysis/kinds.h"
#include "snmp/sub_agent.h"
#include "topology/ip_address.h"

namespace lanwarden::agent {
namespace {

using NodeKind = TomlNode::Kind;
using Read = topology::Result<OptionValue, ValueError>;

std::string in_quotes(std::string_view text) { return std::string("\"").append(text).append("\""); }
tl::unexpected<ValueError> error(std::string text) { return tl::make_unexpected(std::move(text)); }
tl::unexpected<ValueError> wrong_type(std::string_view wanted, const TomlNode& node) {
  return error("must be " + std::string(wanted) + ", not " + std::string(describe(node.kind)));
}

std::string plain(double value) {
  std::string text = std::to_string(value);
  while (text.find('.') != std::string::npos && (text.back() == '0' || text.back() == '.')) {
    const bool dot = text.back() == '.';
    text.pop_back();
    if (dot) break;
  }
  return text;
}

Read read_text(const TomlNode& node) {
  if (node.kind != NodeKind::kText) return wrong_type("text in double quotes", node);
  if (node.text.empty()) return error("must not be empty");
  return OptionValue(node.text);
}

/// Empty when it is an address to send to.
std::string judge_address(const std::string& text) {
  std::string_view host = text;
  std::string_view port;
  bool with_port = false;
  bool v6 = false;
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos)
      return in_quotes(text) + " lacks the closing bracket; write [IPv6]:port";
    const std::string_view rest = host.substr(end + 1);
    if (!rest.empty() && !rest.starts_with(':')) return in_quotes(text) + " is no address; write [IPv6]:port";
    with_port = !rest.empty();
    if (with_port) port = rest.substr(1);
    host = host.substr(1, end - 1);
    v6 = true;
  } else if (std::count(host.begin(), host.end(), ':') == 1) {
    const std::size_t colon = host.find(':');
    port = host.substr(colon + 1);
    host = host.substr(0, colon);
    with_port = true;
  } else {
    v6 = host.find(':') != std::string_view::npos;
  }
  if (with_port) {
    unsigned number = 0;
    const auto [stop, failure] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (failure != std::errc{} || stop != port.data() + port.size() || number < 1 || number > 65535)
      return in_quotes(text) + ": " + in_quotes(port) + " is no port; ports go from 1 to 65535";
  }
  if (v6) {
    const auto address =
        topology::IpAddress::parse(host.substr(0, host.find('%')));  // a zone may follow: fe80::1%eth0
    return address && address->is_v6()
               ? ""
               : in_quotes(text) + " is no IPv6 address; write [2001:db8::1]:161 or 2001:db8::1";
  }
  const auto in_a_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  };
  if (host.empty() || host.size() > 253 || !std::all_of(host.begin(), host.end(), in_a_name))
    return in_quotes(text) +
           " is no host; write one like 10.0.3.2, sw3.example.org, 10.0.3.2:1161 or [2001:db8::1]:161";
  if (host.find_first_not_of("0123456789.") == std::string_view::npos && !topology::IpAddress::parse(host))
    return in_quotes(text) + " is no IPv4 address; it has four numbers from 0 to 255";
  return {};
}

Read read_address(const TomlNode& node) {
  auto text = read_text(node);
  if (!text) return text;
  if (std::string wrong = judge_address(node.text); !wrong.empty()) return error(std::move(wrong));
  return text;
}

Read read_agentx_socket(const TomlNode& node) {
  auto text = read_text(node);
  if (!text) return text;
  if (auto socket = snmp::AgentxSocket::parse(node.text); !socket) return error(socket.error());
  return text;
}

Read read_number(const Option& o, const TomlNode& node) {
  if (node.kind != NodeKind::kInteger) return wrong_type("a whole number without quotes", node);
  const auto value = static_cast<double>(node.integer);
  if (value < o.low || value > o.high)
    return error(std::to_string(node.integer) + " is impossible; from " + plain(o.low) + " to " +
                 plain(o.high));
  return OptionValue(node.integer);
}

Read read_fraction(const Option& o, const TomlNode& node) {
  if (node.kind != NodeKind::kReal && node.kind != NodeKind::kInteger)
    return wrong_type("a number without quotes", node);
  const double value = node.kind == NodeKind::kReal ? node.real : static_cast<double>(node.integer);
  if (std::isnan(value) || value < o.low || value > o.high)
    return error(plain(value) + " is impossible; from " + plain(o.low) + " to " + plain(o.high));
  return OptionValue(value);
}

Read read_duration(const Option& o, const TomlNode& node) {
  const std::string_view without_end = o.kind == OptionKind::kDurationOrForever ? "forever"
                                       : o.kind == OptionKind::kDurationOrNever ? "never"
                                                                                : "";
  const std::string right = without_end.empty() ? "\"250ms\", \"1s\" or \"1m\""
                                                : "\"90s\", \"2h\", \"3d\" or " + in_quotes(without_end);
  if (node.kind != NodeKind::kText) return wrong_type("a duration in double quotes, like " + right, node);
  if (!without_end.empty() && node.text == without_end) return OptionValue(std::monostate{});
  const auto duration = parse_duration(node.text);
  if (!duration) return error(in_quotes(node.text) + " is no duration; write one like " + right);
  const auto limit = [](double ms) {
    return format_duration(std::chrono::milliseconds{static_cast<std::int64_t>(ms)});
  };
  if (static_cast<double>(duration->count()) < o.low || static_cast<double>(duration->count()) > o.high)
    return error(in_quotes(node.text) + " is impossible; from " + limit(o.low) + " to " + limit(o.high));
  return OptionValue(*duration);
}

Read read_choice(const Option& o, const TomlNode& node) {
  std::string words;
  for (const std::string_view c : o.choices)
    words.append(words.empty() ? "\"" : ", \"").append(c).append("\"");
  if (node.kind != NodeKind::kText) return wrong_type("one of " + words, node);
  if (std::find(o.choices.begin(), o.choices.end(), node.text) == o.choices.end())
    return error(in_quotes(node.text) + " is not known; one of " + words +
                 suggestion(node.text, {o.choices.begin(), o.choices.end()}));
  return OptionValue(node.text);
}

Read read_list(const Option& o, const TomlNode& node) {
  const bool macs = o.kind == OptionKind::kMacPatterns;
  const bool stations = o.kind == OptionKind::kStations;
  if (node.kind != NodeKind::kList)
    return wrong_type(macs       ? "a list like [\"00:00:5e:00:01:*\"]"
                      : stations ? "a list like [\"10.0.0.2\", \"00:50:56:00:00:01\"]"
                                 : "a list like [\"Gi1/0/48\"]",
                      node);
  std::vector<std::string> texts;
  for (const TomlNode& item : node.items) {
    if (item.kind != NodeKind::kText) return wrong_type("a list of texts in double quotes", item);
    if (item.text.empty()) return error("must not contain an empty text");
    if (macs)
      if (const auto pattern = topology::MacPattern::parse(item.text); !pattern)
        return error(in_quotes(item.text) + " is no whole or partial MAC address (" + pattern.error().cause +
                     "); write one like \"00:0d:4b:ce:20:cd\" or \"00:00:5e:00:01:*\"");
    if (stations && !topology::IpAddress::parse(item.text) && !topology::MacAddress::parse(item.text))
      return error(in_quotes(item.text) +
                   " is no IP address and no whole MAC address; write one like "
                   "\"10.0.0.2\" or \"00:50:56:00:00:01\"");
    texts.push_back(item.text);
  }
  return OptionValue(std::move(texts));
}

/// Empty when there is such a kind of finding.
std::string judge_kind(const std::string& kind) {
  const auto& kinds = analysis::kKinds;
  if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return {};
  const std::string near = suggestion(kind, {kinds.begin(), kinds.end()});
  return in_quotes(kind) + " is no kind of finding" +
         (near.empty() ? ", as \"arp-bogus-responder\" is one" : near);
}

/// Empty when it is an IP address, with or without a port: whoever is asked for names cannot have one.
std::string judge_server(const std::string& text) {
  if (std::string wrong = judge_address(text); !wrong.empty()) return wrong;
  const bool ip = text.find_first_of("[") == 0 || std::count(text.begin(), text.end(), ':') > 1 ||
                  topology::IpAddress::parse(text.substr(0, text.find(':'))).has_value();
  return ip ? "" : in_quotes(text) + " is no IP address; write one like 192.0.2.53 or [2001:db8::53]:53";
}

/// Empty when a channel can be told of it.
std::string judge_event(const std::string& event) {
  if (is_event(event)) return {};
  const auto known = event_words();
  const std::string near = suggestion(event, {known.begin(), known.end()});
  return in_quotes(event) + " is nothing that happens" +
         (near.empty() ? ", as \"isolated\" or \"switch-silent\" is" : near);
}

Read read_words(const TomlNode& node, const char* example, std::string (*judge)(const std::string&)) {
  if (node.kind != NodeKind::kList) return wrong_type(std::string("a list like [\"") + example + "\"]", node);
  std::vector<std::string> words;
  for (const TomlNode& item : node.items) {
    if (item.kind != NodeKind::kText) return wrong_type("a list of texts in double quotes", item);
    if (std::string wrong = judge(item.text); !wrong.empty()) return error(std::move(wrong));
    words.push_back(item.text);
  }
  return OptionValue(std::move(words));
}

Read read_kind_fractions(const Option& o, const TomlNode& node) {
  if (node.kind != NodeKind::kTable) return wrong_type("a table like { rogue-dhcp-server = 0.98 }", node);
  std::map<std::string, double> fractions;
  for (const auto& [kind, item] : node.members) {
    if (std::string wrong = judge_kind(kind); !wrong.empty()) return error(std::move(wrong));
    auto value = read_fraction(o, item);
    if (!value) return error(kind + ": " + value.error());
    fractions.emplace(kind, std::get<double>(*value));
  }
  return OptionValue(std::move(fractions));
}

}  // namespace

std::string suggestion(std::string_view word, const std::vector<std::string_view>& known) {
  const std::string_view near = did_you_mean(word, known);
  return near.empty() ? std::string() : "; did you mean " + in_quotes(near) + "?";
}

Read read_value(const Option& o, const TomlNode& node, const std::filesystem::path& directory) {
  switch (o.kind) {
    case OptionKind::kText:
    case OptionKind::kPath:
    case OptionKind::kReference:
      return read_text(node);
    case OptionKind::kAddress:
      return read_address(node);
    case OptionKind::kAgentxSocket:
      return read_agentx_socket(node);
    case OptionKind::kChoice:
      return read_choice(o, node);
    case OptionKind::kNumber:
      return read_number(o, node);
    case OptionKind::kFraction:
      return read_fraction(o, node);
    case OptionKind::kDuration:
    case OptionKind::kDurationOrForever:
    case OptionKind::kDurationOrNever:
      return read_duration(o, node);
    case OptionKind::kBoolean:
      if (node.kind != NodeKind::kBool) return wrong_type("true or false, without quotes", node);
      return OptionValue(node.boolean);
    case OptionKind::kTextList:
    case OptionKind::kMacPatterns:
    case OptionKind::kStations:
      return read_list(o, node);
    case OptionKind::kKindList:
      return read_words(node, "arp-bogus-responder", judge_kind);
    case OptionKind::kServerList:
      return read_words(node, "192.0.2.53", judge_server);
    case OptionKind::kEventList:
      return read_words(node, "isolated", judge_event);
    case OptionKind::kKindFractions:
      return read_kind_fractions(o, node);
    case OptionKind::kSecret: {
      auto secret = read_secret(node, directory);
      if (!secret) return tl::make_unexpected(secret.error());
      return OptionValue(std::move(*secret));
    }
  }
  return error("cannot be read");
}

}  // namespace lanwarden::agent
