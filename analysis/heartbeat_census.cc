#include "analysis/heartbeat_census.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace lanwarden::analysis {
namespace {

using topology::Duration;

constexpr float kSameFrame = 0.001F;  // s; a mirror port may deliver a frame twice
constexpr Duration kSamePhase = std::chrono::milliseconds(5);
constexpr int kMostRounds = 7;
constexpr double kEnoughIntervals = 20;
constexpr float kSamePeriod = 0.15F;  // periods closer than this belong to one row
constexpr double kLeastPresence =
    0.4;                           // of the time between first and last that must be beats, heard or missed
constexpr double kStillThere = 3;  // periods of silence after one single frame: that was no beat
constexpr std::uint64_t kSolicited = 0x3333'ff00'0000;

std::uint32_t speaker_of(const Frame& frame) {
  if (frame.ip() == nullptr) return 0;
  std::uint64_t hash = 0;
  for (const std::uint8_t octet : frame.ip()->source.octets()) hash = mixed(hash, octet);
  return static_cast<std::uint32_t>(hash);
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

struct HeartbeatCensus::Part {
  MacAddress mac;
  const Stream* stream = nullptr;
};

bool CensusRow::settled() const {
  const auto n = static_cast<double>(intervals);
  return seconds(last - first) >= 2.1 * rhythm.period &&
         (n >= kEnoughIntervals || rhythm.jitter <= 0.01 * rhythm.period * std::sqrt(n));
}

void HeartbeatCensus::on_frame(const Frame& frame) {
  const bool group = frame.dst.is_group();
  const FrameRef ref{frame.source, frame.number, frame.time};
  if (group) {
    if (Totals* totals = totals_of(ref)) ++(frame.dst.is_broadcast() ? totals->broadcast : totals->multicast);
  } else if (frame.dst != frame.src)
    return;
  if (!options_.arp && (frame.ethertype == kEtherTypeArp || frame.ethertype == kEtherTypeRarp)) return;

  BeatKind kind{frame.source, frame.vlan, {}, service_of(frame), BeatKind::kNoVendor};
  if (group) kind.destination = frame.dst;
  if ((frame.dst.bits() & ~std::uint64_t{0xff'ffff}) == kSolicited) kind.destination = MacAddress(kSolicited);
  if (!frame.src.is_local()) kind.vendor = frame.src.oui();

  Kind* entry = nullptr;
  Stream* stream = stream_of(kind, entry, frame);
  if (stream == nullptr) return;
  if (stream->frames > 0) {
    const auto since = static_cast<float>(seconds(frame.time - stream->last));
    if (since >= 0 && since < kSameFrame) {
      ++stream->copies;
      return;
    }
    stream->last = frame.time;
    if (since >= kSameFrame && since < stream->gap) {  // the same beat goes on
      ++stream->frames;
      ++entry->frames;
      stream->octets += frame.wire_length;
      return;
    }
    const Duration interval = frame.time - stream->beat;
    if (interval > Duration(0)) remember(*stream, static_cast<float>(seconds(interval)));
  } else {
    stream->first = frame.time;
  }
  stream->last = stream->beat = frame.time;
  ++stream->frames;
  ++stream->beats;
  stream->octets += frame.wire_length;
  ++entry->frames;
  if (entry->refs_size < kMostFrames)
    entry->refs[entry->refs_size++] = {frame.source, frame.number, frame.time};
  if (!kind.service.is_ip()) find_partner(entry->id, frame.src, *stream);
}

void HeartbeatCensus::on_broadcasts(const FrameRef& first, const FrameRef& last, std::uint64_t frames) {
  Totals* totals = totals_of(first);
  if (totals == nullptr) return;
  totals->broadcast += frames;
  totals->last = std::max(totals->last, last.time);
}

// Null: the table is full.
HeartbeatCensus::Totals* HeartbeatCensus::totals_of(const FrameRef& frame) {
  auto it =
      std::find_if(totals_.begin(), totals_.end(), [&](const auto& t) { return t.first == frame.source; });
  if (it == totals_.end()) {
    if (totals_.size() == kMostTotals) return nullptr;
    it = totals_.insert(totals_.end(), {frame.source, Totals{0, 0, frame.time, frame.time}});
  }
  Totals& totals = it->second;
  totals.last = std::max(totals.last, frame.time);
  totals.first = std::min(totals.first, frame.time);
  return &totals;
}

// Null: a stranger at the door of a full house.
HeartbeatCensus::Stream* HeartbeatCensus::stream_of(const BeatKind& kind, Kind*& entry, const Frame& frame) {
  const std::uint32_t speaker = speaker_of(frame);
  entry = kinds_.find(kind);
  if (entry != nullptr)
    if (Stream* stream = streams_.find({entry->id, frame.src, speaker})) return stream;
  const bool full = (entry == nullptr && kinds_.size() == kMostKinds) || streams_.size() == kMostSources;
  if (full && !door_.knock(mixed(kind.hash(), frame.src.bits()))) {
    ++strangers_;
    return nullptr;
  }
  if (entry == nullptr) {
    entry = &kinds_.obtain(kind).first;
    entry->id = next_kind_++;
    entry->payload_size = static_cast<std::uint8_t>(std::min(kPayload, frame.payload.size()));
    std::copy_n(frame.payload.begin(), entry->payload_size, entry->payload.begin());
  }
  return &streams_.obtain({entry->id, frame.src, speaker}).first;
}

void HeartbeatCensus::remember(Stream& stream, float interval) {
  if (stream.period > 0) stream.missed += missed_in(interval, stream.period);
  stream.intervals[stream.next] = interval;
  stream.next = static_cast<std::uint8_t>((stream.next + 1) % kIntervals);
  if (stream.size < kIntervals) ++stream.size;
  // The first ones are soon looked at; one heard for long, once they are all new.
  const bool look = stream.next == 0 || (stream.size < kIntervals && stream.next % 8 == 0) ||
                    (stream.period == 0 && stream.size == kFewestIntervals);
  if (!look) return;
  // What has had no rhythm for long is looked at less and less often.
  if (stream.next == 0 && stream.rounds_waited < stream.rounds) {
    ++stream.rounds_waited;
    return;
  }
  stream.rounds_waited = 0;
  learn(stream);
  stream.rounds = stream.period > 0 || stream.size < kIntervals
                      ? std::uint8_t{0}
                      : static_cast<std::uint8_t>(std::min(2 * stream.rounds + 1, kMostRounds));
}

void HeartbeatCensus::learn(Stream& stream) {
  const auto heard = stream.heard();
  const auto gap = burst_gap(heard);
  if (!gap || *gap <= stream.gap) {
    const auto rhythm = rhythm_of({heard.begin(), heard.end()});
    stream.plain = rhythm && rhythm->plain;
    if (!rhythm) return;
    if (stream.period == 0)
      for (const float interval : heard) stream.missed += missed_in(interval, rhythm->period);
    stream.period = static_cast<float>(rhythm->period);
    return;
  }
  // From now on a burst is one beat; what was heard is put together likewise.
  stream.gap = static_cast<float>(*gap);
  std::array<float, kIntervals> beats{};
  std::uint8_t size = 0;
  float sum = 0;
  for (std::uint8_t i = 0; i < stream.size; ++i) {
    const float interval = stream.intervals[(stream.next + kIntervals - stream.size + i) % kIntervals];
    sum += interval;
    if (interval < stream.gap) continue;
    beats[size++] = sum;
    sum = 0;
  }
  stream.intervals = beats;
  stream.size = size;
  stream.next = static_cast<std::uint8_t>(size % kIntervals);
  stream.missed = 0;
  stream.period = 0;
  stream.plain = false;
}

// The second of two neighbours to beat counts the beat for both.
void HeartbeatCensus::find_partner(std::uint32_t kind, MacAddress mac, Stream& stream) {
  const Time now = stream.beat;
  const auto in_phase = [&](const Stream& other) {
    return now - other.beat <= kSamePhase && other.beat - now <= kSamePhase;
  };
  if (Stream* before = streams_.find({kind, MacAddress(mac.bits() - 1), 0}); before && in_phase(*before))
    ++before->with_next;
  if (const Stream* after = streams_.find({kind, MacAddress(mac.bits() + 1), 0}); after && in_phase(*after))
    ++stream.with_next;
}

std::vector<CensusRow> HeartbeatCensus::rows() { return news(true); }

std::vector<CensusRow> HeartbeatCensus::news(bool all) {
  std::map<std::uint32_t, std::vector<Part>> parts;
  std::vector<std::pair<const BeatKind*, const Kind*>> looked_at;
  kinds_.for_each([&](const BeatKind& kind, Kind& entry) {
    if (!all && entry.frames < entry.due) return;
    entry.due = entry.frames + entry.frames / 4 + 1;
    looked_at.emplace_back(&kind, &entry);
    parts[entry.id];
  });
  std::vector<CensusRow> rows;
  if (looked_at.empty()) return rows;
  streams_.for_each([&](const StreamKey& key, const Stream& stream) {
    if (const auto it = parts.find(key.kind); it != parts.end()) it->second.push_back({key.mac, &stream});
  });
  for (const auto& [kind, entry] : looked_at) rows_of(*kind, *entry, parts[entry->id], rows);
  std::sort(rows.begin(), rows.end(), [](const CensusRow& a, const CensusRow& b) {
    if (a.frames_per_second != b.frames_per_second) return a.frames_per_second > b.frames_per_second;
    const auto place = [](const CensusRow& r) {
      return std::tuple(r.kind.source, r.kind.vlan, r.kind.service.bits(), r.kind.destination, r.kind.vendor,
                        r.rhythm.period);
    };
    return place(a) < place(b);
  });
  return rows;
}

void HeartbeatCensus::rows_of(const BeatKind& kind, const Kind& entry, std::vector<Part>& parts,
                              std::vector<CensusRow>& rows) const {
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.mac < b.mac; });
  for (std::vector<Part>& together : by_period(parts)) {
    std::vector<float> pool;
    for (const Part& part : together) {
      const auto heard = part.stream->heard();
      pool.insert(pool.end(), heard.begin(), heard.end());
    }
    const std::size_t intervals = pool.size();
    const auto rhythm = rhythm_of(std::move(pool));
    if (!rhythm) continue;
    CensusRow row = row_of(kind, entry, together, *rhythm, intervals);
    if (presence(together, row) >= kLeastPresence) rows.push_back(std::move(row));
  }
}

// Three tries a second apart, then silence, then three again (NetBIOS names) have a rhythm, but do not beat.
double HeartbeatCensus::presence(std::span<const Part> parts, const CensusRow& row) {
  double beats = 0, time = 0;
  for (const Part& part : parts) {
    if (part.stream->beats < 2) continue;
    beats += part.stream->beats - 1;
    time += seconds(part.stream->beat - part.stream->first);
  }
  beats += static_cast<double>(row.missed);
  return time > 0 ? beats * row.rhythm.period / time : 0;
}

// Cards of one vendor may be set to different periods. Only sources that are quite regular say so; the others
// go where their intervals fit, or to where most are. Each part keeps the order of `parts`.
std::vector<std::vector<HeartbeatCensus::Part>> HeartbeatCensus::by_period(const std::vector<Part>& parts) {
  std::vector<float> periods;
  for (const Part& part : parts)
    if (part.stream->plain) periods.push_back(part.stream->period);
  std::sort(periods.begin(), periods.end());
  struct Group {
    float shortest = 0;
    std::size_t plain = 0;
  };
  std::vector<Group> groups;
  for (const float period : periods) {
    if (groups.empty() || period > groups.back().shortest * (1 + kSamePeriod)) groups.push_back({period, 0});
    ++groups.back().plain;
  }
  if (groups.size() < 2) return {parts};
  auto most = std::max_element(groups.begin(), groups.end(),
                               [](const Group& a, const Group& b) { return a.plain < b.plain; });
  std::vector<std::vector<Part>> split(groups.size());
  for (const Part& part : parts) {
    const Stream& stream = *part.stream;
    auto to = most;
    if (stream.size > 0) {
      // The shortest interval of one that is not regular: the others may hold missed beats.
      const float reach =
          stream.plain ? stream.period
                       : *std::min_element(stream.heard().begin(), stream.heard().end()) * (1 + kSamePeriod);
      const auto above =
          std::find_if(groups.begin(), groups.end(), [&](const Group& g) { return g.shortest > reach; });
      to = above == groups.begin() ? above : std::prev(above);
    }
    split[static_cast<std::size_t>(to - groups.begin())].push_back(part);
  }
  return split;
}

CensusRow HeartbeatCensus::row_of(const BeatKind& kind, const Kind& entry, std::span<const Part> parts,
                                  const Rhythm& rhythm, std::size_t intervals) const {
  CensusRow row{kind, rhythm, intervals, {}, {}, 0, 0, 0, Time::max(), Time::min(), 0, 0, 0, {}, {}};
  for (const Part& part : parts) {
    row.first = std::min(row.first, part.stream->first);
    row.last = std::max(row.last, part.stream->last);
  }
  std::uint64_t heard = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Part& part = parts[i];
    const Stream& s = *part.stream;
    if (s.beats == 1 && seconds(row.last - s.last) > kStillThere * rhythm.period) continue;
    std::uint64_t missed = s.missed;
    if (s.period == 0)
      for (const float interval : s.heard()) missed += missed_in(interval, rhythm.period);
    if (row.sources.empty() || row.sources.back().mac != part.mac)
      row.sources.push_back({part.mac, 0, 0, s.first, s.last});
    BeatSource& source = row.sources.back();
    source.frames += s.frames;
    source.missed += missed;
    source.first = std::min(source.first, s.first);
    source.last = std::max(source.last, s.last);
    row.frames += s.frames;
    row.octets += s.octets;
    row.missed += missed;
    heard += s.frames + s.copies;
    if (s.with_next < 2 || i + 1 == parts.size() || parts[i + 1].mac.bits() != part.mac.bits() + 1) continue;
    if (s.with_next * 2 >= std::min(s.beats, parts[i + 1].stream->beats))
      row.teams.emplace_back(part.mac, parts[i + 1].mac);
  }
  const double span = seconds(row.last - row.first);
  if (span > 0 && row.frames > 1) {
    row.frames_per_second = static_cast<double>(row.frames - 1) / span;
    row.octets_per_second =
        row.frames_per_second * static_cast<double>(row.octets) / static_cast<double>(row.frames);
  }
  const Totals all = totals(kind.source);
  if (all.broadcast + all.multicast > 0 && !kind.destination.is_zero())
    row.share = static_cast<double>(heard) / static_cast<double>(all.broadcast + all.multicast);
  row.payload.assign(entry.payload.begin(), entry.payload.begin() + entry.payload_size);
  row.frames_heard.assign(entry.refs.begin(), entry.refs.begin() + entry.refs_size);
  return row;
}

HeartbeatCensus::Totals HeartbeatCensus::totals(std::uint32_t source) const {
  const auto it =
      std::find_if(totals_.begin(), totals_.end(), [&](const auto& t) { return t.first == source; });
  return it == totals_.end() ? Totals{} : it->second;
}

}  // namespace lanwarden::analysis
