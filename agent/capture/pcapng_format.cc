#include <algorithm>
#include <limits>
#include <vector>

#include "agent/capture/capture_format.h"
#include "agent/capture/octet_order.h"

namespace lanwarden::agent {
namespace {

// Block types, draft-ietf-opsawg-pcapng §4.
constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kPacket = 2;  // obsolete, still written by old tools
constexpr std::uint32_t kSimplePacket = 3;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;

constexpr std::size_t kSmallestBlock = 12;
constexpr std::size_t kLargestBlock = 16 * 1024 * 1024;  // of those that are looked into
constexpr std::size_t kMostInterfaces = 65'536;

struct Interface {
  std::uint32_t link_type = 0;
  std::uint32_t snapshot_length = 0;
  bool binary = false;        // units are powers of two
  unsigned exponent = 6;      // units of 10^-exponent or 2^-exponent seconds
  std::int64_t offset_s = 0;  // added to every time
};

topology::Time time_of(std::uint64_t units, const Interface& interface) {
  constexpr std::uint64_t kBillion = 1'000'000'000;
  std::uint64_t seconds = 0, nanoseconds = 0;
  if (interface.binary) {
    if (interface.exponent < 64) {
      seconds = units >> interface.exponent;
      const std::uint64_t rest =
          interface.exponent == 0 ? 0 : units & (~std::uint64_t{0} >> (64 - interface.exponent));
      nanoseconds =
          static_cast<std::uint64_t>((static_cast<unsigned __int128>(rest) * kBillion) >> interface.exponent);
    }
  } else if (interface.exponent <= 19) {
    std::uint64_t per_second = 1;
    for (unsigned i = 0; i < interface.exponent; ++i) per_second *= 10;
    seconds = units / per_second;
    nanoseconds = static_cast<std::uint64_t>(static_cast<unsigned __int128>(units % per_second) * kBillion /
                                             per_second);
  }
  // A Time reaches to the year 2262; what a file claims beyond is held there.
  constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max() / 1'000'000'000 - 1;
  const std::int64_t bounded =
      static_cast<std::int64_t>(std::min<std::uint64_t>(seconds, std::uint64_t{kLast}));
  const std::int64_t moved = std::clamp(interface.offset_s, -kLast, kLast - bounded) + bounded;
  return topology::Time{std::chrono::seconds(moved) +
                        std::chrono::nanoseconds(static_cast<std::int64_t>(nanoseconds))};
}

class PcapngFormat : public CaptureFormat {
 public:
  Outcome read(std::span<const std::uint8_t> bytes, std::vector<analysis::RawFrame>& out, std::size_t most,
               FrameCount& count) override {
    std::size_t at = 0;
    while (out.size() < most) {
      analysis::RawFrame frame;
      Block block = next(bytes.subspan(at), frame);
      if (!block.is_frame) {
        block.outcome.frames = at;
        return block.outcome;
      }
      frame.number = ++count.number;
      frame.source = count.source;
      out.push_back(frame);
      at += static_cast<std::size_t>(block.outcome.used);
    }
    return {Step::kFull, at, 0, 0, ""};
  }

  std::uint32_t unreadable_link_type() const override { return unreadable_; }

 private:
  struct Block {
    Outcome outcome;
    bool is_frame = false;
  };

  // The block at the beginning of `bytes`.
  Block next(std::span<const std::uint8_t> bytes, analysis::RawFrame& frame) {
    if (bytes.size() < kSmallestBlock) return more(kSmallestBlock);
    const std::uint8_t* at = bytes.data();
    auto type = number<std::uint32_t>(at, swap_);
    if (type == kSectionHeader) {  // reads the same in either order; may change the order
      const auto magic = number<std::uint32_t>(at + 8, false);
      if (magic != kByteOrderMagic && magic != swapped(kByteOrderMagic))
        return damaged("a section header has no byte-order magic");
      swap_ = magic != kByteOrderMagic;
      in_section_ = true;
    }
    if (!in_section_) return damaged("it does not begin with a section header");
    const auto total = number<std::uint32_t>(at + 4, swap_);
    if (total < kSmallestBlock || total % 4 != 0) return damaged("a block has an impossible length");
    const bool known = type == kSectionHeader || type == kInterfaceDescription || type == kPacket ||
                       type == kSimplePacket || type == kEnhancedPacket;
    if (!known) return {{Step::kOther, 0, total, 0, ""}};
    if (total > kLargestBlock) return damaged("a block has an impossible length");
    if (bytes.size() < total) return more(total);
    if (number<std::uint32_t>(at + total - 4, swap_) != total)
      return damaged("the two lengths of a block differ");

    const auto body = bytes.subspan(8, total - kSmallestBlock);
    Block block;
    switch (type) {
      case kSectionHeader:
        block = section(body);
        break;
      case kInterfaceDescription:
        block = interface_description(body);
        break;
      case kSimplePacket:
        block = simple_packet(body, frame);
        break;
      default:
        block = packet(body, type == kPacket, frame);
    }
    block.outcome.used = total;
    return block;
  }

  static Block damaged(const char* cause) { return {{Step::kDamaged, 0, 0, 0, cause}}; }
  static Block other() { return {{Step::kOther, 0, 0, 0, ""}}; }
  static Block more(std::size_t need) { return {{Step::kMore, 0, 0, need, ""}}; }

  Block section(std::span<const std::uint8_t> body) {
    if (body.size() < 16) return damaged("a section header is too short");
    if (number<std::uint16_t>(body.data() + 4, swap_) != 1)
      return damaged("a pcapng version that nobody has defined");
    interfaces_.clear();
    return other();
  }

  Block interface_description(std::span<const std::uint8_t> body) {
    if (body.size() < 8) return damaged("an interface description is too short");
    if (interfaces_.size() >= kMostInterfaces) return damaged("it describes more than 65536 interfaces");
    Interface interface;
    interface.link_type = number<std::uint16_t>(body.data(), swap_);
    interface.snapshot_length = number<std::uint32_t>(body.data() + 4, swap_);
    for (auto options = body.subspan(8); options.size() >= 4;) {
      const auto code = number<std::uint16_t>(options.data(), swap_);
      const std::size_t length = number<std::uint16_t>(options.data() + 2, swap_);
      if (code == 0 || options.size() < 4 + length) break;
      if (code == 9 && length == 1) {  // if_tsresol
        interface.binary = options[4] & 0x80;
        interface.exponent = options[4] & 0x7fU;
      } else if (code == 14 && length == 8) {  // if_tsoffset
        interface.offset_s = static_cast<std::int64_t>(number<std::uint64_t>(options.data() + 4, swap_));
      }
      options = options.subspan(std::min(options.size(), 4 + ((length + 3) & ~std::size_t{3})));
    }
    interfaces_.push_back(interface);
    return other();
  }

  Block packet(std::span<const std::uint8_t> body, bool obsolete, analysis::RawFrame& frame) {
    if (body.size() < 20) return damaged("a packet block is too short");
    const std::uint8_t* at = body.data();
    const std::uint32_t id = obsolete ? number<std::uint16_t>(at, swap_) : number<std::uint32_t>(at, swap_);
    const std::uint64_t units =
        (std::uint64_t{number<std::uint32_t>(at + 4, swap_)} << 32) | number<std::uint32_t>(at + 8, swap_);
    const auto captured = number<std::uint32_t>(at + 12, swap_);
    if (id >= interfaces_.size()) return damaged("a packet of an interface that was not described");
    if (captured > kMaxFrame || captured > body.size() - 20)
      return damaged("a packet is longer than its block");
    last_time_ = time_of(units, interfaces_[id]);
    return hand_over(interfaces_[id], body.subspan(20, captured), number<std::uint32_t>(at + 16, swap_),
                     frame);
  }

  Block simple_packet(std::span<const std::uint8_t> body, analysis::RawFrame& frame) {
    if (body.size() < 4) return damaged("a packet block is too short");
    if (interfaces_.empty()) return damaged("a packet of an interface that was not described");
    const auto on_wire = number<std::uint32_t>(body.data(), swap_);
    std::uint64_t captured = std::min<std::uint64_t>(on_wire, body.size() - 4);
    if (interfaces_[0].snapshot_length != 0)
      captured = std::min<std::uint64_t>(captured, interfaces_[0].snapshot_length);
    if (captured > kMaxFrame) return damaged("a packet is longer than any frame");
    return hand_over(interfaces_[0], body.subspan(4, static_cast<std::size_t>(captured)), on_wire, frame);
  }

  // A simple packet has no time of its own: the last one stands for it.
  Block hand_over(const Interface& interface, std::span<const std::uint8_t> octets, std::uint32_t on_wire,
                  analysis::RawFrame& frame) {
    if (!is_readable_link_type(interface.link_type)) {
      unreadable_ = interface.link_type;
      return {{Step::kSkipped, 0, 0, 0, ""}};
    }
    frame.time = last_time_;
    frame.bytes = octets;
    frame.wire_length = on_wire;
    frame.link_type = static_cast<analysis::LinkType>(interface.link_type);
    return {{}, true};
  }

  bool swap_ = false;
  bool in_section_ = false;
  std::vector<Interface> interfaces_;
  topology::Time last_time_{};
  std::uint32_t unreadable_ = 0;
};

}  // namespace

std::unique_ptr<CaptureFormat> make_pcapng_format() { return std::make_unique<PcapngFormat>(); }

}  // namespace lanwarden::agent
