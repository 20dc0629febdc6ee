#include "tests/bench/traces.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <queue>
#include <random>
#include <vector>

namespace lanwarden::bench {
namespace {

constexpr std::uint32_t kHosts = 2000, kGateway = 0;
constexpr std::uint64_t kSecond = 1'000'000;  // the trace counts microseconds
constexpr std::uint64_t kMillisecond = 1'000;
constexpr std::uint64_t kAsksEvery = 30 * kSecond;  // a host, on average
constexpr std::uint64_t kSaysEvery = 30 * kSecond;  // something to a multicast group, on average
constexpr std::uint64_t kBootsEvery = 86'400 * kSecond;
constexpr std::uint32_t kUnicastToEach = 9;  // frames of a mixed trace to each one that all hear

using Octets = std::vector<std::uint8_t>;

class CaptureWriter {
 public:
  explicit CaptureWriter(const std::filesystem::path& path) : out_(path, std::ios::binary) {
    const std::uint32_t header[] = {0xa1b2c3d4, 0x00040002, 0, 0, 65535, 1};
    out_.write(reinterpret_cast<const char*>(header), sizeof header);
  }
  void frame(std::uint64_t microseconds, const Octets& octets) {
    const auto length = static_cast<std::uint32_t>(octets.size());
    const std::uint32_t header[] = {static_cast<std::uint32_t>(1'700'000'000 + microseconds / kSecond),
                                    static_cast<std::uint32_t>(microseconds % kSecond), length, length};
    out_.write(reinterpret_cast<const char*>(header), sizeof header);
    out_.write(reinterpret_cast<const char*>(octets.data()), static_cast<std::streamsize>(octets.size()));
  }

 private:
  std::ofstream out_;
};

void put(Octets& out, std::size_t at, std::initializer_list<std::uint32_t> octets) {
  for (const std::uint32_t octet : octets) out[at++] = static_cast<std::uint8_t>(octet);
}
void put_mac(Octets& out, std::size_t at, std::uint32_t host) {
  put(out, at, {0x00, 0x0c, 0x29, host >> 16, host >> 8, host});
}
void put_ip(Octets& out, std::size_t at, std::uint32_t host) {
  put(out, at, {10, 0, (host + 2) >> 8, host + 2});
}

// A request; `says` is false in a probe, whose sender address is 0.0.0.0.
Octets arp_frame(std::uint32_t host, std::uint32_t asked, bool says = true) {
  Octets frame(60);
  std::fill_n(frame.begin(), 6, std::uint8_t{0xff});
  put_mac(frame, 6, host);
  put(frame, 12, {0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1});
  put_mac(frame, 22, host);
  if (says) put_ip(frame, 28, host);
  put_ip(frame, 38, asked);
  return frame;
}

Octets answer_frame(std::uint32_t host, std::uint32_t asker) {
  Octets frame = arp_frame(host, asker);
  put_mac(frame, 0, asker);
  put(frame, 20, {0, 2});
  put_mac(frame, 32, asker);
  return frame;
}

void put_ipv4(Octets& frame, std::uint32_t protocol, std::uint32_t hops) {
  const auto length = static_cast<std::uint32_t>(frame.size() - 14);
  put(frame, 12, {0x08, 0x00, 0x45, 0, length >> 8, length, 0, 1, 0, 0, hops, protocol});
}

Octets unicast_frame(std::size_t size, std::uint32_t to, std::uint32_t from) {
  Octets frame(size, 0x5a);
  put_mac(frame, 0, to);
  put_mac(frame, 6, from);
  put_ipv4(frame, 6, 64);
  put_ip(frame, 26, from);
  put_ip(frame, 30, to);
  put(frame, 34, {0x01, 0xbb, 0xc0, 0x01});
  return frame;
}

// Multicast DNS.
Octets multicast_frame(std::uint32_t from) {
  Octets frame(120);
  put(frame, 0, {0x01, 0x00, 0x5e, 0, 0, 0xfb});
  put_mac(frame, 6, from);
  put_ipv4(frame, 17, 255);
  put_ip(frame, 26, from);
  put(frame, 30, {224, 0, 0, 251, 5353 >> 8, 5353 & 0xff, 5353 >> 8, 5353 & 0xff, 0, 86});
  return frame;
}

// What a LAN of kHosts hosts says to everybody, in the order of time: each asks for the gateway, or, one time
// in four, for any other host; one question in fifty is for a host that is gone, and is repeated twice after
// a second each. Once a day each host boots: three probes, two announcements (RFC 5227).
class Lan {
 public:
  Lan(bool multicasts, bool answers) : random_(1), answers_(answers) {
    for (std::uint32_t host = 0; host < kHosts; ++host) {
      add(later(kAsksEvery), host, What::kAsk);
      add(later(kBootsEvery), host, What::kProbe);
      if (multicasts) add(later(kSaysEvery), host, What::kMulticast);
    }
  }
  std::uint32_t random(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }
  std::uint64_t next_time() const { return due_.top().at; }

  Octets next() {
    const Due due = due_.top();
    due_.pop();
    now_ = due.at;
    switch (due.what) {
      case What::kAsk:
        return ask(due);
      case What::kAnswer:
        return answer_frame(due.host, due.asked);
      case What::kAnnounce:
        if (due.count < 1) add(now_ + 2 * kSecond, due.host, What::kAnnounce, due.count + 1);
        return arp_frame(due.host, due.host);
      case What::kProbe:
        if (due.count < 2)
          add(now_ + kSecond + random(kSecond), due.host, What::kProbe, due.count + 1);
        else
          add(now_ + 2 * kSecond, due.host, What::kAnnounce);
        if (due.count == 0) add(now_ + later(kBootsEvery), due.host, What::kProbe);
        return arp_frame(due.host, due.host, false);
      case What::kMulticast:
        add(now_ + later(kSaysEvery), due.host, What::kMulticast);
        return multicast_frame(due.host);
    }
    return {};
  }

 private:
  enum class What : std::uint8_t { kAsk, kAnswer, kProbe, kAnnounce, kMulticast };
  struct Due {
    std::uint64_t at = 0;
    std::uint32_t host = 0, asked = kGateway, count = 0;
    What what = What::kAsk;
    bool operator<(const Due& other) const { return at > other.at; }  // the earliest is on top
  };

  Octets ask(Due due) {
    if (due.count == 0) {
      due.asked = random(4) == 0 || due.host == kGateway ? random(kHosts) : kGateway;
      if (random(50) == 0) due.asked = kHosts + random(100);
    }
    if (due.asked >= kHosts && due.count < 2) {
      ++due.count;
      due.at = now_ + kSecond;
      due_.push(due);
    } else {
      add(now_ + later(kAsksEvery), due.host, What::kAsk);
    }
    if (answers_ && due.asked < kHosts)
      due_.push({now_ + kMillisecond, due.asked, due.host, 0, What::kAnswer});
    return arp_frame(due.host, due.asked);
  }
  void add(std::uint64_t at, std::uint32_t host, What what, std::uint32_t count = 0) {
    due_.push({at, host, kGateway, count, what});
  }
  // Independent of the past, as what many programs and people do together is.
  std::uint64_t later(std::uint64_t mean) {
    const double share = (static_cast<double>(random_()) + 1) / 4'294'967'297.0;
    return static_cast<std::uint64_t>(-std::log(share) * static_cast<double>(mean));
  }

  std::mt19937 random_;
  bool answers_;
  std::priority_queue<Due> due_;
  std::uint64_t now_ = 0;
};

}  // namespace

void write_trace(const std::filesystem::path& file, Trace trace, std::uint64_t frames) {
  static constexpr std::uint32_t kSizes[] = {60, 66, 90, 300, 590, 1514, 1514};
  const bool mixed = trace == Trace::kMixed;
  CaptureWriter writer(file);
  Lan lan(mixed, trace == Trace::kArpAnswered);
  for (std::uint64_t n = 0; n < frames;) {
    const std::uint64_t now = lan.next_time();
    writer.frame(now, lan.next());
    ++n;
    if (!mixed) continue;
    const std::uint64_t until = lan.next_time();
    for (std::uint32_t i = 1; i <= kUnicastToEach && n < frames; ++i, ++n)
      writer.frame(
          now + (until - now) * i / (kUnicastToEach + 1),
          unicast_frame(kSizes[lan.random(std::size(kSizes))], lan.random(kHosts), lan.random(kHosts)));
  }
}

}  // namespace lanwarden::bench
