// A whole capture file: the readers of both formats, the decoder and every detector.
#include <cstdlib>

#include "agent/capture/capture_format.h"
#include "analysis/detector.h"

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
  std::vector<analysis::RawFrame> batch;
  agent::FrameCount count;
  for (;;) {
    batch.clear();
    const auto outcome = format->read(rest, batch, 64, count);
    using Step = agent::CaptureFormat::Step;
    for (const analysis::RawFrame& frame : batch) {
      ear.expect({&frame, batch.data() + batch.size()});
      ear.on_frame(frame, sink);
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
