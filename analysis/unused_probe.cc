#include "analysis/unused_probe.h"

#include <algorithm>
#include <cmath>

namespace lanwarden::analysis {
namespace {

using namespace std::chrono_literals;
using topology::Duration;

// As everybody asks: a host repeats once a second and gives up after three (RFC 1122 §2.3.2.1); a station
// that is there answers within milliseconds.
constexpr std::size_t kAsks = 2;
constexpr Duration kAskInterval = 500ms, kAskWait = 1s;
// RFC 5227 §2.1.1: PROBE_MIN 1 s between probes, ANNOUNCE_WAIT 2 s after the last.
constexpr std::size_t kProbes = 4;  // zeros, ones, zeros, ones
constexpr Duration kProbeInterval = 1s, kAnnounceWait = 2s;
// RFC 4862 §5.1, RFC 4861 §10: RetransTimer 1 s.
constexpr std::size_t kSolicitations = 2;
constexpr std::size_t kThief = 2;          // addresses, each proven unused by asking
constexpr std::size_t kThiefUnproven = 3;  // … where nobody could be asked as everybody asks
constexpr std::size_t kStandsIn = 3;       // ordinary answers by one station
constexpr std::size_t kMostFrames = 16;

constexpr std::size_t index(UnusedProbe::Form form) { return static_cast<std::size_t>(form); }
FrameRef ref(const Frame& frame) { return {frame.source, frame.number, frame.time}; }
double milliseconds(Duration duration) {
  return std::round(std::chrono::duration<double, std::milli>(duration).count() * 100) / 100;
}

}  // namespace

/// One station, and all it claimed.
struct UnusedProbe::Culprit {
  MacAddress mac;
  std::vector<std::pair<const Target*, const Claim*>> claims;
};

UnusedProbe::UnusedProbe(UnusedProbeOptions options) : o_(std::move(options)) {}

bool UnusedProbe::short_of(bool v6) const {
  std::size_t good = 0, all = 0;
  for (const Hunt& h : hunts_) {
    if (h.target.ip.is_v6() != v6) continue;
    ++all;
    if (h.target.fate != Fate::kUsed && h.target.fate != Fate::kWanted) ++good;
  }
  return !none_left_[v6] && all < o_.most_asked && good < (v6 ? o_.count_v6 : o_.count);
}

void UnusedProbe::take_more(Time now) {
  for (const bool v6 : {false, true})
    while (short_of(v6)) {
      const auto& choose = v6 ? o_.next_v6 : o_.next_v4;
      const auto ip = choose ? choose() : std::nullopt;
      if (!ip || by_ip_.contains(*ip)) {
        none_left_[v6] = true;
        break;
      }
      Hunt hunt;
      hunt.target.ip = *ip;
      hunt.due = now;
      if (v6 || o_.sender.is_unspecified()) {
        hunt.stage = Stage::kProbe;
        hunt.target.fate = Fate::kProbing;
      }
      by_ip_[*ip] = hunts_.size();
      hunts_.push_back(std::move(hunt));
    }
}

std::optional<FrameOctets> UnusedProbe::next(Time now) {
  take_more(now);
  for (;;) {
    Hunt* first = nullptr;
    for (Hunt& h : hunts_)
      if (h.stage != Stage::kDone && h.due <= now && (!first || h.due < first->due)) first = &h;
    if (!first) return std::nullopt;
    if (auto frame = advance(*first, now)) return frame;
  }
}

std::optional<Time> UnusedProbe::wake() const {
  if (short_of(false) || short_of(true)) return Time{};
  std::optional<Time> earliest;
  for (const Hunt& h : hunts_)
    if (h.stage != Stage::kDone && (!earliest || h.due < *earliest)) earliest = h.due;
  return earliest;
}

// The next step of one address: a question, or the end of a wait (then nothing).
std::optional<FrameOctets> UnusedProbe::advance(Hunt& h, Time now) {
  const auto ask = [&] { return arp_request(o_.asker.mac, o_.sender, h.target.ip); };
  switch (h.stage) {
    case Stage::kAsk:
      if (h.step < kAsks) {
        ++h.step;
        h.due = now + (h.step < kAsks ? kAskInterval : kAskWait);
        return ask();
      }
      h.stage = Stage::kProbe;
      h.step = 0;
      h.target.fate = Fate::kProbing;
      [[fallthrough]];
    case Stage::kProbe:
      if (h.step < (h.target.ip.is_v6() ? kSolicitations : kProbes)) {
        const Form form = h.target.ip.is_v6() ? Form::kSolicitation
                          : h.step % 2 == 0   ? Form::kZeros
                                              : Form::kOnes;
        return probe(h, form, now);
      }
      if (h.target.ip.is_v6() || h.target.claims.empty() || o_.sender.is_unspecified()) {
        end(h, Fate::kUnused, {});
        return std::nullopt;
      }
      h.stage = Stage::kControl;
      h.due = now + kAskWait;
      return ask();
    case Stage::kControl:
      end(h, Fate::kUnused, {});
      return std::nullopt;
    case Stage::kDone:
      break;
  }
  return std::nullopt;
}

FrameOctets UnusedProbe::probe(Hunt& h, Form form, Time now) {
  ++h.step;
  ++h.target.asked[index(form)];
  h.form = form;
  h.asked_at = now;
  h.ask_unseen = true;
  h.due = now + (h.step < (h.target.ip.is_v6() ? kSolicitations : kProbes) ? kProbeInterval : kAnnounceWait);
  // Sender nobody: a probe changes no neighbour cache (RFC 5227 §1.1, RFC 4861 §7.2.3).
  if (form == Form::kSolicitation) return neighbor_solicitation(o_.asker.mac, {}, h.target.ip);
  return arp_request(o_.asker.mac, {}, h.target.ip,
                     form == Form::kOnes ? TargetHardware::kOnes : TargetHardware::kZeros);
}

void UnusedProbe::end(Hunt& h, Fate fate, MacAddress user) {
  h.target.fate = fate;
  h.target.user = user;
  h.stage = Stage::kDone;
}

void UnusedProbe::on_frame(const Frame& frame) {
  if (const Arp* arp = frame.arp()) on_arp(frame, *arp);
  if (const NeighborDiscovery* nd = frame.nd()) on_nd(frame, *nd);
  if (const Dhcp* dhcp = frame.dhcp()) {
    // About to be leased: its new owner probes for it, and would take our probe for a conflict.
    for (const IpAddress& ip : {dhcp->your_ip, dhcp->requested_ip}) {
      const auto at = by_ip_.find(ip);
      if (at == by_ip_.end()) continue;
      Hunt& h = hunts_[at->second];
      if (h.stage != Stage::kDone) end(h, Fate::kWanted, dhcp->client);
    }
  }
}

void UnusedProbe::own_frame(const Frame& frame) {
  const Arp* arp = frame.arp();
  const NeighborDiscovery* nd = frame.nd();
  if (arp ? !arp->is_probe() : !nd || !frame.ip() || !nd->is_dad(*frame.ip())) return;
  const auto at = by_ip_.find(arp ? arp->target_ip : nd->target);
  if (at == by_ip_.end() || !hunts_[at->second].ask_unseen) return;
  Hunt& h = hunts_[at->second];
  h.ask_unseen = false;
  h.ask = ref(frame);
  h.asked_at = frame.time;
}

void UnusedProbe::on_arp(const Frame& frame, const Arp& arp) {
  if (frame.src == o_.asker.mac) return own_frame(frame);
  if (arp.is_probe()) {
    const auto wanted = by_ip_.find(arp.target_ip);
    if (wanted == by_ip_.end()) return;
    Hunt& h = hunts_[wanted->second];
    if (h.stage != Stage::kDone && h.target.claims.empty()) end(h, Fate::kWanted, arp.sender_mac);
    return;
  }
  const auto at = by_ip_.find(arp.sender_ip);
  if (at == by_ip_.end()) return;
  Hunt& h = hunts_[at->second];
  const bool to_ordinary = arp.is_reply() && !o_.sender.is_unspecified() && arp.target_ip == o_.sender;
  switch (h.stage) {
    case Stage::kAsk:
      if (to_ordinary) ordinary_[frame.src].insert(arp.sender_ip);
      end(h, Fate::kUsed, arp.sender_mac);
      return;
    case Stage::kProbe:
      if (to_ordinary) {  // late: it was used all the time
        ordinary_[frame.src].insert(arp.sender_ip);
        end(h, Fate::kUsed, arp.sender_mac);
      } else if (h.form && (arp.is_reply() || arp.is_announcement()) &&
                 frame.time - h.asked_at <= kAnnounceWait) {
        claim(h, frame, arp.sender_mac);
      } else {
        end(h, Fate::kUsed, arp.sender_mac);
      }
      return;
    case Stage::kControl:
      if (arp.is_reply())
        for (Claim& c : h.target.claims) c.ordinary = c.ordinary || c.mac == frame.src;
      return;
    case Stage::kDone:
      return;
  }
}

void UnusedProbe::on_nd(const Frame& frame, const NeighborDiscovery& nd) {
  if (frame.src == o_.asker.mac) return own_frame(frame);
  const auto at = by_ip_.find(nd.target);
  if (at == by_ip_.end()) return;
  Hunt& h = hunts_[at->second];
  if (h.stage != Stage::kProbe || !h.form) return;
  if (nd.type == NdType::kNeighborAdvertisement)
    claim(h, frame, nd.link_layer.is_zero() ? frame.src : nd.link_layer);
  else if (frame.ip() && nd.is_dad(*frame.ip()) && h.target.claims.empty())
    end(h, Fate::kWanted, frame.src);
}

void UnusedProbe::claim(Hunt& h, const Frame& frame, MacAddress sender) {
  auto& claims = h.target.claims;
  auto found = std::find_if(claims.begin(), claims.end(),
                            [&](const Claim& c) { return c.mac == frame.src && c.sender == sender; });
  if (found == claims.end()) {
    Claim made;
    made.mac = frame.src;
    made.sender = sender;
    made.latency = std::max(frame.time - h.asked_at, Duration(0));
    made.ask = h.ask;
    made.answer = ref(frame);
    found = claims.insert(claims.end(), made);
  }
  ++found->answers[index(*h.form)];
}

std::vector<UnusedProbe::Target> UnusedProbe::targets() const {
  std::vector<Target> all;
  for (const Hunt& h : hunts_) all.push_back(h.target);
  return all;
}

std::size_t UnusedProbe::probed(bool v6) const {
  return static_cast<std::size_t>(std::count_if(hunts_.begin(), hunts_.end(), [&](const Hunt& h) {
    return h.target.ip.is_v6() == v6 && h.target.fate == Fate::kUnused;
  }));
}

std::vector<Finding> UnusedProbe::findings(Time now) const {
  std::vector<Finding> all;
  for (const bool v6 : {false, true}) {
    std::map<MacAddress, Culprit> culprits;
    for (const Hunt& h : hunts_) {
      if (h.target.ip.is_v6() != v6 || h.target.fate != Fate::kUnused) continue;
      for (const Claim& c : h.target.claims) {
        Culprit& culprit = culprits[c.mac];
        culprit.mac = c.mac;
        culprit.claims.emplace_back(&h.target, &c);
      }
    }
    for (const auto& [mac, culprit] : culprits) all.push_back(finding(culprit, v6, now));
  }
  for (const auto& [mac, ips] : ordinary_) {
    if (ips.size() < kStandsIn) continue;
    Finding f;
    f.time = now;
    f.kind = "arp-proxy";
    f.severity = Severity::kInfo;
    f.mac = mac;
    f.summary = mac.to_string() + " answers ordinary requests for " + std::to_string(ips.size()) +
                " of the addresses asked for: it has them all, or stands in for others; where it does, no "
                "address can be proven unused";
    std::vector<std::string> texts;
    for (const IpAddress& ip : ips) texts.push_back(ip.to_string());
    f.evidence.emplace_back("addresses", std::move(texts));
    all.push_back(std::move(f));
  }
  return all;
}

Finding UnusedProbe::finding(const Culprit& culprit, bool v6, Time now) const {
  std::set<IpAddress> addresses;
  std::array<std::int64_t, 3> answered{};
  std::array<std::int64_t, 3> asked{};
  std::vector<Duration> latencies;
  std::vector<std::string> senders;
  std::int64_t ordinary = 0;
  Finding f;
  for (const auto& [target, c] : culprit.claims) {
    const bool is_new = addresses.insert(target->ip).second;
    for (std::size_t form = 0; form < 3; ++form) {
      answered[form] += c->answers[form] > 0 && is_new;
      asked[form] += target->asked[form] > 0 && is_new;
    }
    latencies.push_back(c->latency);
    if (c->ordinary) ++ordinary;
    const std::string sender = c->sender.to_string();
    if (c->sender != culprit.mac && std::find(senders.begin(), senders.end(), sender) == senders.end())
      senders.push_back(sender);
    if (f.frames.size() + 1 < kMostFrames) {
      if (c->ask.number != 0) f.frames.push_back(c->ask);
      f.frames.push_back(c->answer);
    }
  }
  std::sort(latencies.begin(), latencies.end());
  const bool proven = !o_.sender.is_unspecified();
  const std::size_t enough = v6 ? 1 : proven ? kThief : kThiefUnproven;
  const bool thief = addresses.size() >= enough;
  const std::size_t of = probed(v6);

  f.time = now;
  f.source = f.frames.front().source;
  f.mac = culprit.mac;
  f.kind = v6 ? "nd-bogus-responder" : thief ? "arp-bogus-responder" : "arp-probe-conflict";
  f.severity = thief ? Severity::kCritical : Severity::kWarning;
  f.summary = culprit.mac.to_string() + " claims " + std::to_string(addresses.size()) + " of " +
              std::to_string(of) + (of == 1 ? " address" : " addresses") +
              (v6       ? " made of random numbers"
               : proven ? " that nobody uses"
                        : " that were probed (there was no address to ask from whether they are used)") +
              (thief ? ": no host can come up here while it answers"
                     : ": it may have an address that it does not answer ordinary requests for");
  std::vector<std::string> texts;
  for (const IpAddress& ip : addresses) texts.push_back(ip.to_string());
  f.evidence.emplace_back("addresses", std::move(texts));
  f.evidence.emplace_back("claimed", static_cast<std::int64_t>(addresses.size()));
  f.evidence.emplace_back("probed", static_cast<std::int64_t>(of));
  // Of the addresses it claimed: which question it answered. The clock of the story answers both or ones
  // only.
  if (!v6) {
    f.evidence.emplace_back("answered_rfc5227", answered[index(Form::kZeros)]);
    f.evidence.emplace_back("answered_vmware", answered[index(Form::kOnes)]);
    if (proven) f.evidence.emplace_back("answered_ordinary", ordinary);
  }
  if (!senders.empty()) f.evidence.emplace_back("claims_as", std::move(senders));
  f.evidence.emplace_back("fastest_ms", milliseconds(latencies.front()));
  f.evidence.emplace_back("median_ms", milliseconds(latencies[latencies.size() / 2]));
  f.evidence.emplace_back("slowest_ms", milliseconds(latencies.back()));
  return f;
}

}  // namespace lanwarden::analysis
