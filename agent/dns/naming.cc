#include "agent/dns/naming.h"

#include <algorithm>
#include <set>
#include <vector>

namespace lanwarden::agent {
namespace {

constexpr topology::Duration kFresh = std::chrono::hours{24}, kUnanswered = std::chrono::minutes{10};
/// Of a network of this many addresses every one has its turn; more wait until the first are named.
constexpr std::size_t kMostKnown = 200'000;

/// Nobody's zone: fe80::/10 (RFC 4291 §2.5.6), 169.254/16 (RFC 3927).
bool only_on_the_link(const IpAddress& ip) {
  const auto o = ip.octets();
  return ip.is_v6() ? o[0] == 0xfe && (o[1] & 0xc0) == 0x80 : o[0] == 169 && o[1] == 254;
}

}  // namespace

StoreResult<NamesAsked> Naming::round(Time now, std::size_t most, const std::atomic<bool>& stop) {
  const auto unnamed = store_.unnamed_addresses(NameSource::kDns, now - kFresh, now - kFresh, kMostKnown);
  if (!unnamed) return tl::make_unexpected(unnamed.error());
  // A clock that was set back makes nothing wait for longer than it would.
  std::erase_if(asked_again_, [&](const auto& a) { return a.second <= now || a.second - now > kFresh; });
  std::vector<IpAddress> wanted;
  for (const IpBinding& b : *unnamed)
    if (wanted.size() < most && !only_on_the_link(b.ip) && !asked_again_.contains(b.ip) &&
        (wanted.empty() || wanted.back() != b.ip))
      wanted.push_back(b.ip);

  NamesAsked done;
  std::map<IpAddress, std::string> names;
  for (DnsAnswer& answer : dns_.ask(wanted, stop)) {
    if (stop && !answer.answered) continue;  // given up, not unanswered
    ++done.asked;
    asked_again_[answer.ip] = now + (answer.answered ? kFresh : kUnanswered);
    if (!answer.answered) ++done.unanswered;
    if (!answer.name.empty()) names[answer.ip] = std::move(answer.name);
  }
  done.named = names.size();
  std::vector<NameBinding> heard;
  std::set<MacAddress> called;
  for (const IpBinding& b : *unnamed) {
    const auto name = names.find(b.ip);
    if (name == names.end() || !called.insert(b.mac).second) continue;
    NameBinding& n = heard.emplace_back();
    n.mac = b.mac;
    n.name = name->second;
    n.source = NameSource::kDns;
    n.last_seen = now;
  }
  if (auto saved = store_.save_names(heard); !saved) return tl::make_unexpected(saved.error());
  return done;
}

}  // namespace lanwarden::agent
