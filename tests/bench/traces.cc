#include "tests/bench/traces.h"

#include <algorithm>
#include <fstream>
#include <random>
#include <vector>

namespace lanwarden::bench {
namespace {

class CaptureWriter {
 public:
  explicit CaptureWriter(const std::filesystem::path& path) : out_(path, std::ios::binary), random_(1) {
    const std::uint32_t header[] = {0xa1b2c3d4, 0x00040002, 0, 0, 65535, 1};
    out_.write(reinterpret_cast<const char*>(header), sizeof header);
  }
  void frame(const std::vector<std::uint8_t>& octets) {
    microseconds_ += 7;
    const auto length = static_cast<std::uint32_t>(octets.size());
    const std::uint32_t header[] = {static_cast<std::uint32_t>(1'000'000'000 + microseconds_ / 1'000'000),
                                    static_cast<std::uint32_t>(microseconds_ % 1'000'000), length, length};
    out_.write(reinterpret_cast<const char*>(header), sizeof header);
    out_.write(reinterpret_cast<const char*>(octets.data()), static_cast<std::streamsize>(octets.size()));
  }
  std::uint32_t random(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }

 private:
  std::ofstream out_;
  std::mt19937 random_;
  std::uint64_t microseconds_ = 0;
};

void put_mac(std::vector<std::uint8_t>& out, std::size_t at, std::uint32_t host) {
  const std::uint8_t octets[] = {0x00,
                                 0x0c,
                                 0x29,
                                 static_cast<std::uint8_t>(host >> 16),
                                 static_cast<std::uint8_t>(host >> 8),
                                 static_cast<std::uint8_t>(host)};
  std::copy(std::begin(octets), std::end(octets), out.begin() + static_cast<std::ptrdiff_t>(at));
}

// An ordinary request of one of 2,000 hosts, for the gateway or a neighbour.
std::vector<std::uint8_t> arp_frame(CaptureWriter& writer) {
  std::vector<std::uint8_t> frame(60);
  const std::uint32_t host = writer.random(2000);
  const std::uint32_t asked = writer.random(4) == 0 ? writer.random(2000) : 1;
  std::fill_n(frame.begin(), 6, std::uint8_t{0xff});
  put_mac(frame, 6, host);
  const std::uint8_t fixed[] = {0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1};
  std::copy(std::begin(fixed), std::end(fixed), frame.begin() + 12);
  put_mac(frame, 22, host);
  const auto put_ip = [&](std::size_t at, std::uint32_t n) {
    frame[at] = 10;
    frame[at + 2] = static_cast<std::uint8_t>(n >> 8);
    frame[at + 3] = static_cast<std::uint8_t>(n);
  };
  put_ip(28, host + 2);
  put_ip(38, asked + 2);
  return frame;
}

std::vector<std::uint8_t> unicast_frame(CaptureWriter& writer) {
  static constexpr std::uint32_t kSizes[] = {60, 66, 90, 300, 590, 1514, 1514};
  std::vector<std::uint8_t> frame(kSizes[writer.random(std::size(kSizes))], 0x45);
  put_mac(frame, 0, writer.random(2000));
  put_mac(frame, 6, writer.random(2000));
  frame[12] = 0x08;
  frame[13] = 0x00;
  return frame;
}

std::vector<std::uint8_t> multicast_frame(CaptureWriter& writer) {
  std::vector<std::uint8_t> frame(120, 0x45);
  const std::uint8_t group[] = {0x01, 0x00, 0x5e, 0, 0, 0xfb};
  std::copy(std::begin(group), std::end(group), frame.begin());
  put_mac(frame, 6, writer.random(2000));
  frame[12] = 0x08;
  frame[13] = 0x00;
  return frame;
}

}  // namespace

void write_trace(const std::filesystem::path& file, Trace trace, std::uint64_t frames) {
  CaptureWriter writer(file);
  for (std::uint64_t n = 0; n < frames; ++n) {
    const std::uint32_t dice = trace == Trace::kArp ? 0 : writer.random(100);
    writer.frame(dice >= 10  ? unicast_frame(writer)
                 : dice >= 5 ? multicast_frame(writer)
                             : arp_frame(writer));
  }
}

}  // namespace lanwarden::bench
