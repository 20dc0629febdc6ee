// arp-bogon: a station speaks from an address that cannot be one, or that is foreign to this LAN.
//
// Loopback, group and reserved addresses are told at once (RFC 1122 §3.2.1.3). Foreign is what lies in none
// of the networks that DHCP hands out here; without DHCP, what shares its first 16 bits with nobody while
// most others share theirs. That is a fact, no alarm: a device with its maker's address, a second
// network on the same cable. Link-local addresses (RFC 3927) are at home everywhere.
//
// Bounds: 256 LANs with 4 networks and 8 blocks each; 8,192 speakers; 256 foreigners.
#include <string>

#include "analysis/detectors/all.h"
#include "analysis/detectors/keys.h"

namespace lanwarden::analysis {
namespace {

constexpr Duration kWait = std::chrono::seconds(30);  // until the others have been heard
constexpr std::size_t kMostNetworks = 4, kMostBlocks = 8, kMostFrames = 4;
constexpr std::uint32_t kFewestAtHome = 8;

struct Network {
  std::uint32_t address = 0, mask = 0;
  bool operator==(const Network&) const = default;
};

struct Block {
  std::uint32_t top16 = 0, speakers = 0;
};

struct Home {
  std::vector<Network> networks;
  std::vector<Block> blocks;

  void count(std::uint32_t ip) {
    for (Block& block : blocks)
      if (block.top16 == ip >> 16) {
        ++block.speakers;
        return;
      }
    if (blocks.size() < kMostBlocks) blocks.push_back({ip >> 16, 1});
  }
  /// Empty when it is at home, else what the LAN's own addresses are.
  std::string foreign(std::uint32_t ip) const {
    if (!networks.empty()) {
      std::string text;
      for (const Network& network : networks) {
        if ((ip & network.mask) == network.address) return {};
        text += (text.empty() ? "" : ", ") + text_of(network.address) + " mask " + text_of(network.mask);
      }
      return text;
    }
    const Block* most = nullptr;
    std::uint32_t own = 0, all = 0;
    for (const Block& block : blocks) {
      all += block.speakers;
      if (!most || block.speakers > most->speakers) most = &block;
      if (block.top16 == ip >> 16) own = block.speakers;
    }
    if (!most || most->speakers < kFewestAtHome || most->speakers * 4 < all * 3 || own > 1) return {};
    return text_of(most->top16 << 16) + " mask 255.255.0.0";
  }
};

struct SpeakerKey {
  StationKey station;
  std::uint32_t ip = 0;
  bool operator==(const SpeakerKey&) const = default;
  std::uint64_t hash() const { return mixed(station.hash(), ip); }
};

struct Speaker {
  Time first{};
  std::uint32_t packets = 0;
  std::array<FrameRef, kMostFrames> frames{};
  std::uint8_t frame_count = 0;
  bool told = false;
};

const char* impossible(std::uint32_t ip) {
  if (ip >> 24 == 127) return "a loopback address";
  if (ip >> 24 == 0) return "an address of \"this network\"";
  if (ip == 0xffff'ffffU) return "the broadcast address";
  if (ip >> 28 == 0xe) return "a multicast address";
  if (ip >> 28 == 0xf) return "a reserved address";
  return nullptr;
}

class ArpBogon : public Detector {
 public:
  std::string_view name() const override { return "arp-bogon"; }
  Interest interest() const override { return Interest::kArp | Interest::kDhcp; }

  void fetch(const Lan& lan, MacAddress src, const Arp& arp, Fetch stage) const override {
    speakers_.fetch(SpeakerKey{{lan, src}, arp.sender_ip.v4_bits()}.hash(), stage, 2);
  }
  void on_frame(const Frame& frame, const FindingSink& sink) override {
    const Lan lan = lan_of(frame);
    if (const Dhcp* dhcp = frame.dhcp()) {
      const std::uint32_t mask = dhcp->subnet_mask.v4_bits();
      if (!dhcp->from_server || mask == 0 || dhcp->your_ip.is_unspecified()) return;
      add_new(homes_.obtain(lan).first.networks, Network{dhcp->your_ip.v4_bits() & mask, mask},
              kMostNetworks);
      return;
    }
    const Arp* arp = frame.arp();
    if (!arp) return;
    const std::uint32_t ip = arp->sender_ip.v4_bits();
    // A reply may be a proxy's, for an address that lies elsewhere.
    if (ip == 0 || is_link_local_v4(ip) || (!arp->is_request() && !impossible(ip))) return;
    const SpeakerKey key{{lan, frame.src}, ip};
    const auto [speaker, is_new] = speakers_.obtain(key);
    if (speaker.packets < 0xffff'ffffU) ++speaker.packets;
    if (speaker.frame_count < kMostFrames) speaker.frames[speaker.frame_count++] = ref_of(frame);
    if (!is_new) return;
    speaker.first = frame.time;
    if (const char* what = impossible(ip)) {
      speaker.told = true;
      sink(finding(key, speaker, frame.time, Severity::kWarning, what, {}));
      return;
    }
    homes_.obtain(lan).first.count(ip);
    if (waiting_.size() < kMostWaiting) waiting_.push_back(key);
  }

  void on_tick(Time now, bool last, const FindingSink& sink) override {
    std::size_t kept = 0;
    for (const SpeakerKey& key : waiting_) {
      Speaker* speaker = speakers_.find(key);
      if (!speaker || speaker->told) continue;
      if (!last && within(speaker->first, now, kWait)) {
        waiting_[kept++] = key;
        continue;
      }
      const Home* home = homes_.find(key.station.lan);
      const std::string at_home = home ? home->foreign(key.ip) : std::string();
      if (at_home.empty()) continue;
      speaker->told = true;
      sink(finding(key, *speaker, now, Severity::kInfo, "an address foreign to this LAN", at_home));
    }
    waiting_.resize(kept);
  }

 private:
  static constexpr std::size_t kMostWaiting = 4096;

  static Finding finding(const SpeakerKey& key, const Speaker& speaker, Time now, Severity severity,
                         const std::string& what, const std::string& at_home) {
    Finding finding = finding_on(key.station.lan, now, "arp-bogon", severity, key.station.mac);
    finding.summary = key.station.mac.to_string() + " speaks from " + text_of(key.ip) + ", " + what;
    finding.evidence = {{"address", text_of(key.ip)},
                        {"packets", static_cast<std::int64_t>(speaker.packets)}};
    if (!at_home.empty()) {
      finding.summary += " (" + at_home + ")";
      finding.evidence.emplace_back("at_home_here", at_home);
    }
    finding.frames.assign(speaker.frames.begin(), speaker.frames.begin() + speaker.frame_count);
    return finding;
  }

  BoundedTable<Lan, Home> homes_{256};
  BoundedTable<SpeakerKey, Speaker> speakers_{8192};
  std::vector<SpeakerKey> waiting_;
};

}  // namespace

std::unique_ptr<Detector> make_arp_bogon() { return std::make_unique<ArpBogon>(); }

}  // namespace lanwarden::analysis
