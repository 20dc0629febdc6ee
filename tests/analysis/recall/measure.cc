#include "tests/analysis/recall/measure.h"

#include <algorithm>

#include "analysis/detector.h"
#include "tests/lab/world/random.h"

namespace lanwarden::analysis::recall {
namespace {

const Time kStart{std::chrono::seconds(1'767'323'045)};  // 2026-01-02T03:04:05Z

}  // namespace

Heard listen(const lab::World& world, const Ask& ask, const GoesOn& goes_on) {
  const lab::LiveWorld live(world);
  lab::Traffic traffic(live, ask.traffic);
  lab::Random dice(ask.traffic.seed, 99);
  Heard out;
  Ear ear;
  if (ask.examine_all) ear.examine_all();
  const FindingSink sink = [&](Finding&& f) { out.findings.push_back(std::move(f)); };
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
      const std::uint64_t last = f.frames.empty() ? 0 : f.frames.back().number;
      out.frames = last;
    }
    if (f.severity != Severity::kInfo && !(its && blamed))
      out.bystanders.push_back(std::string(f.kind) + " " + f.mac.to_string());
  }
  return out;
}

}  // namespace lanwarden::analysis::recall
