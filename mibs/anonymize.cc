#include "mibs/anonymize.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <vector>

#include "mibs/anonymize_octets.h"
#include "mibs/anonymize_rules.h"
#include "mibs/fdb_rows.h"

namespace lanwarden::mibs {

using namespace anonymizing;

namespace {

bool is_text(std::string_view octets) {
  return std::none_of(octets.begin(), octets.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return (u < 0x20 && c != '\t' && c != '\n' && c != '\r') || u == 0x7f;
  });
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\0' || std::isspace(static_cast<unsigned char>(text.back())) != 0))
    text.remove_suffix(1);
  return std::string(text);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// Names that nobody chose: "default", "VLAN0010", "12".
bool says_nothing(std::string_view name) {
  std::string lower;
  for (const char c : name) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  std::string_view rest = lower;
  if (rest == "default" || rest.ends_with("-default")) return true;
  for (const std::string_view start : {"vlan", "v"})
    if (rest.starts_with(start)) {
      rest.remove_prefix(start.size());
      break;
    }
  while (!rest.empty() && (rest.front() == ' ' || rest.front() == '_' || rest.front() == '-'))
    rest.remove_prefix(1);
  return std::all_of(rest.begin(), rest.end(), is_digit);
}

/// "payroll" of "payroll.example.net": what a device is called in its own texts. Empty: no such name.
std::string host_of(const std::string& name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string::npos || dot < 3) return {};
  const auto of_a_name = [](char c) { return is_word(c) || c == '-' || c == '_' || c == '.'; };
  const std::string host = name.substr(0, dot);
  const bool plain_name = std::all_of(name.begin(), name.end(), of_a_name) &&
                          std::any_of(host.begin(), host.end(), [](char c) { return !is_digit(c); });
  return plain_name ? host : std::string();
}

/// "Gi1/0/24", "Port 3", "xe6.901": a word of letters, then numbers. Not "Dr. Smith's office", nor "Room 12".
bool looks_like_a_port(std::string_view text) {
  for (const std::string_view start : {"Port ", "port ", "Port: "})
    if (text.starts_with(start)) {
      text.remove_prefix(start.size());
      break;
    }
  const auto first =
      static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_digit) - text.begin());
  if (first == text.size()) return false;
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '-'; };
  const auto numbering = [](char c) { return is_digit(c) || c == '/' || c == '.' || c == ':'; };
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(first), letter) &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(first), text.end(), numbering);
}

}  // namespace

Anonymizer::Anonymizer(Key key, bool keep_vendors) : key_(key), keep_vendors_(keep_vendors) {}

/// Addresses inside of a text; names are the callers' business.
std::string Anonymizer::free_text(const std::string& text) {
  constexpr std::size_t kLongest = 45;  // an IPv6 address that ends in a dotted quad
  const auto of_address = [](char c) {
    return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == ':' || c == '.' || c == '-';
  };
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    if (at == 0 || !is_word(text[at - 1]))
      while (end < text.size() && end - at < kLongest && of_address(text[end])) ++end;
    // The longest that is one: "0012.3456.789a", but also the beginning of "00123456789A:P1" and
    // "10.0.0.1:161".
    std::string to;
    for (; end > at; --end) {
      if (end < text.size() && is_word(text[end])) continue;
      if (!is_word(text[end - 1]) && text[end - 1] != ':') continue;
      const bool numbers_follow = end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1]);
      to = address_text(text.substr(at, end - at), numbers_follow);
      if (!to.empty()) break;
    }
    if (to.empty())
      out += text[at++];
    else
      out += to, at = end;
  }
  return out;
}

/// What stands for this address, in its own notation; empty when it is none.
std::string Anonymizer::address_text(std::string token, bool numbers_follow) {
  const auto digits = std::count_if(token.begin(), token.end(), is_word);
  const auto mac = MacAddress::parse(token);
  if (mac && digits == 12) {
    const bool upper = std::any_of(token.begin(), token.end(), [](char c) { return c >= 'A' && c <= 'F'; });
    const std::string to = of(*mac).to_string();
    std::size_t next = 0;
    for (char& c : token) {
      if (!is_word(c)) continue;
      while (to[next] == ':') ++next;
      const auto digit = static_cast<unsigned char>(to[next++]);
      c = static_cast<char>(upper ? std::toupper(digit) : digit);
    }
    return token;
  }
  if (numbers_follow) return {};  // a version, or an object identifier
  if (mac) return of(*mac).to_string();
  // Other dotted quads are versions, likelier than addresses.
  if (const auto ip = IpAddress::parse(token);
      ip && (ip->is_v6() || ips_.contains(*ip) || ip->v4_bits() >> 24 == 10 ||
             ip->v4_bits() >> 16 == 0xc0a8 || ip->v4_bits() >> 20 == 0xac1))
    return of(*ip).to_string();
  return {};
}

/// A bridge identifier in digits, "80 00 00 0D 4B CE 20 CD": its last six octets are an address.
std::string Anonymizer::bridge_text(std::string text) {
  std::vector<std::size_t> digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (std::isxdigit(static_cast<unsigned char>(text[i])) != 0)
      digits.push_back(i);
    else if (text[i] != ' ' && text[i] != ':' && text[i] != '\0')
      return free_text(text);
  }
  if (digits.size() != 16) return free_text(text);
  std::string address;
  for (std::size_t i = 4; i < 16; ++i) address += text[digits[i]];
  const std::string to = address_text(address, false);
  for (std::size_t i = 4; i < 16; ++i) text[digits[i]] = to[i - 4];
  return text;
}

/// Some agents give every interface its own name as an alias, and some administrators name an interface as a
/// VLAN or an alias: the former stays, the latter goes everywhere.
bool Anonymizer::keeps(std::string_view name) const {
  if (own_names_.contains(name)) return false;
  return says_nothing(name) || (technical_.contains(name) && looks_like_a_port(name));
}

std::string Anonymizer::name_text(const std::string& text) {
  const std::string name = trimmed(text);
  if (name.empty() || keeps(name)) return text;
  if (const std::string other = free_text(text); MacAddress::parse(name) || IpAddress::parse(name))
    return other;
  return pseudonym(name);
}

std::string Anonymizer::technical_text(const std::string& text) {
  if (!is_text(text)) return text;
  const std::string whole = trimmed(text);
  if (names_.contains(whole)) return name_text(text);
  std::string out = free_text(text);
  // Word by word, and this switch's own names wherever they stand.
  const auto replace = [&](const std::string& name) {
    const std::string other = pseudonym(name);
    for (std::size_t at = 0; (at = out.find(name, at)) != std::string::npos;) {
      const std::size_t end = at + name.size();
      const bool bounded = (at == 0 || !is_word(out[at - 1])) && (end == out.size() || !is_word(out[end]));
      if (bounded) out.replace(at, name.size(), other);
      at += bounded ? other.size() : 1;
    }
  };
  for (const std::string& name : own_names_)
    if (name.size() >= 3 && !keeps(name)) replace(name);
  std::set<std::string> words;
  for (std::size_t at = 0; at < out.size();) {
    const std::size_t end = std::min(out.find_first_of(" \t\r\n,;()", at), out.size());
    if (end - at >= 4) words.insert(out.substr(at, end - at));
    // "VLAN - Guest WiFi": the name is the rest.
    if (out.size() - at >= 4) words.insert(trimmed(std::string_view(out).substr(at)));
    at = end + 1;
  }
  for (const std::string& word : words)
    if (names_.contains(word) && !keeps(word)) replace(word);
  return out;
}

std::string Anonymizer::identifier(const std::string& octets, std::uint32_t subtype, bool chassis) {
  constexpr std::uint32_t kMacChassis = 4, kMacPort = 3, kNetworkChassis = 5, kNetworkPort = 4, kAlias = 1;
  const std::string_view bare = octets.size() == 7 && octets.back() == '\0'
                                    ? std::string_view(octets).substr(0, 6)
                                    : std::string_view(octets);
  const bool says_mac = subtype == (chassis ? kMacChassis : kMacPort);
  if (bare.size() == 6 && (says_mac || !is_text(bare)))
    return octets_of(of(*mac_of(bare))) + octets.substr(6);
  const bool says_network = subtype == (chassis ? kNetworkChassis : kNetworkPort);
  if (!octets.empty() && (says_network || !is_text(octets)))  // a family octet, and the address
    if (const auto ip = ip_of(std::string_view(octets).substr(1))) return octets[0] + octets_of(of(*ip));
  if (!is_text(octets)) return {};
  if (MacAddress::parse(trimmed(octets)) || IpAddress::parse(trimmed(octets))) return free_text(octets);
  return chassis || subtype == kAlias ? name_text(octets) : technical_text(octets);
}

void Anonymizer::rewrite_index(Oid& name, std::size_t column, int how) {
  const OidView old = name.view();
  const OidView index = old.subspan(std::min(column, old.size()));
  std::vector<std::uint32_t> ids(old.begin(), old.end());
  const auto tail = [&](std::size_t count) {
    std::string octets;
    if (index.size() < count) return octets;
    for (const std::uint32_t id : index.last(count)) {
      if (id > 255) return std::string();
      octets += static_cast<char>(id);
    }
    return octets;
  };
  const auto put = [&](const std::string& octets) {
    for (std::size_t i = 0; i < octets.size(); ++i)
      ids[ids.size() - octets.size() + i] = static_cast<unsigned char>(octets[i]);
  };
  const auto before = [&](std::size_t count) {
    return index.size() > count ? index[index.size() - count - 1] : 0;
  };
  if (how == kMacFirst) {
    std::string octets;
    for (const std::uint32_t id : index.first(std::min(index.size(), kMacOctets)))
      octets += static_cast<char>(std::min(id, 255U));
    if (const auto mac = mac_of(octets)) {
      const auto to = of(*mac).octets();
      std::copy(to.begin(), to.end(), ids.begin() + static_cast<std::ptrdiff_t>(column));
    }
  } else if (how == kMacLast || (how == kManagement && before(6) == 6 && before(7) == 6)) {
    if (const auto mac = mac_of(tail(6))) put(octets_of(of(*mac)));
  } else if (how == kManagement && index.size() > 3 && index[2] + std::size_t{3} == index.size() &&
             ((index[1] == 3 && index[2] == 8) || (index[1] == 4 && index[2] == 20))) {
    // With a zone behind it, as routers list link-local addresses: InetAddressIPv4z and IPv6z.
    if (const auto ip = ip_of(tail(index[2]).substr(0, index[2] - 4))) put(octets_of(of(*ip)) + tail(4));
  } else if (how == kManagement && (before(16) == 16 || index.size() == 17)) {
    if (const auto ip = ip_of(tail(16))) put(octets_of(of(*ip)));
  } else if (how == kIpLast || how == kManagement) {
    if (const auto ip = ip_of(tail(4))) put(octets_of(of(*ip)));
  }
  name = Oid(OidView(ids));
}

void Anonymizer::learn(const RecordedVariable& v) {
  const Rule* const rule = rule_of(v.name);
  if (rule == nullptr) return;
  const std::string text = trimmed(v.octets);
  switch (rule->what) {
    case What::kPortName:
      if (!text.empty()) technical_.insert(text);
      break;
    case What::kOwnName:
      if (!text.empty()) own_names_.insert(text);
      if (const auto host = host_of(text); !host.empty()) own_names_.insert(host);
      [[fallthrough]];
    case What::kName:
      if (!text.empty()) names_.insert(text);
      if (const auto host = host_of(text); !host.empty()) names_.insert(host);
      break;
    case What::kSubtype: {
      // The identifier stands in the next column, or is the next scalar.
      std::vector<std::uint32_t> ids(v.name.view().begin(), v.name.view().end());
      ++ids[rule->column.size() - 1];
      subtypes_[Oid(OidView(ids))] = static_cast<std::uint32_t>(v.integer);
      break;
    }
    case What::kIp:
      if (const auto ip = ip_of(v.octets)) of(*ip);
      break;
    default:
      break;
  }
  Oid name = v.name;
  rewrite_index(name, rule->column.size(), rule->index);
}

bool Anonymizer::rewrite(RecordedVariable& v) {
  const Rule* const rule = rule_of(v.name);
  if (rule == nullptr) return false;
  // Huawei's virtual switch instances: "-" (a length and a character) where there is none, else what somebody
  // called it.
  constexpr std::size_t kVlanAndDash = 3;
  if (rule->index == kMacFirst && v.name.size() > rule->column.size() + kMacOctets + kVlanAndDash)
    return false;
  switch (rule->what) {
    case What::kKeep:
    case What::kSubtype:
      break;
    case What::kMac:
      if (const auto mac = mac_of(v.octets))
        v.octets = octets_of(of(*mac));
      else if (is_text(v.octets))
        v.octets = free_text(v.octets);
      else if (v.octets.size() == 7)
        v.octets = octets_of(of(*mac_of(v.octets.substr(0, 6)))) + v.octets.substr(6);
      else
        v.octets.clear();
      break;
    case What::kBridgeId:
      if (v.octets.size() == 8)
        v.octets = v.octets.substr(0, 2) + octets_of(of(*mac_of(v.octets.substr(2))));
      else
        v.octets = is_text(trimmed(v.octets)) ? bridge_text(v.octets) : std::string();
      break;
    case What::kIp:
      if (const auto ip = ip_of(v.octets))
        v.octets = octets_of(of(*ip));
      else
        v.octets = is_text(v.octets) ? free_text(v.octets) : std::string();
      break;
    case What::kName:
    case What::kOwnName:
      v.octets = name_text(v.octets);
      break;
    case What::kTheirPort:
      if (const std::string text = trimmed(v.octets);
          names_.contains(text) || !(technical_.contains(text) || looks_like_a_port(text))) {
        v.octets = name_text(v.octets);
        break;
      }
      [[fallthrough]];
    case What::kPortName:
    case What::kTechnical:
      v.octets = technical_text(v.octets);
      break;
    case What::kChassis:
    case What::kPort: {
      const auto subtype = subtypes_.find(v.name);
      v.octets = identifier(v.octets, subtype == subtypes_.end() ? 0 : subtype->second,
                            rule->what == What::kChassis);
      break;
    }
  }
  rewrite_index(v.name, rule->column.size(), rule->index);
  return true;
}

}  // namespace lanwarden::mibs
