// The census of what beats on a LAN: who says what to everybody, how regularly, and what
// share of all broadcast it is. One mechanism for the detector that warns of
// it and for the command that lists it.
//
// Frames are gathered by kind (heard where, VLAN, destination, service, vendor of the source) and by source.
// The intervals of all sources of a kind go into one pool, so two seconds suffice where fifty cards beat.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "analysis/bounded_table.h"
#include "analysis/doorkeeper.h"
#include "analysis/finding.h"
#include "analysis/frame.h"
#include "analysis/rhythm.h"
#include "analysis/service.h"

namespace lanwarden::analysis {

/// What makes frames one kind of heartbeat.
struct BeatKind {
  static constexpr std::uint32_t kNoVendor = 0xffff'ffffU;  ///< locally administered addresses name none
  std::uint32_t source = 0;                                 ///< interface or file
  VlanId vlan;
  MacAddress destination;  ///< a group; zero: each source to itself, as keepalives are sent. The groups
                           ///< of IPv6 neighbour solicitations (33:33:ff:…) count as one
  Service service;
  std::uint32_t vendor = kNoVendor;  ///< OUI of the sources

  bool operator==(const BeatKind&) const = default;
  std::uint64_t hash() const {
    return mixed(mixed(mixed(std::uint64_t{source} << 16 | vlan.value, destination.bits()), service.bits()),
                 vendor);
  }
};

/// One station's part in a row.
struct BeatSource {
  MacAddress mac;
  std::uint64_t frames = 0, missed = 0;
  Time first{}, last{};
};

/// What beats together: a kind, or, where its sources keep different periods, those of one period.
struct CensusRow {
  BeatKind kind;
  Rhythm rhythm;
  std::size_t intervals = 0;        ///< how many the rhythm was taken from
  std::vector<BeatSource> sources;  ///< by address
  std::vector<std::pair<MacAddress, MacAddress>>
      teams;                             ///< neighbouring addresses that beat at the same instants
  std::uint64_t frames = 0, octets = 0;  ///< on the wire, without FCS
  std::uint64_t missed = 0;              ///< beats that were due and not heard
  Time first{}, last{};
  double frames_per_second = 0, octets_per_second = 0;
  double share = 0;                    ///< of all broadcast and multicast frames heard there, 0 to 1
  std::vector<std::uint8_t> payload;   ///< the first octets after the last header understood
  std::vector<FrameRef> frames_heard;  ///< the first ones

  /// Long enough listened that all sources were heard and the period will not change by more than a
  /// hundredth.
  bool settled() const;
};

class HeartbeatCensus {
 public:
  struct Options {
    bool arp = false;  ///< count ARP's rhythm, too: who asks for the same dead address for ever
  };
  HeartbeatCensus() = default;
  explicit HeartbeatCensus(Options options) : options_(options) {}

  /// Takes frames to groups, and those a station sends to itself; passes by all others.
  void on_frame(const Frame& frame);
  /// Broadcasts that are counted among all that is said to groups, and not looked at for a rhythm: so many
  /// from `first` to `last`, of one source.
  void on_broadcasts(const FrameRef& first, const FrameRef& last, std::uint64_t frames);

  /// Everything with a rhythm, the costliest first: by frames a second, then by address and service.
  std::vector<CensusRow> rows();
  /// The rows of those kinds of which so much more was heard since the last call that it is worth looking
  /// again; with `all`, as rows().
  std::vector<CensusRow> news(bool all);

  struct Totals {
    std::uint64_t broadcast = 0, multicast = 0;  ///< frames
    Time first{}, last{};
  };
  /// All frames to groups, heartbeats or not, of one interface or file.
  Totals totals(std::uint32_t source) const;
  /// Sources that were passed by because the tables were full and they spoke once only.
  std::uint64_t strangers() const { return strangers_; }

  static constexpr std::size_t kMostKinds = 1024, kMostSources = 16'384, kMostTotals = 64;

 private:
  static constexpr std::size_t kIntervals = 24, kPayload = 16, kMostFrames = 8;

  struct Kind {
    std::uint32_t id = 0;  // in StreamKey; a kind that was forgotten leaves streams nobody finds
    std::uint64_t frames = 0, due = kFewestIntervals;  // looked at again when `frames` reaches `due`
    std::array<std::uint8_t, kPayload> payload{};
    std::uint8_t payload_size = 0;
    std::uint8_t refs_size = 0;
    std::array<FrameRef, kMostFrames> refs{};
  };
  struct StreamKey {
    std::uint32_t kind = 0;
    MacAddress mac;
    // Of the IP source: two routers may speak from one virtual MAC address, each with its own beat.
    std::uint32_t speaker = 0;
    bool operator==(const StreamKey&) const = default;
    std::uint64_t hash() const { return mixed(mixed(kind, mac.bits()), 0x6865'6172 + speaker); }
  };
  struct Stream {
    Time first{}, last{};  // of any frame
    Time beat{};           // the frame that began the last beat
    std::uint64_t octets = 0;
    std::uint32_t frames = 0, beats = 0, missed = 0;
    std::uint32_t copies = 0;     // of frames counted, that came twice
    std::uint32_t with_next = 0;  // beats in common with the address after this one
    float period = 0;             // s; 0 until it has one of its own
    float gap = 0;                // s; frames closer than this to the one before are the same beat
    bool plain = false;           // so regular that its period is its own, whatever its kind does
    std::uint8_t size = 0, next = 0;
    std::uint8_t rounds = 0, rounds_waited = 0;  // of kIntervals, between two looks for a rhythm
    std::array<float, kIntervals> intervals{};

    std::span<const float> heard() const { return {intervals.data(), size}; }
  };
  struct Part;  // a stream and its address

  Totals* totals_of(const FrameRef& frame);
  Stream* stream_of(const BeatKind& kind, Kind*& entry, const Frame& frame);
  void remember(Stream& stream, float interval);
  void learn(Stream& stream);
  void find_partner(std::uint32_t kind, MacAddress mac, Stream& stream);
  void rows_of(const BeatKind& kind, const Kind& entry, std::vector<Part>& parts,
               std::vector<CensusRow>& rows) const;
  static std::vector<std::vector<Part>> by_period(const std::vector<Part>& parts);
  static double presence(std::span<const Part> parts, const CensusRow& row);
  CensusRow row_of(const BeatKind& kind, const Kind& entry, std::span<const Part> parts, const Rhythm& rhythm,
                   std::size_t intervals) const;

  Options options_;
  BoundedTable<BeatKind, Kind> kinds_{kMostKinds};
  BoundedTable<StreamKey, Stream> streams_{kMostSources};
  Doorkeeper door_;
  std::uint32_t next_kind_ = 0;
  std::uint64_t strangers_ = 0;
  std::vector<std::pair<std::uint32_t, Totals>> totals_;  // at most kMostTotals
};

}  // namespace lanwarden::analysis
