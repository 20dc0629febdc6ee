// dhcp-flood: one station asks the DHCP servers without end, or in the name of many others, until no address
// is left (starvation).
//
// A client asks a handful of times and waits longer each time (RFC 2131 §4.1). One that goes on at ten
// messages a second is broken, or means harm. In whose name: a relay (giaddr set) asks for many, and so does
// an access point or a repeater, but not for a hundred new ones within a minute.
//
// Bounds: 2,048 stations.
#include <string>

#include "analysis/detectors/all.h"
#include "analysis/detectors/keys.h"

namespace lanwarden::analysis {
namespace {

constexpr Duration kWindow = std::chrono::seconds(4), kNames = std::chrono::minutes(1);
constexpr Duration kSameFrame = std::chrono::microseconds(100);
constexpr Duration kForgotten = std::chrono::minutes(10);
constexpr std::uint32_t kMostAsked = 40;  // messages in the window
constexpr std::size_t kMostClients = 100, kMostFrames = 8;

struct Asker {
  Time begin{}, counted{};
  std::uint32_t asked = 0;
  std::uint32_t transaction = 0;
  Time names_begin{};
  std::vector<std::uint32_t> clients;  ///< lower half of their addresses
  std::array<std::uint32_t, 9> types{};
  std::array<FrameRef, kMostFrames> frames{};
  std::uint8_t frame_count = 0;
  Time told{};
};

class DhcpFlood : public Detector {
 public:
  std::string_view name() const override { return "dhcp-flood"; }
  Interest interest() const override { return Interest::kDhcp; }

  void on_frame(const Frame& frame, const FindingSink& sink) override {
    const Dhcp* dhcp = frame.dhcp();
    if (!dhcp || dhcp->from_server || !dhcp->relay.is_unspecified() || !is_unicast(frame.src)) return;
    const StationKey key{lan_of(frame), frame.src};
    Asker& asker = askers_.obtain(key).first;
    if (dhcp->transaction == asker.transaction && within(asker.counted, frame.time, kSameFrame)) return;
    asker.transaction = dhcp->transaction;
    asker.counted = frame.time;
    if (!within(asker.begin, frame.time, kWindow)) {
      asker.begin = frame.time;
      asker.asked = 0;
      asker.types = {};
      asker.frame_count = 0;
    }
    if (!within(asker.names_begin, frame.time, kNames)) {
      asker.names_begin = frame.time;
      asker.clients.clear();
    }
    ++asker.asked;
    ++asker.types[std::min<std::size_t>(static_cast<std::size_t>(dhcp->type), asker.types.size() - 1)];
    if (asker.frame_count < kMostFrames) asker.frames[asker.frame_count++] = ref_of(frame);
    if (dhcp->client != frame.src)
      add_new(asker.clients, static_cast<std::uint32_t>(dhcp->client.bits()), kMostClients);
    const bool many = asker.asked >= kMostAsked, names = asker.clients.size() >= kMostClients;
    if ((!many && !names) || within(asker.told, frame.time, kForgotten)) return;
    asker.told = frame.time;
    sink(finding(key, asker, names, frame.time));
  }

 private:
  static Finding finding(const StationKey& key, const Asker& asker, bool names, Time now) {
    Finding finding = finding_on(key.lan, now, "dhcp-flood", Severity::kWarning, key.mac);
    const double seconds = std::chrono::duration<double>(now - asker.begin).count();
    finding.summary = names ? key.mac.to_string() + " asks the DHCP servers in the name of " +
                                  std::to_string(asker.clients.size()) +
                                  " stations and more: soon no address is left"
                            : key.mac.to_string() + " sends the DHCP servers " + std::to_string(asker.asked) +
                                  " messages within " + std::to_string(static_cast<int>(seconds) + 1) + " s";
    static constexpr const char* kNamesOfTypes[] = {
        "bootp", "discover", "offer", "request", "decline", "ack", "nak", "release", "inform or other"};
    std::vector<std::vector<std::string>> types;
    for (std::size_t type = 0; type < asker.types.size(); ++type)
      if (asker.types[type] > 0) types.push_back({kNamesOfTypes[type], std::to_string(asker.types[type])});
    finding.evidence = {{"messages", static_cast<std::int64_t>(asker.asked)},
                        {"seconds", seconds},
                        {"types", std::move(types)},
                        {"in_the_name_of", static_cast<std::int64_t>(asker.clients.size())}};
    finding.frames.assign(asker.frames.begin(), asker.frames.begin() + asker.frame_count);
    return finding;
  }

  BoundedTable<StationKey, Asker> askers_{2048};
};

}  // namespace

std::unique_ptr<Detector> make_dhcp_flood() { return std::make_unique<DhcpFlood>(); }

}  // namespace lanwarden::analysis
