// switching-loop: the same frame comes back, again and again: it circles.
//
// What speaks against it, and does not count: a mirror port delivers a frame twice or three times; hosts
// repeat themselves (ARP, discovery, heartbeats), but tenths of a second apart; one program may send the same
// frame as fast as it can, but then it is one station only. In a loop everything that is said to everybody
// circles. So: frames of at least two stations, each heard twelve times with no more than 60 ms between two
// hearings.
//
// The VLAN is left out of the comparison: a loop through a wrong tag changes it.
//
// Bounds: 4,096 frames remembered, 256 LANs.
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "analysis/bounded_table.h"
#include "analysis/detectors/all.h"
#include "analysis/detectors/arp_ledger.h"

namespace lanwarden::analysis {
namespace {

using topology::Duration;

constexpr std::size_t kRemembered = 4096;  // a power of two
constexpr std::size_t kCompared = 128;     // octets of the payload
constexpr Duration kReturn = std::chrono::milliseconds(60);
constexpr std::uint32_t kCopies = 12, kFewestStations = 2;
constexpr Duration kTogether = std::chrono::seconds(10);   // stations' frames that circle within so long
constexpr Duration kForgotten = std::chrono::minutes(10);  // told, then quiet for so long: tell again
constexpr std::size_t kMostStations = 8;

std::uint64_t content_of(const Frame& frame) {
  std::uint64_t hash = mixed(mixed(frame.dst.bits(), frame.src.bits()),
                             std::uint64_t{frame.wire_length} << 32 | frame.ethertype << 16 | frame.source);
  const std::size_t size = std::min(kCompared, frame.payload.size());
  const std::uint8_t* octets = frame.payload.data();
  std::size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    std::uint64_t eight;
    std::memcpy(&eight, octets + at, 8);
    hash = mixed(hash, eight);
  }
  for (; at < size; ++at) hash = mixed(hash, octets[at]);
  return hash;
}

struct Remembered {
  std::uint64_t content = 0;
  MacAddress src;
  Time first{}, last{};
  std::uint64_t first_number = 0;
  std::uint32_t copies = 0;
};

struct Circling {
  MacAddress station;
  Time time{};
  Duration since_first{};
  std::uint64_t first_number = 0, number = 0;
  Time first{};
};

struct Loop {
  std::vector<Circling> stations;
  Time last{};
  bool told = false;
};

class SwitchingLoop : public Detector {
 public:
  std::string_view name() const override { return "switching-loop"; }
  Interest interest() const override { return Interest::kGroup; }

  void on_frame(const Frame& frame, const FindingSink& sink) override {
    if (!frame.dst.is_group()) return;
    const std::uint64_t content = content_of(frame);
    Remembered& entry = frames_[static_cast<std::size_t>(content >> 20) % kRemembered];
    if (entry.content != content) {
      // What circles keeps its place against what was heard once.
      if (entry.copies > 2 && frame.time >= entry.last && frame.time - entry.last < kReturn) return;
      entry = {content, frame.src, frame.time, frame.time, frame.number, 1};
      return;
    }
    const bool soon = frame.time >= entry.last && frame.time - entry.last <= kReturn;
    if (!soon) {
      entry = {content, frame.src, frame.time, frame.time, frame.number, 1};
      return;
    }
    entry.last = frame.time;
    if (++entry.copies % kCopies == 0) circles(frame, entry, sink);
  }

 private:
  void circles(const Frame& frame, const Remembered& entry, const FindingSink& sink) {
    const Lan lan{frame.source, frame.vlan};
    Loop& loop = lans_.obtain(lan).first;
    std::erase_if(loop.stations, [&](const Circling& c) {
      return c.station == frame.src || frame.time < c.time || frame.time - c.time > kTogether;
    });
    if (loop.stations.size() == kMostStations) loop.stations.erase(loop.stations.begin());
    loop.stations.push_back({frame.src, frame.time, (frame.time - entry.first) / (entry.copies - 1),
                             entry.first_number, frame.number, entry.first});
    if (loop.told && (frame.time < loop.last || frame.time - loop.last > kForgotten)) loop.told = false;
    loop.last = frame.time;
    if (loop.told || loop.stations.size() < kFewestStations) return;
    loop.told = true;
    sink(finding(lan, frame, entry, loop));
  }

  static Finding finding(const Lan& lan, const Frame& frame, const Remembered& entry, const Loop& loop) {
    Finding finding;
    finding.time = frame.time;
    finding.kind = "switching-loop";
    finding.severity = Severity::kCritical;
    finding.vlan = lan.vlan;
    finding.source = lan.source;
    const double milliseconds =
        std::chrono::duration<double, std::milli>(loop.stations.back().since_first).count();
    std::vector<std::string> stations;
    for (const Circling& c : loop.stations) stations.push_back(c.station.to_string());
    finding.summary = "frames circle in this LAN: the same frame of " + frame.src.to_string() +
                      " was heard " + std::to_string(entry.copies) + " times, and so were frames of " +
                      std::to_string(loop.stations.size() - 1) +
                      " other stations: two ports are joined that must not be";
    finding.evidence = {{"copies", std::int64_t{entry.copies}},
                        {"round_trip_ms", milliseconds},
                        {"stations", std::move(stations)}};
    for (const Circling& c : loop.stations) {
      finding.frames.push_back({lan.source, c.first_number, c.first});
      finding.frames.push_back({lan.source, c.number, c.time});
    }
    return finding;
  }

  std::vector<Remembered> frames_ = std::vector<Remembered>(kRemembered);
  BoundedTable<Lan, Loop> lans_{256};
};

}  // namespace

std::unique_ptr<Detector> make_switching_loop() { return std::make_unique<SwitchingLoop>(); }

}  // namespace lanwarden::analysis
