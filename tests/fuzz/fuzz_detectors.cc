// A whole capture file: the readers of both formats, the decoder, every detector, and all else that hears.
#include <cstdlib>

#include "agent/capture/capture_format.h"
#include "analysis/acquaintances.h"
#include "analysis/detector.h"
#include "analysis/probe_watch.h"
#include "analysis/unused_probe.h"

using namespace lanwarden;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::span<const std::uint8_t> rest{data, size};
  std::unique_ptr<agent::CaptureFormat> format;
  switch (agent::kind_of(rest)) {
    case agent::FileKind::kPcap:
      if (rest.size() < agent::kPcapHeader) return 0;
      format = agent::make_pcap_format(rest.first<agent::kPcapHeader>());
      rest = rest.subspan(agent::kPcapHeader);
      break;
    case agent::FileKind::kPcapng:
      format = agent::make_pcapng_format();
      break;
    case agent::FileKind::kUnknown:
      return 0;
  }
  analysis::Ear ear;
  const auto sink = [](analysis::Finding&& finding) {
    if (finding.kind.empty() || finding.summary.empty()) std::abort();
  };
  // Asks for addresses as they stand in the seeds, so that what is heard may answer.
  const topology::MacAddress own(0x0200'0000'0005);
  std::uint32_t asked = 0;
  analysis::UnusedProbe probe(
      {.asker = {own, {topology::IpAddress::v4(0x0a00'0002)}},
       .sender = topology::IpAddress::v4(0x0a00'0002),
       .next_v4 = [&] { return std::optional(topology::IpAddress::v4(0x0a00'0003 + asked++)); },
       .next_v6 = [] { return std::optional<topology::IpAddress>(); }});
  analysis::Acquaintances acquaintances;
  analysis::ProbeWatch watch(topology::MacAddress(0x000d'4bce'20cd), {});
  topology::Time now{};
  const auto hear = [&](const analysis::Frame& frame) {
    acquaintances.on_frame(frame);
    watch.on_frame(frame);
    probe.on_frame(frame);
    now = std::max(now, frame.time);
    if (probe.next(now)) (void)probe.findings(now);
  };
  std::vector<analysis::RawFrame> batch;
  agent::FrameCount count;
  for (;;) {
    batch.clear();
    const auto outcome = format->read(rest, batch, 64, count);
    using Step = agent::CaptureFormat::Step;
    ear.expect(batch);
    for (const analysis::RawFrame& raw : batch) {
      ear.on_frame(raw, sink);
      if (const analysis::Frame* frame = ear.last_frame()) hear(*frame);
    }
    if (outcome.step == Step::kMore || outcome.step == Step::kDamaged) break;
    const std::uint64_t used = outcome.frames + outcome.used;
    if (used == 0) std::abort();  // would never end
    if (used > rest.size()) break;
    rest = rest.subspan(static_cast<std::size_t>(used));
  }
  ear.finish(sink);
  return 0;
}
