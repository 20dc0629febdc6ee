#include "agent/capture/capture_format.h"
#include "agent/capture/octet_order.h"

namespace lanwarden::agent {
namespace {

constexpr std::uint32_t kMicroseconds = 0xa1b2c3d4;
constexpr std::uint32_t kNanoseconds = 0xa1b23c4d;
constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr std::size_t kRecordHeader = 16;

class PcapFormat : public CaptureFormat {
 public:
  explicit PcapFormat(std::span<const std::uint8_t, kPcapHeader> header) {
    const auto magic = number<std::uint32_t>(header.data(), false);
    swap_ = magic != kMicroseconds && magic != kNanoseconds;
    nanoseconds_per_unit_ = (swap_ ? swapped(magic) : magic) == kNanoseconds ? 1 : 1000;
    const auto network = number<std::uint32_t>(header.data() + 20, swap_);
    link_type_ = network & 0xffffU;
    // "f" bit: the frames still have their frame check sequence, of so many 16-bit words.
    if (network & 0x0400'0000U) fcs_octets_ = (network >> 28) * 2;
  }

  Outcome next(std::span<const std::uint8_t> bytes, analysis::RawFrame& frame) override {
    if (bytes.size() < kRecordHeader) return {Step::kMore, 0, kRecordHeader, ""};
    const std::uint8_t* at = bytes.data();
    const auto seconds = number<std::uint32_t>(at, swap_);
    const auto fraction = number<std::uint32_t>(at + 4, swap_);
    const auto captured = number<std::uint32_t>(at + 8, swap_);
    const auto on_wire = number<std::uint32_t>(at + 12, swap_);
    if (captured > kMaxFrame) return {Step::kDamaged, 0, 0, "a record claims more octets than any frame has"};
    const std::size_t whole = kRecordHeader + captured;
    if (!is_readable_link_type(link_type_)) return {Step::kSkipped, whole, 0, ""};
    if (bytes.size() < whole) return {Step::kMore, 0, whole, ""};

    frame.time = topology::Time{std::chrono::seconds(seconds) +
                                std::chrono::nanoseconds(std::int64_t{fraction} * nanoseconds_per_unit_)};
    std::uint32_t usable = captured;
    frame.wire_length = on_wire;
    if (fcs_octets_ != 0 && on_wire >= fcs_octets_) {
      frame.wire_length -= fcs_octets_;
      if (usable > frame.wire_length) usable = frame.wire_length;
    }
    frame.bytes = {at + kRecordHeader, usable};
    frame.link_type = static_cast<analysis::LinkType>(link_type_);
    return {Step::kFrame, whole, 0, ""};
  }

  std::uint32_t unreadable_link_type() const override { return link_type_; }

 private:
  bool swap_;
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
  return std::make_unique<PcapFormat>(header);
}

}  // namespace lanwarden::agent
