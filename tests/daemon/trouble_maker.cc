#include "tests/daemon/trouble_maker.h"

#include <algorithm>

namespace lanwarden::daemon_test {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::vector<std::uint32_t> alone_on_their_port(const lab::World& world) {
  const auto truths = lab::truths(world);
  std::vector<std::uint32_t> alone;
  for (std::uint32_t i = 0; i < truths.size(); ++i)
    if (truths[i].verdict == topology::Verdict::kEdge && world.stations[i].kind == lab::StationKind::kHost &&
        !world.stations[i].ip.is_v6())
      alone.push_back(i);
  return alone;
}

TroubleMaker::TroubleMaker(Site& site, std::uint64_t seed, std::chrono::milliseconds every,
                           std::chrono::milliseconds story)
    : site_(site),
      random_(seed),
      every_(every),
      story_(story),
      candidates_(alone_on_their_port(site.world().world())) {
  std::shuffle(candidates_.begin(), candidates_.end(), random_);
  thread_ = std::thread([this] { run(); });
}

TroubleMaker::~TroubleMaker() { end(); }

void TroubleMaker::end() {
  end_ = true;
  if (thread_.joinable()) thread_.join();
}

std::vector<topology::MacAddress> TroubleMaker::culprits() const {
  const std::lock_guard lock(mutex_);
  return culprits_;
}

void TroubleMaker::send(const lab::Frame& frame) {
  site_.send(frame);
  ++sent_;
}

void TroubleMaker::everyday() {
  const auto& stations = site_.world().world().stations;
  const auto pick = [&]() -> const lab::Station& { return stations[random_() % stations.size()]; };
  const lab::Station &from = pick(), &to = pick();
  if (!from.ip.is_v6() && !to.ip.is_v6())
    send(lab::arp_request(from.mac, from.ip.v4_bits(), to.ip.v4_bits()));
}

void TroubleMaker::bogus(std::uint32_t station, unsigned n) {
  const lab::Station& clock = site_.world().world().stations[station];
  // A port that is shut silences what hangs there.
  bool heard = false;
  site_.agents().locked([&] { heard = site_.world().live().heard_at(clock.at.node, station); });
  const topology::MacAddress server{0x005056000000U + n % 100};
  const std::uint32_t wanted = (clock.ip.v4_bits() & 0xffff0000U) | 0x0000f000U | (n % 100);
  send(lab::arp_probe(server, wanted, true));
  if (heard) send(lab::arp_reply(clock.mac, wanted, server, 0));
}

void TroubleMaker::run() {
  auto next_story = Clock::now() + every_ / 2;
  while (!end_) {
    everyday();
    std::this_thread::sleep_for(5ms);
    if (Clock::now() < next_story || candidates_.empty()) continue;
    const std::uint32_t station = candidates_[next_++ % candidates_.size()];
    {
      const std::lock_guard lock(mutex_);
      culprits_.push_back(site_.world().world().stations[station].mac);
    }
    const auto until = Clock::now() + story_;
    for (unsigned n = 0; Clock::now() < until && !end_; ++n) {
      bogus(station, n);
      std::this_thread::sleep_for(10ms);
    }
    next_story = Clock::now() + every_;
  }
}

}  // namespace lanwarden::daemon_test
