#include "tests/analysis/recall/measure.h"

#include <algorithm>
#include <map>
#include <optional>

#include "analysis/detector.h"
#include "tests/lab/traffic/frames.h"
#include "tests/lab/world/random.h"

namespace lanwarden::analysis::recall {
namespace {

const Time kStart{std::chrono::seconds(1'767'323'045)};  // 2026-01-02T03:04:05Z

// Asks for 120 hosts of the sniffer's VLAN, of one block of 256, in order, four a second; for one in
// forty three times, as an operating system does that gets no answer.
class Poller {
 public:
  static constexpr std::size_t kPolled = 120;

  explicit Poller(const lab::World& world) {
    std::map<std::pair<std::uint16_t, std::uint32_t>, std::vector<std::uint32_t>> blocks;
    for (const lab::Station& s : world.stations)
      if (s.kind == lab::StationKind::kHost && s.ip.v4_bits() != 0)
        blocks[{s.vlan.value, s.ip.v4_bits() >> 8}].push_back(s.ip.v4_bits());
    const std::uint16_t vlan = blocks.begin()->first.first;
    std::vector<std::uint32_t> hosts;
    for (auto& [key, ips] : blocks)
      if (key.first == vlan && ips.size() > hosts.size()) hosts = ips;
    std::sort(hosts.begin(), hosts.end());
    if (hosts.size() > kPolled) hosts.resize(kPolled);
    own_ = (hosts.front() & ~0xffU) | 0xfd;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      asked_.push_back(hosts[i]);
      if (i % 40 == 20) asked_.insert(asked_.end(), 2, hosts[i]);  // is off
    }
  }
  std::chrono::nanoseconds next() const { return next_; }
  lab::HeardFrame step() {
    lab::HeardFrame frame{next_, lab::arp_request(kPoller, own_, asked_[at_])};
    next_ += std::chrono::milliseconds(250);
    if (++at_ < asked_.size()) return frame;
    at_ = 0;
    next_ = round_ += std::chrono::minutes(5);
    return frame;
  }

 private:
  std::uint32_t own_ = 0;
  std::vector<std::uint32_t> asked_;
  std::size_t at_ = 0;
  std::chrono::nanoseconds round_ = std::chrono::seconds(100), next_ = round_;
};

}  // namespace

Heard listen(const lab::World& world, const Ask& ask, const GoesOn& goes_on) {
  const lab::LiveWorld live(world);
  lab::Traffic traffic(live, ask.traffic);
  lab::Random dice(ask.traffic.seed, 99);
  Heard out;
  Ear ear;
  if (ask.examine_all) ear.examine_all();
  const FindingSink sink = [&](Finding&& f) { out.findings.push_back(std::move(f)); };
  std::optional<Poller> poller;
  if (ask.poller) poller.emplace(world);
  std::vector<lab::HeardFrame> heard;
  const auto hear = [&](const lab::HeardFrame& frame, std::chrono::nanoseconds later) {
    RawFrame raw;
    raw.time = kStart + std::chrono::duration_cast<topology::Duration>(frame.at + later);
    raw.bytes = frame.octets;
    raw.wire_length = static_cast<std::uint32_t>(frame.octets.size());
    raw.number = ++out.frames;
    ear.on_frame(raw, sink);
  };
  std::chrono::nanoseconds end = ask.length;
  for (;;) {
    if (traffic.next() >= end) {
      if (!goes_on || !goes_on(out.findings)) break;
      end = traffic.next() + std::chrono::seconds(1);
    }
    while (poller && poller->next() < traffic.next()) hear(poller->step(), {});
    heard.clear();
    traffic.step(heard);
    for (const lab::HeardFrame& frame : heard) {
      if (ask.unseen > 0 && dice.chance(ask.unseen)) continue;
      hear(frame, {});
      if (ask.twice) hear(frame, std::chrono::microseconds(20));
    }
  }
  ear.finish(sink);
  return out;
}

Result measure(const lab::World& world, const lab::TroubleName& trouble, Ask ask) {
  ask.traffic.troubles = {std::string(trouble.name)};
  const lab::LiveWorld live(world);
  const topology::MacAddress culprit = lab::Traffic(live, ask.traffic).culprits().front();
  const auto is_its = [&](const Finding& f) {
    return std::find(trouble.kinds.begin(), trouble.kinds.end(), f.kind) != trouble.kinds.end();
  };
  // Who denies an address is not known where the denial is not heard: the victim is named then.
  const auto is_blamed = [&](const Finding& f) {
    return culprit.is_zero() || f.mac == culprit || f.mac.is_zero() || f.kind == "dad-denied";
  };
  std::size_t seconds_more = 0;
  const Heard heard = listen(world, ask, [&](const std::vector<Finding>& findings) {
    return ask.length + std::chrono::seconds(++seconds_more) <= ask.patience &&
           std::none_of(findings.begin(), findings.end(),
                        [&](const Finding& f) { return is_its(f) && is_blamed(f); });
  });
  Result out;
  const Time begin = kStart + std::chrono::duration_cast<topology::Duration>(ask.traffic.trouble_at);
  for (const Finding& f : heard.findings) {
    const bool its = is_its(f), blamed = is_blamed(f);
    if (its && blamed && !out.found) {
      out.found = true;
      out.right_culprit = culprit.is_zero() || f.mac == culprit;
      out.seconds = std::chrono::duration<double>(f.time - begin).count();
      out.frames = f.frames.size();
    }
    if (f.severity != Severity::kInfo && !(its && blamed))
      out.bystanders.push_back(std::string(f.kind) + " " + f.mac.to_string());
  }
  return out;
}

}  // namespace lanwarden::analysis::recall
