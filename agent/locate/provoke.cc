#include "agent/locate/provoke.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lanwarden::agent {

using analysis::TargetHardware;
using topology::IpAddress;
using topology::MacAddress;
using topology::Time;

namespace {

/// A station with more addresses answers for these as well as for all.
constexpr std::size_t kMostAddresses = 4;
constexpr std::chrono::milliseconds kListen{20};

/// RFC 4291, appendix A: fe80::/64 and the modified EUI-64 of the address.
IpAddress link_local_of(MacAddress mac) {
  const auto o = mac.octets();
  const std::array<std::uint8_t, 16> ip = {
      0xfe, 0x80, 0,    0,    0,    0,    0,   0, static_cast<std::uint8_t>(o[0] ^ 2),
      o[1], o[2], 0xff, 0xfe, o[3], o[4], o[5]};
  return IpAddress::v6(ip);
}

ProvokingFrame arp_question(const Questioner& ask, IpAddress target) {
  const IpAddress from = ask.source_for(target);
  return {analysis::arp_request(ask.asker().mac, from, target),
          from.is_unspecified()
              ? fmt::format("ARP probe: does anybody have {}?", target.to_string())
              : fmt::format("ARP: who has {}? tell {}", target.to_string(), from.to_string())};
}

ProvokingFrame nd_question(const Questioner& ask, IpAddress target) {
  const IpAddress from = ask.source_for(target);
  return {analysis::neighbor_solicitation(ask.asker().mac, from, target),
          fmt::format("neighbour solicitation for {}{}", target.to_string(),
                      from.is_unspecified() ? std::string(", from nobody") : " from " + from.to_string())};
}

void add_probes(const Questioner& ask, const Silent& station, std::vector<ProvokingFrame>& out) {
  IpAddress target;
  const auto& own = ask.asker().ips;
  const auto v4 = std::find_if(own.begin(), own.end(), [](IpAddress ip) { return !ip.is_v6(); });
  const auto claimed = std::find_if(station.claimed.begin(), station.claimed.end(),
                                    [](IpAddress ip) { return !ip.is_v6() && !ip.is_unspecified(); });
  if (v4 != own.end())
    target = *v4;
  else if (claimed != station.claimed.end())
    target = *claimed;
  else
    return;
  for (const auto form : {TargetHardware::kOnes, TargetHardware::kZeros})
    out.push_back({analysis::arp_request(ask.asker().mac, {}, target, form),
                   fmt::format("address probe for {} (target hardware address {})", target.to_string(),
                               form == TargetHardware::kOnes ? "ones, as VMware asks" : "zeros")});
}

}  // namespace

std::vector<ProvokingFrame> questions(const Questioner& ask, const Silent& station) {
  std::vector<ProvokingFrame> out;
  std::vector<IpAddress> ips = station.ips;
  if (const IpAddress guess = link_local_of(station.mac);
      std::find(ips.begin(), ips.end(), guess) == ips.end())
    ips.insert(ips.begin() + static_cast<std::ptrdiff_t>(std::min(ips.size(), kMostAddresses)), guess);
  if (ips.size() > kMostAddresses + 1) ips.resize(kMostAddresses + 1);
  for (const IpAddress ip : ips) out.push_back(ip.is_v6() ? nd_question(ask, ip) : arp_question(ask, ip));
  if (station.answers_probes) add_probes(ask, station, out);
  return out;
}

std::vector<Provoked> provoke(Questioner& ask, FrameSource& ear, std::span<const Silent> stations,
                              const std::function<Time()>& now, std::chrono::milliseconds patience) {
  std::vector<Provoked> out;
  std::vector<std::optional<Time>> asked(stations.size());
  for (const Silent& s : stations) out.push_back({s.mac, {}, {}, {}});
  bool deaf = false;
  std::vector<analysis::RawFrame> batch;
  const auto listen = [&](std::chrono::nanoseconds wait) {
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(wait);
    if (const auto status = ear.next_batch(batch, ms); !status || *status == BatchStatus::kEnd) {
      deaf = true;
      return;
    }
    for (const analysis::RawFrame& raw : batch) {
      const auto frame = analysis::decode(raw);
      if (!frame) continue;
      for (std::size_t i = 0; i < out.size(); ++i)
        if (frame->src == out[i].mac && asked[i] && !out[i].answered_after)
          out[i].answered_after = std::max<std::chrono::nanoseconds>(frame->time - *asked[i], {});
    }
  };
  const auto all_spoke = [&] {
    return std::all_of(out.begin(), out.end(),
                       [](const Provoked& p) { return p.answered_after || p.sent.empty(); });
  };
  for (std::size_t i = 0; i < stations.size(); ++i)
    for (const ProvokingFrame& q : questions(ask, stations[i])) {
      while (!deaf && ask.wait(now()).count() > 0)
        listen(std::min<std::chrono::nanoseconds>(ask.wait(now()), kListen));
      if (out[i].answered_after) break;  // it has spoken: nothing more is asked of it
      const Time at = now();
      if (auto sent = ask.send(q.frame, at); !sent) {
        out[i].failures.push_back(sent.error().message);
        continue;
      }
      if (!asked[i]) asked[i] = at;
      out[i].sent.push_back(q.text);
    }
  const Time until = now() + patience;
  while (!deaf && !all_spoke() && now() < until) listen(kListen);
  return out;
}

std::vector<MacAddress> who_has(Questioner& ask, FrameSource& ear, IpAddress ip,
                                const std::function<Time()>& now, std::chrono::milliseconds patience) {
  std::vector<MacAddress> owners;
  if (ip.is_v6() || !ask.send(arp_question(ask, ip).frame, now())) return owners;
  std::vector<analysis::RawFrame> batch;
  for (const Time until = now() + patience; now() < until;) {
    const auto status = ear.next_batch(batch, kListen);
    if (!status || *status == BatchStatus::kEnd) break;
    for (const analysis::RawFrame& raw : batch) {
      const auto frame = analysis::decode(raw);
      if (!frame || frame->arp() == nullptr || !frame->arp()->is_reply() || frame->arp()->sender_ip != ip)
        continue;
      if (frame->src != ask.asker().mac) owners.push_back(frame->src);
    }
  }
  std::sort(owners.begin(), owners.end());
  owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
  return owners;
}

}  // namespace lanwarden::agent
