#include <algorithm>

#include "agent/capture/capture_format.h"
#include "agent/capture/octet_order.h"

namespace lanwarden::agent {
namespace {

constexpr std::uint32_t kMicroseconds = 0xa1b2c3d4;
constexpr std::uint32_t kNanoseconds = 0xa1b23c4d;
constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr std::size_t kRecordHeader = 16;

// kSwap: the file was written in the other byte order than this machine's.
template <bool kSwap>
class PcapFormat : public CaptureFormat {
 public:
  explicit PcapFormat(std::span<const std::uint8_t, kPcapHeader> header) {
    nanoseconds_per_unit_ = number<std::uint32_t>(header.data(), kSwap) == kNanoseconds ? 1 : 1000;
    const auto network = number<std::uint32_t>(header.data() + 20, kSwap);
    link_type_ = network & 0xffffU;
    readable_ = is_readable_link_type(link_type_);
    // "f" bit: the frames still have their frame check sequence, of so many 16-bit words.
    if (network & 0x0400'0000U) fcs_octets_ = (network >> 28) * 2;
  }

  Outcome read(std::span<const std::uint8_t> bytes, std::vector<analysis::RawFrame>& out, std::size_t most,
               FrameCount& count) override {
    std::size_t at = 0;
    while (out.size() < most) {
      const std::size_t left = bytes.size() - at;
      if (left < kRecordHeader) return {Step::kMore, at, 0, kRecordHeader, ""};
      const std::uint8_t* record = bytes.data() + at;
      const auto captured = number<std::uint32_t>(record + 8, kSwap);
      if (captured > kMaxFrame)
        return {Step::kDamaged, at, 0, 0, "a record claims more octets than any frame has"};
      const std::size_t whole = kRecordHeader + captured;
      if (!readable_) return {Step::kSkipped, at, whole, 0, ""};
      if (left < whole) return {Step::kMore, at, 0, whole, ""};
      fill(out.emplace_back(), record, captured, count);
      at += whole;
    }
    return {Step::kFull, at, 0, 0, ""};
  }

  std::uint32_t unreadable_link_type() const override { return link_type_; }

 private:
  void fill(analysis::RawFrame& frame, const std::uint8_t* record, std::uint32_t captured,
            FrameCount& count) const {
    frame.time =
        topology::Time{std::chrono::seconds(number<std::uint32_t>(record, kSwap)) +
                       std::chrono::nanoseconds(std::int64_t{number<std::uint32_t>(record + 4, kSwap)} *
                                                nanoseconds_per_unit_)};
    frame.wire_length = number<std::uint32_t>(record + 12, kSwap);
    if (fcs_octets_ != 0 && frame.wire_length >= fcs_octets_) {
      frame.wire_length -= fcs_octets_;
      captured = std::min(captured, frame.wire_length);
    }
    frame.bytes = {record + kRecordHeader, captured};
    frame.link_type = static_cast<analysis::LinkType>(link_type_);
    frame.number = ++count.number;
    frame.source = count.source;
  }

  bool readable_;
  std::int64_t nanoseconds_per_unit_;
  std::uint32_t link_type_;
  std::uint32_t fcs_octets_ = 0;
};

}  // namespace

bool is_readable_link_type(std::uint32_t link_type) {
  switch (static_cast<analysis::LinkType>(link_type)) {
    case analysis::LinkType::kEthernet:
    case analysis::LinkType::kLinuxSll:
    case analysis::LinkType::kLinuxSll2:
    case analysis::LinkType::kIeee80211:
    case analysis::LinkType::kIeee80211Radiotap:
      return link_type <= 0xffff;
  }
  return false;
}

FileKind kind_of(std::span<const std::uint8_t> beginning) {
  if (beginning.size() < 4) return FileKind::kUnknown;
  const auto magic = number<std::uint32_t>(beginning.data(), false);
  if (magic == kSectionHeader) return FileKind::kPcapng;
  for (const std::uint32_t known : {kMicroseconds, kNanoseconds})
    if (magic == known || magic == swapped(known)) return FileKind::kPcap;
  return FileKind::kUnknown;
}

std::unique_ptr<CaptureFormat> make_pcap_format(std::span<const std::uint8_t, kPcapHeader> header) {
  const auto magic = number<std::uint32_t>(header.data(), false);
  if (magic == kMicroseconds || magic == kNanoseconds) return std::make_unique<PcapFormat<false>>(header);
  return std::make_unique<PcapFormat<true>>(header);
}

}  // namespace lanwarden::agent
